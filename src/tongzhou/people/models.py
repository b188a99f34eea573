"""Departments, people, the ways they sign in, and the days on which they work."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from pypinyin import Style, lazy_pinyin


class Department(models.Model):
    """部门. Departments form a tree; names are unique in the organisation."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login=username)

    def create_user(self, login: str, name: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password she signs in by link only."""
        user = self.model(login=login.lower(), name=name, sort_key=sort_key_of(name), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser):
    """A person (人员). A leaver is disabled, never deleted."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    employee_number = models.CharField(max_length=40, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee_number"], condition=~models.Q(employee_number=""), name="employee_number_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor_id(self) -> int | None:
        return self.pk

    @property
    def actor_name(self) -> str:
        return self.name

    @property
    def actor_department(self) -> str:
        return self.department.name if self.department else ""


class SignInLink(models.Model):
    """A one-time way in. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class StatutoryDay(models.Model):
    """A day on which the State Council's notice departs from the weekly pattern: a holiday, or a make-up working day (调休)."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["day"]


class System:
    """The product itself as an actor on the record."""

    actor_id = None
    actor_name = "系统"
    actor_department = ""


def sort_key_of(name: str) -> str:
    """Return the key by which Chinese names sort: pinyin with tone numbers, syllable by syllable."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3))[:200].lower()
