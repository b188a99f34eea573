"""Writes: working calendars, the calendar of a department, the statutory days of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR
from tongzhou.people.access import can_manage_people
from tongzhou.people.events import CalendarChanged, CalendarRemoved, DepartmentCalendarChosen, StatutoryYearAnnounced
from tongzhou.people.models import (
    CalendarDay,
    Department,
    StatutoryDay,
    StatutoryYear,
    System,
    User,
    WorkCalendar,
    fresh_version,
)
from tongzhou.people.queries.calendars import CalendarSpec, Hours, OwnDay, calendar_book
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

MOST_DAYS = 500
Looked = TypeVar("Looked")


def change_calendar(
    *, by: User | System, calendar: WorkCalendar | None = None, spec: CalendarSpec, now: datetime
) -> WorkCalendar:
    """Make a calendar, or make an existing one say what `spec` does. The plans that run on it follow after the commit.

    :raises Refused: if `by` may not, or the calendar would contradict itself or have no working time.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        kept, before, after = keep_calendar(calendar, spec)
        if before != after:
            change = ChangeOf("calendar", kept.pk, kept.name, before, after)
            subject = Subject("calendar", kept.pk, kept.name)
            record(CalendarChanged(kept.pk), by=by, now=now, subject=subject, changes=[change])
    return kept


def keep_calendar(
    calendar: WorkCalendar | None, spec: CalendarSpec
) -> tuple[WorkCalendar, dict[str, object], dict[str, object]]:
    """Check and store a calendar, in the caller's transaction; return it and what changed, before and after.

    :raises Refused: if the name is taken, the anchor is no Monday, hours or days overlap, or no working time is left.
    """
    name, anchor = _checked_name(calendar, spec.name), _checked_anchor(spec)
    hours, days = _checked_hours(spec.hours), _checked_days(spec.days)
    row = WorkCalendar.objects.select_for_update().get(pk=calendar.pk) if calendar is not None else WorkCalendar()
    old = _said(row) if row.pk else {}
    row.name, row.pattern, row.anchor, row.hours = name, spec.pattern, anchor, [list(part) for part in hours]
    row.version = fresh_version()
    row.save()
    row.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=row, first=own.first, last=own.last, working=own.working, name=own.name) for own in days
    )
    _check_working_time(row)
    return (row, *differences(old, _said(row)))


def remove_calendar(*, by: User | System, calendar: WorkCalendar, now: datetime) -> None:
    """Remove a calendar that nobody uses.

    :raises Refused: if `by` may not, or something runs on it, or it is the organisation's.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        if calendar.is_organisation or is_used(calendar):
            raise Refused("calendar-used", _("“%(name)s” is in use.") % {"name": calendar.name}, "name")
        subject = Subject("calendar", calendar.pk, calendar.name)
        change = ChangeOf("calendar", calendar.pk, calendar.name, {"name": calendar.name}, {"name": None})
        record(CalendarRemoved(calendar.pk), by=by, now=now, subject=subject, changes=[change])
        calendar.delete()


def choose_department_calendar(
    *, by: User | System, department: Department, calendar: WorkCalendar | None, now: datetime
) -> None:
    """Let a department and all below it without a calendar of their own work by `calendar`; None inherits.

    :raises Refused: if `by` may not.
    """
    require(isinstance(by, System) or can_manage_people(by))
    with transaction.atomic():
        row = Department.objects.select_for_update(of=("self",)).select_related("calendar").get(pk=department.pk)
        old = row.calendar
        if (old and old.pk) == (calendar and calendar.pk):
            return
        row.calendar = calendar
        row.save(update_fields=["calendar"])
        names = {"calendar": old.name if old else None}, {"calendar": calendar.name if calendar else None}
        change = ChangeOf("department", row.pk, row.name, *names)
        event = DepartmentCalendarChosen(row.pk, [one.pk for one in (old, calendar) if one is not None])
        record(event, by=by, now=now, subject=Subject("department", row.pk, row.name), changes=[change])


def announce_year(
    *, by: User | System, year: int, days: Sequence[tuple[date, bool, str]], source: str = "", now: datetime
) -> None:
    """Take a year's statutory days as announced: (day, worked, name), instead of those that were known of this notice.

    Days of the year before that belong to the notice (a New Year that begins in December) are taken too.
    :raises Refused: if `by` may not, the year is out of range, or there are no days.
    """
    require(isinstance(by, System) or can_manage_people(by))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("year-range", _("A day lies between 1970 and 2199."), "year")
    if not any(not worked for _day, worked, _name in days):
        raise Refused("days-missing", _("The notice names no day off."), "text")
    with transaction.atomic():
        # A December day of New Year belongs to the notice of the next year.
        known = StatutoryDay.objects.filter(day__year=year).exclude(day__month=12, name__startswith="元旦")
        old = {row.day.isoformat(): [row.working, row.name] for row in known}
        known.delete()
        StatutoryDay.objects.filter(day__in=[day for day, _worked, _name in days]).delete()
        StatutoryDay.objects.bulk_create(StatutoryDay(day=day, working=worked, name=name[:40]) for day, worked, name in days)
        StatutoryYear.objects.update_or_create(year=year, defaults={"announced": True, "source": source.strip()[:200]})
        WorkCalendar.objects.filter(is_organisation=True).update(version=fresh_version())
        fresh = {day.isoformat(): [worked, name] for day, worked, name in days}
        before, after = differences(old | dict.fromkeys(set(fresh) - set(old)), fresh | dict.fromkeys(set(old) - set(fresh)))
        change = ChangeOf("statutory_year", year, str(year), before, after)
        event, subject = StatutoryYearAnnounced(year, len(days)), Subject("statutory_year", year, str(year))
        record(event, by=by, now=now, subject=subject, changes=[change])


def as_if(change: Callable[[], object], look: Callable[[], Looked]) -> Looked:
    """Return what `look` sees after `change`, and take the change back: what a page says before it is saved.

    :raises Refused: as `change`.
    """
    with transaction.atomic():
        change()
        seen = look()
        transaction.set_rollback(True)
    return seen


def is_used(calendar: WorkCalendar) -> bool:
    """Whether a department, a project or a task runs on the calendar."""
    relations = (relation for relation in WorkCalendar._meta.related_objects if relation.related_model is not CalendarDay)
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: calendar}).exists() for relation in relations
    )


def _checked_name(calendar: WorkCalendar | None, text: str) -> str:
    name = text.strip()
    if not name:
        raise Refused("name-missing", _("A calendar needs a name."), "name")
    if WorkCalendar.objects.filter(name=name).exclude(pk=calendar.pk if calendar else 0).exists():
        raise Refused("name-taken", _("There is a calendar “%(name)s” already.") % {"name": name}, "name")
    return name


def _checked_anchor(spec: CalendarSpec) -> date | None:
    if spec.pattern not in WorkCalendar.Pattern.values:
        raise Refused("pattern-unknown", _("There is no such pattern."), "pattern")
    if spec.pattern != WorkCalendar.Pattern.ALTERNATING:
        return None
    if spec.anchor is None:
        raise Refused("anchor-missing", _("Name the Monday of a week in which Saturday is worked."), "anchor")
    if spec.anchor.weekday() != 0:
        raise Refused("anchor-not-monday", _("%(day)s is no Monday.") % {"day": spec.anchor.isoformat()}, "anchor")
    return spec.anchor


def _checked_hours(hours: Hours) -> Hours:
    ordered = tuple(sorted(hours))
    if any(not 0 <= begin < end <= 24 * 60 for begin, end in ordered):
        raise Refused("hours-invalid", _("Working hours lie between 00:00 and 24:00 and end after they begin."), "hours")
    if any(first[1] > second[0] for first, second in pairwise(ordered)):
        raise Refused("hours-overlap", _("Working hours overlap."), "hours")
    return ordered


def _checked_days(days: tuple[OwnDay, ...]) -> tuple[OwnDay, ...]:
    if len(days) > MOST_DAYS:
        raise Refused("days-many", _("A calendar has at most %(count)s runs of its own days.") % {"count": MOST_DAYS}, "days")
    for own in days:
        if own.last < own.first:
            raise Refused("days-order", _("%(day)s: the last day is before the first.") % {"day": own.first}, "days")
        if own.first.year < FIRST_YEAR or own.last.year > LAST_YEAR:
            raise Refused("day-range", _("A day lies between 1970 and 2199."), "days")
    ordered = tuple(sorted(days, key=lambda own: (own.first, own.last)))
    for one, other in pairwise(ordered):
        if other.first <= one.last:
            raise Refused("days-overlap", _("%(day)s is named twice.") % {"day": other.first.isoformat()}, "days")
    return ordered


def _check_working_time(row: WorkCalendar) -> None:
    """Let pass a calendar that has working time in every ten years."""
    calendar = calendar_book().calendar((row.pk,))
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if not calendar.working_days(date(year, 1, 1), date(year + 9, 12, 31)):
            raise Refused("calendar_empty", _("This calendar would have no working time within ten years."), "days")


def _said(row: WorkCalendar) -> dict[str, object]:
    days = [f"{own.first} – {own.last} {'+' if own.working else '−'} {own.name}".strip() for own in row.days.order_by("first")]
    hours = [f"{begin // 60:02}:{begin % 60:02}–{end // 60:02}:{end % 60:02}" for begin, end in row.hours]
    return {"name": row.name, "pattern": row.pattern, "anchor": row.anchor, "hours": hours, "days": days}
