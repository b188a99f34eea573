"""The board (看板): every task of a project as a light row, which the page lays out by state, department or person."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext, gettext_noop

from tongzhou.people.models import Department, User
from tongzhou.plan.access import can_assign_item, can_edit_item, can_report_item
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.access import Standing, standing
from tongzhou.projects.models import Project, ProjectRole

LATE, SHOULD_RUN, DEVIATES, CRITICAL = 1, 2, 4, 8
REPORT, ASSIGN, MOVE = 1, 2, 4
LABELS = (
    gettext_noop("Not started"),
    gettext_noop("In progress"),
    gettext_noop("Done"),
    gettext_noop("Blocked"),
    gettext_noop("Cancelled"),
    gettext_noop("Late"),
    gettext_noop("Should have started"),
    gettext_noop("Deviation marked"),
    gettext_noop("Critical path"),
    gettext_noop("No owner"),
    gettext_noop("No department"),
    gettext_noop("No phase"),
    gettext_noop("{count} more"),
    gettext_noop("{count} late"),
    gettext_noop("{count} running"),
    gettext_noop("Nothing here"),
    gettext_noop("Move"),
    gettext_noop("Move “{task}” to"),
    gettext_noop("Cancel"),
    gettext_noop("“{task}” is lifted. It lies in {column}. Arrows choose the column, Space drops it, Escape puts it back."),
    gettext_noop("To {column}?"),
    gettext_noop("“{task}” is in {column} now."),
    gettext_noop("“{task}” stays in {column}."),
    gettext_noop("The board could not be loaded."),
    gettext_noop("The server cannot be reached."),
    gettext_noop("You were signed out. Sign in again in another tab."),
    gettext_noop("No task matches the filter."),
    gettext_noop("This plan has no tasks yet"),
    gettext_noop("Tasks of the plan appear here as cards."),
    gettext_noop("“{task}” is done, finished on {day}."),
    gettext_noop("Give another day"),
    gettext_noop("due {day}"),
)


def board_labels() -> dict[str, str]:
    """Return the labels of the board's island, keyed by their English text."""
    return {text: gettext(text) for text in LABELS}


def board_data(user: User, project: Project, as_of: date, only: int | None = None) -> dict[str, Any]:
    """Return what the board shows as of a day, of all tasks or one. At most 14 queries, whatever the number of tasks.

    A card is [id, version, name, phase, state, flags, owner, department, due, percent, planned, may]: phase, owner and
    department are indexes into the lists beside it (-1: none); flags and may are sums of the bits above; due is MM-DD.
    """
    found = outlook(project, as_of)
    facts = _facts(project)
    at = standing(user, project)
    tops = _tops(found.items)
    phases = [item for item in found.items if item.parent is None and not item.leaf]
    people = _people(project, found)
    used: set[int] = {item.department for item in found.items if item.department is not None}
    used |= set(project.participations.values_list("department_id", flat=True))
    departments = dict(Department.objects.filter(pk__in=used).order_by("name").values_list("pk", "name"))
    places = (_places(item.id for item in phases), _places(people), _places(departments))
    return {
        "asOf": as_of.isoformat(),
        "me": user.pk,
        "phases": [f"{item.code} {item.name}" for item in phases],
        "people": [[key, name] for key, name in people.items()],
        "departments": [[key, name] for key, name in departments.items()],
        "cards": [
            _card(found, item, facts.get(item.id, (1, None)), _may(at, user, item, facts), tops[item.id], places)
            for item in found.items
            if item.leaf and only in (None, item.id)
        ],
    }


def board_card(user: User, project: Project, as_of: date, item: int) -> list[Any] | None:
    """Return one card as board_data gives it; None if it is gone."""
    return next(iter(board_data(user, project, as_of, item)["cards"]), None)


def _facts(project: Project) -> dict[int, tuple[int, int | None]]:
    """Return version and stand-in of each item. One query."""
    rows = WorkItem.objects.filter(project=project).values_list("id", "version", "stand_in_id")
    return {key: (version, stand_in) for key, version, stand_in in rows}


def _tops(items: list[Item]) -> dict[int, int]:
    """Return for each item the id of the one at the top of its branch. Items come in the order of the tree."""
    tops: dict[int, int] = {}
    for item in items:
        tops[item.id] = tops[item.parent] if item.parent is not None else item.id
    return tops


def _people(project: Project, found: Outlook) -> dict[int, str]:
    inside = set(ProjectRole.objects.filter(project=project).values_list("user_id", flat=True))
    inside |= {item.owner for item in found.items if item.owner is not None}
    inside |= set(project.participations.filter(seats__isnull=False).values_list("seats__holder_id", flat=True))
    return dict(User.objects.filter(pk__in=inside).order_by("sort_key", "pk").values_list("pk", "name"))


def _places(keys: Any) -> dict[int, int]:
    return {key: place for place, key in enumerate(keys)}


def _may(at: Standing, user: User, item: Item, facts: dict[int, tuple[int, int | None]]) -> int:
    stands_in = facts.get(item.id, (1, None))[1] == user.pk
    return (
        (REPORT if stands_in or can_report_item(at, item.department, item.owner) else 0)
        | (ASSIGN if can_assign_item(at, item.department) else 0)
        | (MOVE if can_edit_item(at, item.department) else 0)
    )


def _card(
    found: Outlook, item: Item, facts: tuple[int, int | None], may: int, top: int, places: tuple[dict[int, int], ...]
) -> list[Any]:
    flags, due, percent, planned = found.derive(("card", item.id), lambda: _said(found, item))
    phases, people, departments = places
    return [
        item.id,
        facts[0],
        f"{item.code} {item.name}",
        phases.get(top, -1),
        item.state,
        flags,
        people.get(item.owner or 0, -1),
        departments.get(item.department or 0, -1),
        due,
        percent,
        planned,
        may,
    ]


def _said(found: Outlook, item: Item) -> tuple[int, str, float | int, float | int]:
    """Return flags, due day, percent and planned percent of a card."""
    judged, at = found.deviations.get(item.id), found.dates[item.id]
    flags = (
        (LATE if found.is_late(item) else 0)
        | (SHOULD_RUN if found.should_have_started(item) else 0)
        | (DEVIATES if judged is not None and judged.marked else 0)
        | (CRITICAL if at.critical else 0)
    )
    due = item.finish or at.finish
    return (
        flags,
        f"{due:%m-%d}" if due.year == found.as_of.year else f"{due:%Y-%m-%d}",
        percent_number(found.actual.get(item.id, Fraction(0))),
        planned_number(found.planned.get(item.id, Fraction(0))),
    )
