"""The board (看板): every task of a project as a light row, which the page lays out by state, department or person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from django.utils.translation import gettext, gettext_noop
from msgspec.json import encode

from tongzhou.lib import clock
from tongzhou.lib.packing import Part
from tongzhou.people.models import User
from tongzhou.plan.access import Reporter, can_assign_item, can_edit_item, can_report_item
from tongzhou.plan.queries import Outlook, outlook
from tongzhou.plan.queries.candidates import candidates, department_names, item_departments
from tongzhou.plan.queries.grid import percent_number, planned_number
from tongzhou.plan.queries.tree import Item
from tongzhou.progress.queries.waiting import waiting_marks
from tongzhou.projects.access import Standing, standing
from tongzhou.projects.models import Project

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
    gettext_noop("To the plan"),
    gettext_noop("“{task}” is done, finished on {day}."),
    gettext_noop("Give another day"),
    gettext_noop("due {day}"),
)


def board_labels() -> dict[str, str]:
    """Return the labels of the board's island, keyed by their English text."""
    return {text: gettext(text) for text in LABELS}


@dataclass(frozen=True)
class Board:
    """A board as one person sees it: all but the cards (`head`), what they are made of, and where their lists have what."""

    head: dict[str, Any]
    found: Outlook
    places: tuple[dict[int, int], dict[int, int], dict[int, int]]
    """Phases, people and departments by id."""


def board_data(user: User, project: Project, as_of: date) -> dict[str, Any]:
    """Return what the board shows as of a day. At most 13 queries, whatever the number of tasks.

    A card is [id, version, name, phase, state, flags, owner, department, due, percent, planned]: phase, owner and
    department are indexes into the lists beside it (-1: none); due is MM-DD; flags, and for each card what the person
    may (`may`), are sums of the bits above. `waits` has [task, for whom it waits in words, overdue] of each blocked one.
    """
    board = _board(user, project, as_of)
    return board.head | {"may": _rights(board.found, user, project), "cards": _cards(board)}


def board_parts(user: User, project: Project, as_of: date) -> list[Part]:
    """Return board_data as JSON; the cards are written once an outlook. As many queries."""
    board = _board(user, project, as_of)
    _phases, people, departments = board.places
    cards = board.found.derive(("cards", *people, "/", *departments), lambda: Part(b'"cards":%b}' % encode(_cards(board))))
    return [Part(encode(board.head | {"may": _rights(board.found, user, project)})[:-1] + b","), cards]


def board_card(user: User, project: Project, as_of: date, item: int) -> list[Any] | None:
    """Return one card as board_data gives it, with what the person may behind it; None if it is gone."""
    board = _board(user, project, as_of)
    leaves = [one.id for one in board.found.items if one.leaf]
    rights = dict(zip(leaves, _rights(board.found, user, project), strict=True))
    return next(([*card, rights[item]] for card in _cards(board) if card[0] == item), None)


def _board(user: User, project: Project, as_of: date) -> Board:
    found = outlook(project, as_of)
    phases = [item for item in found.items if item.parent is None and not item.leaf]
    people, taking_part = candidates(project, found)
    departments = department_names(item_departments(found) | taking_part)
    head = {
        "asOf": as_of.isoformat(),
        "me": user.pk,
        "phases": [f"{item.code} {item.name}" for item in phases],
        "people": [[one.id, one.name] for one in people],
        "departments": [[key, name] for key, name in departments.items()],
        "waits": [[key, mark.text, int(mark.overdue)] for key, mark in waiting_marks(found).items()],
    }
    lists = ([item.id for item in phases], [one.id for one in people], list(departments))
    phase_at, person_at, department_at = ({key: place for place, key in enumerate(keys)} for keys in lists)
    return Board(head, found, (phase_at, person_at, department_at))


def _tops(items: list[Item]) -> dict[int, int]:
    """Return for each item the id of the one at the top of its branch. Items come in the order of the tree."""
    tops: dict[int, int] = {}
    for item in items:
        tops[item.id] = tops[item.parent] if item.parent is not None else item.id
    return tops


def _rights(found: Outlook, user: User, project: Project) -> list[int]:
    """Return for each task what the person may. Three queries."""
    at = standing(user, project)
    reporter = Reporter(at, clock.today())
    may = cache(lambda department, owned: _may(at, department, user.pk if owned else None))
    instead = cache(lambda owner, stand_in: REPORT if reporter.stands_in(owner, stand_in) else 0)
    rights = ((may(item.department, item.owner == user.pk), item) for item in found.items if item.leaf)
    return [own if own & REPORT else own | instead(item.owner, item.stand_in) for own, item in rights]


def _may(at: Standing, department: int | None, owner: int | None) -> int:
    return (
        (REPORT if can_report_item(at, department, owner) else 0)
        | (ASSIGN if can_assign_item(at, department) else 0)
        | (MOVE if can_edit_item(at, department) else 0)
    )


def _cards(board: Board) -> list[list[Any]]:
    tops = _tops(board.found.items)
    return [_card(board, item, tops[item.id]) for item in board.found.items if item.leaf]


def _card(board: Board, item: Item, top: int) -> list[Any]:
    flags, due, percent, planned = _said(board.found, item)
    phases, people, departments = board.places
    return [
        item.id,
        item.version,
        f"{item.code} {item.name}",
        phases.get(top, -1),
        item.state,
        flags,
        people.get(item.owner or 0, -1),
        departments.get(item.department or 0, -1),
        due,
        percent,
        planned,
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
