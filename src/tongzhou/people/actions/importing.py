"""Writes: a brought list of departments and people, whole or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.actions.people import free_logins
from tongzhou.people.events import PeopleExported, PeopleImported
from tongzhou.people.models import Department, User, name_keys
from tongzhou.people.queries.roster import Line, Understood, understand
from tongzhou.timeline.actions import ChangeOf, Subject, record
from tongzhou.workbooks.roster import Roster


def import_people(*, by: User, roster: Roster, now: datetime) -> Understood:
    """Write what the preview told, as the rows are understood now; twice the same changes nothing.

    :raises Refused: if `by` may not, or a row has a problem.
    """
    require(can_manage_people(by))
    with transaction.atomic():
        # One import at a time, and no move of a department meanwhile.
        list(Department.objects.select_for_update().order_by("pk").values_list("pk"))
        list(User.objects.select_for_update().filter(is_administrator=True).order_by("pk").values_list("pk"))
        understood = understand(roster)
        if understood.troubles:
            raise Refused("problems-left", _("Nothing is written while a row has a problem."))
        if understood.changes_nothing:
            return understood
        changes = [*_departments(understood), *_people(understood), *_heads(understood)]
        counts = (understood.count(state) for state in ("new", "changed", "same"))
        event = PeopleImported(len(understood.departments), *counts)
        record(event, by=by, now=now, subject=Subject("organisation", None, _("Organisation")), changes=changes)
    return understood


def record_export(*, by: User, count: int, now: datetime) -> None:
    """Record that the list of people left the house.

    :raises Refused: if `by` may not.
    """
    require(can_manage_people(by))
    record(PeopleExported(count), by=by, now=now, subject=Subject("organisation", None, _("Organisation")))


def _departments(understood: Understood) -> list[ChangeOf]:
    Department.objects.bulk_create(Department(name=name) for name in understood.departments)
    rows = {row.name: row for row in Department.objects.select_related("parent")}
    changes = []
    for name, parent in [*understood.departments.items(), *understood.moved.items()]:
        row, new = rows[name], name in understood.departments
        before = {} if new else {"parent": row.parent.name if row.parent else None}
        if parent is not None:
            row.parent = rows[parent]
            row.save(update_fields=["parent"])
        changes.append(ChangeOf("department", row.pk, name, before, {"parent": parent}))
    return changes


def _people(understood: Understood) -> list[ChangeOf]:
    departments = {row.name: row for row in Department.objects.all()}
    lines = [line for line in understood.lines if line.state != "same"]
    users = User.objects.in_bulk([line.person for line in lines if line.person is not None])
    new = [line.name for line in lines if line.person is None and "login" not in line.values]
    logins = iter(free_logins(new, {line.values.get("login", "") for line in lines}))
    changes = []
    for line in lines:
        values: dict[str, Any] = line.values | name_keys(line.name)
        if "department" in values:
            values["department"] = departments[values["department"]]
        if line.person is None:
            login = values.pop("login", None) or next(logins)
            person = User(login=login, **values)
            person.set_unusable_password()
        else:
            person = users[line.person]
            for name, value in values.items():
                setattr(person, name, value)
        person.save()
        changes.append(_change(line, person))
    return changes


def _change(line: Line, person: User) -> ChangeOf:
    before = {} if line.state == "new" else {name: old for name, old, _new in line.changes}
    return ChangeOf("person", person.pk, person.name, before, {name: new for name, _old, new in line.changes})


def _heads(understood: Understood) -> list[ChangeOf]:
    changes = []
    for department, (key, name) in understood.heads.items():
        row = Department.objects.select_related("head").get(name=department)
        before = {"head": row.head.name if row.head else None}
        row.head = User.objects.get(pk=key) if key else User.objects.get(name=name, is_active=True)
        row.save(update_fields=["head"])
        changes.append(ChangeOf("department", row.pk, row.name, before, {"head": name}))
    return changes
