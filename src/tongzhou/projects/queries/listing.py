"""The list of projects: filtered, sorted, a page at a time, without scheduling anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tongzhou.lib import clock
from tongzhou.lib.prepared import Given, Question, ask_ahead, prepared
from tongzhou.people.models import Department, User
from tongzhou.projects.access import seen_keys, seen_question, visible_to
from tongzhou.projects.models import Participation, Project, ProjectRole, ProjectSummary
from tongzhou.projects.queries.filters import filters_question
from tongzhou.projects.queries.numbers import organisation_question
from tongzhou.projects.queries.pins import pins_question

PAGE = 50
LARGEST_PAGE = 10_000
LIGHTS = ("ok", "watch", "alarm")
SUMMARY = ("actual", "work", "worked", "curve", "curve_from", "alarm_from")
STATES = ("none", *ProjectSummary.State.values)
SORTS = {
    "number": "number",
    "name": "name",
    "kind": "kind",
    "weight": "weight_place",
    "lead": "lead",
    "manager": "manager_key",
    "start": "first",
    "end": "last",
    "progress": "summary__actual",
    "light": "light_place",
    "state": "state",
    "new": "created_at",
}
DEFAULT_SORT = "-new"


@dataclass(frozen=True)
class Asked:
    """What the list is asked for; an empty text or None filters nothing. `everybody`: names of others' projects, too."""

    search: str = ""
    kind: str = ""
    weight: str = ""
    light: str = ""
    state: str = ""
    department: int | None = None
    manager: int | None = None
    mine: bool = False
    everybody: bool = False
    sort: str = DEFAULT_SORT
    page: int = 1


PLAIN = Asked()


@dataclass(frozen=True)
class Row:
    """A project in the list, as ready texts. Percents 0..100 with at most two decimals; `open`: whether she may look inside."""

    number: str
    name: str
    kind: str
    weight: str
    lead: str
    manager: str
    start: str
    end: str
    light: str
    state: str
    actual: float | None = None
    planned: float | None = None
    behind: float | None = None
    """Percentage points; below zero: ahead."""
    open: bool = True


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class Choices:
    """What the filters offer: (value, word)."""

    departments: tuple[tuple[int, str], ...] = ()
    managers: tuple[tuple[int, str], ...] = ()


def list_of(user: User, asked: Asked, today: date, *, whole: bool = False) -> Page:
    """Return a page of the list, or all of it. Two queries."""
    if asked == replace(PLAIN, page=asked.page) and not whole:
        return _plain_page(user, asked.page, today)
    found = _filtered(_annotated(user, asked, today), asked, user)
    total = found.aggregate(total=Count("pk"))["total"]
    pages = max((total + PAGE - 1) // PAGE, 1)
    number = min(asked.page, pages)
    ordered = found.order_by(*_order(asked.sort))
    rows = ordered if whole else ordered[(number - 1) * PAGE : number * PAGE]
    return Page(tuple(_row(values, today) for values in rows.values(*COLUMNS)), total, number, pages)


def list_questions(user: User) -> tuple[Question, ...]:
    """What the page of the list asks first, with the frame around it, to be asked ahead."""
    return filters_question(user), organisation_question(), seen_question(user), pins_question(user, clock.today())


def part_of_list(user: User, asked: Asked, today: date, *, first: int, most: int) -> tuple[list[Row], int]:
    """Return the rows of the list from place `first` (0 is the beginning) on, at most `most`, and how many there are.

    Two queries.
    """
    found = _filtered(_annotated(user, asked, today), asked, user)
    total = found.aggregate(total=Count("pk"))["total"]
    rows = found.order_by(*_order(asked.sort)).values(*COLUMNS)[first : first + most]
    return [_row(values, today) for values in rows], total


def _plain_page(user: User, asked: int, today: date) -> Page:
    """Return a page of the list as it is without filters, the newest first: what nearly everybody asks for. Two queries."""
    keys = seen_keys(user)
    pages = max((len(keys) + PAGE - 1) // PAGE, 1)
    number = min(asked, pages)
    listed = keys[(number - 1) * PAGE : number * PAGE]
    ask_ahead(_of_keys.of(listed, today), _choices.of(keys))
    found = {key: values for key, *values in _of_keys(listed, today)}
    rows = [_row(dict(zip(COLUMNS, found[key], strict=True)), today) for key in listed if key in found]
    return Page(tuple(rows), len(keys), number, pages)


def choices_of(user: User) -> Choices:
    """Return the lead departments and managers of the projects that `user` sees. Two queries."""
    rows = sorted(_choices(seen_keys(user)))
    return Choices(
        tuple((key, name) for kind, _order, key, name in rows if kind == DEPARTMENT),
        tuple((key, name) for kind, _order, key, name in rows if kind == MANAGER),
    )


DEPARTMENT, MANAGER = 0, 1


@prepared
def _choices(seen: Given) -> QuerySet[Any, tuple[int, str, int, str]]:
    """Lead departments and managers: DEPARTMENT or MANAGER, what it is sorted by, id, name."""
    leads = Participation.objects.filter(project__pk__among=seen, kind=Participation.Kind.LEAD).values("department")
    departments = Department.objects.filter(pk__in=leads).order_by()
    managed = ProjectRole.objects.filter(project__pk__among=seen, kind=ProjectRole.Kind.MANAGER).values("user")
    managers = User.objects.filter(pk__in=managed).order_by()
    return departments.values_list(Value(DEPARTMENT, IntegerField()), "name", "pk", "name").union(
        managers.values_list(Value(MANAGER, IntegerField()), "sort_key", "pk", "name"), all=True
    )


COLUMNS = (
    "number",
    "name",
    "kind",
    "weight",
    "lead",
    "manager",
    "first",
    "last",
    "light_place",
    "state",
    "day",
    "open",
    "deviation_threshold",
    *(f"summary__{name}" for name in SUMMARY),
)


def _annotated(user: User, asked: Asked, today: date) -> QuerySet[Project, dict[str, Any]]:
    """Return the projects with all that the list shows, sorts or filters by."""
    seen = visible_to(user)
    everybody = Project.objects.annotate(open=Exists(seen.filter(pk=OuterRef("pk"))))
    return _with_columns(everybody if asked.everybody else seen.annotate(open=Value(True)), today)


@prepared
def _of_keys(keys: Given, today: Given) -> QuerySet[Project, tuple[Any, ...]]:
    rows: Any = Project.objects.filter(pk__among=keys).annotate(open=Value(True)).order_by()
    return _with_columns(rows, today).values_list("pk", *COLUMNS)


def _with_columns(rows: Any, today: date | Given) -> QuerySet[Project, dict[str, Any]]:
    leads = Participation.objects.filter(project=OuterRef("pk"), kind=Participation.Kind.LEAD)
    managers = ProjectRole.objects.filter(project=OuterRef("pk"), kind=ProjectRole.Kind.MANAGER)
    day = Coalesce("status_date", today if isinstance(today, Given) else Value(today), output_field=DateField())
    rows = rows.annotate(
        day=day,
        lead=Subquery(leads.values("department__name")[:1]),
        lead_id=Subquery(leads.values("department")[:1]),
        manager=Subquery(managers.values("user__name")[:1]),
        manager_id=Subquery(managers.values("user")[:1]),
        manager_key=Subquery(managers.values("user__sort_key")[:1]),
        first=Coalesce("starts_on", "summary__start"),
        last=Coalesce("ends_on", "summary__finish"),
        state=Coalesce("summary__state", Value("none")),
    )
    weights = [When(weight=weight, then=Value(place)) for place, weight in enumerate(Project.Weight.values)]
    light = Case(
        When(summary__isnull=True, then=Value(None)),
        When(summary__alarm_from__lte=F("day"), then=Value(2)),
        When(summary__watch_from__lte=F("day"), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    annotated: QuerySet[Project, dict[str, Any]] = rows.annotate(light_place=light, weight_place=Case(*weights))
    return annotated


def _filtered(rows: Any, asked: Asked, user: User) -> Any:
    """Keep what was asked for; what is inside a project filters only those that the person sees."""
    given = {
        "kind": asked.kind,
        "weight": asked.weight,
        "state": asked.state,
        "lead_id": asked.department,
        "manager_id": asked.manager,
        "light_place": LIGHTS.index(asked.light) if asked.light else "",
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value not in ("", None)})
    if asked.light or asked.state:
        rows = rows.filter(open=True)
    if asked.mine:
        rows = rows.filter(manager_id=user.pk)
    for word in asked.search.split():
        rows = rows.filter(_says(word))
    return rows


def _says(word: str) -> Q:
    """Return the condition that a project says `word`: its name or number, its manager's name or pinyin, its department."""
    people = User.objects.filter(Q(name__icontains=word) | Q(pinyin__startswith=word.lower()) | Q(initials=word.lower()))
    return (
        Q(name__icontains=word)
        | Q(number__icontains=word)
        | Q(lead__icontains=word)
        | Q(manager_id__in=people.values("pk").order_by())
    )


def _order(sort: str) -> list[Combinable | str]:
    back, key = sort.startswith("-"), SORTS.get(sort.removeprefix("-"), "created_at")
    column = F(key)
    return [column.desc(nulls_last=True) if back else column.asc(nulls_last=True), "-pk" if back else "pk"]


def _row(values: dict[str, Any], today: date) -> Row:
    inside = values["open"] and values["summary__actual"] is not None
    summary = ProjectSummary(**{name: values[f"summary__{name}"] for name in SUMMARY}) if inside else ProjectSummary()
    planned = summary.planned(values["day"])
    return Row(
        number=values["number"],
        name=values["name"],
        kind=values["kind"],
        weight=values["weight"],
        lead=values["lead"] or "",
        manager=values["manager"] or "",
        start=values["first"].isoformat() if values["first"] and values["open"] else "",
        end=values["last"].isoformat() if values["last"] and values["open"] else "",
        light=LIGHTS[values["light_place"]] if inside else "",
        state=values["state"] if values["open"] else "",
        actual=values["summary__actual"] / 100 if inside else None,
        planned=None if planned is None else planned / 100,
        behind=summary.behind(values["day"], values["deviation_threshold"]),
        open=values["open"],
    )


def names_of_projects(keys: list[int]) -> dict[int, tuple[str, str]]:
    """Return number and name of these projects. One query."""
    rows = Project.objects.filter(pk__in=keys).order_by().values_list("pk", "number", "name")
    return {key: (number, name) for key, number, name in rows}
