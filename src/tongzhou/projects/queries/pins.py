"""The person's projects with light and progress, as the frame and the workbench show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.reading import read_once
from tongzhou.people.models import User
from tongzhou.projects.access import takes_part
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.timeline.models import Event


@dataclass(frozen=True)
class Pin:
    """A project beside something else.

    Percents 0..100 and points behind, None where nothing is planned; `light` is empty without a plan.
    """

    number: str
    name: str
    light: str
    actual: float | None
    planned: float | None
    behind: float | None


def pins_of(user: User, today: date, limit: int = 8) -> list[Pin]:
    """Return the projects in which `user` takes part, at most MOST, once a page.

    Those with an alarm come first, then the others as lately as something happened in them; what is done comes last.
    """
    rows = read_once(("pins", user.pk, today), lambda: _pinned(user.pk, today))
    return [_pin(row, today) for row in rows[:limit]]


def pins_question(user: User, today: date) -> Question:
    """What `pins_of` asks, to be asked ahead."""
    return _pinned.of(user.pk, today)


@prepared
def _pinned(user: Given, today: Given) -> QuerySet[Any, tuple[Any, ...]]:
    day = Coalesce(F("status_date"), today, output_field=DateField())
    place = Case(When(summary__alarm_from__lte=day, then=0), When(summary__state=ProjectSummary.State.DONE, then=2), default=1)
    latest = Event.objects.filter(project_id=OuterRef("pk")).order_by("-id").values("id")[:1]
    rows = Project.objects.filter(takes_part(user)).order_by(place, Subquery(latest).desc(nulls_last=True), "-pk")
    return rows.values_list("number", "name", "status_date", "deviation_threshold", *(f"summary__{name}" for name in SUMMARY))[
        :MOST
    ]


MOST = 12
SUMMARY = ("actual", "work", "worked", "curve_from", "curve", "watch_from", "alarm_from")


def _pin(row: tuple[Any, ...], today: date) -> Pin:
    number, name, pinned, threshold, *values = row
    if values[0] is None:
        return Pin(number, name, "", None, None, None)
    summary = ProjectSummary(**dict(zip(SUMMARY, values, strict=True)))
    day = pinned or today
    planned = summary.planned(day)
    return Pin(
        number,
        name,
        summary.light(day),
        summary.actual / 100,
        None if planned is None else planned / 100,
        summary.behind(day, threshold),
    )
