from django.apps import AppConfig


class SmartAccountsConfig(AppConfig):
    name = "smart_accounts"
