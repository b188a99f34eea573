"""What the parts of a template say of each other: keys that are there, one lead, no circle among the tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.engine.calendar import STANDARD_WEEK, WorkingCalendar
from tongzhou.engine.daymode import start_of_day
from tongzhou.engine.network import Lag, Link, Network, NetworkInvalid, Task
from tongzhou.engine.schedule import CycleFound, schedule
from tongzhou.exchange.queries.templates.document import Commitment, Deliverable, Document, Risk, minutes_of
from tongzhou.exchange.queries.templates.document import Task as Row
from tongzhou.exchange.queries.templates.shapes import Reading
from tongzhou.projects.actions.communication import is_secure

DEEPEST = 10
SOME_MONDAY = date(2024, 3, 4)


def check_references(document: Document, reading: Reading) -> None:
    """Say everything that does not fit together in a document whose values are right each by itself."""
    departments = _keys("departments", document.departments, reading)
    positions = _keys("positions", document.positions, reading)
    tasks = _keys("tasks", document.tasks, reading)
    _check_departments(document, reading)
    _check_positions(document, departments, reading)
    _check_tasks(document, departments, positions, tasks, reading)
    _check_lists(document, departments, positions, tasks, reading)
    _check_spans(document, reading)
    if not reading.problems:
        _check_links(document, reading)


def _check_lists(
    document: Document, departments: dict[str, int], positions: dict[str, int], tasks: dict[str, int], reading: Reading
) -> None:
    for place, one in enumerate(document.objectives):
        _refer(reading, f"objectives[{place}].owner", one.owner, positions)
        if one.falls and not one.is_lower_better:
            reading.say(f"objectives[{place}].falls", _("The target is above the baseline: the lower cannot be the better."))
    for name, lines in (("included", document.scope.included), ("excluded", document.scope.excluded)):
        for place, line in enumerate(lines):
            _refer(reading, f"scope.{name}[{place}].department", line.department, departments)
    tied: tuple[tuple[str, Sequence[Deliverable | Commitment | Risk]], ...] = (
        ("deliverables", document.deliverables),
        ("commitments", document.commitments),
        ("risks", document.risks),
    )
    for name, rows in tied:
        for place, row in enumerate(rows):
            _refer(reading, f"{name}[{place}].department", row.department, departments)
            _refer(reading, f"{name}[{place}].task", row.task, tasks)


def _check_spans(document: Document, reading: Reading) -> None:
    shown = [one.shows for one in document.agenda]
    for place, name in enumerate(shown):
        if name and name in shown[:place]:
            reading.say(f"agenda[{place}].shows", _("Another item of the agenda shows “%(part)s” already.") % {"part": name})
    for place, rule in enumerate(document.communication):
        if rule.link and not is_secure(rule.link):
            reading.say(f"communication[{place}].link", _("A link begins with https:// and names a server."))
    for place, asked in enumerate(document.commitments):
        if asked.starts is not None and asked.ends is not None and asked.ends < asked.starts:
            reading.say(f"commitments[{place}].ends", _("It ends before it starts."))


def _keys(name: str, rows: Sequence[object], reading: Reading) -> dict[str, int]:
    """Return the place of each key; say which stand there twice."""
    found: dict[str, int] = {}
    for place, row in enumerate(rows):
        key = str(getattr(row, "key", ""))
        if key in found:
            known = {"key": key, "first": f"{name}[{found[key]}]"}
            reading.say(f"{name}[{place}].key", _("“%(key)s” is the key of %(first)s already.") % known)
        found.setdefault(key, place)
    return found


def _refer(reading: Reading, path: str, key: str, known: Iterable[str]) -> bool:
    if key and key not in known:
        reading.say(path, _("refers to “%(key)s”, which is not there.") % {"key": key})
        return False
    return True


def _check_departments(document: Document, reading: Reading) -> None:
    leads = [place for place, one in enumerate(document.departments) if one.part == "lead"]
    for place in leads[1:]:
        reading.say(f"departments[{place}].part", _("Exactly one department leads."))
    if document.departments and not leads:
        reading.say("departments", _("Exactly one department leads."))
    for place in [place for place, one in enumerate(document.departments) if one.initiating][1:]:
        reading.say(f"departments[{place}].initiating", _("At most one department initiates."))


def _check_positions(document: Document, departments: dict[str, int], reading: Reading) -> None:
    taken: set[tuple[str, ...]] = set()
    taking_part = {one.key for one in document.departments if one.part != "none"}
    for place, one in enumerate(document.positions):
        path = f"positions[{place}]"
        known = _refer(reading, f"{path}.department", one.department, departments)
        if known and one.seat and one.department not in taking_part:
            reading.say(f"{path}.department", _("A seat belongs to a department that takes part."))
        held: list[tuple[str, ...]] = [(one.department, one.seat)] if one.seat else []
        held += [(one.role,)] if one.role in ("manager", "general_lead") else []
        if taken & set(held):
            reading.say(f"{path}.{'seat' if one.seat else 'role'}", _("This is held by another position already."))
        taken |= set(held)


def _check_tasks(
    document: Document, departments: dict[str, int], positions: dict[str, int], tasks: dict[str, int], reading: Reading
) -> None:
    depth = {"": 0}
    for place, task in enumerate(document.tasks):
        path = f"tasks[{place}]"
        if _refer(reading, f"{path}.parent", task.parent, tasks) and task.parent not in depth:
            reading.say(f"{path}.parent", _("“%(key)s” must stand before this task.") % {"key": task.parent})
        depth[task.key] = depth.get(task.parent, 0) + 1
        if depth[task.key] > DEEPEST:
            reading.say(f"{path}.parent", _("A tree has at most %(count)s levels.") % {"count": DEEPEST})
        _refer(reading, f"{path}.department", task.department, departments)
        for name in ("owner", "stand_in"):
            _refer(reading, f"{path}.{name}", getattr(task, name), positions)
        for at, one in enumerate(task.supporters):
            _refer(reading, f"{path}.supporters[{at}].department", one.department, departments)
            _refer(reading, f"{path}.supporters[{at}].position", one.position, positions)
            if bool(one.department) == bool(one.position):
                reading.say(f"{path}.supporters[{at}]", _("Name either a department or a position."))
        _check_waiting(task, path, tasks, reading)
        if task.milestone and task.key in document.summaries:
            reading.say(f"{path}.milestone", _("A milestone has no tasks below it."))


def _check_waiting(task: Row, path: str, tasks: dict[str, int], reading: Reading) -> None:
    said: set[tuple[str, str]] = set()
    for at, one in enumerate(task.predecessors):
        if not _refer(reading, f"{path}.predecessors[{at}].task", one.task, tasks):
            continue
        if one.task == task.key:
            reading.say(f"{path}.predecessors[{at}].task", _("A task does not wait for itself."))
        if (one.task, one.kind) in said:
            reading.say(f"{path}.predecessors[{at}].task", _("The same link stands there twice."))
        said.add((one.task, one.kind))


def _check_links(document: Document, reading: Reading) -> None:
    """Say where the tasks wait for each other in a circle, or a link contradicts the tree: as the scheduler sees it."""
    ids = {task.key: place for place, task in enumerate(document.tasks)}
    try:
        schedule(_network(document, ids))
    except CycleFound as error:
        for cycle in error.cycles:
            chain = [document.tasks[step.task].name for step in cycle]
            known = {"chain": " → ".join([*chain, chain[0]])}
            path = f"tasks[{cycle[0].task}].predecessors"
            reading.say(path, _("These tasks wait for each other in a circle: %(chain)s") % known)
    except NetworkInvalid as error:
        path = f"tasks[{error.task}].predecessors" if error.task is not None else "tasks"
        text = _("A link into “%(task)s”, which has tasks below it, can only hold their start (FS or SS).")
        reading.say(path, text % {"task": document.tasks[error.task].name if error.task is not None else ""})


def _network(document: Document, ids: dict[str, int]) -> Network:
    calendar = WorkingCalendar(STANDARD_WEEK)
    rows = [
        Task(
            ids[task.key],
            None if task.key in document.summaries else 0 if task.milestone else minutes_of(task.days),
            parent=ids[task.parent] if task.parent else None,
        )
        for task in document.tasks
    ]
    links = [
        Link(
            ids[one.task],
            ids[task.key],
            one.kind,
            Lag(minutes_of(one.lag, elapsed=one.elapsed), one.elapsed),
            None if one.within is None else minutes_of(one.within),
        )
        for task in document.tasks
        for one in task.predecessors
    ]
    start = start_of_day(calendar, SOME_MONDAY).instant
    return Network("", start, rows, links, {"std": calendar}, "std")
