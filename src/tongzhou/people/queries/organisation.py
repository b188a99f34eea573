"""Reads: the tree of departments, the list of people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from tongzhou.people.access import can_manage_people, phone_shown
from tongzhou.people.models import ApiToken, Department, Leave, SignInLink, StatutoryYear, User, sort_key_of

PAGE = 50
LONGEST_LIST = 1000
SORTS = {
    "name": ("sort_key", "pk"),
    "department": ("department__name", "sort_key", "pk"),
    "number": ("employee_number", "sort_key", "pk"),
    "title": ("title", "sort_key", "pk"),
    "login": ("login",),
}
STATES = {
    "active": _("Working here"),
    "leave": _("On leave"),
    "no-password": _("Without password"),
    "disabled": _("Disabled people"),
}
FOR_ALL = ("active", "leave")
# Django marks a password that cannot be used by "!"; a row from elsewhere may hold none at all.
NO_PASSWORD = Q(password__exact="") | Q(("password__startswith", "!"))


@dataclass
class Branch:
    """A department in the tree. `people`: active people in it, `total`: in it and below; `depth` counts from 0."""

    id: int
    name: str
    parent: int | None
    head: str
    is_active: bool
    people: int
    depth: int = 0
    total: int = 0
    children: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What the list of people is asked for: words, a department with all below it, a state, a sort, a page from 1."""

    search: str = ""
    department: int | None = None
    state: str = "active"
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """A page of people: ready rows, and where in the list they stand."""

    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int


def tree() -> list[Branch]:
    """Return the departments at the top with all below them, by pinyin. Two queries."""
    active = Q(people__is_active=True)
    rows = Department.objects.annotate(people_count=Count("people", filter=active)).values_list(
        "pk", "name", "parent_id", "head__name", "is_active", "people_count"
    )
    ordered = sorted(rows.order_by("pk"), key=lambda row: _sort_key(row[1]))
    branches = {row[0]: Branch(row[0], row[1], row[2], row[3] or "", row[4], row[5]) for row in ordered}
    top: list[Branch] = []
    for branch in branches.values():
        (branches[branch.parent].children if branch.parent else top).append(branch)
    for branch in top:
        _measure(branch, 0)
    return top


NUMERALS = {ord(sign): str(number) for number, sign in enumerate("零一二三四五六七八九")}


@lru_cache(maxsize=4096)
def _sort_key(name: str) -> str:
    """Sort by pinyin, and 研发一部 before 研发二部. Names hardly change and are read on every page of the organisation."""
    return sort_key_of(name.translate(NUMERALS))


def _measure(branch: Branch, depth: int) -> int:
    branch.depth = depth
    branch.total = branch.people + sum(_measure(child, depth + 1) for child in branch.children)
    return branch.total


def flat(branches: Iterable[Branch]) -> list[Branch]:
    """Return a tree as it is read from above: each department before those below it."""
    found = []
    for branch in branches:
        found += [branch, *flat(branch.children)]
    return found


def below(department: int, parents: Mapping[int, int | None] | None = None) -> set[int]:
    """Return the ids of a department and of all below it. One query, or none with `parents` (id → parent)."""
    parents = dict(Department.objects.values_list("pk", "parent_id")) if parents is None else parents
    children: dict[int | None, list[int]] = defaultdict(list)
    for key, parent in parents.items():
        children[parent].append(key)
    found, waiting = set(), [department]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children[one]
    return found


def named(search: str) -> Q:
    """Return the condition that finds people by name, pinyin, initials, login, number, title or department."""
    found = Q()
    for word in search.split()[:5]:
        found &= (
            Q(name__icontains=word)
            | Q(pinyin__contains=word.lower())
            | Q(initials__startswith=word.lower())
            | Q(login__icontains=word)
            | Q(employee_number__icontains=word)
            | Q(department__name__icontains=word)
        )
    return found


def chosen(asked: Asked, viewer: User, today: date) -> QuerySet[User]:
    """Return whom `asked` names. Only the administrator is told who is disabled or has no password."""
    away = Exists(Leave.objects.filter(user=OuterRef("pk"), first__lte=today, last__gte=today))
    found = User.objects.filter(named(asked.search))
    if asked.department is not None:
        found = found.filter(department_id__in=below(asked.department))
    state = asked.state if asked.state in (STATES if can_manage_people(viewer) else FOR_ALL) else "active"
    if state == "disabled":
        return found.filter(is_active=False)
    found = found.filter(is_active=True)
    if state == "leave":
        return found.filter(away)
    return found.filter(NO_PASSWORD) if state == "no-password" else found


def ordered(asked: Asked, viewer: User, today: date) -> QuerySet[User]:
    """Return whom `asked` names, in the order that it asks for."""
    return chosen(asked, viewer, today).order_by(*_order(asked.sort))


def people_page(asked: Asked, viewer: User, today: date) -> Listed:
    """Return a page of 50 people; a page beyond the last one is the last. Three queries at most."""
    found = chosen(asked, viewer, today)
    total = found.count()
    none = Case(When(NO_PASSWORD, then=True), default=False)
    pages = max(1, -(-total // PAGE))
    page = min(max(asked.page, 1), pages)
    away = Exists(Leave.objects.filter(user=OuterRef("pk"), first__lte=today, last__gte=today))
    rows = (
        found.order_by(*_order(asked.sort))
        .annotate(away=away, no_password=none, department_name=F("department__name"), head=F("department__head_id"))
        .values(
            "pk", "name", "login", "employee_number", "title", "phone", "email", "no_password", "is_active",
            "is_administrator", "away", "department_name", "department_id", "head",
        )[(page - 1) * PAGE : page * PAGE]
    )  # fmt: skip
    return Listed([_row(dict(row), viewer) for row in rows], total, page, pages)


def _order(sort: str) -> list[str]:
    falling, fields = sort.startswith("-"), SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return [f"-{name}" if falling else name for name in fields]


def _row(row: dict[str, Any], viewer: User) -> dict[str, Any]:
    row["phone"] = phone_shown(viewer, row["pk"], row.pop("head"), row["phone"])
    row["id"] = str(row["pk"])
    return row


def people_called(text: str) -> list[User]:
    """Return the active people whom a typed text names: `李四 (lisi)`, or a name, number or login. One query."""
    written = re.fullmatch(r".*[(（]([a-zA-Z0-9._-]+)[)）]\s*", text)
    named_by = Q(login=written[1].lower()) if written else Q(name=text) | Q(login=text.lower()) | Q(employee_number=text)
    return list(User.objects.filter(named_by, is_active=True).select_related("department")[:20])


def suggestions(search: str) -> list[tuple[str, str]]:
    """Return at most ten people for a text that is being typed: (what stands in the field, department). One query."""
    if not search.strip():
        return []
    found = User.objects.filter(named(search), is_active=True).values_list("name", "login", "department__name")[:10]
    return [(f"{name} ({login})", department or "") for name, login, department in found]


def without_way_in(department: int | None, now: datetime) -> list[dict[str, Any]]:
    """Return the active people of a department and below (None: all), and whether each can come in already. Two queries."""
    found = User.objects.filter(is_active=True)
    if department is not None:
        found = found.filter(department_id__in=below(department))
    link = Exists(SignInLink.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=now))
    none = Case(When(NO_PASSWORD, then=True), default=False)
    rows = found.order_by("department__name", "sort_key", "pk").annotate(
        link=link, no_password=none, department_name=F("department__name")
    )
    listed = rows.values("pk", "name", "login", "employee_number", "department_name", "no_password", "link")[:LONGEST_LIST]
    return [{**row, "id": str(row["pk"])} for row in listed]


def attention() -> dict[str, int]:
    """Return how much the administrator should look at. Four queries."""
    active = User.objects.filter(is_active=True)
    return {
        "homeless": active.filter(department=None).count(),
        "headless": Department.objects.filter(is_active=True).filter(Q(head=None) | Q(head__is_active=False)).count(),
        "no_password": active.filter(NO_PASSWORD).count(),
        "administrators": active.filter(is_administrator=True).count(),
    }


def overview(now: datetime, today: date) -> dict[str, Any]:
    """Return what the administrator looks after, in numbers. Eight queries."""
    known = set(StatutoryYear.objects.filter(announced=True).values_list("year", flat=True))
    people = dict(User.objects.order_by().values_list("is_active").annotate(Count("pk")))
    return {
        "attention": attention(),
        "unknown_years": [year for year in (today.year, today.year + 1) if year not in known],
        "people": people.get(True, 0),
        "disabled": people.get(False, 0),
        "links": SignInLink.objects.filter(used_at=None, expires_at__gt=now, user__is_active=True).count(),
        "tokens": ApiToken.objects.filter(revoked_at=None, expires_at__gt=now).count(),
    }


def people_to_export(asked: Asked, viewer: User, today: date) -> list[tuple[Any, ...]]:
    """Return all whom the list shows: name, number, login, department, its parent, title, phone, e-mail, is its head.

    For the administrator, who sees whole phone numbers. Two queries at most.
    """
    rows = ordered(asked, viewer, today).annotate(head=F("department__head_id"))
    listed = rows.values_list(
        "name", "employee_number", "login", "department__name", "department__parent__name", "title", "phone", "email",
        "head", "pk",
    )  # fmt: skip
    return [(*row[:8], row[8] == row[9]) for row in listed]
