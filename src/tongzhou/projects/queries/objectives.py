"""Reads: objectives and KPIs with what was measured, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tongzhou.lib.reading import read_once
from tongzhou.projects.models import Measurement, Objective, Project

REACHED, MISSED, BEHIND, ON_WAY, UNMEASURED = "reached", "missed", "behind", "on_way", "unmeasured"
HUNDRED = Decimal(100)
RANKS = ("名", "位", "位次")
"""Units in which a value that is the better the lower it is, is a place among others: 第5名."""


@dataclass(frozen=True)
class Measured:
    """A measured value."""

    id: int
    on: date
    value: Decimal
    note: str
    by: str
    version: int


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective or KPI as pages and papers show it, with its measured values, the oldest first."""

    id: int
    name: str
    metric: str
    baseline: Decimal | None
    target: Decimal | None
    unit: str
    falls: bool
    due: date | None
    owner_id: int | None
    owner: str
    owner_department: int | None
    is_kpi: bool
    version: int
    begins: date | None
    """From which day on it is measured: the project's first day."""
    measured: tuple[Measured, ...] = ()

    @property
    def says(self) -> str:
        """From where to where, with the unit: 15% → 25%, 第8名 → 第5名; 至少 5000台 without baseline; empty without target."""
        if self.target is None:
            return ""
        target = self.told(self.target)
        if self.baseline is not None:
            return f"{self.told(self.baseline)} → {target}"
        if self.is_rank:
            return _("%(value)s or better") % {"value": target}
        return (_("at most %(value)s") if self.falls else _("at least %(value)s")) % {"value": target}

    @property
    def is_rank(self) -> bool:
        """Whether its values are places among others."""
        return self.falls and self.unit in RANKS

    def told(self, value: Decimal) -> str:
        """Return a value in the row's unit as people say it: 25%, 5000台; of a place among others 第5名."""
        text = with_unit(value, self.unit)
        return _("place %(value)s") % {"value": text} if self.is_rank else text

    @property
    def lacks(self) -> tuple[str, ...]:
        """What a SMART objective has and this one has not, as words."""
        known = {
            "metric": (_("metric"), bool(self.metric)),
            "baseline": (_("baseline"), self.baseline is not None or self.is_kpi),
            "target": (_("target"), self.target is not None),
            "unit": (_("unit"), bool(self.unit) or self.target is None),
            "due": (_("due date"), self.due is not None),
            "owner": (_("owner"), self.owner_id is not None),
        }
        return tuple(str(word) for word, there in known.values() if not there)

    def latest(self, day: date) -> Measured | None:
        """Return the last value that was measured until `day`."""
        return next((one for one in reversed(self.measured) if one.on <= day), None)

    def share(self, value: Decimal) -> Decimal | None:
        """Return how much of the way from baseline to target a value is, in percent (below 0 and above 100, too)."""
        if self.target is None or self.baseline is None or self.target == self.baseline:
            return None
        return HUNDRED * (value - self.baseline) / (self.target - self.baseline)

    def expected(self, day: date) -> Decimal | None:
        """Return how much of the time until it is due has passed at the end of `day`, in percent from 0 to 100."""
        if self.due is None or self.begins is None or self.due <= self.begins:
            return None
        passed = HUNDRED * ((day - self.begins).days + 1) / ((self.due - self.begins).days + 1)
        return min(max(passed, Decimal(0)), HUNDRED)

    def meets(self, value: Decimal) -> bool:
        """True where a value is as good as the target, or better."""
        if self.target is None:
            return False
        return value <= self.target if self.falls else value >= self.target

    def state(self, day: date, threshold: Decimal) -> str:
        """Return reached, missed, behind, on_way or unmeasured as of a day.

        reached: the latest value meets the target. missed: it does not, and the due day is over. behind: on the day of its
        latest value more of the time had passed than of the way from baseline to target, by more than `threshold` percentage
        points. unmeasured: no value yet, and not due yet. on_way: everything else.
        """
        last = self.latest(day)
        if last is not None and self.meets(last.value):
            return REACHED
        if self.due is not None and day > self.due and self.target is not None:
            return MISSED
        if last is None:
            return UNMEASURED
        share, expected = self.share(last.value), self.expected(last.on)
        return BEHIND if share is not None and expected is not None and expected - share > threshold else ON_WAY


def objectives_of(project: Project, *, with_measured: bool = True) -> tuple[ObjectiveRow, ...]:
    """Return the project's objectives, then its KPIs, each in the order that people gave them.

    Two queries; one without what was measured.
    """
    return read_once(("objectives", project.pk, with_measured), lambda: _objectives(project, with_measured))


def _objectives(project: Project, with_measured: bool) -> tuple[ObjectiveRow, ...]:
    rows = Objective.objects.filter(project=project).values_list(*FIELDS)
    measured: dict[int, list[Measured]] = {}
    values = Measurement.objects.filter(objective__project=project).order_by("on")
    values = values if with_measured else values.none()
    for objective, key, on, value, note, by, version in values.values_list(*MEASURED):
        measured.setdefault(objective, []).append(Measured(key, on, value, note, by or "", version))
    return tuple(_row(cells, project.starts_on, tuple(measured.get(cells[0], ()))) for cells in rows)


def objectives_measured(project: Project) -> tuple[tuple[ObjectiveRow, bool], ...]:
    """Return the objectives without their values, each with whether any was measured. One query."""
    there = Exists(Measurement.objects.filter(objective=OuterRef("pk")))
    rows = Objective.objects.filter(project=project).annotate(there=there).values_list(*FIELDS, "there")
    return tuple((_row(cells[:-1], project.starts_on, ()), bool(cells[-1])) for cells in rows)


def plain_number(value: Decimal) -> str:
    """Return a decimal as people write it: 15, 0.5, 5000; no zeros at the end, no exponent."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def with_unit(value: Decimal, unit: str) -> str:
    """Return a value with its unit: 25%, 5000台."""
    return f"{plain_number(value)}{unit}"


def rounded(share: Decimal) -> int:
    """Return a percentage as a whole number, half up."""
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


FIELDS = (
    *("pk", "name", "metric", "baseline", "target", "unit", "falls", "due", "owner_id", "owner__name"),
    *("owner__department_id", "is_kpi", "version"),
)
NAMES = (
    *("id", "name", "metric", "baseline", "target", "unit", "falls", "due", "owner_id", "owner"),
    *("owner_department", "is_kpi", "version"),
)
MEASURED = ("objective_id", "pk", "on", "value", "note", "by__name", "version")


def _row(cells: tuple[Any, ...], begins: date | None, measured: tuple[Measured, ...]) -> ObjectiveRow:
    known = dict(zip(NAMES, cells, strict=True))
    return ObjectiveRow(**known | {"owner": known["owner"] or ""}, begins=begins, measured=measured)
