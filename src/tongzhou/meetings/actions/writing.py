"""Writes: what the project says into the minutes, the text of each part, decisions and action items."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale
from tongzhou.meetings import events
from tongzhou.meetings.actions.common import LONGEST_TEXT, LONGEST_TITLE, checked_text, keep, open_meeting, stale
from tongzhou.meetings.models import ActionItem, AgendaItem, Decision, Meeting
from tongzhou.meetings.queries.live import SOURCES, live_of
from tongzhou.people.models import System, User
from tongzhou.projects.queries.comments import participants

MOST_ITEMS, MOST_ROWS = 30, 200


def take_minutes(*, by: User, meeting: Meeting, items: Collection[int] = (), now: datetime) -> Meeting:
    """Take what the project says now into the parts of the minutes: all of them, or those named (ids). Texts stay.

    :raises Refused: if `by` may not, or it is over.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        parts = [part for part in row.items.all() if part.key in SOURCES and (not items or part.pk in items)]
        live = live_of(row.project, [part.key for part in parts])
        changed = [part for part in parts if part.taken_at is None or part.live != live[part.key]]
        for part in changed:
            part.live, part.taken_at = live[part.key], now
        if not changed:
            return row
        AgendaItem.objects.bulk_update(changed, ["live", "taken_at"])
        keep(events.MinutesTaken(row.pk, [part.pk for part in changed]), row, {}, {}, by=by, now=now)
    return row


def write_part(*, by: User, item: AgendaItem, text: str, version: int, now: datetime) -> AgendaItem:
    """Write the text of a part, over the `version` that was read. What stood there before is on the record.

    :raises Refused: if `by` may not, it is over, the text is too long, or (Stale, with the text as it is now) somebody
        wrote since or removed it.
    """
    with transaction.atomic():
        meeting = open_meeting(by, item.meeting)
        row = _part(item)
        row.meeting = meeting
        text = checked_text(text, "text", LONGEST_TEXT, needed=False)
        if text == row.text:
            return row
        if row.version != version:
            by_name = row.edited_by.name if row.edited_by else ""
            raise stale({"version": row.version, "text": row.text, "edited_by": by_name})
        before = row.text
        row.text, row.version, row.edited_at, row.edited_by = text, row.version + 1, now, by
        row.save()
        event = events.MinutesWritten(meeting.pk, row.pk)
        keep(event, meeting, {"text": before}, {"text": text}, by=by, now=now, item=row)
    return row


def add_item(*, by: User | System, meeting: Meeting, title: str, now: datetime) -> AgendaItem:
    """Add a part to the agenda, at its end.

    :raises Refused: if `by` may not, it is over, there are too many, or the title cannot be.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        title = checked_text(title, "title", LONGEST_TITLE)
        orders = list(row.items.values_list("order", flat=True))
        if len(orders) >= MOST_ITEMS:
            raise Refused("too-many", _("There are enough of them: at most %(most)s.") % {"most": MOST_ITEMS}, "title")
        item = AgendaItem.objects.create(meeting=row, order=max(orders, default=0) + 1, title=title)
        keep(events.AgendaChanged(row.pk), row, {"title": ""}, {"title": title}, by=by, now=now, item=item)
    return item


def remove_item(*, by: User, item: AgendaItem, now: datetime) -> None:
    """Take a part that somebody added off the agenda, with what was written to it (it stays on the record).

    :raises Refused: if `by` may not, it is over, the part belongs to the kind of the meeting, or (Stale) it is gone.
    """
    with transaction.atomic():
        meeting = open_meeting(by, item.meeting)
        row = _part(item)
        if row.key:
            raise Refused("part-of-kind", _("This part belongs to the meeting. Leave its text empty instead."))
        before = {"title": row.title, "text": row.text}
        keep(events.AgendaChanged(meeting.pk), meeting, before, dict.fromkeys(before, ""), by=by, now=now, item=row)
        row.delete()


def add_decision(*, by: User, meeting: Meeting, text: str, now: datetime) -> Decision:
    """Write down what was decided.

    :raises Refused: if `by` may not, it is over, there are too many, or the text cannot be.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        text = checked_text(text, "decision", 1000)
        _room(row.decisions.count(), "decision")
        decision = Decision.objects.create(meeting=row, text=text)
        keep(events.ResolutionChanged(row.pk), row, {"decision": ""}, {"decision": text}, by=by, now=now)
    return decision


def remove_decision(*, by: User, decision: Decision, now: datetime) -> None:
    """Take a decision away again.

    :raises Refused: if `by` may not, or it is over.
    """
    with transaction.atomic():
        row = open_meeting(by, decision.meeting)
        if Decision.objects.filter(pk=decision.pk).delete()[0]:
            keep(events.ResolutionChanged(row.pk), row, {"decision": decision.text}, {"decision": ""}, by=by, now=now)


@dataclass(frozen=True)
class Task:
    """What is to be done, by whom (an id), and by which day."""

    what: str
    who: int
    due: date


def add_action(*, by: User, meeting: Meeting, task: Task, now: datetime) -> ActionItem:
    """Write down who does what by when.

    :raises Refused: if `by` may not, it is over, there are too many, she takes no part, the day lies before the meeting, or
        the text cannot be.
    """
    with transaction.atomic():
        row = open_meeting(by, meeting)
        what = checked_text(task.what, "what", 500)
        who = participants(row.project).filter(pk=task.who).first()
        if who is None:
            raise Refused("person-unknown", _("Choose people who take part in the project."), "who")
        if task.due < timezone.localtime(row.starts_at).date():
            raise Refused("before-meeting", _("Choose a day from that of the meeting on."), "due")
        _room(row.actions.count(), "what")
        action = ActionItem.objects.create(meeting=row, what=what, who=who, due=task.due)
        keep(events.ResolutionChanged(row.pk), row, {"action": ""}, {"action": _words(action)}, by=by, now=now)
    return action


def remove_action(*, by: User, action: ActionItem, now: datetime) -> None:
    """Take an action item away again.

    :raises Refused: if `by` may not, or it is over.
    """
    with transaction.atomic():
        row = open_meeting(by, action.meeting)
        if ActionItem.objects.filter(pk=action.pk).delete()[0]:
            keep(events.ResolutionChanged(row.pk), row, {"action": _words(action)}, {"action": ""}, by=by, now=now)


def _part(item: AgendaItem) -> AgendaItem:
    """Return a part as it is now that its meeting is locked.

    :raises Stale: if somebody took it off the agenda meanwhile.
    """
    found = AgendaItem.objects.select_related("edited_by").filter(pk=item.pk).first()
    if found is None:
        raise Stale("row-gone", _("Somebody else removed this in the meantime."))
    return found


def _room(count: int, field: str) -> None:
    if count >= MOST_ROWS:
        raise Refused("too-many", _("There are enough of them: at most %(most)s.") % {"most": MOST_ROWS}, field)


def _words(action: ActionItem) -> str:
    return f"{action.what} — {action.who.name} {action.due.isoformat()}"
