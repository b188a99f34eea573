"""What can be wrong with a plan as typed: codes, dates, sums of summaries, days off, cycles."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from tongzhou.workbooks.constraints import YIELDING
from tongzhou.workbooks.result import Context, Findings, LinkRow, Problem, Question, TaskRow

MINUTES_PER_DAY = 480
DAY = timedelta(days=1)
WorkingDays = Callable[[date, date], int]


def weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from first to last, both counted; 0 if last is before first."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum(1 for step in range(rest) if (first + DAY * step).weekday() < 5)


def check_tasks(tasks: Sequence[TaskRow], context: Context, findings: Findings) -> None:
    """Codes, dates and sums; what is wrong becomes errors, what differs warnings, what is kept as typed notices."""
    counting = _Counting(context)
    _check_codes(tasks, findings)
    children: dict[int, list[TaskRow]] = defaultdict(list)
    for task in tasks:
        _check_order(task, findings)
        if not task.is_summary:
            _check_leaf(task, counting.of(task), findings)
            above = task.parent
            while above is not None:
                children[above].append(task)
                above = tasks[above].parent
    for index, leaves in children.items():
        _check_summary(tasks[index], leaves, counting.usual, findings)


class _Counting:
    """What counts the working days of a task: those of its owner, else the project's. Every span is counted once."""

    def __init__(self, context: Context) -> None:
        self.usual: WorkingDays = cache(context.working_days or weekdays)
        self._of = context.working_days_of
        self._known: dict[tuple[str, str], WorkingDays] = {}

    def of(self, task: TaskRow) -> WorkingDays:
        """The days of one task."""
        if self._of is None or not task.owner:
            return self.usual
        who = task.owner, task.department
        if who not in self._known:
            self._known[who] = cache(self._of(*who))
        return self._known[who]


def _column(task: TaskRow, *meanings: str) -> str | None:
    return next((task.columns[meaning] for meaning in meanings if meaning in task.shown), None)


def _check_codes(tasks: Sequence[TaskRow], findings: Findings) -> None:
    first: dict[tuple[str, str], TaskRow] = {}
    for task in tasks:
        if task.code and first.setdefault((task.sheet, task.code), task) is not task:
            params: dict[str, Any] = {"code": task.code, "row": first[task.sheet, task.code].row, "name": task.name}
            findings.errors.append(Problem("duplicate_code", task.sheet, task.row, _column(task, "code", "serial"), params))


def _check_order(task: TaskRow, findings: Findings) -> None:
    if task.start is None or task.finish is None or task.start <= task.finish:
        return
    params = {"start": task.start.isoformat(), "finish": task.finish.isoformat(), "name": task.name}
    proposals = tuple(day.isoformat() for day in _mended(task.start, task.finish))
    column = _column(task, "finish", "period")
    findings.errors.append(Problem("finish_before_start", task.sheet, task.row, column, params, proposals))


def _mended(start: date, finish: date) -> list[date]:
    """Slips of the hand that explain a finish before its start: swapped digits of the day or month, the wrong month or year."""
    candidates = []
    for year, month, day in (
        (finish.year, finish.month, int(f"{finish.day:02}"[::-1])),
        (finish.year, int(f"{finish.month:02}"[::-1]), finish.day),
        (start.year, start.month, finish.day),
        (finish.year + 1, finish.month, finish.day),
    ):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    return sorted({day for day in candidates if start <= day <= start + 200 * DAY})[:1]


def _check_leaf(task: TaskRow, count: WorkingDays, findings: Findings) -> None:
    if task.start is not None and task.finish is not None and task.start <= task.finish:
        days = count(task.start, task.finish)
        told = task.duration is not None and not task.is_milestone and not task.constraint
        if told and task.duration is not None and task.duration != days * MINUTES_PER_DAY and days:
            params: dict[str, Any] = {"typed": task.duration / MINUTES_PER_DAY, "days": days, "name": task.name}
            findings.warnings.append(Problem("duration_differs", task.sheet, task.row, _column(task, "duration"), params))
    if task.is_milestone and task.duration != 0 and "milestone" not in task.shown:
        params = {"name": task.name, "day": (task.finish or task.start or date.min).isoformat()}
        findings.notices.append(Problem("milestone_found", task.sheet, task.row, _column(task, "standard", "remark"), params))
    kept = task.is_milestone or (task.start is not None and task.start == task.finish)
    for meaning, day in (("start", task.start), ("finish", task.finish)):
        if day is None or count(day, day) or (kept and meaning == "start" and task.finish is not None):
            continue
        code = "day_off_kept" if kept else f"day_off_{meaning}"
        params = {"day": day.isoformat(), "weekday": day.isoweekday(), "name": task.name}
        findings.notices.append(Problem(code, task.sheet, task.row, _column(task, meaning, "period"), params))


def _check_summary(task: TaskRow, leaves: Sequence[TaskRow], count: WorkingDays, findings: Findings) -> None:
    starts = [leaf.start or leaf.finish for leaf in leaves]
    finishes = [leaf.finish or leaf.start for leaf in leaves]
    known_starts, known_finishes = [day for day in starts if day], [day for day in finishes if day]
    if not known_starts or not known_finishes:
        return
    for meaning, typed, real in (("start", task.start, min(known_starts)), ("finish", task.finish, max(known_finishes))):
        if typed is not None and typed != real:
            params = {"typed": typed.isoformat(), "real": real.isoformat(), "name": task.name}
            findings.warnings.append(Problem(f"summary_{meaning}", task.sheet, task.row, _column(task, meaning), params))
    days = count(min(known_starts), max(known_finishes)) if task.duration is not None else 0
    if task.duration is not None and task.duration != days * MINUTES_PER_DAY:
        said: dict[str, Any] = {"typed": task.duration / MINUTES_PER_DAY, "days": days, "name": task.name}
        findings.warnings.append(Problem("summary_duration", task.sheet, task.row, _column(task, "duration"), said))


def check_links(tasks: Sequence[TaskRow], links: Sequence[LinkRow], context: Context, findings: Findings) -> None:
    """Links into summaries that no rule allows, starts earlier than the links give, and cycles."""
    counting = _Counting(context)
    asked: set[int] = set()
    for link in links:
        task = tasks[link.successor]
        if task.is_summary and link.kind in {"FF", "SF"}:
            said = {"name": task.name, "text": link.text}
            findings.errors.append(
                Problem("finish_link_into_summary", link.sheet, link.row, link.column, said, token=link.text)
            )
        elif link.successor not in asked and _starts_too_early(tasks[link.predecessor], task, link, counting.of(task)):
            asked.add(link.successor)
            _ask_early(tasks[link.predecessor], task, link, findings)
    for cycle in cycles(tasks, links):
        first = tasks[cycle[0].successor]
        params = {
            "names": [tasks[place].name for place in _round(cycle)],
            "links": [drop_key(tasks, link) for link in cycle],
            "ends": [[tasks[link.predecessor].name, tasks[link.successor].name] for link in cycle],
        }
        token = "-".join(str(tasks[link.predecessor].row) for link in cycle)
        findings.errors.append(Problem("cycle", first.sheet, cycle[0].row or first.row, cycle[0].column, params, token=token))


def _round(cycle: Sequence[LinkRow]) -> list[int]:
    """The tasks of a cycle in order, the first again at the end; where the hierarchy leads on, both sides are named."""
    places = []
    for link, following in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        places.append(link.predecessor)
        if link.successor != following.predecessor:
            places.append(link.successor)
    return [*places, places[0]]


def drop_key(tasks: Sequence[TaskRow], link: LinkRow) -> str:
    """The choice by which a link is left out."""
    return f"drop|{tasks[link.predecessor].key}|{tasks[link.successor].key}|{link.kind}"


def _starts_too_early(before: TaskRow, task: TaskRow, link: LinkRow, count: WorkingDays) -> bool:
    """Compares typed dates only, in working days; what summaries and untyped tasks give is seen when the plan is scheduled."""
    if link.within is not None or link.elapsed or before.is_summary or task.start is None or _yields(task):
        return False
    days = link.lag / MINUTES_PER_DAY
    anchor = before.finish or before.start if link.kind == "FS" else before.start
    if anchor is None or link.kind not in {"FS", "SS"}:
        return False
    if link.kind == "SS":
        return task.start < anchor if days == 0 else days > 0 and count(anchor, task.start - DAY) < days
    if task.is_milestone and days == 0:
        return task.start < anchor
    if days < 0:
        return task.start <= anchor and count(task.start, anchor) > -days
    return task.start <= anchor or count(anchor + DAY, task.start - DAY) < days


def _yields(task: TaskRow) -> bool:
    return task.is_summary or task.constraint in YIELDING


def _ask_early(before: TaskRow, task: TaskRow, link: LinkRow, findings: Findings) -> None:
    text = link.text or before.name
    question = Question("early_start", task.sheet, task.row, _column(task, "start", "period"), text, link.successor)
    answer = findings.answers.choices.get(question.id) if findings.answers.choices else None
    findings.questions.append(question if answer is None else replace(question, answer=answer))


def cycles(tasks: Sequence[TaskRow], links: Sequence[LinkRow]) -> list[list[LinkRow]]:
    """One shortest cycle for each knot of links, through the hierarchy too; each link leads to the next, the last to the first.

    A summary has an entry (reached by links into it, leading to its parts) and an exit (reached from its parts).
    """
    edges: dict[int, list[tuple[int, LinkRow | None]]] = defaultdict(list)
    leave = {index: 2 * index + (1 if task.is_summary else 0) for index, task in enumerate(tasks)}
    for index, task in enumerate(tasks):
        if task.parent is not None:
            edges[2 * task.parent].append((2 * index, None))
            edges[leave[index]].append((2 * task.parent + 1, None))
    for link in links:
        edges[leave[link.predecessor]].append((2 * link.successor, link))
    if _flows(2 * len(tasks), edges):
        return []
    found: list[list[LinkRow]] = []
    told: set[int] = set()
    for knot in _knots(2 * len(tasks), edges):
        cycle = _shortest(knot, edges)
        if cycle and not told & {id(link) for link in cycle}:
            told |= {id(link) for link in cycle}
            found.append(cycle)
    return found


def _flows(size: int, edges: dict[int, list[tuple[int, LinkRow | None]]]) -> bool:
    """Whether all nodes can be put in an order in which no edge leads back."""
    entering = [0] * size
    for targets in edges.values():
        for target, _ in targets:
            entering[target] += 1
    free = [node for node, number in enumerate(entering) if not number]
    for node in free:  # grows while it is walked
        for target, _ in edges.get(node, ()):
            entering[target] -= 1
            if not entering[target]:
                free.append(target)
    return len(free) == size


def _knots(size: int, edges: dict[int, list[tuple[int, LinkRow | None]]]) -> list[set[int]]:
    """What is left when nodes without ways in, then without ways out, are taken away; parted into connected pieces."""
    backward: dict[int, list[tuple[int, LinkRow | None]]] = defaultdict(list)
    for node, targets in edges.items():
        for target, link in targets:
            backward[target].append((node, link))
    left = _peeled(_peeled(set(range(size)), edges, backward), backward, edges)
    pieces = []
    while left:
        start = min(left)
        piece = _reached(start, edges, left) & _reached(start, backward, left) | {start}
        left -= piece
        if len(piece) > 1:
            pieces.append(piece)
    return pieces


def _peeled(
    nodes: set[int], ways: dict[int, list[tuple[int, LinkRow | None]]], back: dict[int, list[tuple[int, LinkRow | None]]]
) -> set[int]:
    entering = {node: sum(1 for before, _ in back.get(node, ()) if before in nodes) for node in nodes}
    free = [node for node, number in entering.items() if number == 0]
    left = set(nodes)
    while free:
        node = free.pop()
        left.discard(node)
        for target, _ in ways.get(node, ()):
            if target in left:
                entering[target] -= 1
                if entering[target] == 0:
                    free.append(target)
    return left


def _reached(start: int, edges: dict[int, list[tuple[int, LinkRow | None]]], among: set[int]) -> set[int]:
    seen = {start}
    waiting = [start]
    while waiting:
        for target, _ in edges.get(waiting.pop(), ()):
            if target in among and target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _shortest(knot: set[int], edges: dict[int, list[tuple[int, LinkRow | None]]]) -> list[LinkRow]:
    best: list[LinkRow] = []
    for start in sorted(knot)[:50]:
        way: dict[int, tuple[int, LinkRow | None]] = {}
        waiting = deque([start])
        while waiting and start not in way:
            node = waiting.popleft()
            for target, link in edges.get(node, ()):
                if target in knot and target not in way:
                    way[target] = (node, link)
                    waiting.append(target)
        links = _walked(start, way)
        if links and (not best or len(links) < len(best)):
            best = links
    return best


def _walked(start: int, way: dict[int, tuple[int, LinkRow | None]]) -> list[LinkRow]:
    if start not in way:
        return []
    links = []
    node, link = way[start]
    while True:
        if link is not None:
            links.append(link)
        if node == start:
            return links[::-1]
        node, link = way[node]
