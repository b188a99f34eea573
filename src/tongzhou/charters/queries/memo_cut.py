"""The data cut of a memo: the shared part (goal, period, milestones), and for each department its own part.

A department's part is what its head signs: its duty, its tasks (until when, handed to whom), the tasks of others that it
supports and with what, what it delivers to which standard, and the resources it is asked for. Plain data, as in `cut.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import DateField, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.access import LEAD_SEAT
from tongzhou.charters.queries.cut import NUMERALS, Cut, day_text, things_of
from tongzhou.charters.queries.cut import labels as labels_of_charter
from tongzhou.engine.canonical import digest
from tongzhou.plan.models import Dependency, Supporter, WorkItem
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.projects.queries.objectives import objectives_of

HEAD = "head:"
PARTS = ("tasks", "supports", "deliverables", "commitments")
"""The lists of a department's part, in the order of the memo."""


@dataclass(frozen=True)
class Memo:
    """What a memo says: `shared` concerns everybody, `parts` (by seat) one department each.

    `homeless`: tasks of no department that takes part; they stand in nobody's part.
    `outside`: departments that support a task and take no part: nobody signs for them.
    """

    shared: Cut
    parts: dict[str, Cut]
    homeless: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def departments(self) -> list[tuple[str, Cut]]:
        """The parts of departments with their seats, in their order."""
        return departments_in(self.parts)


def departments_in(parts: Mapping[str, Cut]) -> list[tuple[str, Cut]]:
    """Return of the parts of a memo those of departments, with their seats."""
    return [(seat, part) for seat, part in parts.items() if seat.startswith(HEAD)]


def memo_of(project: Project) -> Memo:
    """Return everything that the memo of a project says now, in the organisation's language. Six queries at any size."""
    with translation.override(settings.LANGUAGE_CODE):
        return _memo(project)


def _memo(project: Project) -> Memo:
    team = team_of(project)
    parts: dict[int, Cut] = {
        part.department_id: {
            "id": part.department_id,
            "name": part.department,
            "kind": part.word,
            "duty": part.duty,
            **{name: [] for name in PARTS},
        }
        for part in team.participations
    }
    handed, supports = _others(project)
    homeless = []
    for department, entry in _tasks(project, handed):
        if department in parts:
            parts[department]["tasks"].append(entry)
        else:
            homeless.append(str(entry["name"]))
    for helping, entries in supports.items():
        if helping.id in parts:
            parts[helping.id]["supports"] = entries
    milestones = []
    for name, department, entry in things_of(project):
        if name == "milestones":
            milestones.append(entry)
        elif department in parts:
            parts[department][name].append({key: value for key, value in entry.items() if key != "department"})
    by_seat = {f"{HEAD}{key}": part for key, part in parts.items()}
    outside = sorted(helping.name for helping in supports if helping.id not in parts)
    return Memo(_shared(project, milestones), _with_lead(project, by_seat), homeless, outside)


def _with_lead(project: Project, parts: dict[str, Cut]) -> dict[str, Cut]:
    """Where the general lead signs, she stands for all parts: what changes in one is hers to sign again."""
    if not rules_of(project).lead_signs:
        return parts
    all_parts = [{"id": part["id"], "name": part["name"], "sha256": digest(part)} for part in parts.values()]
    return {LEAD_SEAT: {"departments": all_parts}, **parts}


def _shared(project: Project, milestones: list[Cut]) -> Cut:
    return {
        "basics": {
            "number": project.number,
            "name": project.name,
            "start": day_text(project.starts_on),
            "finish": day_text(project.ends_on),
            "objective": project.objective,
        },
        "objectives": [
            {"id": row.id, "name": row.name, "metric": row.metric, "target": row.says, "due": day_text(row.due)}
            for row in objectives_of(project, with_measured=False)
        ],
        "milestones": milestones,
    }


def _tasks(project: Project, handed: Mapping[int, Iterable[Department]]) -> Iterator[tuple[int | None, Cut]]:
    """Yield each task that is worked on itself, with its department, else that of its owner; by the day it is done."""
    inner = WorkItem.objects.filter(parent=OuterRef("pk"))
    rows = WorkItem.objects.filter(~Exists(inner), project=project, is_milestone=False)
    columns = ("pk", "name", "owner__name", "start", "typed_start", "finish", "typed_finish", "key_output", "delivery_standard")
    found = rows.exclude(state=WorkItem.State.CANCELLED).order_by("rank", "pk")
    # Sorted here: databases differ in where they put a day that is not known.
    of = Coalesce("department_id", "owner__department_id")
    for row in sorted(found.values_list(*columns, of), key=_by_day):
        key, name, owner, start, typed_start, finish, typed_finish, output, standard, department = row
        yield (
            department,
            {
                "id": key,
                "name": name,
                "start": day_text(start or typed_start),
                "finish": day_text(finish or typed_finish),
                "owner": owner or "",
                "handed": "、".join(to.name for to in handed.get(key, ()) if to.id != department),
                "output": output,
                "standard": standard,
            },
        )


def _by_day(row: tuple[Any, ...]) -> tuple[date, date, int]:
    return row[5] or row[6] or date.max, row[3] or row[4] or date.max, row[0]


HANDED, SUPPORTED = range(2)
TEXT, DAY = TextField(), DateField()


class Department(NamedTuple):
    id: int
    name: str


def _others(project: Project) -> tuple[dict[int, list[Department]], dict[Department, list[Cut]]]:
    """Return to which departments the work of each task goes on, and which tasks each department supports. One query."""
    handed: dict[int, set[Department]] = defaultdict(set)
    supported: dict[Department, dict[int, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    for tag, _key, item, id_, name, *rest in sorted(_other_rows(project), key=lambda row: row[:2]):
        if tag == HANDED:
            handed[item].add(Department(id_, name))
        else:
            supported[Department(id_, name)][item].append(tuple(rest))
    supports = {
        department: sorted((_support(item, rows) for item, rows in items.items()), key=_by_finish)
        for department, items in supported.items()
    }
    return {item: sorted(to, key=lambda one: one.name) for item, to in handed.items()}, supports


def _other_rows(project: Project) -> Iterable[tuple[Any, ...]]:
    """Return tag, id, id of the task, a department, and of a supporter: who, with what; name, day, department, owner of it."""
    links = Dependency.objects.filter(project=project, successor__department__isnull=False)
    to = ("successor__department_id", "successor__department__name")
    none = (*(Value("", TEXT) for _column in range(3)), Value(None, DAY), *(Value("", TEXT) for _column in range(2)))
    handed = links.order_by().values_list(Value(HANDED), "pk", "predecessor_id", *to, *none)
    support = Supporter.objects.filter(work_item__project=project).exclude(work_item__state=WorkItem.State.CANCELLED)
    # A person of no department supports for nobody who could sign.
    support = support.filter(Q(department__isnull=False) | Q(user__department__isnull=False))
    supported = support.order_by().values_list(
        Value(SUPPORTED),
        "pk",
        "work_item_id",
        Coalesce("department_id", "user__department_id"),
        Coalesce("department__name", "user__department__name"),
        Coalesce("user__name", Value("")),
        "content",
        "work_item__name",
        Coalesce("work_item__finish", "work_item__typed_finish"),
        Coalesce("work_item__department__name", "work_item__owner__department__name", Value("")),
        Coalesce("work_item__owner__name", Value("")),
    )
    return handed.union(supported, all=True)


def _support(item: int, rows: list[tuple[Any, ...]]) -> Cut:
    """A department supports a task once, whoever of it does so, in the order in which they were named."""
    _who, _content, name, finish, department, owner = rows[0]
    return {
        "id": item,
        "name": name,
        "finish": day_text(finish),
        "department": department,
        "owner": owner,
        "content": "；".join(dict.fromkeys(content for _who, content, *_rest in rows if content)),
        "helpers": "、".join(dict.fromkeys(who for who, *_rest in rows if who)),
    }


def _by_finish(entry: Cut) -> tuple[str, int]:
    return entry["finish"] or "9999-12-31", entry["id"]


def memo_labels() -> dict[str, str]:
    """Return the words of the fields of a memo."""
    return labels_of_charter() | {
        "tasks": _("Task list"),
        "project": _("Project name"),
        "supports": _("Tasks supported"),
        "content": _("Support given"),
        "helpers": _("Supporters"),
        "handed": _("Handed to"),
        "output": _("Key output"),
        "finish": _("Finish"),
        "kind": _("Kind"),
        "objective": _("Goal of the collaboration"),
        "commitments": _("Resources asked for"),
    }


def memo_headings() -> dict[str, str]:
    """Return the headings of a memo in the order of its form, numbered."""
    titles = {
        "goal": _("Goal and period of the collaboration"),
        "duties": _("Duties of each department"),
        "standards": _("Delivery standards of key nodes"),
        "resources": _("Resource support asked for"),
    }
    return {part: f"{numeral}、{title}" for numeral, (part, title) in zip(NUMERALS, titles.items(), strict=False)}
