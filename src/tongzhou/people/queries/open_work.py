"""Reads: what a leaver leaves behind, and what people take part in; rooms above tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib.registry import PANELS
from tongzhou.people.models import Department, User


@dataclass(frozen=True)
class OpenWork:
    """Something that somebody else must take over. `key` names it in forms; `group` is its project or the organisation."""

    key: str
    group: str
    kind: str
    what: str
    due: str = ""
    stand_in: str = ""


@dataclass(frozen=True)
class WorkGroup:
    name: str
    rows: list[OpenWork]


def open_work(request: HttpRequest, person: User) -> list[WorkGroup]:
    """Return what is open in a person's name, by project: departments headed, then what rooms hang at "open_work"."""
    headed = Department.objects.filter(head=person).values_list("pk", "name")
    rows = [OpenWork(f"department-{key}", _("Organisation"), _("Department head"), name) for key, name in headed]
    for panel in PANELS.at("open_work"):
        found = panel(request, person)
        assert isinstance(found, list)
        rows += found
    groups: dict[str, list[OpenWork]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [WorkGroup(name, members) for name, members in groups.items()]


def panels_of(request: HttpRequest, person: User) -> list[Any]:
    """Return what rooms above show of a person: {"template": …, context}."""
    found = [panel(request, person) for panel in PANELS.at("person")]
    return [one for one in found if one is not None]
