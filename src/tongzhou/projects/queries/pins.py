"""The person's projects with light and progress, as the frame and the workbench show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongzhou.people.models import User
from tongzhou.projects.access import taken_part_in
from tongzhou.projects.models import ProjectSummary


@dataclass(frozen=True)
class Pin:
    """A project beside something else. Percents 0..100, None where nothing is planned; `light` is empty without a plan."""

    number: str
    name: str
    light: str
    actual: float | None
    planned: float | None


def pins_of(user: User, today: date, limit: int = 8) -> list[Pin]:
    """Return the newest projects in which `user` takes part. One query."""
    columns = ("number", "name", "status_date", *(f"summary__{name}" for name in SUMMARY))
    return [_pin(row, today) for row in taken_part_in(user).values_list(*columns)[:limit]]


SUMMARY = ("actual", "curve_from", "curve", "watch_from", "alarm_from")


def _pin(row: tuple[object, ...], today: date) -> Pin:
    number, name, pinned, *values = row
    if values[0] is None:
        return Pin(str(number), str(name), "", None, None)
    summary = ProjectSummary(**dict(zip(SUMMARY, values, strict=True)))
    day = pinned if isinstance(pinned, date) else today
    planned = summary.planned(day)
    return Pin(str(number), str(name), summary.light(day), summary.actual / 100, None if planned is None else planned / 100)
