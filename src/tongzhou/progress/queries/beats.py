"""When tasks are synced: the rules of the organisation and of projects, and their slots on the right calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.slots import NeverOccurs, Slot, next_slot
from tongzhou.lib.waiting import WEEKDAYS
from tongzhou.people.queries import Book, calendar_book
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import SyncBeat, SyncRhythm
from tongzhou.projects.models import Project

URGENT, REGULAR = WorkItem.Urgency.URGENT.value, WorkItem.Urgency.REGULAR.value
URGENCIES = (URGENT, REGULAR)
INSTANT = timedelta(microseconds=1)
COUNTS = timedelta(hours=4)
"""A report so long before a slot counts for it; a reminder that goes out earlier lets reports count from then on."""
SLOT_KINDS = {URGENT: "sync-urgent", REGULAR: "sync-regular"}
REMINDER_KINDS = {URGENT: "sync-urgent-reminder", REGULAR: "sync-regular-reminder"}
LOOK_BACK = timedelta(days=40)


@dataclass(frozen=True)
class Rhythm:
    """When both urgencies are synced (weekday 0 Monday, None every day; local time; on a day off), and minutes of the reminder
    before (0: none)."""

    urgent_weekday: int | None = None
    urgent_at: time = time(17)
    urgent_day_off: str = "skip"
    regular_weekday: int | None = 4
    regular_at: time = time(17)
    regular_day_off: str = "before"
    lead_minutes: int = 120


@dataclass(frozen=True)
class Rule:
    """The slots of both urgencies, and how long before one is reminded."""

    urgent: Slot
    regular: Slot
    lead: timedelta

    def slot(self, urgency: str) -> Slot:
        return self.urgent if urgency == URGENT else self.regular

    @property
    def window(self) -> timedelta:
        """How long before a slot a report counts for it."""
        return max(COUNTS, self.lead)


@dataclass(frozen=True)
class Beat:
    """A rule on a calendar."""

    rule: Rule
    calendar: WorkingCalendar

    def after(self, urgency: str, moment: datetime) -> datetime | None:
        """Return the first slot after `moment`, None if there is none."""
        try:
            return next_slot(self.rule.slot(urgency), moment, self.calendar, timezone.get_default_timezone())
        except NeverOccurs:
            return None

    def comes_at(self, urgency: str, moment: datetime) -> bool:
        """Whether a slot is exactly at `moment`."""
        return self.after(urgency, moment - INSTANT) == moment

    def latest(self, urgency: str, since: datetime, now: datetime) -> datetime | None:
        """Return the last slot from `since` to `now`: of those that were missed only that one is caught up."""
        found, at = None, self.after(urgency, max(since, now - LOOK_BACK) - INSTANT)
        while at is not None and at <= now:
            found, at = at, self.after(urgency, at)
        return found


def beat_of(rhythm: Rhythm, calendar: int | None) -> Beat:
    """Return the beat of a rhythm that is known already, on a calendar. One query, and one more after a calendar changed."""
    return Beat(rule_of(rhythm), on_book(calendar_book(), calendar))


def rule_of(row: SyncRhythm | Rhythm) -> Rule:
    """Return the rule that a row says."""
    return Rule(
        _slot(row.urgent_weekday, row.urgent_at, row.urgent_day_off),
        _slot(row.regular_weekday, row.regular_at, row.regular_day_off),
        timedelta(minutes=row.lead_minutes),
    )


def _slot(weekday: int | None, at: object, day_off: str) -> Slot:
    pattern = "daily" if weekday is None else "weekly"
    return Slot(pattern, at, day_off=day_off, weekday=weekday)  # type: ignore[arg-type]


def rhythm_rows(projects: Collection[int] | None = None) -> dict[int | None, SyncRhythm]:
    """Return the rows of these projects (None: all), and under None the organisation's, which begins with 17:00. One query."""
    rows = SyncRhythm.objects.order_by("pk")
    if projects is not None:
        rows = rows.filter(Q(project=None) | Q(project__in=projects))
    found: dict[int | None, SyncRhythm] = {row.project_id: row for row in rows}
    found.setdefault(None, SyncRhythm(is_organisation=True))
    return found


def beats_of(projects: Iterable[tuple[int, int | None]]) -> dict[int, Beat]:
    """Return the beat of each project, given as (id, calendar). Two queries, and one more after a calendar changed."""
    wanted, book = dict(projects), calendar_book()
    rows = rhythm_rows(list(wanted))
    rules = {key: rule_of(row) for key, row in rows.items()}
    return {key: Beat(rules.get(key, rules[None]), on_book(book, calendar)) for key, calendar in wanted.items()}


def on_book(book: Book, calendar: int | None) -> WorkingCalendar:
    """Return the compiled calendar of a project, or the organisation's."""
    return book.calendar((calendar,) if calendar is not None and calendar != book.organisation else ())


@dataclass(frozen=True)
class KeptBeat:
    """A beat with its row, and the projects that follow it today."""

    row: SyncBeat
    beat: Beat
    projects: list[int]


def kept_beats(today: object) -> list[KeptBeat]:
    """Return every beat with the projects that are asked by it today: not those that are looked at as of a day in the past.

    Four queries, whatever the number of projects.
    """
    book, following = calendar_book(), following_of(today)
    return [
        KeptBeat(
            row, Beat(rule_of(row.rhythm), on_book(book, row.calendar_id)), following.get((row.rhythm_id, row.calendar_id), [])
        )
        for row in SyncBeat.objects.select_related("rhythm").order_by("pk")
    ]


def following_of(today: object) -> dict[tuple[int | None, int | None], list[int]]:
    """Return the projects of each (rhythm row, calendar); no rhythm row of its own: the organisation's. Two queries."""
    rows = rhythm_rows()
    found: dict[tuple[int | None, int | None], list[int]] = {}
    for key, calendar in _living(today).order_by("pk").values_list("pk", "calendar_id"):
        found.setdefault((rows.get(key, rows[None]).pk, calendar), []).append(key)
    return found


def _living(today: object) -> QuerySet[Project]:
    return Project.objects.filter(Q(status_date=None) | Q(status_date=today))


def beat_calendar(key: int) -> WorkingCalendar:
    """Return the calendar of a beat; the organisation's for one that is gone. Two queries."""
    return on_book(calendar_book(), SyncBeat.objects.filter(pk=key).values_list("calendar_id", flat=True).first())


def rhythm_said(values: dict[str, Any]) -> Rhythm:
    """Return the rhythm that a form's values say."""
    days = {name: int(values[name]) if values[name] else None for name in ("urgent_weekday", "regular_weekday")}
    return Rhythm(**values | days)


def rhythm_values(project: Project | None) -> tuple[dict[str, Any], bool]:
    """Return the rhythm that holds in a project (None: the organisation's) as a form has it, and whether it is its own."""
    rows = rhythm_rows([project.pk] if project is not None else [])
    row = rows.get(project.pk if project is not None else None) or rows[None]
    names = ("urgent_at", "urgent_day_off", "regular_at", "regular_day_off", "lead_minutes")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    for name in ("urgent_weekday", "regular_weekday"):
        day = getattr(row, name)
        values[name] = "" if day is None else str(day)
    return values, project is not None and row.project_id == project.pk


def rhythm_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Panel of "administration": lead to the organisation's rhythm, and say which holds. One query."""
    row = rhythm_rows([])[None]
    words = {"urgent": _at(row.urgent_weekday, row.urgent_at), "regular": _at(row.regular_weekday, row.regular_at)}
    note = _("Urgent tasks: %(urgent)s; regular tasks: %(regular)s") % words
    return {"href": reverse("organisation_rhythm"), "icon": "clock", "word": _("Sync rhythm"), "note": note}


def _at(weekday: int | None, at: time) -> str:
    return f"{_('Every day') if weekday is None else WEEKDAYS[weekday]()} {at:%H:%M}"
