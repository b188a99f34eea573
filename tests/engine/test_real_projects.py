"""Thirteen real projects of the OR-AS database (Ghent): baselines, and what was done at every status date."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from tongzhou.engine.calendar import CalendarException, WorkingCalendar, instant
from tongzhou.engine.earned import ValuedLine, earned_value
from tongzhou.engine.progress import Baseline, BaselineLine, deviation, progress_at


def projects(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "scheduling" / "real_projects").glob("*.json.gz"))
    return [json.loads(gzip.decompress(file.read_bytes())) for file in files]


def calendar_of(project: dict[str, Any]) -> WorkingCalendar:
    hours = [hour for hour in range(24) if hour not in project["nonwork_hours"]]
    day = [(hour * 60, hour * 60 + 60) for hour in hours]
    week = {weekday: day for weekday in range(7) if weekday not in project["nonwork_days"]}
    holidays = [date(int(text[4:8]), int(text[2:4]), int(text[:2])) for text in project["holidays"]]
    return WorkingCalendar(week, [CalendarException(holiday, holiday, ()) for holiday in holidays])


def when(text: str) -> int:
    return instant(datetime.fromisoformat(text))


def baseline_of(project: dict[str, Any]) -> Baseline:
    """Starts as stored, durations in working hours, weights the durations."""
    calendar = calendar_of(project)
    lines = []
    for act in project["acts"]:
        start, minutes = when(act["start"]), round(act["dur"] * 60)
        lines.append(BaselineLine(act["id"], None, start, calendar.add(start, minutes), minutes, not minutes))
    return Baseline(tuple(lines), {"std": calendar}, "std")


def statuses(project: dict[str, Any]) -> Iterator[tuple[int, dict[int, Fraction]]]:
    for period in project["periods"]:
        done = {int(act): Fraction(round(row["pc"] * 10000), 10000) for act, row in period["acts"].items()}
        yield when(period["end"]), done


def test_planned_progress_of_real_projects_rises_from_nothing_to_all(shared_data: Path) -> None:
    for project in projects(shared_data):
        baseline = baseline_of(project)
        start, finish = min(line.start for line in baseline.lines), max(line.finish for line in baseline.lines)
        steps = [start + (finish - start) * k // 20 for k in range(21)]
        shares = [progress_at(baseline, {}, step).planned[None] for step in steps]
        assert (shares[0], shares[-1]) == (0, 1)
        assert shares == sorted(shares)


def test_about_a_tenth_of_real_status_cells_is_marked(shared_data: Path) -> None:
    """The rule (more than 10 points) marks a useful share of what real projects reported, not half of it."""
    marked = cells = 0
    for project in projects(shared_data):
        baseline = baseline_of(project)
        for status, done in statuses(project):
            found = progress_at(baseline, done, status)
            known = [line.id for line in baseline.lines if line.id in done]
            marked += sum(deviation(found.planned[act], found.actual[act]).marked for act in known)
            cells += len(known)
    assert cells == 14_448
    assert Fraction(9, 100) < Fraction(marked, cells) < Fraction(12, 100)


def test_earned_schedule_of_real_projects(shared_data: Path) -> None:
    """Whatever the plan says for a moment is earned exactly then, or earlier where the plan stands still."""
    for project in projects(shared_data):
        baseline, calendar = baseline_of(project), calendar_of(project)
        costs = {act["id"]: round(act["cost"] * 100) for act in project["acts"]}
        if not any(costs.values()):
            continue
        for status, _ in list(statuses(project))[:5]:
            planned = progress_at(baseline, {}, status).planned
            lines = [ValuedLine(line.start, line.finish, costs[line.id], planned[line.id]) for line in baseline.lines]
            found = earned_value(calendar, lines, status)
            assert found.earned_value == found.planned_value
            assert found.earned_schedule <= found.actual_time
            assert found.spi in (None, 1)
