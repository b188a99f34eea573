"""For which slot a person owes a word about each of her tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Max
from django.utils import timezone

from tongzhou.progress.models import ProgressUpdate
from tongzhou.progress.queries.beats import Beat, beats_of
from tongzhou.progress.queries.misses import misses
from tongzhou.progress.queries.owed import TaskRow
from tongzhou.progress.queries.syncing import RUNNING

OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class SlotOwed:
    """The slot that a task waits for; `missed`: it is over, and nothing was said since."""

    at: datetime
    missed: bool = False


@dataclass(frozen=True, slots=True)
class _Coming:
    """The next slot, from when on a report counts for it, and the day until which tasks that begin are asked for."""

    at: datetime
    counts_from: datetime
    until: date

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def slots_owed(rows: Collection[TaskRow], now: datetime) -> dict[int, SlotOwed]:
    """Return the slot of each task about which something is to be said: one that was missed, else the next one.

    What is said for the next slot already is left out, as are milestones, what does not begin before the slot after it, and
    projects that have not begun by then. A project that is looked at as of a day in the past is asked as on that day. At most
    five queries.
    """
    rows = [row for row in rows if not row.milestone and row.state not in OVER]
    if not rows:
        return {}
    missed = _missed([row.id for row in rows])
    coming = _coming_slots([row for row in rows if row.id not in missed], now)
    said = _said(coming, now)
    found = {key: SlotOwed(at, missed=True) for key, at in missed.items()}
    for key, slot in coming.items():
        if key not in said or said[key] < slot.counts_from:
            found[key] = SlotOwed(slot.at)
    return found


def _missed(keys: list[int]) -> dict[int, datetime]:
    """Return the last slot at which each task was missed and nothing was said since. One query."""
    rows = misses().filter(work_item__in=keys, late=None).order_by()
    return dict(rows.values_list("work_item").annotate(Max("result__round__slot_at")))


def _coming_slots(rows: list[TaskRow], now: datetime) -> dict[int, _Coming]:
    beats = beats_of({(row.project, row.calendar) for row in rows}) if rows else {}
    kept: dict[tuple[int, str, date | None], _Coming | None] = {}
    found = {}
    for row in rows:
        where = (row.project, row.urgency, row.day)
        if where not in kept:
            kept[where] = _coming(beats[row.project], row.urgency, as_of(row.day, now))
        slot, begins = kept[where], row.start or row.typed_start
        if slot is None or (row.project_start is not None and row.project_start > slot.day):
            continue
        if row.state in RUNNING or (begins is not None and begins <= slot.until):
            found[row.id] = slot
    return found


def _coming(beat: Beat, urgency: str, moment: datetime) -> _Coming | None:
    at = beat.after(urgency, moment)
    if at is None:
        return None
    after = beat.after(urgency, at) or at
    return _Coming(at, at - beat.rule.window, timezone.localtime(after).date())


def as_of(day: date | None, now: datetime) -> datetime:
    """Return the moment from which a project is looked at: now, or the beginning of its status date."""
    if day is None or day == timezone.localtime(now).date():
        return now
    return timezone.make_aware(datetime.combine(day, time(0)))


def _said(coming: dict[int, _Coming], now: datetime) -> dict[int, datetime]:
    """Return when a report was made on the tasks whose slot is near. One query, none where none is."""
    near = {key: slot.counts_from for key, slot in coming.items() if slot.counts_from <= now}
    if not near:
        return {}
    rows = ProgressUpdate.objects.filter(work_item__in=near, reported_at__gte=min(near.values())).order_by()
    return dict(rows.values_list("work_item").annotate(Max("reported_at")))
