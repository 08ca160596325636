"""Wait until the run answers, then say what to open. The supervisor prints this process's output."""

import os
import time

import django

from project import probe

PATIENCE_SECONDS = 90


def words() -> str:
    """Return what a person who has just started the run wants to know."""
    from django.conf import settings

    from project import demo

    lines = ["", f"  Smart Account Requests   {settings.BASE_URL}/"]
    if settings.DEMO:
        if settings.EMAIL_URL.startswith("mailbox:"):
            lines.append(f"  Mailbox (all letters)    {settings.BASE_URL}/mailbox/")
        lines.append(f"  Celery dashboard (ops)   {settings.BASE_URL}/ops/flower/")
        lines += ["", *demo.sign_in_lines()]
    lines += ["", f"  Everything lies in       {settings.DATA_DIR}", "  Ctrl-C stops all of it, softly.", ""]
    return "\n".join(lines)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.conf import settings

    deadline = time.monotonic() + PATIENCE_SECONDS
    address = f"http://127.0.0.1:{settings.PORT}/readyz"
    status, body = probe.answer(address)
    while status != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
        status, body = probe.answer(address)
    print(words())
    if status != 200:
        print(f"  Not ready after {PATIENCE_SECONDS} s: {body}")
        print(f"  The parts write to {settings.DATA_DIR}/logs.")


if __name__ == "__main__":
    main()
