"""Writes: departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import DepartmentAdded, DepartmentChanged
from tongzhou.people.models import Department, System, User
from tongzhou.people.queries.organisation import below
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen


def add_department(
    *, by: User | System, name: str, parent: Department | None = None, head: User | None = None, now: datetime
) -> Department:
    """Add a department.

    :raises Refused: if `by` may not, the name is taken or empty, or the head is disabled.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        name = _free_name(name, None)
        _check_head(head)
        department = Department.objects.create(name=name, parent=parent, head=head)
        record(DepartmentAdded(department.pk), by=by, now=now, subject=Subject("department", department.pk, name))
    return department


def change_department(*, by: User | System, department: Department, values: dict[str, Any], now: datetime) -> Department:
    """Change a department: any of name, parent (Department), head (User), is_active.

    :raises Refused: if `by` may not, the name is taken or empty, the parent lies within the department's own subtree,
        the head is disabled, or a department with people or departments below it would be closed.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        # The whole tree is held: two moves that together make a circle wait for each other.
        parents = dict(Department.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
        row = Department.objects.get(pk=department.pk)
        before, after = differences({name: getattr(row, name) for name in values}, values)
        if not after:
            return row
        if "name" in after:
            after["name"] = _free_name(after["name"], row)
        if after.get("parent") is not None and after["parent"].pk in below(row.pk, parents):
            raise Refused("parent-below", _("A department cannot be part of itself or of one below it."), "parent")
        _check_head(after.get("head"))
        if after.get("is_active") is False:
            _check_empty(row)
        for name, value in after.items():
            setattr(row, name, value)
        row.save()
        change = ChangeOf("department", row.pk, row.name, _words(before), _words(after))
        record(DepartmentChanged(row.pk), by=by, now=now, subject=Subject("department", row.pk, row.name), changes=[change])
    return row


def _free_name(name: str, department: Department | None) -> str:
    name = name.strip()
    if not is_seen(name):
        raise Refused("name-missing", _("A department needs a name."), "name")
    others = Department.objects.filter(name=name)
    if (others.exclude(pk=department.pk) if department else others).exists():
        raise Refused("name-taken", _("There is a department “%(name)s” already.") % {"name": name}, "name")
    return name


def _check_head(head: User | None) -> None:
    if head is not None and not head.is_active:
        raise Refused("person-disabled", _("This account is disabled."), "head")


def _check_empty(department: Department) -> None:
    if department.people.filter(is_active=True).exists() or department.children.filter(is_active=True).exists():
        message = _("There are still people or departments in it: move them first.")
        raise Refused("department-in-use", message, "is_active")


def _words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Department | User) else value for name, value in values.items()}
