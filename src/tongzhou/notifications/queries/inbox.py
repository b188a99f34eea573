"""The inbox: what a person was told and may still see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.registry import PANELS
from tongzhou.notifications.access import visible_to
from tongzhou.notifications.models import Notice
from tongzhou.notifications.queries.kinds import KINDS
from tongzhou.people.models import User

PAGE = 50
LARGEST = 2**63 - 1
COLUMNS = ("pk", "kind", "title", "text", "link", "project_id", "urgent", "at", "read_at")


@dataclass(frozen=True)
class Row:
    """A notice as it is shown; times and words are ready."""

    id: int
    kind: str
    word: str
    icon: str
    title: str
    text: str
    link: str
    project: int | None
    number: str
    project_name: str
    urgent: bool
    at: datetime
    read_at: datetime | None
    when: str

    @property
    def unread(self) -> bool:
        return self.read_at is None


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; `before` is the id of the last notice of the page before."""

    unread: bool = True
    kind: str = ""
    project: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class Inbox:
    """A page of notices, the latest first. `kinds` and `projects` count what is unread, with their words."""

    rows: list[Row]
    unread: int
    kinds: list[tuple[str, str, int]]
    projects: list[tuple[int, str, int]]
    older: int | None
    latest: int
    wanted: Wanted = field(default_factory=Wanted)


def inbox_of(user: User, wanted: Wanted) -> Inbox:
    """Return a page of the inbox. Three queries."""
    counted = list(visible_to(user).filter(read_at=None).order_by().values_list("kind", "project_id").annotate(Count("pk")))
    found = list(chosen(user, wanted).values_list(*COLUMNS)[: PAGE + 1])
    names = _project_names({row[5] for row in found} | {project for _kind, project, _n in counted})
    rows = [row_of(values, names) for values in found[:PAGE]]
    return Inbox(
        rows=rows,
        unread=sum(count for _kind, _project, count in counted),
        kinds=[(name, kind_word(name), count) for name, count in _sums(counted, 0).items()],
        projects=[(key, names[key][1], count) for key, count in _sums(counted, 1).items() if key in names],
        older=rows[-1].id if len(found) > PAGE else None,
        latest=max((row.id for row in rows), default=0),
        wanted=wanted,
    )


def chosen(user: User, wanted: Wanted) -> QuerySet[Notice]:
    """Return the notices that are wanted, the latest first."""
    rows = visible_to(user).order_by("-pk")
    if wanted.unread:
        rows = rows.filter(read_at=None)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.project is not None:
        rows = rows.filter(project_id=wanted.project)
    return rows.filter(pk__lt=wanted.before) if wanted.before is not None else rows


def unread_count(user: User) -> int:
    """Return how many notices are unread. One query."""
    return visible_to(user).filter(read_at=None).count()


def row_of(values: tuple[Any, ...], names: Mapping[int | None, tuple[str, str]]) -> Row:
    """Return a notice (COLUMNS) as it is shown."""
    pk, kind, title, text, link, project, urgent, at, read_at = values
    number, name = names.get(project, ("", ""))
    icon = KINDS[kind].icon if kind in KINDS else "bell"
    return Row(pk, kind, kind_word(kind), icon, title, text, link, project, number, name, urgent, at, read_at, _when(at))


def rows_of(notices: QuerySet[Notice]) -> list[Row]:
    """Return these notices as they are shown. Two queries."""
    found = list(notices.values_list(*COLUMNS))
    names = _project_names({row[5] for row in found})
    return [row_of(values, names) for values in found]


def kind_word(kind: str) -> str:
    return str(KINDS[kind].word) if kind in KINDS else _("Message")


def _sums(counted: list[tuple[Any, ...]], place: int) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for row in counted:
        found[row[place]] = found.get(row[place], 0) + row[2]
    return found


def _project_names(keys: set[int | None]) -> dict[int | None, tuple[str, str]]:
    """Return number and name of projects; the room of projects knows them."""
    wanted = [key for key in keys if key is not None]
    found: dict[int | None, tuple[str, str]] = {}
    for names_of in PANELS.at("project_names") if wanted else ():
        told: Any = names_of(wanted)
        found |= told
    return found


def _when(at: datetime) -> str:
    """Return a time of today as 14:05, an earlier one as 03-21 14:05."""
    local, today = timezone.localtime(at), clock.today()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"
