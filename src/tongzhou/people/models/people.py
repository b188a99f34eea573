"""Departments, people, and the ways they sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from tongzhou.lib.prepared import Given, prepared


class Department(models.Model):
    """部门. Departments form a tree; names are unique in the organisation."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="headed_departments")
    calendar = models.ForeignKey(
        "people.WorkCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="departments"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login=username)

    def create_user(self, login: str, name: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password she signs in by link only."""
        user = self.model(login=login.lower(), name=name, **name_keys(name), **fields)
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
    # Written by name_keys whenever the name is.
    sort_key = models.CharField(max_length=200, blank=True)
    pinyin = models.CharField(max_length=200, blank=True)
    initials = models.CharField(max_length=80, blank=True)
    stand_in = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="stands_in_for")
    disabled_at = models.DateTimeField(null=True, blank=True)
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
        known = self._state.fields_cache.get("department")
        if known is not None or self.department_id is None:
            return known.name if known is not None else ""
        row = _department_name.first(self.department_id)
        return row[0] if row else ""


@prepared
def _department_name(department: Given) -> models.QuerySet[Department, tuple[str]]:
    return Department.objects.filter(pk=department).order_by().values_list("name")


class Leave(models.Model):
    """休假: a person is away from `first` to `last` (both included); her stand-in is asked instead."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="leaves")
    first = models.DateField()
    last = models.DateField()
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-first", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="leave_ends_after_start")]


class Preference(models.Model):
    """What a person chose for herself: columns of the grid, saved filters; one JSON value for a key."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    key = models.CharField(max_length=80)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="preference_once")]


class System:
    """The product itself as an actor on the record."""

    actor_id = None
    actor_name = "系统"
    actor_department = ""


def sort_key_of(name: str) -> str:
    """Return the key by which Chinese names sort: pinyin with tone numbers, syllable by syllable."""
    from pypinyin import Style, lazy_pinyin  # a third of a start, and 40 MB: only when a name is written

    return " ".join(lazy_pinyin(name, style=Style.TONE3))[:200].lower()


def name_keys(name: str) -> dict[str, str]:
    """Return what is stored beside a name: sort_key ("zhang1 san1"), pinyin ("zhangsan") and initials ("zs")."""
    from pypinyin import lazy_pinyin

    syllables = ["".join(part.split()) for part in lazy_pinyin(name) if part.strip()]
    return {
        "sort_key": sort_key_of(name),
        "pinyin": "".join(syllables)[:200].lower(),
        "initials": "".join(part[0] for part in syllables)[:80].lower(),
    }
