"""What a project says now, in the shape in which minutes keep it: columns with their words, rows with an id each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.plan.models import KeyMilestone, WorkItem
from tongzhou.progress.models import Block
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem, Seat
from tongzhou.projects.queries.communication import communication_of
from tongzhou.projects.queries.objectives import objectives_of
from tongzhou.projects.queries.scope import scope_of
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries.listing import commitments_of

State = WorkItem.State
Row = dict[str, Any]
Live = dict[str, Any]
"""{"columns": [[field, word]…], "rows": [{"id", field: text…}]}; a row of a department alone has its id as "department"."""
MOST_ROWS = 200
"""So many risk points, and so many tasks that are blocked, stand in minutes; of the others how many there are."""


@dataclass(frozen=True)
class Facts:
    """A project, and what several parts ask of its plan: read once."""

    project: Project

    @cached_property
    def tasks(self) -> list[WorkItem]:
        """The topmost rows and the milestones, in the order of the plan. One query."""
        shown = Q(parent__isnull=True) | Q(is_milestone=True)
        rows = WorkItem.objects.filter(shown, project=self.project).exclude(state=State.CANCELLED)
        return list(rows.select_related("department", "owner").order_by("rank", "pk"))


def live_of(project: Project, keys: Sequence[str]) -> dict[str, Live]:
    """Return what the parts `keys` show of the project now. Eleven queries for all, thirteen where very much is at risk."""
    facts = Facts(project)
    # Minutes keep it in the organisation's language, whoever takes it.
    with translation.override(settings.LANGUAGE_CODE):
        return {key: SOURCES[key](facts) for key in keys if key in SOURCES}


def objectives(facts: Facts) -> Live:
    """Background, core objective, and every objective and KPI with from where to where it is to go, until when."""
    project = facts.project
    said = (("background", _("Background"), project.background), ("core", _("Core objective"), project.objective))
    rows = [_row(key, name=name, goal=text) for key, name, text in said if text.strip()]
    rows += [
        _row(
            f"objective-{one.id}",
            name=f"{_('KPI')} {one.name}" if one.is_kpi else one.name,
            goal=" ".join(filter(None, (one.metric, one.says))),
            due=_day(one.due),
            owner=one.owner,
        )
        for one in objectives_of(project)
    ]
    columns = [("name", _("What is to be reached")), ("goal", _("Goal"))]
    if len(rows) > len([row for row in rows if row["id"] in ("background", "core")]):
        columns += [("due", _("By when")), ("owner", _("Owner"))]
    return _live(columns, rows)


def scope(facts: Facts) -> Live:
    """What is included, what is not and which department does that."""
    project = facts.project
    found = [
        _row(f"scope-{one.id}", kind=str(ScopeItem.Kind(one.kind).label), name=one.text, by=one.department)
        for one in scope_of(project)
    ]
    return _live((("kind", _("Scope")), ("name", _("What")), ("by", _("Done by"))), found)


def departments(facts: Facts) -> Live:
    """The departments that take part: as what, who heads and who is asked day by day, duty, what is delivered."""
    holders = Seat.objects.filter(participation=OuterRef("pk")).values("holder__name")
    rows = Participation.objects.filter(project=facts.project).select_related("department")
    seated = rows.annotate(
        head=Subquery(holders.filter(kind=Seat.Kind.HEAD)), liaison=Subquery(holders.filter(kind=Seat.Kind.LIAISON))
    )
    order = list(Participation.Kind.values)
    found = [
        _row(
            f"department-{row.department_id}",
            department=row.department_id,
            name=row.department.name,
            role=row.get_kind_display(),
            head=row.head or "",
            liaison=row.liaison or "",
            duty=row.duty,
            deliverables=row.deliverables,
        )
        for row in sorted(seated, key=lambda row: (order.index(row.kind), row.pk))
    ]
    columns = (
        ("name", _("Department")),
        ("role", _("Role")),
        ("head", _("Head")),
        ("liaison", _("Liaison")),
        ("duty", _("Duty")),
        ("deliverables", _("Deliverables")),
    )
    return _live(columns, found)


def people(facts: Facts) -> Live:
    """Who takes part in a light project, and as what."""
    project = facts.project
    rows = ProjectRole.objects.filter(project=project, user__is_active=True).select_related("user__department")
    words: dict[int, tuple[str, str, list[str]]] = {}
    for row in rows:
        department = row.user.department.name if row.user.department else ""
        words.setdefault(row.user_id, (row.user.name, department, []))[2].append(str(row.get_kind_display()))
    found = [
        _row(f"person-{key}", name=name, department_name=department, role="、".join(roles))
        for key, (name, department, roles) in words.items()
    ]
    return _live((("name", _("Name")), ("department_name", _("Department")), ("role", _("Role"))), found)


def process(facts: Facts) -> Live:
    """The steps of the plan: its topmost rows, with who does them and from when to when."""
    found = [
        _row(
            f"task-{row.pk}",
            name=row.name,
            by=row.department.name if row.department else row.owner.name if row.owner else "",
            start=_day(row.start or row.typed_start),
            finish=_day(row.finish or row.typed_finish),
            output=row.key_output,
        )
        for row in facts.tasks
        if row.parent_id is None and not row.is_milestone
    ]
    columns = (
        ("name", _("Step of the process")),
        ("by", _("Done by")),
        ("start", _("Start")),
        ("finish", _("Finish")),
        ("output", _("Key output")),
    )
    return _live(columns, found)


def milestones(facts: Facts) -> Live:
    """The project's period, its key milestones, and those of the plan that carry none."""
    project = facts.project
    keyed = list(KeyMilestone.objects.filter(project=project))
    carried = {row.work_item_id for row in keyed}
    found = [(row.due, f"key-{row.pk}", row.name) for row in keyed]
    found += [
        (day, f"task-{row.pk}", row.name)
        for row in facts.tasks
        if row.is_milestone and row.pk not in carried and (day := row.finish or row.typed_finish) is not None
    ]
    rows = [_row(key, name=name, day=_day(day)) for day, key, name in sorted(found, key=lambda one: (one[0], one[1]))]
    first = [_row("project-start", name=_("Start of the project"), day=_day(project.starts_on))] if project.starts_on else []
    last = [_row("project-finish", name=_("Final deadline"), day=_day(project.ends_on))] if project.ends_on else []
    return _live((("name", _("Milestone")), ("day", _("Date"))), [*first, *rows, *last])


def communication(facts: Facts) -> Live:
    """The communication plan, with what silence means."""
    project = facts.project
    found = [
        _row(
            f"rule-{one.id}",
            name=one.mechanism,
            often=one.often,
            who=one.who,
            form=" ".join(filter(None, (one.form, one.channel_word))),
            silence=_("counts as confirmed") if one.silence_confirms else "",
        )
        for one in communication_of(project)
    ]
    columns = (
        ("name", _("Mechanism")),
        ("often", _("Frequency")),
        ("who", _("Participants")),
        ("form", _("Form")),
        ("silence", _("No answer")),
    )
    return _live(columns, found)


def risks(facts: Facts) -> Live:
    """Risk points of tasks that are not done, and what is blocked now. Two queries, four where there are too many."""
    rows = WorkItem.objects.filter(project=facts.project)
    blocks = Block.objects.filter(work_item=OuterRef("pk"), closed_at__isnull=True).values("reason")[:1]
    at_risk = rows.exclude(risk_point="").exclude(state__in=(State.DONE, State.CANCELLED)).annotate(told=F("risk_point"))
    blocked = rows.filter(state=State.BLOCKED).annotate(told=Subquery(blocks))
    found = [*_first("risk", _("Risk point"), at_risk), *_first("block", _("Blocked"), blocked)]
    return _live((("name", _("Task")), ("kind", _("Kind")), ("text", _("What"))), found)


def _first(prefix: str, kind: str, rows: QuerySet[Any]) -> list[Row]:
    """Return the first of these tasks in the order of the plan with what is `told` of each, and how many more there are."""
    told = rows.order_by("rank", "pk").values_list("pk", "name", "told")[: MOST_ROWS + 1]
    found = [_row(f"{prefix}-{key}", name=name, kind=kind, text=text or "") for key, name, text in told]
    if len(found) <= MOST_ROWS:
        return found
    more = _("… and %(count)s more") % {"count": rows.count() - MOST_ROWS}
    return [*found[:MOST_ROWS], _row(f"{prefix}-more", name=more, kind=kind)]


def resources(facts: Facts) -> Live:
    """What departments are asked to give, and what they promised. Amounts of money stay with those who may read them."""
    project = facts.project
    found = [
        _row(
            f"commitment-{one.id}",
            department=one.department_id,
            name=one.what,
            by=one.department,
            kind=one.kind_word,
            amount="" if one.kind == Commitment.Kind.BUDGET else (one.given or one.asked),
            period=one.period,
            state=one.word,
        )
        for one in commitments_of(project)
        if one.state != Commitment.State.WITHDRAWN
    ]
    columns = (
        ("name", _("What")),
        ("by", _("Department")),
        ("kind", _("Kind")),
        ("amount", _("Amount")),
        ("period", _("Period")),
        ("state", _("State")),
    )
    return _live(columns, found)


SOURCES: Mapping[str, Callable[[Facts], Live]] = {
    "objectives": objectives,
    "scope": scope,
    "departments": departments,
    "people": people,
    "process": process,
    "milestones": milestones,
    "communication": communication,
    "risks": risks,
    "resources": resources,
}
"""Where the parts of agendas are taken from, by key."""


@dataclass(frozen=True)
class Shift:
    """A row that is otherwise now than the minutes keep it: what became of it, what it is about, fields before and after."""

    what: str
    row: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def word(self) -> str:
        return {"added": _("New since then"), "gone": _("No longer there"), "changed": _("Changed since then")}[self.what]


def shifts(kept: Live, now: Live) -> list[Shift]:
    """Return what changed between two states of a part, in the order of the later one; rows that are gone come last."""
    words = {field: word for field, word in (*kept.get("columns", ()), *now.get("columns", ()))}
    before = {row["id"]: row for row in kept.get("rows", ())}
    found = []
    for row in now.get("rows", ()):
        old = before.pop(row["id"], None)
        if old is None:
            found.append(Shift("added", row["id"], _name(row)))
            continue
        fields = tuple(
            (word, old.get(field, ""), row.get(field, ""))
            for field, word in words.items()
            if old.get(field, "") != row.get(field, "")
        )
        if fields:
            found.append(Shift("changed", row["id"], _name(old), fields))
    return [*found, *(Shift("gone", key, _name(row)) for key, row in before.items())]


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or next((value for field, value in row.items() if field != "id"), ""))


def _live(columns: Sequence[tuple[str, str]], rows: list[Row]) -> Live:
    return {"columns": [[field, str(word)] for field, word in columns], "rows": rows}


def _row(key: str, department: int | None = None, **cells: str) -> Row:
    row: Row = {"id": key} | {field: str(text).strip() for field, text in cells.items()}
    return row if department is None else row | {"department": department}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
