"""Names in a workbook, looked up among the people and departments of the organisation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tongzhou.exchange.queries.answers import NEW, NOBODY, Settled
from tongzhou.people.models import Department, User, sort_key_of
from tongzhou.workbooks.text import key

ALIKE = 0.5
MOST_ALIKE = 3


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    department: str


@dataclass(frozen=True)
class Unknown:
    """A name that nobody bears (or several do), with the cell that named it first and those who may be meant."""

    name: str
    sheet: str
    row: int
    column: str | None
    alike: tuple[Person, ...] = ()
    several: bool = False
    department: str = ""


@dataclass
class Roster:
    """Looks names up and notes what it cannot find. With `creating` unknown names are to be made, and get ids below 0."""

    settled: Settled
    creating: bool = False
    people: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[str, int] = field(default_factory=dict)  # login names and employee numbers
    departments: dict[str, tuple[int, str]] = field(default_factory=dict)
    unknown_people: dict[str, Unknown] = field(default_factory=dict)
    unknown_departments: dict[str, Unknown] = field(default_factory=dict)
    home_of: dict[int, int | None] = field(default_factory=dict)  # the department of each person by id
    new_people: dict[str, str] = field(default_factory=dict)
    new_departments: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(
        default_factory=dict
    )  # the department of each new person: the first that a row names beside her

    def load(self) -> Roster:
        """Read the people and departments. Two queries."""
        for pk, name in Department.objects.values_list("pk", "name"):
            self.departments[key(name)] = (pk, name)
        columns = ("pk", "name", "department", "department__name", "login", "employee_number")
        for pk, name, home, department, *marks in User.objects.filter(is_active=True).values_list(*columns):
            self.home_of[pk] = home
            self.people[key(name)].append(Person(pk, name, department or ""))
            self.marks.update({key(mark): pk for mark in marks if mark})
        return self

    def person(self, name: str, department: str, at: tuple[str, int, str | None]) -> int | None:
        """The id of the person of that name, of that department if several bear it; None if nobody is meant or known."""
        if not name:
            return None
        answer = self.settled.people.get(key(name))
        if answer is not None and answer not in (NEW, NOBODY):
            return int(answer)
        found = self.people.get(key(name), [])
        if not found and key(name) in self.marks:
            return self.marks[key(name)]
        if len(found) > 1:
            found = [one for one in found if department and key(one.department) == key(department)] or found
        if len(found) == 1:
            return found[0].id
        if answer == NOBODY:
            return None
        if not found and (answer == NEW or self.creating):
            self.new_people.setdefault(key(name), name)
            self.homes.setdefault(key(name), department)
            return -1 - list(self.new_people).index(key(name))
        alike = tuple(found) or self._alike(name)
        self.unknown_people.setdefault(key(name), Unknown(name, *at, alike=alike, several=bool(found), department=department))
        return None

    def home(self, person: int | None) -> int | None:
        """The department of somebody that `person` found; of one still to be made the one that the table names."""
        if person is None or person >= 0:
            return self.home_of.get(person) if person is not None else None
        named = self.homes[list(self.new_people)[-1 - person]]
        return self.departments.get(key(named), (None, ""))[0]

    def home_of_name(self, name: str, department: str) -> int | None:
        """The department of the one person of that name, of that department if several bear it; notes nothing."""
        answer = self.settled.people.get(key(name), "")
        if answer not in ("", NEW, NOBODY):
            return self.home_of.get(int(answer))
        found = self.people.get(key(name), [])
        if len(found) > 1:
            found = [one for one in found if key(one.department) == key(department)]
        return self.home_of.get(found[0].id) if len(found) == 1 else None

    def department(self, name: str, at: tuple[str, int, str | None]) -> int | None:
        """The id of the department of that name; None if none is meant or known."""
        if not name:
            return None
        answer = self.settled.departments.get(key(name))
        if answer is not None and answer not in (NEW, NOBODY):
            return int(answer)
        found = self.departments.get(key(name))
        if found is not None:
            return found[0]
        if answer == NOBODY:
            return None
        if answer == NEW or self.creating:
            self.new_departments.setdefault(key(name), name)
            return -1 - list(self.new_departments).index(key(name))
        scored = sorted(((_alike(key(name), one), one) for one in self.departments), reverse=True)[:MOST_ALIKE]
        alike = tuple(Person(*self.departments[one], "") for score, one in scored if score >= ALIKE)
        self.unknown_departments.setdefault(key(name), Unknown(name, *at, alike=alike))
        return None

    def _alike(self, name: str) -> tuple[Person, ...]:
        """People whose names sound or look alike, the likeliest first."""
        sound = _sound(name)
        scored = [
            (1.0 if _sound(person.name) == sound else _alike(key(name), key(person.name)), person)
            for same in self.people.values()
            for person in same
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1].name))
        return tuple(person for score, person in scored[:MOST_ALIKE] if score >= ALIKE)


def _sound(name: str) -> str:
    """The syllables without tones."""
    return "".join(sign for sign in sort_key_of(name) if not sign.isdigit())


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
