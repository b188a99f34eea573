"""The rhythm by which progress is synced: set by the organisation and by projects, kept as slots that are due."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.progress import access
from tongzhou.progress.events import SyncRhythmChanged
from tongzhou.progress.models import SyncBeat, SyncRhythm
from tongzhou.progress.queries.beats import REMINDER_KINDS, SLOT_KINDS, URGENCIES, KeptBeat, Rhythm, following_of, kept_beats
from tongzhou.projects.access import can_manage_organisation, standing
from tongzhou.projects.models import Project
from tongzhou.rhythm.actions import cancel_due, cancel_rhythm, set_due, set_rhythm
from tongzhou.rhythm.queries import due_at, slot_of
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LONGEST_LEAD = 1440
FIELDS = (
    "urgent_weekday", "urgent_at", "urgent_day_off", "regular_weekday", "regular_at", "regular_day_off", "lead_minutes",
)  # fmt: skip


def set_sync_rhythm(*, by: User | System, project: Project | None, rhythm: Rhythm | None, now: datetime) -> None:
    """Set when the tasks of a project are synced, or (None) of all projects without a rhythm of their own.

    :param rhythm: None: as the organisation again.
    :raises Refused: if `by` may not, or a value is none.
    """
    if isinstance(by, User):
        require(can_manage_organisation(by) if project is None else access.can_set_rhythm(standing(by, project)))
    _check(rhythm)
    with transaction.atomic():
        lock_syncs()
        row = SyncRhythm.objects.filter(project=project).first()
        old = _values(row or SyncRhythm.objects.get(is_organisation=True))
        if rhythm is None and project is not None:
            for beat in SyncBeat.objects.filter(rhythm__project=project):
                _drop(beat)
            SyncRhythm.objects.filter(project=project).delete()
        else:
            values = {name: getattr(rhythm or Rhythm(), name) for name in FIELDS}
            SyncRhythm.objects.update_or_create(project=project, defaults=values | {"is_organisation": project is None})
        new = _values(SyncRhythm.objects.filter(project=project).first() or SyncRhythm.objects.get(is_organisation=True))
        label = project.name if project else _("Organisation")
        subject = Subject("project", project.pk, label) if project else Subject("organisation", None, label)
        change = ChangeOf("sync_rhythm", project.pk if project else 0, label, *differences(old, new))
        key = project.pk if project else None
        record(SyncRhythmChanged(key), by=by, now=now, subject=subject, project=key, changes=[change])
        keep_beats(now)


def keep_beats(now: datetime) -> None:
    """Let a slot be due for each rhythm and calendar that projects follow. Called each hour, and whenever one changes.

    What is right already is left as it is. Where the reminder's time is over, the next one waits.
    """
    with transaction.atomic():
        organisation = lock_syncs()
        wanted = {(organisation, None), *following_of(timezone.localtime(now).date())}
        rows = {(row.rhythm_id, row.calendar_id): row for row in SyncBeat.objects.all()}
        for key, row in rows.items():
            if key not in wanted:
                _drop(row)
        missing = sorted((rhythm or 0, calendar or 0) for rhythm, calendar in wanted - rows.keys())
        SyncBeat.objects.bulk_create(SyncBeat(rhythm_id=rhythm, calendar_id=calendar or None) for rhythm, calendar in missing)
        for kept in kept_beats(timezone.localtime(now).date()):
            for urgency in URGENCIES:
                _keep(kept, urgency, now)


def follow_calendar_of_project(event: int) -> None:
    """Handler of events after which a project's days off are others: its slots are looked for on its calendar."""
    keep_beats(clock.now())


def remind_next(kept: KeptBeat, urgency: str, now: datetime) -> None:
    """Let the reminder of the slot that comes be due, or where its time is over that of the slot after."""
    kind, lead = REMINDER_KINDS[urgency], kept.beat.rule.lead
    at = kept.beat.after(urgency, now)
    if at is not None and at - lead <= now:
        at = kept.beat.after(urgency, at)
    if at is None or not lead:
        cancel_due(kind, kept.row.pk)
    else:
        set_due(kind, kept.row.pk, max(at - lead, now))


def _keep(kept: KeptBeat, urgency: str, now: datetime) -> None:
    kind, key, slot = SLOT_KINDS[urgency], kept.row.pk, kept.beat.rule.slot(urgency)
    if slot_of(kind, key) != slot:
        set_rhythm(kind, key, slot)
    waits = due_at(REMINDER_KINDS[urgency], key)
    if waits is None or waits > now:
        remind_next(kept, urgency, now)


def _drop(row: SyncBeat) -> None:
    for urgency in URGENCIES:
        cancel_rhythm(SLOT_KINDS[urgency], row.pk)
        cancel_due(REMINDER_KINDS[urgency], row.pk)
    row.delete()


def lock_syncs() -> int:
    """Let nobody else close or keep before the transaction ends; return the organisation's row."""
    row, _made = SyncRhythm.objects.get_or_create(is_organisation=True, project=None)
    return SyncRhythm.objects.select_for_update().get(pk=row.pk).pk


def _values(row: SyncRhythm) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in FIELDS}


def _plain(value: object) -> object:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _check(rhythm: Rhythm | None) -> None:
    if rhythm is None:
        return
    for name in ("urgent_weekday", "regular_weekday"):
        if getattr(rhythm, name) not in (None, *range(7)):
            raise Refused("weekday-invalid", _("Choose a day of the week, or every day."), name)
    for name in ("urgent_day_off", "regular_day_off"):
        if getattr(rhythm, name) not in SyncRhythm.DayOff.values:
            raise Refused("day-off-invalid", _("Choose what happens on a day off."), name)
    if not 0 <= rhythm.lead_minutes <= LONGEST_LEAD:
        raise Refused("lead-range", _("At most a day before."), "lead_minutes")
