"""Changes of single tasks give what scheduling the changed plan as a whole gives."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plans import at, network
from engine.test_properties import CALENDARS, networks
from tongzhou.engine.cycles import CycleFound
from tongzhou.engine.incremental import Replan
from tongzhou.engine.network import Lag, Link, Network, Task
from tongzhou.engine.schedule import schedule

LAGS = (Lag(), Lag(300), Lag(-200), Lag(-2000), Lag(percent=50), Lag(percent=-30))


@st.composite
def plain(draw: st.DrawFn) -> Network:
    """Plans that are changed without scheduling the rest: one calendar, working lags, starts no earlier than a day."""
    count = draw(st.integers(1, 14))
    tasks = [Task(number, draw(st.sampled_from((0, 0, 1, 90, 480, 1000)))) for number in range(count)]
    for task in tasks:
        if task.duration and draw(st.integers(0, 4)) == 0:
            task.constraint, task.date = "SNET", at("2026-01-03 00:00") + draw(st.integers(0, 20)) * 700
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    links = [
        Link(*sorted(pair), draw(st.sampled_from(("FS", "SS", "FF", "SF"))), draw(st.sampled_from(LAGS)))
        for pair in draw(st.lists(pairs, max_size=24))
        if pair[0] != pair[1]
    ]
    order = draw(st.permutations(tasks))
    late = draw(st.sampled_from((None, at("2026-02-02 18:00"))))
    calendars = {"std": CALENDARS["std"]}
    return Network("any", at("2026-01-05 09:00"), list(order), links, calendars, "std", imposed_finish=late)


changes = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.one_of(
            st.sampled_from((0, 1, 90, 480, 960, 5000)).map(lambda minutes: ("duration", minutes)),
            st.one_of(st.none(), st.integers(0, 40).map(lambda step: at("2026-01-02 10:00") + step * 700)).map(
                lambda moment: ("start", moment)
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)


def follow(plan: Network, steps: list[tuple[int, tuple[str, int | None]]], block: int) -> None:
    replan = Replan(plan, block)
    tasks = [replace(task) for task in plan.tasks]
    leaves = [task for task in tasks if task.duration is not None]
    known = schedule(plan)
    for number, (what, value) in steps:
        task = leaves[number % len(leaves)]
        if what == "duration":
            task.duration = value or 0
            moved = replan.set_duration(task.id, task.duration)
        else:
            task.constraint, task.date = ("ASAP", None) if value is None else ("SNET", value)
            moved = replan.set_start(task.id, value)
        whole = schedule(replace(plan, tasks=tasks))
        assert {task.id: replan.dates(task.id) for task in tasks} == whole.tasks
        assert replan.finish == whole.finish
        differ = {
            key
            for key, dates in whole.tasks.items()
            if (dates.early_start, dates.early_finish) != (known.tasks[key].early_start, known.tasks[key].early_finish)
        }
        assert differ <= moved
        known = whole


@given(plain(), changes, st.sampled_from((1, 2, 3, 64)))
@settings(max_examples=250, deadline=None)
def test_plain_plans_follow_changes(plan: Network, steps: list[tuple[int, tuple[str, int | None]]], block: int) -> None:
    follow(plan, steps, block)


@given(networks(), changes)
@settings(max_examples=60, deadline=None)
def test_any_plan_follows_changes(plan: Network, steps: list[tuple[int, tuple[str, int | None]]]) -> None:
    follow(plan, steps, 2)


@pytest.mark.parametrize("seed", range(4))
def test_changes_of_a_plan_of_many_blocks(seed: int) -> None:
    """600 tasks that lead on to tasks nearby: most blocks move as a whole, up and down again."""
    dice = random.Random(seed)
    tasks = [Task(number, dice.choice((0, 240, 480, 960))) for number in range(600)]
    links = [
        Link(dice.randint(max(0, number - 12), number - 1), number, dice.choice(("FS", "FS", "FS", "SS", "FF")))
        for number in range(1, 600)
        for _ in range(dice.randint(0, 2) if number % 100 == 0 else 2)
    ]
    plan = network(tasks, links)
    steps: list[tuple[int, tuple[str, int | None]]] = []
    for _ in range(12):
        number = dice.choice([task.id for task in tasks if task.duration])
        day = plan.start + dice.randint(0, 90) * 1440
        for step in (("duration", dice.randint(1, 9) * 240), ("start", day), ("duration", 480), ("start", None)):
            steps.append((number, step))
    follow(plan, steps, 8)


def test_the_network_given_is_left_alone() -> None:
    plan = network([Task(1, 480), Task(2, 480)], [Link(1, 2)])
    replan = Replan(plan)
    assert replan.set_duration(1, 960) == {1, 2}
    assert [task.duration for task in plan.tasks] == [480, 480]
    assert replan.set_duration(1, 960) <= {1}
    assert replan.dates(2).driver is plan.links[0]


def test_circles_and_unknown_tasks_are_refused() -> None:
    with pytest.raises(CycleFound):
        Replan(network([Task(1, 480), Task(2, 480)], [Link(1, 2), Link(2, 1)]))
    with pytest.raises(KeyError):
        Replan(network([Task(1, 480)])).set_duration(7, 480)
    assert Replan(network([])).finish == network([]).start
