"""Which real department a template's department is, by name and by sound; who is likely to have its seats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from tongzhou.exchange.queries.templates.document import Department as Part
from tongzhou.exchange.queries.templates.document import Document
from tongzhou.people.models import Department, User, sort_key_of
from tongzhou.workbooks.text import key

ENDINGS = re.compile(r"(?:管理)?(?:部门|部|中心|处|科|组|室|办公室|事业部|团队)$")
LEADS = re.compile(r"总监|部长|经理|主任|主管")
ALIKE = 0.75


@dataclass(frozen=True)
class Real:
    """A department of the organisation."""

    id: int
    name: str
    head: int | None


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    label: str
    """Name and department: 李四（研发部）."""
    department: int | None
    title: str = ""


@dataclass(frozen=True)
class Organisation:
    """The departments and people that a template can be laid onto."""

    departments: tuple[Real, ...]
    people: tuple[Person, ...]
    marks: Mapping[str, tuple[int, ...]]
    """Ids by what a person may be called: label, name, login, pinyin."""

    def person(self, text: str) -> tuple[int, ...]:
        """Return the ids of those whom a text may mean."""
        return self.marks.get(text.strip().lower(), ())

    def label(self, person: int | None) -> str:
        return next((one.label for one in self.people if one.id == person), "")


def organisation() -> Organisation:
    """Read the active departments and people. Two queries."""
    departments = [Real(*row) for row in Department.objects.filter(is_active=True).values_list("pk", "name", "head")]
    names = {one.id: one.name for one in departments}
    people, marks = [], dict[str, tuple[int, ...]]()
    rows = User.objects.filter(is_active=True).values_list("pk", "name", "login", "pinyin", "department", "title")
    for pk, name, login, pinyin, home, title in rows:
        label = f"{name}（{names[home]}）" if home in names else name
        people.append(Person(pk, name, label, home, title))
        for mark in {label.lower(), name.lower(), login.lower(), pinyin.lower()} - {""}:
            marks[mark] = (*marks.get(mark, ()), pk)
    return Organisation(tuple(departments), tuple(people), marks)


def guess_departments(document: Document, known: Organisation) -> dict[str, int]:
    """Return for each department of the template the real one that it likely is, each real one at most once by name."""
    found: dict[str, int] = {}
    for ways in (_by_name, _by_stem, _by_sound, _by_likeness):
        for part in document.departments:
            if part.key not in found:
                free = [one for one in known.departments if one.id not in found.values()]
                meant = ways(part, free)
                if meant is not None:
                    found[part.key] = meant.id
    return found


def guess_people(document: Document, known: Organisation, departments: Mapping[str, int], me: int) -> dict[str, int]:
    """Return who likely has which position: the manager is who starts, heads have the seats of heads, titles tell the rest."""
    found = {}
    for position in document.positions:
        home = departments.get(position.department, 0)
        inside = [one for one in known.people if one.department == home]
        if position.role == "manager":
            meant: int | None = me
        elif position.seat == "head":
            meant = _head(home, inside, known)
        else:
            meant = _only([one.id for one in inside if one.title and one.title == position.name])
        if meant is not None and any(one.id == meant for one in known.people):
            found[position.key] = meant
    return found


def _head(department: int, inside: list[Person], known: Organisation) -> int | None:
    """Return a department's head: as it is written down, else the only one there whose title says so."""
    named = next((one.head for one in known.departments if one.id == department), None)
    return named or _only([one.id for one in inside if LEADS.search(one.title)])


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _names(part: Part) -> list[str]:
    return [key(name) for name in (part.name, *part.aliases)]


def _by_name(part: Part, free: list[Real]) -> Real | None:
    names = _names(part)
    ranked = {key(one.name): one for one in reversed(free)}
    return next((ranked[name] for name in names if name in ranked), None)


def _by_stem(part: Part, free: list[Real]) -> Real | None:
    names = [_stem(name) for name in _names(part)]
    ranked = {_stem(key(one.name)): one for one in reversed(free)}
    return next((ranked[name] for name in names if name in ranked), None)


def _by_sound(part: Part, free: list[Real]) -> Real | None:
    names = {_sound(name) for name in _names(part)}
    return next((one for one in free if _sound(key(one.name)) in names), None)


def _by_likeness(part: Part, free: list[Real]) -> Real | None:
    scored = [(_alike(name, key(one.name)), one.name, one) for name in _names(part) for one in free]
    score, _name, meant = max(scored, key=lambda row: row[:2], default=(0.0, "", None))
    return meant if score >= ALIKE else None


def _stem(name: str) -> str:
    return ENDINGS.sub("", name) or name


def _sound(name: str) -> str:
    return "".join(sign for sign in sort_key_of(_stem(name)) if not sign.isdigit())


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
