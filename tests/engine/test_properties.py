"""What holds for every plan: work keeps its order and its hours, and the order of the input tells nothing."""

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plans import FULL_DAY, ROUND_THE_CLOCK, STANDARD, at, off
from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar
from tongzhou.engine.network import Lag, Link, Network, Task
from tongzhou.engine.schedule import schedule

CALENDARS = {
    "std": WorkingCalendar(STANDARD_WEEK, [off("2026-01-07", "2026-01-09"), off("2026-01-10", "2026-01-10", FULL_DAY)]),
    "night": WorkingCalendar({day: [(0, 360), (1320, 1440)] for day in range(7)}),
    "always": ROUND_THE_CLOCK,
}


@st.composite
def networks(draw: st.DrawFn, constrained: bool = True, own: bool = True) -> Network:
    """Up to nine leaves, two summaries; links run from lower to higher leaves, and into a summary of higher leaves."""
    count = draw(st.integers(1, 9))
    tasks = [Task(100, None), Task(101, None, parent=100)]
    for number in range(count):
        task = Task(number, draw(st.sampled_from((0, 0, 1, 90, 480, 1000))))
        task.calendar = draw(st.sampled_from((None, "night", "always"))) if own else None
        if number >= count - 2:
            task.parent = draw(st.sampled_from((None, 100, 101)))
        if constrained and draw(st.integers(0, 4)) == 0:
            task.constraint = draw(st.sampled_from(("ALAP", "SNET", "FNET", "SNLT", "FNLT", "MSO", "MFO")))
            task.date = at("2026-01-05 00:00") + draw(st.integers(0, 20)) * 700
        tasks.append(task)
    links = []
    for _ in range(draw(st.integers(0, 12)) if count > 1 else 0):
        source, target = sorted(draw(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))))
        kind = draw(st.sampled_from(("FS", "SS", "FF", "SF")))
        lag = draw(st.sampled_from((Lag(), Lag(300), Lag(-200), Lag(600, elapsed=True), Lag(percent=50))))
        if source != target:
            links.append(Link(source, target, kind, lag))
    if count > 3 and draw(st.booleans()):
        links.append(Link(0, 100, draw(st.sampled_from(("FS", "SS")))))
    return Network("any", at("2026-01-05 09:00"), tasks, links, CALENDARS, "std")


def work_of(network: Network, task: Task) -> WorkingCalendar:
    return network.calendars[task.calendar or network.calendar]


@given(networks(constrained=False))
def test_nothing_starts_before_its_predecessors_allow(network: Network) -> None:
    answer, tasks = schedule(network), {task.id: task for task in network.tasks}
    for link in network.links:
        if tasks[link.successor].duration is None or link.lag.elapsed:
            continue
        before, after = answer.tasks[link.predecessor], answer.tasks[link.successor]
        calendar = work_of(network, tasks[link.successor])
        begin = before.early_finish if link.kind[0] == "F" else before.early_start
        end = after.early_finish if link.kind[1] == "F" else after.early_start
        lag = link.lag.minutes
        if link.lag.percent:
            lag = (2 * (tasks[link.predecessor].duration or 0) * link.lag.percent + 100) // 200
        assert calendar.between(begin, end) >= lag
        assert after.early_start >= network.start


@given(networks())
def test_work_lies_in_working_time(network: Network) -> None:
    """Starts on the start side, finishes on the finish side, the duration between them."""
    answer = schedule(network)
    for task in network.tasks:
        dates, calendar = answer.tasks[task.id], work_of(network, task)
        if task.duration:
            for start, finish in ((dates.early_start, dates.early_finish), (dates.late_start, dates.late_finish)):
                assert start == calendar.start_of(calendar.worked(start))
                assert finish == calendar.finish_of(calendar.worked(finish))
                assert calendar.between(start, finish) == task.duration
            assert dates.total_slack == calendar.between(dates.early_start, dates.late_start)


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_input_tells_nothing(network: Network, random: Random) -> None:
    tasks, links = list(network.tasks), list(network.links)
    random.shuffle(tasks)
    random.shuffle(links)
    first, second = schedule(network), schedule(replace(network, tasks=tasks, links=links))
    for task in network.tasks:
        assert first.tasks[task.id]._replace(driver=None) == second.tasks[task.id]._replace(driver=None)
    assert (first.start, first.finish) == (second.start, second.finish)


@given(networks(constrained=False, own=False))
def test_without_dates_on_one_calendar_slack_is_never_negative(network: Network) -> None:
    """With several calendars it may be: late milestones lie on the evening side, as in Microsoft Project."""
    answer = schedule(network)
    slacks = [answer.tasks[task.id].total_slack for task in network.tasks if task.duration is not None]
    assert min(slacks) >= 0
    assert all(dates.free_slack >= 0 for dates in answer.tasks.values())


@given(networks(constrained=False), st.integers(1, 2000))
def test_more_work_never_ends_earlier(network: Network, more: int) -> None:
    """Of links that bind starts: a longer task whose finish is bound begins earlier, and so may what begins with it."""
    network = replace(network, links=[link for link in network.links if link.kind[1] == "S"])
    longer = [replace(task, duration=task.duration + more) if task.duration else task for task in network.tasks]
    assert schedule(replace(network, tasks=longer)).finish >= schedule(network).finish


def test_days_off_are_really_off() -> None:
    assert not CALENDARS["std"].is_working_day(date(2026, 1, 8))
    assert STANDARD.is_working_day(date(2026, 1, 8))
