"""What typed dates and durations do to a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.engine.daymode import duration_of_days, finish_of_day, shown_start, start_of_day
from tongzhou.plan.actions.commands.sheet import DAY, Sheet
from tongzhou.plan.queries.tree import Item

MOST_NOTICES = 12


def apply_dates(sheet: Sheet, row: Item, parsed: Mapping[str, Any]) -> str:
    """Milestone, start, duration, finish, in this order: a finish sets the duration, a start moves the finish.

    Returns why the finish is refused; "" if it is not.
    """
    sheet.typed.add(row.id)
    if parsed.get("milestone", row.is_milestone) != row.is_milestone:
        _turn(row, parsed["milestone"])
    if row.is_milestone:
        if {"start", "finish"} & parsed.keys():
            row.typed_start = row.typed_finish = parsed.get("finish") or parsed.get("start")
        return ""
    if "start" in parsed:
        row.typed_start, row.typed_finish = parsed["start"], None
        _tell_day_off(sheet, row)
    if "duration" in parsed:
        row.duration, row.typed_finish = parsed["duration"], None
    if parsed.get("finish") is not None:
        return _finish(sheet, row, parsed)
    if "finish" in parsed:
        row.typed_finish = None
    return ""


def _turn(row: Item, into_milestone: bool) -> None:
    """Make a task a milestone on its last day, or a milestone a task of one day."""
    row.is_milestone = into_milestone
    row.duration = 0 if into_milestone else DAY
    if into_milestone and row.typed_start is not None:
        row.typed_start = row.typed_finish = row.finish or row.typed_finish or row.typed_start
    elif not into_milestone:
        row.typed_finish = None


def _finish(sheet: Sheet, row: Item, parsed: Mapping[str, Any]) -> str:
    """A finish sets the duration; with a duration beside it, it sets the start."""
    finish, calendar = parsed["finish"], sheet.calendar_of(row)
    start = parsed.get("start")
    if start is None and ("duration" in parsed or (row.id < 0 and row.typed_start is None)):
        row.typed_start = shown_start(calendar, calendar.add(finish_of_day(calendar, finish).instant, -row.duration))
        row.typed_finish = finish
        return ""
    start = start or row.actual_start or row.start or row.typed_start or finish
    if finish < start:
        return _("The finish is before the start.")
    row.duration = duration_of_days(calendar, start, finish)
    row.typed_start, row.typed_finish = row.typed_start or start, finish
    return ""


def _tell_day_off(sheet: Sheet, row: Item) -> None:
    if row.typed_start is None or not row.duration or len(sheet.notices) > MOST_NOTICES:
        return
    snapped = start_of_day(sheet.calendar_of(row), row.typed_start)
    if snapped.moved:
        message = _("%(day)s is no working day: work starts on %(next)s.")
        sheet.notices.append(message % {"day": row.typed_start, "next": snapped.day})
