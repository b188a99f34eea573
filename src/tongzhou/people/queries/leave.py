"""Reads: who is away, and who is asked instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from tongzhou.people.models import Leave, User


def asked_instead(user: User, on: date) -> User:
    """Return who is asked on that day: during leave the stand-in (the leave's own, else the person's), else `user`.

    One hop only; a disabled stand-in is never asked. Two queries at most.
    """
    leave = Leave.objects.filter(user=user, first__lte=on, last__gte=on).select_related("stand_in").first()
    if leave is None:
        return user
    for stand_in in (leave.stand_in, user.stand_in):
        if stand_in is not None and stand_in.is_active:
            return stand_in
    return user


def away(user_ids: Iterable[int], first: date, last: date) -> dict[int, list[tuple[date, date]]]:
    """Return who of these is on leave between two days (both included) and when, as whole leaves in order. One query."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Leave.objects.filter(user_id__in=set(user_ids), first__lte=last, last__gte=first).order_by("first", "pk")
    for user_id, starts, ends in rows.values_list("user_id", "first", "last"):
        found[user_id].append((starts, ends))
    return dict(found)


def leaves_of(person: User) -> list[Leave]:
    """Return a person's leaves, the latest first."""
    return list(Leave.objects.filter(user=person).select_related("stand_in")[:50])
