"""Thirteen real projects of the OR-AS database (Ghent): baselines, and what was done at every status date."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from tongzhou.engine.calendar import CalendarException, WorkingCalendar, instant
from tongzhou.engine.earned import ValuedLine, earned_value
from tongzhou.engine.network import Lag, Link, Network, Task
from tongzhou.engine.progress import Baseline, BaselineLine, deviation, progress_at
from tongzhou.engine.schedule import schedule

# How the files number the kinds of links.
KINDS = {0: "SS", 1: "SF", 2: "FS", 3: "FF"}


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


def network_of(project: dict[str, Any], calendar: WorkingCalendar) -> Network:
    """The links of a project, each activity not earlier than its stored start: it was placed there by hand."""
    acts = {act["id"] for act in project["acts"]}
    tasks = [Task(act["id"], round(act["dur"] * 60), None, "std", "SNET", when(act["start"])) for act in project["acts"]]
    links = [
        Link(link["f"], link["t"], KINDS[link["type"]], Lag(round(link["lag"] * 60)))
        for link in project["rels"]
        if acts >= {link["f"], link["t"]}
    ]
    return Network(project["file"], when(project["start"]), tasks, links, {"std": calendar}, "std")


def test_stored_baselines_are_reproduced(shared_data: Path, record_property: Callable[[str, object], None]) -> None:
    """Each stored start lies as many working hours after the project's as the file says, and the links move none."""
    count = 0
    for project in projects(shared_data):
        calendar, begins = calendar_of(project), when(project["start"])
        found = schedule(network_of(project, calendar)).tasks
        for act in project["acts"]:
            stored = when(act["start"])
            assert calendar.between(begins, stored) == round(act["cpmS"] * 60)
            assert calendar.worked(found[act["id"]].early_start) == calendar.worked(stored)
        count += len(project["acts"])
    assert count == 895
    record_property("counted", f"stored baselines: all {count} starts reproduced to the minute")


def test_planned_progress_at_every_status_date(shared_data: Path, record_property: Callable[[str, object], None]) -> None:
    """Planned % never falls from one status date to the next, and the weighted mean of the activities is the project's."""
    for project in projects(shared_data):
        baseline, told = baseline_of(project), []
        weight = sum(line.weight for line in baseline.lines)
        for status, _done in sorted(statuses(project), key=lambda pair: pair[0]):
            planned = progress_at(baseline, {}, status).planned
            parts = sum(planned[line.id] * line.weight for line in baseline.lines if not line.milestone)
            assert planned[None] == Fraction(parts, weight)
            told.append(planned[None])
        assert told == sorted(told)
        shown = " ".join(f"{float(share * 100):.1f}" for share in told)
        if told:
            record_property("counted", f"{project['file']}: planned % at {len(told)} status dates {shown}")


def test_about_a_tenth_of_real_status_cells_is_marked(
    shared_data: Path, record_property: Callable[[str, object], None]
) -> None:
    """The rule (more than 10 points) marks a useful share of what real projects reported, not half of it."""
    marked = cells = 0
    for project in projects(shared_data):
        baseline, here = baseline_of(project), []
        for status, done in statuses(project):
            found = progress_at(baseline, done, status)
            known = [line.id for line in baseline.lines if line.id in done]
            here.append(sum(deviation(found.planned[act], found.actual[act]).marked for act in known))
            cells += len(known)
        marked += sum(here)
        if here:
            record_property("counted", f"{project['file']}: marked tasks at each status date {' '.join(map(str, here))}")
    record_property("counted", f"marked: {marked} of {cells} status cells")
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
