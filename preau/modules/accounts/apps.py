from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "preau.modules.accounts"
    label = "accounts"
