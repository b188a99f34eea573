"""How people want to be told: their choices over the organisation's defaults, and the moment that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tongzhou.notifications.models import NoticeChoice
from tongzhou.notifications.queries.kinds import KINDS

Pace = NoticeChoice.Pace
WEEK = 7
FIELDS = ("pace", "hour", "weekday", "quiet", "quiet_from", "quiet_to", "quiet_days")


@dataclass(frozen=True)
class Choices:
    """What holds for a person. `switched` is {channel: {kind: wanted}}; what it does not name is as KINDS says."""

    switched: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    pace: str = Pace.NOW
    hour: int = 9
    weekday: int = 0
    quiet: bool = False
    quiet_from: time = time(20)
    quiet_to: time = time(8)
    quiet_days: tuple[int, ...] = ()
    own: bool = False

    def wants(self, kind: str, channel: str) -> bool:
        known = KINDS.get(kind)
        if known is not None and known.always:
            return True
        return bool(self.switched.get(channel, {}).get(kind, known.sent if known else True))


def choices_of(people: Iterable[int]) -> dict[int, Choices]:
    """Return what holds for each of these people. One query."""
    keys = list(people)
    rows = {row.person_id: row for row in NoticeChoice.objects.filter(Q(person__in=keys) | Q(is_organisation=True))}
    common = _over(Choices(), rows.get(None))
    return {key: replace(_over(common, rows[key]), own=True) if key in rows else common for key in keys}


def defaults() -> Choices:
    """Return the organisation's defaults. One query."""
    return _over(Choices(), NoticeChoice.objects.filter(is_organisation=True).first())


def _over(below: Choices, row: NoticeChoice | None) -> Choices:
    if row is None:
        return below
    names = {*below.switched, *row.switched}
    switched = {name: {**below.switched.get(name, {}), **row.switched.get(name, {})} for name in names}
    values: dict[str, Any] = {name: getattr(row, name) for name in FIELDS}
    return Choices(switched=switched, **{**values, "quiet_days": tuple(row.quiet_days)})


@dataclass(frozen=True)
class Moment:
    """When something goes out: at `at`, within a digest, or held back by quiet hours."""

    at: datetime
    digest: bool = False
    held: bool = False


def when(choices: Choices, now: datetime, *, urgent: bool) -> Moment:
    """Return when a person with these choices is told of what happens at `now` (aware)."""
    if urgent:
        return Moment(now)
    if choices.pace == Pace.NOW:
        at = after_quiet(choices, now)
        return Moment(at, held=at > now)
    return Moment(after_quiet(choices, _next_digest(choices, now)), digest=True)


def _next_digest(choices: Choices, now: datetime) -> datetime:
    local = timezone.localtime(now)
    for ahead in range(WEEK + 1):
        day = local.date() + timedelta(days=ahead)
        at = timezone.make_aware(datetime.combine(day, time(choices.hour)), local.tzinfo)
        if at > now and (choices.pace == Pace.DAILY or day.weekday() == choices.weekday):
            return at
    raise AssertionError("a week has every weekday")


def after_quiet(choices: Choices, at: datetime) -> datetime:
    """Return the first moment from `at` on that is outside the quiet hours."""
    if not choices.quiet:
        return at
    found = timezone.localtime(at)
    for _day in range(WEEK + 2):
        end = _quiet_until(choices, found)
        if end is None:
            return found if found != timezone.localtime(at) else at
        found = end
    return at


def _quiet_until(choices: Choices, local: datetime) -> datetime | None:
    """Return the end of the quiet hours in which a local moment lies, if it lies in some."""
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        if choices.quiet_days and day.weekday() not in choices.quiet_days:
            continue
        begin = timezone.make_aware(datetime.combine(day, choices.quiet_from), local.tzinfo)
        ends_on = day if choices.quiet_to > choices.quiet_from else day + timedelta(days=1)
        end = timezone.make_aware(datetime.combine(ends_on, choices.quiet_to), local.tzinfo)
        if begin <= local < end:
            return end
    return None
