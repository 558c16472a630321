from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password

from preau.modules.accounts.models import Account, login_key


class LoginBackend(BaseBackend):
    def authenticate(
        self, request: Any, login: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        if not login or password is None:
            return None
        account = Account.objects.filter(login=login_key(login)).first()
        if account is None:
            make_password(password)  # as long as a real one takes: time tells nobody who exists
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: int) -> Account | None:
        return Account.objects.filter(pk=user_id, closed_at=None).first()
