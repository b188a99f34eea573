"""What a template brings, as its page shows it: words in place of keys, days as the n-th working day."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.exchange.queries.templates.document import Document, Predecessor, Risk, Task


@dataclass(frozen=True)
class Row:
    """A task as a line of the tree."""

    level: int
    code: str
    name: str
    milestone: bool
    leaf: bool
    department: str
    owner: str
    length: str
    waits: str
    output: str
    standard: str
    risk: str


@dataclass(frozen=True)
class Outline:
    """The parts of a template in words."""

    document: Document
    departments: dict[str, str]
    rows: list[Row]
    people: list[tuple[str, str]]
    """Each position with its department."""
    risks: list[tuple[Risk, str]]


def outline_of(document: Document) -> Outline:
    """Return a template in words. No query."""
    departments = {one.key: one.name for one in document.departments}
    people = {one.key: one.name for one in document.positions}
    levels, codes = _numbered(document)
    rows = [_row(task, document, departments, people, (levels[task.key], codes)) for task in document.tasks]
    held = [(one.name, departments.get(one.department, "")) for one in document.positions]
    risks = [(one, departments.get(one.department, "")) for one in document.risks]
    return Outline(document, departments, rows, held, risks)


def _row(
    task: Task, document: Document, departments: dict[str, str], people: dict[str, str], at: tuple[int, dict[str, str]]
) -> Row:
    level, codes = at
    leaf = task.key not in document.summaries
    return Row(
        level=level,
        code=codes[task.key],
        name=task.name,
        milestone=task.milestone,
        leaf=leaf,
        department=departments.get(task.department, ""),
        owner=people.get(task.owner, ""),
        length=f"{task.days:g}" if leaf and not task.milestone else "",
        waits="、".join(codes[one.task] + _kind_and_lag(one) for one in task.predecessors),
        output=task.output,
        standard=task.standard,
        risk=task.risk,
    )


def _kind_and_lag(link: Predecessor) -> str:
    kind = "" if link.kind == "FS" and not link.lag else link.kind
    within = f"≤{link.within:g}d" if link.within is not None else ""
    return kind + (f"{link.lag:+g}d" if link.lag else "") + within


def _numbered(document: Document) -> tuple[dict[str, int], dict[str, str]]:
    levels, codes, counts = {"": 0}, {"": ""}, dict[str, int]()
    for task in document.tasks:
        counts[task.parent] = counts.get(task.parent, 0) + 1
        levels[task.key] = levels[task.parent] + 1
        codes[task.key] = f"{codes[task.parent]}.{counts[task.parent]}".lstrip(".")
    return levels, codes
