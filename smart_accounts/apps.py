from django.apps import AppConfig


class SmartAccountsConfig(AppConfig):
    name = "smart_accounts"

    def ready(self) -> None:
        from allauth.account import signals

        from smart_accounts import signing_in

        signals.user_logged_in.connect(
            signing_in.join_when_signed_in, dispatch_uid="smart_accounts.join_when_signed_in"
        )
        signals.authentication_step_completed.connect(
            signing_in.join_when_signed_in_again, dispatch_uid="smart_accounts.join_when_signed_in_again"
        )
        signals.email_confirmed.connect(
            signing_in.join_when_verified, dispatch_uid="smart_accounts.join_when_verified"
        )
