"""The chart of an objective, as coordinates: baseline and target as lines, what was measured as points, the due day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tongzhou.projects.queries.objectives import ObjectiveRow

LEFT, RIGHT, TOP, BOTTOM = 10, 78, 14, 24
HEADROOM = Decimal("0.12")


@dataclass(frozen=True)
class Level:
    """A horizontal line with what it stands for."""

    y: float
    text: str


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Everything that the drawing needs, in its own units. `way` leads from the baseline to the target on the due day."""

    width: int
    height: int
    right: float
    floor: float
    baseline: Level | None
    target: Level | None
    way: tuple[float, float, float, float] | None
    due: Point | None
    points: tuple[Point, ...]
    line: str
    first: str
    last: str
    label: str


def chart_of(row: ObjectiveRow, width: int = 640, height: int = 220) -> Chart | None:
    """Return the drawing of an objective; None where it has neither a target nor a measured value."""
    values = [one.value for one in row.measured] + [value for value in (row.baseline, row.target) if value is not None]
    if row.target is None and not row.measured:
        return None
    days = [one.on for one in row.measured] + [day for day in (row.begins, row.due) if day is not None]
    scale = _Scale(width, height, days, values)
    points = tuple(
        Point(scale.x(one.on), scale.y(one.value), f"{one.on:%Y-%m-%d} {row.told(one.value)}") for one in row.measured
    )
    way = None
    if row.baseline is not None and row.target is not None and row.begins and row.due and row.begins < row.due:
        way = (scale.x(row.begins), scale.y(row.baseline), scale.x(row.due), scale.y(row.target))
    said = [row.name, row.says, *(point.text for point in points[-3:])]
    return Chart(
        width,
        height,
        width - RIGHT,
        height - BOTTOM,
        Level(scale.y(row.baseline), row.told(row.baseline)) if row.baseline is not None else None,
        Level(scale.y(row.target), row.told(row.target)) if row.target is not None else None,
        way,
        Point(scale.x(row.due), TOP, f"{row.due:%m-%d}") if row.due else None,
        points,
        " ".join(f"{point.x},{point.y}" for point in points),
        f"{scale.first:%Y-%m-%d}",
        f"{scale.last:%Y-%m-%d}",
        "，".join(text for text in said if text),
    )


class _Scale:
    """Days to x and values to y, in tenths of a unit; one day or one value stands in the middle of some room."""

    def __init__(self, width: int, height: int, days: list[date], values: list[Decimal]) -> None:
        self.width, self.height = width, height
        self.first, self.last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 1, 2))
        if self.first == self.last:
            self.first, self.last = self.first - timedelta(1), self.last + timedelta(1)
        low, high = min(values), max(values)
        room = (high - low) * HEADROOM or max(abs(high) * HEADROOM, Decimal(1))
        self.low, self.high = low - room, high + room

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(LEFT + share * (self.width - LEFT - RIGHT), 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self.low) / (self.high - self.low))
        return round(self.height - BOTTOM - share * (self.height - TOP - BOTTOM), 1)
