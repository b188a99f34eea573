"""The data cut of a weekly report: what was true of the plan at the end of a day, frozen. Shares are Fractions 0..1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongzhou.reports.queries.weeks import Week


@dataclass(frozen=True)
class Judged:
    """Planned against actual. `points` as they are shown, in percentage points, + behind; `marked`, `asked`: by the engine."""

    planned: Fraction
    actual: Fraction
    points: Fraction
    marked: bool
    asked: bool


@dataclass(frozen=True)
class Advance:
    """By how many percentage points the project went on within the week, and should have."""

    actual: Fraction
    planned: Fraction


@dataclass(frozen=True)
class TaskRow:
    """A task on the day of the cut. `late_days`: calendar days by which its forecast lies after the baseline."""

    id: int
    name: str
    owner: str
    department: str
    state: str
    start: date
    finish: date
    baseline_finish: date | None
    actual_finish: date | None
    late_days: int
    judged: Judged | None
    said: str


@dataclass(frozen=True)
class DepartmentRow:
    """A department's share of the work, by the same weights as the project. `complete`: all of it is done."""

    name: str
    planned: Fraction
    actual: Fraction
    complete: bool


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone; without a work item that carries it there is no forecast and no state."""

    name: str
    due: date
    forecast: date | None = None
    state: str = ""
    item: int | None = None


@dataclass(frozen=True)
class AskRow:
    """A problem or a call for help that was reported within the week."""

    item: int
    task: str
    day: date
    reporter: str
    problem: str
    help_needed: str
    help_department: str


@dataclass(frozen=True)
class RiskRow:
    item: int
    task: str
    owner: str
    text: str


@dataclass(frozen=True)
class Filing:
    """Whether the people of a department who had work this week reported on all of it."""

    department: str
    people: tuple[str, ...]
    missing: tuple[str, ...]
    unowned: int


@dataclass(frozen=True)
class Cut:
    """Everything that the report of one week says. `weeks` are those that have a report, the latest first."""

    number: str
    project: str
    week: Week
    weeks: tuple[Week, ...]
    as_of: date
    compiled_by: str
    reported_until: date | None
    has_tasks: bool
    complete: bool
    total: Judged | None
    advance: Advance | None
    finish: date | None
    baseline_finish: date | None
    done_count: int
    due_count: int
    blocked: int
    departments: tuple[DepartmentRow, ...]
    milestones: tuple[MilestoneRow, ...]
    done: tuple[TaskRow, ...]
    coming: tuple[TaskRow, ...]
    deviating: tuple[TaskRow, ...]
    late: tuple[TaskRow, ...]
    added: tuple[TaskRow, ...]
    asks: tuple[AskRow, ...]
    risks: tuple[RiskRow, ...]
    filings: tuple[Filing, ...]

    @property
    def week_number(self) -> int:
        """The number of the week, counted from the plan's first."""
        return self.week.since(self.weeks[-1]) + 1

    @property
    def unexplained(self) -> tuple[TaskRow, ...]:
        """Marked tasks whose owners are asked for a cause and have not given one."""
        return tuple(row for row in self.deviating if row.judged is not None and row.judged.asked and not row.said)
