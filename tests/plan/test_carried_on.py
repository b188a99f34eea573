"""What is computed from the version before is what would be computed from nothing, whoever wrote, on whatever connection."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from support.cast import NOW, Cast, launch_project, make_cast, small_table
from support.elsewhere import elsewhere
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.actions import change_person, take_leave
from tongzhou.people.models import Leave, System, WorkCalendar
from tongzhou.plan.actions import Asked, Report, bring_in, cut_baseline, record_progress, run_command
from tongzhou.plan.actions.scheduling import locked_plan, reschedule
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.plan.queries import grid
from tongzhou.plan.queries.baselines import _known as lines_kept
from tongzhou.plan.queries.grid import Drawn, plan_parts
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.outlook import _cache as kept
from tongzhou.progress.queries.board import board_parts
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project

SEEDS = int(os.environ.get("TONGZHOU_EXAMPLES", "3"))
STEPS = 60
DAY = date(2024, 4, 2)
AT = NOW + timedelta(days=32)
CELLS = {
    "name": ["甲", "乙“丙”", "丁\\戊"],
    "start": ["4/6", "4月12日", "2024-05-01", ""],
    "finish": ["4/16", "2024.5.9", ""],
    "duration": ["3天", "2w", "4h", "1天"],
    "owner": ["郑十", "zhouqi", ""],
    "department": ["研发部", "市场部", ""],
    "predecessors": ["1.1", "1.2FS+2d;1.1SS", "2完成后1天", "1FS+3天内", ""],
    "milestone": ["是", "否"],
    "deadline": ["4/30", ""],
    "remark": ["记", ""],
}


def answers(cast: Cast, project: Project, days: list[date]) -> list[bytes]:
    """What people are shown: the grid as it is, strict, beside the first baseline, and the board."""
    fresh, drawn = Project.objects.get(pk=project.pk), (None, Drawn(strict=True), Drawn(baseline=0))
    shown = [plan_parts(fresh, day, one) for day in days for one in drawn]
    shown += [board_parts(cast.manager, fresh, day) for day in days]
    return [b"".join(part.body for part in parts) for parts in shown]


def computed(project: Project, days: list[date]) -> list[dict[str, Any]]:
    """Everything that outlooks say, but for what is kept beside it."""
    fresh = Project.objects.get(pk=project.pk)
    return [{name: value for name, value in vars(outlook(fresh, day)).items() if name not in BESIDE} for day in days]


BESIDE = {"told", "carried", "grounds", "days", "calendars", "kept"}


def compared(cast: Cast, project: Project, days: list[date]) -> tuple[list[bytes], list[bytes]]:
    """Return what this process shows, which carries on, and what one would that knows nothing. The first goes on as it was."""
    shown, said = answers(cast, project, days), computed(project, days)
    before, lines = dict(kept), dict(lines_kept)
    kept.clear()
    lines_kept.clear()
    fresh = answers(cast, project, days)
    assert said == computed(project, days)
    for known, was in ((kept, before), (lines_kept, lines)):
        known.clear()
        known.update(was)
    return shown, fresh


def command(cast: Cast, project: Project, name: str, **body: Any) -> None:
    with clock.pretend(AT), suppress(Refused):
        run_command(by=cast.manager, project=project, asked=Asked(name, body), now=AT)


def cells(dice: random.Random, ids: list[int]) -> list[dict[str, Any]]:
    names = dice.sample(list(CELLS), dice.choice([1, 1, 2]))
    return [
        {"id": key, "field": name, "value": dice.choice(CELLS[name])}
        for key in dice.sample(ids, dice.choice([1, 1, 3]))
        for name in names
    ]


def reported(cast: Cast, project: Project, dice: random.Random) -> None:
    leaf = dice.choice(list(WorkItem.objects.filter(project=project, children=None).order_by("pk")))
    state = dice.choice(["todo", "doing", "doing", "blocked", "done", "cancelled"])
    percent = 10000 if state == "done" else 0 if state == "todo" else dice.choice([100, 3300, 9900])
    day = DAY - timedelta(days=dice.choice([0, 0, 0, 2, 9]))
    with clock.pretend(AT), suppress(Refused):
        record_progress(by=cast.manager, item=leaf, report=Report(state, percent), status_date=day, now=AT)


def imported(cast: Cast, project: Project, dice: random.Random) -> None:
    items, links = small_table(cast)
    with clock.pretend(AT), suppress(Refused):
        bring_in(
            by=cast.manager,
            project=project,
            items=[replace(one, name=f"{one.name}{dice.random()}") for one in items],
            links=links,
            now=AT,
        )


def left(cast: Cast, project: Project, dice: random.Random) -> None:
    """Let some work follow its owner, who goes on leave."""
    WorkItem.objects.filter(project=project, owner=cast.owner).update(follows_owner=dice.choice([True, True, False]))
    first = DAY + timedelta(days=dice.randrange(20))
    Leave.objects.filter(user=cast.owner).delete()
    with clock.pretend(AT), suppress(Refused):
        take_leave(by=cast.owner, person=cast.owner, days=(first, first + timedelta(days=3)), now=AT)
    with transaction.atomic():
        reschedule(project, locked_plan(project))


def calendar(cast: Cast, project: Project, dice: random.Random) -> None:
    pattern, version = dice.choice(["one_day", "two_days"]), dice.randrange(10**6)
    WorkCalendar.objects.update_or_create(is_organisation=True, defaults={"name": "历", "pattern": pattern, "version": version})


def rules(cast: Cast, project: Project, dice: random.Random) -> None:
    values = {"deviation_threshold": Decimal(dice.choice([3, 10, 40])), "deviation_guard": dice.choice([True, False])}
    with clock.pretend(AT):
        change_basics(by=cast.manager, project=project, values=values, now=AT)


def begun(cast: Cast, project: Project, dice: random.Random) -> None:
    with clock.pretend(AT):
        starts = date(2024, 3, dice.randrange(1, 28))
        change_basics(by=cast.manager, project=project, values={"starts_on": starts}, now=AT)


def rebased(cast: Cast, project: Project, dice: random.Random) -> None:
    with transaction.atomic():
        plan = locked_plan(project)
        cut_baseline(by=cast.manager, project=project, now=AT)
        reschedule(project, plan)


def renamed(cast: Cast, project: Project, dice: random.Random) -> None:
    change_person(by=System(), person=cast.owner, values={"name": dice.choice(["郑十", "安一", "左七"])}, now=AT)


def unlinked(cast: Cast, project: Project, dice: random.Random) -> None:
    with transaction.atomic():
        Dependency.objects.filter(pk=dice.choice(Dependency.objects.filter(project=project).order_by("pk")).pk).delete()
        reschedule(project, locked_plan(project))


def write_at_random(cast: Cast, project: Project, dice: random.Random) -> None:
    ids = list(WorkItem.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))
    leaves = list(WorkItem.objects.filter(project=project, children=None).order_by("pk").values_list("pk", flat=True))
    place = {"parent": dice.choice([None, *ids]), "before": None}
    some = dice.sample(ids, 2)
    commands: list[Callable[[], None]] = [
        lambda: command(cast, project, "set", cells=cells(dice, leaves)),
        lambda: command(cast, project, "undo"),
        lambda: command(cast, project, "redo"),
        lambda: command(cast, project, dice.choice(["indent", "outdent"]), ids=some),
        lambda: command(cast, project, "move", ids=some[:1], **place),
        lambda: command(cast, project, "remove", ids=some[:1]),
        lambda: command(cast, project, "insert", rows=[{"name": "新"}], **place),
    ]
    others = [reported, imported, left, calendar, rules, begun, rebased, renamed, unlinked]
    writes = [*commands, *(lambda write=write: write(cast, project, dice) for write in others)]
    weights = [30, 3, 2, 1, 1, 1, 1, 30, *([1] * (len(others) - 1))]
    dice.choices(writes, weights)[0]()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_writes_show_what_nothing_known_would(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "BLOCK", 3)
    dice, cast = random.Random(seed), make_cast()
    project = launch_project(cast, DAY)
    for _step in range(STEPS):
        for _write in range(dice.choice([1, 1, 1, 2])):
            elsewhere(lambda: write_at_random(cast, project, dice))
        days = [DAY, *dice.choice([[], [], [DAY + timedelta(days=9)], [DAY - timedelta(days=10)]])]
        shown, fresh = compared(cast, project, days)
        assert shown == fresh


@pytest.mark.django_db(transaction=True)
def test_a_row_that_changed_alone_is_made_anew_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "BLOCK", 1)
    cast = make_cast()
    project = launch_project(cast, DAY)
    ours = Project.objects.get(pk=project.pk)
    before = outlook(ours, DAY)
    parts = grid.plan_parts(ours, DAY)
    leaf = next(item for item in before.items if item.leaf)
    elsewhere(lambda: command(cast, project, "set", cells=[{"id": leaf.id, "field": "name", "value": "另名"}]))
    after = outlook(ours, DAY)
    assert {item.id for item, was in zip(after.items, before.items, strict=True) if item is not was} == {leaf.id}
    assert after.grounds.result is before.grounds.result
    again = grid.plan_parts(ours, DAY)
    fresh = [part for part in again if part not in parts]
    above = [item for item in after.items if leaf.code.startswith(f"{item.code}.")]
    assert len(fresh) == 1 + 1 + len(above)


@pytest.mark.django_db(transaction=True)
def test_one_version_a_day_is_kept_and_so_many_rows() -> None:
    cast = make_cast()
    project = launch_project(cast, DAY)
    ours = Project.objects.get(pk=project.pk)
    kept.clear()
    for day in range(100):
        rows = len(outlook(ours, DAY + timedelta(days=day)).items)
    assert len(kept) == 64
    elsewhere(
        lambda: command(cast, project, "set", cells=[{"id": outlook(ours, DAY).items[0].id, "field": "name", "value": "二"}])
    )
    known: list[Outlook] = list(kept.values())
    outlook(ours, DAY + timedelta(days=99))
    assert len(kept) == 64
    assert sum(one.version for one in kept.values()) == sum(one.version for one in known) + 1
    assert rows * 64 >= sum(len(one.items) for one in kept.values())
