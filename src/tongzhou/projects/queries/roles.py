"""Reads: each role of a project, who holds it, and what it may do, out of the table of rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from tongzhou.lib.access import declared_access
from tongzhou.lib.rights import rights
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries.team import Team, team_of

Role = ProjectRole.Kind
COLUMNS = {
    Role.GENERAL_LEAD: "GL",
    Role.MANAGER: "PM",
    Role.QUALITY: "QS",
    Role.FINANCE: "FC",
    Role.IT_SUPPORT: "IT",
    Role.SPONSOR: "MB",
    Role.ADVISER: "MB",
    Role.MEMBER: "MB",
    Role.OBSERVER: "MB",
}
"""The column of the table for each role; who has none of her own reads and talks as every member does."""
WANTED = (Role.GENERAL_LEAD, Role.MANAGER, Role.QUALITY, Role.FINANCE, Role.IT_SUPPORT)
"""Roles that the page names even where nobody holds them."""


@dataclass(frozen=True)
class RoleSays:
    """A role with its holders. `whole`, `home`, `own`, `reads`: what it may do everywhere, in its own department, with what is
    its own, and only read. `empty`: nobody holds it, or (seats) the departments whose seat nobody holds."""

    word: str
    holders: tuple[str, ...]
    whole: tuple[str, ...]
    home: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    is_seat: bool = False


def roles_of(project: Project) -> list[RoleSays]:
    """Return the seats first, then the roles, then who owns a task. Two queries."""
    team = team_of(project)
    found = [_seat(team, _("Department head"), "DH", "head"), _seat(team, _("Liaison"), "LI", "liaison")]
    for kind, column in COLUMNS.items():
        holders = tuple(role.name for role in team.roles if role.kind == kind)
        if holders or kind in WANTED:
            found.append(_says(str(kind.label), column, holders, () if holders else (_("nobody yet"),)))
    found.append(_says(_("Who owns a task"), "OW", (), ()))
    return found


def _seat(team: Team, word: str, column: str, name: str) -> RoleSays:
    holders: list[str] = []
    empty: list[str] = []
    for part in team.participations:
        holder = getattr(part, name)
        (holders if holder else empty).append(f"{part.department} {holder.name}" if holder else part.department)
    return _says(word, column, tuple(holders), tuple(empty), is_seat=True)


def _says(word: str, column: str, holders: tuple[str, ...], empty: tuple[str, ...], *, is_seat: bool = False) -> RoleSays:
    by_letter = _may(column)
    parts = (by_letter.get(letter, ()) for letter in "ydor")
    whole, home, own, reads = (tuple(str(_words()[key]) for key in keys) for keys in parts)
    return RoleSays(word, holders, whole, home, own, reads, empty, is_seat)


@cache
def _may(column: str) -> dict[str, tuple[str, ...]]:
    """Return by letter what a column may do, of the rows that some address of the product stands for."""
    found: dict[str, list[str]] = {}
    for row, cells in rights().items():
        if row in _used():
            for place, letter in enumerate(cells[column].split("/")):
                found.setdefault(letter, []).append(f"{row}#{place}" if "/" in cells[column] else row)
    return {letter: tuple(rows) for letter, rows in found.items()}


@cache
def _used() -> frozenset[str]:
    return frozenset(row for row in map(declared_access, _views(get_resolver().url_patterns)) if row)


def _views(patterns: list[URLPattern | URLResolver]) -> Iterator[Callable[..., object]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _views(one.url_patterns)
        else:
            yield one.callback


def _words() -> dict[str, str]:
    """Return the rows of the table in the reader's language."""
    return {
        "read project plan, tasks": _("read the plan and the tasks"),
        "edit charter draft": _("edit what the project agrees on, people and seats"),
        "sign charter / memo": _("sign the charter and the memo"),
        "approve task list for release (总负责人审批后发布)": _("approve the task list for its release"),
        "create/edit WBS": _("add and edit tasks"),
        "claim/assign task in department": _("claim and assign tasks"),
        "update progress/blocked": _("report progress and blocks, enter measured values"),
        "file exception report": _("report exceptions"),
        "escalate step 1/2/3": _("escalate"),
        "decide at GL level": _("decide what was escalated to the general lead"),
        "risk register edit": _("edit the risk register"),
        "quality opinion write/withdraw": _("write and withdraw quality opinions"),
        "budget/actual edit, monthly fund report": _("edit budget and actual costs, report on funds"),
        "read amounts": _("read amounts"),
        "resource commitment confirm": _("confirm resource commitments"),
        "change request submit / sign#0": _("ask for a change"),
        "change request submit / sign#1": _("sign a change"),
        "change request submit / sign": _("ask for a change and sign it"),
        "deliverable acceptance sign": _("sign the acceptance of deliverables"),
        "documents upload / delete version": _("upload documents, delete versions"),
        "webhook/robot config": _("set up group robots"),
        "users, roles, org tree": _("keep people, departments and calendars"),
        "department score / 协同先锋奖 decide": _("decide on department scores and awards"),
        "audit log read / verify": _("read and verify the record"),
        "archive project / case library publish": _("archive the project, publish it as a case"),
    }
