"""Run Django's deployment checks under production settings, with secrets made on the spot and thrown away."""

import base64
import os
import secrets
import sys


def environment() -> dict[str, str]:
    """Return a complete production environment that reaches nothing."""
    return {
        "ENVIRONMENT": "production",
        "BASE_URL": "https://accounts.operator.example",
        "ALLOWED_HOSTS": "accounts.operator.example",
        "OPERATOR_NAME": "Operator",
        "EMAIL_URL": "smtp+tls://mail.operator.example:587",
        "DATABASE_URL": "postgres://product@database.operator.example/product",
        "REDIS_URL": "redis://redis.operator.example:6379/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LINK_KEYS": f"k1:{secrets.token_hex(32)}",
        "CODE_KEYS": f"k1:{secrets.token_hex(32)}",
        "EVIDENCE_KEYS": f"k1:{secrets.token_hex(32)}",
        "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "HASH_KEY": secrets.token_hex(32),
        "FLOWER_PASSWORD": secrets.token_urlsafe(32),
        "DEBUG": "0",
        "ALLOW_TEST_DOMAINS": "0",
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }


def main() -> None:
    from django.core.management import call_command

    # Without --database nothing is connected to; a finding ends with its text and status 1.
    call_command("check", deploy=True, fail_level="WARNING")


if __name__ == "__main__":
    os.environ.update(environment())
    import django
    from django.core.management import CommandError

    try:
        django.setup()
        main()
    except CommandError as finding:
        sys.exit(str(finding))
