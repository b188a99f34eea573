"""Reads: people, departments, and the working calendar of the organisation."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Count, Max, Q, QuerySet

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.people.models import Department, SignInLink, StatutoryDay, User

NINE_TO_SIX = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


def working_calendar() -> WorkingCalendar:
    """Return the organisation's calendar: the standard week with the statutory days. One query; compiled once a content."""
    seen = StatutoryDay.objects.aggregate(last=Max("day"), days=Count("day"), working=Count("day", filter=Q(working=True)))
    return _compiled(seen["last"], seen["days"], seen["working"])


@lru_cache(maxsize=4)
def _compiled(last: date | None, days: int, working: int) -> WorkingCalendar:
    rows = StatutoryDay.objects.values_list("day", "working")
    return WorkingCalendar(
        STANDARD_WEEK, [CalendarException(day, day, NINE_TO_SIX if is_working else ()) for day, is_working in rows]
    )


def days_off(first: date, last: date) -> tuple[list[tuple[date, date, str]], list[date]]:
    """Return the named holidays between two days as (first, last, name) runs, and the make-up working days."""
    runs: list[tuple[date, date, str]] = []
    makeup: list[date] = []
    for day, working, name in StatutoryDay.objects.filter(day__range=(first, last)).values_list("day", "working", "name"):
        if working:
            makeup.append(day)
        elif runs and runs[-1][2] == name and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    return runs, makeup


def departments() -> QuerySet[Department]:
    return Department.objects.select_related("parent").annotate(head_count=Count("people", filter=Q(people__is_active=True)))


def people(search: str = "") -> QuerySet[User]:
    """Return the active people, by pinyin; `search` looks in name, login, number and department."""
    found = User.objects.filter(is_active=True).select_related("department")
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(login__icontains=search)
            | Q(employee_number__icontains=search)
            | Q(department__name__icontains=search)
        )
    return found


def link_by_token(token: str, now: datetime) -> SignInLink | None:
    """Return the unused, unexpired link of `token`, or None."""
    found = SignInLink.objects.select_related("user", "user__department").filter(
        token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=now, user__is_active=True
    )
    return found.first()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
