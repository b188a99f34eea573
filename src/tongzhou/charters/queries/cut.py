"""The data cut of a charter: its own texts and the project's live data, as they are shown, frozen and signed.

A cut is plain data: texts, whole numbers, truth values; days as ISO texts. Entries of lists have an "id" and a "name".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import DecimalField, IntegerField, QuerySet, TextField, Value
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.models import CharterPart
from tongzhou.plan.models import Deliverable, KeyMilestone, WorkItem
from tongzhou.plan.queries.deliverables import amount_words
from tongzhou.projects.models import Project, ProjectRole, ScopeItem
from tongzhou.projects.queries import Team, team_of
from tongzhou.projects.queries.communication import communication_of
from tongzhou.projects.queries.objectives import objectives_of
from tongzhou.projects.queries.scope import scope_of
from tongzhou.resources.models import Commitment

Cut = dict[str, Any]
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四")
WHOLE: tuple[str, ...] = ()
PROMISED = {
    "basics": ("start", "finish", "objective", "background"),
    "texts": WHOLE,
    "objectives": WHOLE,
    "scope": WHOLE,
    "departments": ("id", "name", "kind", "duty", "deliverables"),
    "milestones": ("id", "name", "department", "owner", "standard"),
    "communication": WHOLE,
    "commitments": WHOLE,
}
"""What changes only through a change once it is signed: of these parts these fields, or all of them. Of the rest the frozen
page says how it was: tasks move, people change their seats."""


def cut_of(project: Project, texts: Mapping[str, str] | None = None) -> Cut:
    """Return everything that the charter of a project says now. Seven queries, however much it is.

    Its words are those of the organisation's language, whoever reads: what is signed is one text.

    :param texts: its own texts, where they were read already.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _cut(project, texts_of(project) if texts is None else texts)


def parts_of(team: Team) -> list[Cut]:
    """Return who takes part, with its people, its duty and what its liaison may decide alone."""
    return [
        {
            "id": part.department_id,
            "name": part.department,
            "kind": part.word,
            "head": part.head.name if part.head else "",
            "liaison": part.liaison.name if part.liaison else "",
            "duty": part.duty,
            "deliverables": part.deliverables,
            "alone": part.may_decide,
        }
        for part in team.participations
    ]


def _cut(project: Project, texts: Mapping[str, str]) -> Cut:
    team = team_of(project)
    return {
        "basics": _basics(project, team.lead, {role.kind: role.name for role in team.roles}),
        "texts": dict(texts),
        "objectives": _objectives(project),
        "scope": _scope(project),
        "departments": parts_of(team),
        **_things(project),
        "roles": [
            {"id": f"{role.kind}-{role.user_id}", "name": role.word, "person": role.name, "department": role.department}
            for role in team.roles
            if role.kind not in (ProjectRole.Kind.MEMBER, ProjectRole.Kind.OBSERVER)
        ],
        "communication": _communication(project),
    }


def texts_of(project: Project) -> dict[str, str]:
    """Return the charter's own texts by part, "" where nothing was written. One query."""
    rows = CharterPart.objects.filter(charter__project=project).values_list("kind", "text")
    return dict.fromkeys(CharterPart.Kind.values, "") | dict(rows)


def _basics(project: Project, lead: str, people: Mapping[str, str]) -> Cut:
    return {
        "number": project.number,
        "name": project.name,
        "kind": str(project.get_kind_display()),
        "weight": str(project.get_weight_display()),
        "start": day_text(project.starts_on),
        "finish": day_text(project.ends_on),
        "lead": lead,
        "manager": people.get(ProjectRole.Kind.MANAGER, ""),
        "general_lead": people.get(ProjectRole.Kind.GENERAL_LEAD, ""),
        "contact": project.contact,
        "objective": project.objective,
        "background": project.background,
    }


def _scope(project: Project) -> list[Cut]:
    return [
        {
            "id": row.id,
            "name": row.text,
            "kind": str(ScopeItem.Kind(row.kind).label),
            "excluded": not row.included,
            "department": row.department,
        }
        for row in scope_of(project)
    ]


def _objectives(project: Project) -> list[Cut]:
    return [
        {
            "id": row.id,
            "name": row.name,
            "metric": row.metric,
            "target": row.says,
            "due": day_text(row.due),
            "owner": row.owner,
            "kpi": row.is_kpi,
        }
        for row in objectives_of(project, with_measured=False)
    ]


def _communication(project: Project) -> list[Cut]:
    return [
        {
            "id": row.id,
            "name": row.mechanism,
            "often": row.often,
            "who": row.who,
            "form": row.form,
            "channel": row.channel_word,
            "link": row.link,
            "silence": row.silence_confirms,
        }
        for row in communication_of(project)
    ]


PROMISE, GIVEN, KEYED, PLAIN = range(4)
OF = "department_id"
TEXT, NUMBER, WHOLE_NUMBER = TextField(), DecimalField(), IntegerField()


def _things(project: Project) -> dict[str, list[Cut]]:
    """Return milestones, deliverables, and what departments are asked for and promised. One query.

    Milestones are the key milestones, and those of the plan that none of them is tied to. How much money is promised stands in
    the paper of commitments alone: not everybody who reads a charter reads amounts.
    """
    found: dict[str, list[Cut]] = {"milestones": [], "deliverables": [], "commitments": []}
    for part, _department, entry in things_of(project):
        found[part].append(entry)
    return found


def things_of(project: Project) -> Iterator[tuple[str, int | None, Cut]]:
    """Yield the same, each with its part (milestones, deliverables, commitments) and the id of its department. One query."""
    for tag, *row, department in sorted(_rows(project), key=_place):
        if tag == PROMISE:
            yield "commitments", department, _commitment(*row)
        elif tag == GIVEN:
            yield "deliverables", department, _deliverable(*row)
        else:
            yield "milestones", department, _milestone("key" if tag == KEYED else "task", *row)


def _place(row: tuple[Any, ...]) -> tuple[str, date, int]:
    """Promises stand by department, everything else by its day."""
    return (row[2] or "") if row[0] == PROMISE else "", row[6] or date.max, row[1]


def _rows(project: Project) -> QuerySet[Any, tuple[Any, ...]]:
    """Return tag, id, department, unit or owner, name, amount, two days, two texts, another amount, version, its id."""
    asked = Commitment.objects.filter(project=project).exclude(state=Commitment.State.WITHDRAWN)
    given = Deliverable.objects.filter(project=project, removed_at=None)
    keyed = KeyMilestone.objects.filter(project=project)
    plain = WorkItem.objects.filter(project=project, is_milestone=True, key_milestones=None)
    none, nothing, zero = Value(None, NUMBER), Value("", TEXT), Value(0, WHOLE_NUMBER)
    named = ("department__name", "owner__name")
    by_item = [f"work_item__{field}" for field in (*named, OF)]
    standard = "work_item__delivery_standard"
    branches: list[tuple[Any, int, tuple[Any, ...]]] = [
        (
            given,
            GIVEN,
            ("department__name", "unit", "name", "quantity", "due", "due", "standard", nothing, "quantity", zero, OF),
        ),
        (keyed, KEYED, (*by_item[:2], "name", none, "due", "work_item__finish", standard, nothing, none, zero, by_item[2])),
        (
            plain.exclude(state=WorkItem.State.CANCELLED),
            PLAIN,
            (*named, "name", none, "typed_finish", "finish", "delivery_standard", nothing, none, zero, OF),
        ),
    ]
    own = ("department__name", "unit", "what", "amount", "starts_on", "ends_on", "kind", "state", "offered", "version", OF)
    first = asked.order_by().values_list(Value(PROMISE), "pk", *own)
    return first.union(*(rows.order_by().values_list(Value(tag), "pk", *of) for rows, tag, of in branches), all=True)


def _milestone(source: str, key: int, department: str | None, owner: str | None, name: str, *rest: Any) -> Cut:
    _none, due, finish, standard = rest[:4]
    return {
        "id": f"{source}-{key}",
        "name": name,
        "due": day_text(finish or due),
        "department": department or "",
        "owner": owner or "",
        "standard": standard or "",
    }


def _deliverable(key: int, department: str | None, unit: str, name: str, quantity: Decimal | None, *rest: Any) -> Cut:
    due, _due, standard = rest[:3]
    return {
        "id": key,
        "name": name,
        "amount": amount_words(quantity, unit),
        "department": department or "",
        "due": day_text(due),
        "standard": standard,
    }


def _commitment(key: int, department: str, unit: str, what: str, amount: Decimal, *rest: Any) -> Cut:
    start, finish, kind, state, offered, version = rest
    is_money = kind == Commitment.Kind.BUDGET
    promised = {Commitment.State.CONFIRMED: amount, Commitment.State.TRIMMED: offered}.get(state)
    kept = kept_apart()
    return {
        "id": key,
        "name": what,
        "department": department,
        "kind": str(Commitment.Kind(kind).label),
        "asked": kept if is_money else amount_words(amount, unit),
        "promised": kept if is_money and promised is not None else amount_words(promised, unit),
        "start": day_text(start),
        "finish": day_text(finish),
        "answer": str(Commitment.State(state).label),
        "holds": promised is not None,
        "version": version,
    }


def kept_apart() -> str:
    """Return what a cut says in place of an amount of money: the same for every reader, as all of a cut."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("as the paper of commitments says")


def day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def labels() -> dict[str, str]:
    """Return the words of the fields of a cut."""
    return {
        **{str(kind): str(kind.label) for kind in CharterPart.Kind},
        "basics": _("Basic information"),
        "number": _("Project number"),
        "name": _("Name"),
        "kind": _("Kind"),
        "weight": _("Weight"),
        "start": _("Start"),
        "finish": _("Finish"),
        "lead": _("Lead department"),
        "manager": _("Project manager"),
        "general_lead": _("General lead"),
        "contact": _("Contact"),
        "objective": _("Core objective"),
        "background": _("Background of the project"),
        "objectives": _("Objectives"),
        "metric": _("Metric"),
        "target": _("Target"),
        "kpi": _("KPI"),
        "communication": _("Communication plan"),
        "often": _("Frequency"),
        "who": _("Participants"),
        "form": _("Form"),
        "channel": _("Channel"),
        "link": _("Link"),
        "silence": _("Silence counts as confirmed"),
        "amount": _("Quantity"),
        "commitments": _("Committed resources"),
        "asked": _("Asked for"),
        "promised": _("Promised"),
        "answer": _("Answer given"),
        "holds": _("Promised"),
        "version": _("Version"),
        "wording": _("Fixed texts"),
        "preamble": _("Preamble"),
        "declaration": _("Declaration"),
        "closing": _("Closing words"),
        **_labels_of_entries(),
    }


def _labels_of_entries() -> dict[str, str]:
    """Return the words of lists, and of the fields of their entries."""
    return {
        "scope": _("Scope"),
        "excluded": _("Excluded"),
        "department": _("Department"),
        "departments": _("Departments taking part"),
        "head": _("Head"),
        "liaison": _("Liaison"),
        "duty": _("Duty"),
        "deliverables": _("Deliverables"),
        "alone": _("Decides alone"),
        "milestones": _("Milestones"),
        "due": _("Due"),
        "owner": _("Owner"),
        "standard": _("Delivery standard"),
        "roles": _("Roles"),
        "person": _("Person"),
        "plan": _("Plan"),
        "tasks": _("Tasks"),
    }


def headings() -> dict[str, str]:
    """Return the headings of a charter by part, numbered in their order."""
    titles = {
        "background": _("Background of the project"),
        "objectives": _("Objectives and success criteria"),
        "scope": _("Scope of the project"),
        "departments": _("Departments taking part and their duties"),
        "milestones": _("Key milestones"),
        "deliverables": _("Deliverables"),
        "commitments": _("Committed resources"),
        "roles": _("Project roles and authority"),
        "communication": _("Communication plan"),
        "assumptions": _("Assumptions and constraints"),
        "risks": _("Main risks"),
        "exit": _("When the project is over"),
    }
    return {part: f"{numeral}、{title}" for numeral, (part, title) in zip(NUMERALS, titles.items(), strict=False)}


def promised(cut: Mapping[str, Any]) -> Cut:
    """Return the part of a cut that changes only through a change once it is signed."""
    found: Cut = {}
    for part, names in PROMISED.items():
        value = cut.get(part)
        if isinstance(value, list):
            # What is only asked for was promised by nobody yet.
            kept = [_only(entry, names) for entry in value if entry.get("holds", True)]
            # Milestones stand by their days, and a day that moves is no other promise.
            found[part] = sorted(kept, key=lambda entry: str(entry["id"])) if part == "milestones" else kept
        elif isinstance(value, Mapping):
            found[part] = _only(value, names)
    return found


def _only(entry: Mapping[str, Any], names: Iterable[str]) -> Cut:
    return {name: entry[name] for name in names or entry if name in entry}
