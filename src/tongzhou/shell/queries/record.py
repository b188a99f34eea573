"""The record filtered: what the address asks for, and what can be asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongzhou.lib.params import parse_day
from tongzhou.lib.prepared import Question
from tongzhou.plan.models import WorkItem
from tongzhou.shell.queries.feed import Said, sentences, sentences_beside
from tongzhou.timeline.queries import PAGE, Wanted, about_question, actions_of, entries, latest_about

LARGEST_ID = 2**63 - 1
EXPORTED = 5000
OBJECTS_EXPORTED = 2000
NAMES = ("person", "kind", "type", "first", "last", "q", "project")
SIGN_IN = "sign-in"


@dataclass(frozen=True)
class Feed:
    """A page of the record with its filter. `query` is the filter as an address says it; `older` the next page's."""

    entries: list[Said]
    asked: dict[str, str]
    people: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    types: list[tuple[str, str]]
    query: str
    older: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.query)

    @property
    def conditions(self) -> int:
        """How many fields of the filter are filled in besides the words."""
        return len(self.asked.keys() - {"q"})


def feed_of(
    given: Mapping[str, str], projects: list[int], thing: tuple[str, int] | None = None, *, outside: bool = False
) -> Feed:
    """Return the page of the record that an address asks for. Three queries."""
    asked = {name: given.get(name, "").replace("\0", "").strip()[:80] for name in NAMES}
    asked = {name: text for name, text in asked.items() if text}
    found = entries(_wanted(asked, given.get("before", ""), projects, thing, outside))
    query = urlencode(asked)
    older = urlencode(asked | {"before": str(found[-1].id)}) if len(found) == PAGE else ""
    said, actors = sentences_beside(found, actions_of(projects, outside=outside))
    people = [(str(key), name) for key, name in actors]
    return Feed(said, asked, people, list(groups().items()), [] if thing else types(outside=outside), query, older)


def whole_feed(given: Mapping[str, str], projects: list[int], *, outside: bool = False) -> list[Said]:
    """Return all that the address asks for, at most EXPORTED events with every changed field."""
    asked = {name: given.get(name, "").replace("\0", "").strip()[:80] for name in NAMES}
    wanted = _wanted(asked, "", projects, None, outside)
    return sentences(entries(wanted, limit=EXPORTED, most=OBJECTS_EXPORTED), None)


def changes_panel(request: HttpRequest, item: WorkItem) -> dict[str, Any]:
    """Return the panel of a task's drawer that says what changed it last: who, when, from what to what. Three queries."""
    found = latest_about(item.project_id, "work_item", item.pk)
    return {
        "template": "shell/task_changes.html",
        "entries": tuple(sentences(found)),
        "item": item.pk,
        "number": item.project.number,
    }


def changes_question(project: int, item: int) -> Question:
    """The first of what `changes_panel` asks, to be asked ahead."""
    return about_question(project, "work_item", item)


def groups() -> dict[str, str]:
    """Return the groups of kinds with their words: one for each room that has events, and the ways in."""
    words = {
        "plan": _("Plan"),
        "progress": _("Progress"),
        "people": _("People"),
        "projects": _("Project"),
        "exchange": _("Import"),
        "reports": _("Weekly report"),
        "escalations": _("Escalations"),
        "confirmations": _("Confirmations"),
        "charters": _("Charter"),
        "meetings": _("Meetings"),
        "resources": _("Resources"),
        "shell": _("Program access"),
        "notifications": _("Notices"),
        "signoffs": _("Sign-off"),
        "documents": _("Papers"),
        "rhythm": _("Background jobs"),
    }
    return {
        room: words.get(room, room) for room in (*words, *kinds_by_group()) if room in kinds_by_group() and room != SIGN_IN
    } | {SIGN_IN: _("Sign-in")}


def types(*, outside: bool = False) -> list[tuple[str, str]]:
    """Return the types of objects with their words; `outside`: with those that are in no project."""
    inside = [
        ("work_item", _("Task")),
        ("project", _("Project")),
        ("participation", _("Department taking part")),
        ("seat", _("Seat")),
        ("role", _("Role")),
        ("comment", _("Comment")),
        ("weekly_report", _("Weekly report")),
        ("block", _("Block")),
        ("exception_report", _("Exception")),
        ("case", _("Case")),
        ("confirmation", _("Confirmation")),
        ("meeting", _("Meeting")),
        ("agenda_item", _("Part of the minutes")),
        ("charter_part", _("Text of the charter")),
        ("deliverable", _("Deliverable")),
        ("commitment", _("Resource asked for")),
    ]
    of_all = [
        ("person", _("Person")),
        ("department", _("Department")),
        ("leave", _("Leave")),
        ("calendar", _("Calendar")),
        ("statutory_year", _("Statutory days")),
        ("organisation", _("Organisation")),
        ("project_template", _("Template")),
    ]
    return [*inside, *(of_all if outside else ())]


@lru_cache(maxsize=1)
def kinds_by_group() -> dict[str, frozenset[str]]:
    """Return the kinds of events by the room whose events.py has them; what is about signing in apart."""
    found: dict[str, set[str]] = {SIGN_IN: set()}
    for app in apps.get_app_configs():
        if not app.name.startswith("tongzhou.") or find_spec(f"{app.name}.events") is None:
            continue
        module = import_module(f"{app.name}.events")
        names = [
            name for name, one in vars(module).items() if isinstance(one, type) and one.__module__.startswith(module.__name__)
        ]
        for kind in (re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in names):
            found.setdefault(SIGN_IN if "sign-in" in kind or "signed-in" in kind else app.label, set()).add(kind)
    return {group: frozenset(kinds) for group, kinds in found.items()}


def _wanted(asked: Mapping[str, str], before: str, projects: list[int], thing: tuple[str, int] | None, outside: bool) -> Wanted:
    only = _key(asked.get("project", ""))
    return Wanted(
        projects=projects if only is None else [key for key in projects if key == only],
        outside=outside and only is None,
        thing=thing,
        type=asked.get("type", "") if asked.get("type", "") in dict(types(outside=True)) else "",
        actor=_key(asked.get("person", "")),
        kinds=kinds_by_group().get(asked.get("kind", ""), ()),
        first=parse_day(asked.get("first", "")),
        last=parse_day(asked.get("last", "")),
        text=asked.get("q", ""),
        before=_key(before),
    )


def _key(text: str) -> int | None:
    """Return the id that a text writes in ASCII digits, as far as databases count; None otherwise."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID else None
