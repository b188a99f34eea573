"""What the frame of every page shows: the sidebar's projects, the head of a project's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.lib import clock
from tongzhou.lib.params import day_asked
from tongzhou.lib.web import project_address
from tongzhou.meetings.access import has_meetings
from tongzhou.people.models import User
from tongzhou.plan.queries import Outlook, outlook, status_date
from tongzhou.plan.queries.deliverables import has_deliverables
from tongzhou.projects.access import asked_of, rules_of, visible_project
from tongzhou.projects.models import Project
from tongzhou.projects.queries import pins_of, team_of

OK, WATCH, ALARM = "ok", "watch", "alarm"


@dataclass(frozen=True)
class Header:
    """The head of a project's pages."""

    lead: str
    manager: str
    people: tuple[str, ...]
    light: str
    """Empty while there is no plan to judge."""
    as_of: date
    pinned: bool
    start: date | None
    finish: date | None
    stage: str
    """Its word; empty in a light project, which has none before its end."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the sidebar's projects and the head of the project in the address. Evaluated when a template asks."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    header = _once(lambda: _header(request, user))
    return {
        "nav": _once(lambda: entries(request.path, audits=user.is_administrator)),
        "administers": _administers(request.path) if user.is_administrator else "",
        "sidebar_projects": _once(lambda: tuple(pins_of(user, clock.today()))),
        "project_header": header,
        "work_tabs": _once(lambda: work_tabs(request)),
        "start_tabs": _once(lambda: start_tabs(request, user)),
        "in_project": lambda: header() is not None,
    }


def _administers(path: str) -> str:
    """Return where an administrator is: here on her page, near it, or elsewhere."""
    if path == _address("administration"):
        return "here"
    return "near" if path in map(_address, NEAR) else "elsewhere"


NEAR = (
    *("organisation", "background", "deliveries", "choice_defaults"),
    *("escalation_limits", "organisation_rhythm", "paper_settings"),
)
"""Pages that the administrator's page leads to, and that stand nowhere else."""


NAVIGATION = (
    ("workbench", "layout-dashboard", _("My workbench"), _("Workbench")),
    ("inbox", "inbox", _("Messages"), _("Messages")),
    ("my_tasks", "list-check", _("My tasks"), _("Tasks")),
    ("projects", "folder", _("Projects"), _("Projects")),
    ("departments", "building-community", _("Departments"), _("Departments")),
)
BELOW = {"departments": ("/people/", "/calendars/")}
"""Addresses that belong to a place without standing below it."""
WORK_TABS = (
    ("tracking", _("Table")),
    ("board", _("Board")),
    ("syncs", _("Syncs")),
    ("blocks", _("Blocks")),
    ("exceptions", _("Exceptions")),
    ("deliverables", _("Deliverables")),
    ("confirmations", _("Confirmations")),
    ("cases", _("Escalations")),
)
"""What stands below the tab of a project's execution."""
START_TABS: tuple[tuple[str, Promise, str | Callable[[Project], bool]], ...] = (
    ("project_start", _("Basic information"), ""),
    ("objectives", _("Objectives"), "objectives"),
    ("project_scope", _("Scope"), "scope"),
    ("project_roles", _("Roles and rights"), "seats"),
    ("communication", _("Communication plan"), "communication"),
    ("commitments", _("Resource commitments"), "commitments"),
    ("meetings", _("Kickoff and minutes"), has_meetings),
    ("charter", _("Charter"), "charter"),
    ("memo", _("Collaboration memo"), "memo"),
    ("duty_statement", _("Duty statement"), "duty-statement"),
    ("papers", _("Papers"), ""),
)
"""What stands below the tab of a project's initiation: address, word, and what the project must be asked for
(access.ASKED) or what says whether it has it."""
AUDIT = (("audit", "history", _("Record across projects"), _("Record")),)


@dataclass(frozen=True)
class Entry:
    """A place of the sidebar; `short` is its word on a phone. `on`: one is there or below."""

    href: str
    icon: str
    word: str
    short: str
    on: bool


def entries(path: str, *, audits: bool = False) -> tuple[Entry, ...]:
    """Return the sidebar's places as seen from the address `path`; `audits`: with the record across projects."""
    found, elsewhere = [], path == _address("organisation")
    for name, icon, word, short in (*NAVIGATION, *(AUDIT if audits else ())):
        href = _address(name)
        below = (*(() if href == "/" else (href,)), *BELOW.get(name, ()))
        found.append(Entry(href, icon, str(word), str(short), path == href or (path.startswith(below) and not elsewhere)))
    return tuple(found)


@dataclass(frozen=True)
class WorkTab:
    """A page of a project's execution; `on`: one is there or below."""

    href: str
    word: str
    on: bool


def work_tabs(request: HttpRequest) -> tuple[WorkTab, ...]:
    """Return the pages of the execution of the project in the address."""
    match = request.resolver_match
    number = match.kwargs.get("number") if match else None
    if not number:
        return ()
    light = not _listed(request, number)
    hrefs = [(project_address(name, number), str(word)) for name, word in WORK_TABS if name != "deliverables" or not light]
    return tuple(WorkTab(href, word, request.path.startswith(href)) for href, word in hrefs)


def _listed(request: HttpRequest, number: str) -> bool:
    """Whether the project lists deliverables: it is asked for them, or has some, or one is looking at the list."""
    user = getattr(request, "user", None)
    project = visible_project(user, number) if isinstance(user, User) else None
    if project is None or "deliverables" in asked_of(project) or request.path == project_address("deliverables", number):
        return True
    return has_deliverables(project)


def start_tabs(request: HttpRequest, user: User) -> tuple[WorkTab, ...]:
    """Return the pages of the initiation of the project in the address; none where there is but one."""
    match = request.resolver_match
    number = match.kwargs.get("number") if match else None
    project = visible_project(user, number) if number else None
    if project is None:
        return ()
    asked = asked_of(project)
    there = ((name, word) for name, word, key in START_TABS if (key(project) if callable(key) else not key or key in asked))
    rows = [(project_address(name, project.number), str(word)) for name, word in there]
    on = max((href for href, _word in rows if request.path.startswith(href)), key=len, default="")
    return tuple(WorkTab(href, word, href == on) for href, word in rows) if len(rows) > 1 else ()


@cache
def _address(name: str) -> str:
    return reverse(name)


def _once(make: Callable[[], Any]) -> Callable[[], Any]:
    kept: list[Any] = []

    def answer() -> Any:
        if not kept:
            kept.append(make())
        return kept[0]

    return answer


def _header(request: HttpRequest, user: User) -> Header | None:
    match = request.resolver_match
    number = match.kwargs.get("number") if match else None
    project = visible_project(user, number) if number else None
    return header_of(project, status_date(project, day_asked(request))) if project else None


def header_of(project: Project, as_of: date) -> Header:
    found, team = outlook(project, as_of), team_of(project)
    return Header(
        lead=team.lead,
        manager=team.manager,
        people=team.people,
        light=found.derive("light", lambda: light_of(found)) if found.items else "",
        as_of=as_of,
        pinned=project.status_date is not None,
        start=project.starts_on or found.derive("start", lambda: _first(found)),
        finish=project.ends_on or found.finish,
        stage=_stage_word(project),
    )


def _stage_word(project: Project) -> str:
    quiet = not rules_of(project).seats and project.stage != Project.Stage.CLOSED
    return "" if quiet else str(project.get_stage_display())


def _first(found: Outlook) -> date | None:
    return min((at.start for at in found.dates.values()), default=None)


def light_of(found: Outlook) -> str:
    """告警 when the project's own deviation is marked; 关注 when a task is marked or late; else 正常."""
    if found.total is not None and found.total.marked:
        return ALARM
    marked = any(judged.marked for judged in found.deviations.values())
    return WATCH if marked or any(item.leaf and found.is_late(item) for item in found.items) else OK
