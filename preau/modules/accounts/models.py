import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


def login_key(login: str) -> str:
    """Logins are typed on phones: capitals and blanks around them do not count."""
    return login.strip().casefold()


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=login_key(username or ""))


class Account(AbstractBaseUser):
    """How a person gets in: one account for all their profiles in all their schools.

    The login is unique in the instance. The e-mail is not: two parents may share a mailbox.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    login = models.CharField(_("identifiant"), max_length=80, unique=True)
    email = models.EmailField(_("courriel"), blank=True)
    person = models.OneToOneField("directory.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    comfort = models.JSONField(
        default=dict, db_default={}, blank=True
    )  # what `kernel.ui.comfort` offers and they chose
    # Of each profile, the blocks of its home: {"teacher": {"order": [key, …], "hidden": [key, …]}}
    home = models.JSONField(default=dict, db_default={}, blank=True)
    # Of each profile, the first steps seen, and until when they are left: {"teacher": {"seen": [key, …],
    # "left": "never" or a day}}
    first_steps = models.JSONField(default=dict, db_default={}, blank=True)
    demo = models.BooleanField(default=False, editable=False)  # its password is public

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"

    objects = AccountManager()

    def __str__(self) -> str:
        return self.login

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.closed_at is None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.login = login_key(self.login)
        super().save(*args, **kwargs)
