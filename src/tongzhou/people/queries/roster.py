"""Reads: what a brought list of departments and people would change. Nothing is written here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tongzhou.people.models import Department, User
from tongzhou.workbooks.roster import Roster, RosterRow
from tongzhou.workbooks.text import key

TEXTS = ("name", "number", "title", "email")
PERSONAL = {"number", "login", "title", "phone", "email"}
"""What only a person has: a row with one of these and no name forgot it, a row without is a department."""
STORED = {"number": "employee_number"}
LONGEST_NAME = 80
LOGIN = re.compile(r"[a-z0-9._-]+")
PHONE = re.compile(r"[0-9+() \-]*")
YES = {"是", "√", "✓", "y", "yes", "1", "true", "对"}
NO = {"否", "n", "no", "0", "false", "不是"}
# The parts of a path (研发中心/平台部) from above; a hyphen belongs to many names.
PARTING = re.compile(r"\s*[/＞>\\／]\s*")
WIDE = {ord("０") + at: str(at) for at in range(10)} | {ord("＋"): "+", ord("（"): "(", ord("）"): ")", ord("－"): "-"}


@dataclass(frozen=True)
class Trouble:
    """Why nothing can be written yet. `code` is worded by the screen; `column` is a letter."""

    code: str
    sheet: str
    row: int
    column: str
    text: str = ""


@dataclass
class Line:
    """What becomes of one row: new, changed or same; `values` are what will be stored (department by name)."""

    sheet: str
    row: int
    name: str
    state: str
    person: int | None
    values: dict[str, Any]
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Understood:
    """All that would happen: new departments (name → parent's name or None), moved ones, heads, people, and what is wrong."""

    departments: dict[str, str | None] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    heads: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)

    @property
    def changes_nothing(self) -> bool:
        return not (self.departments or self.moved or self.heads or any(line.state != "same" for line in self.lines))


def understand(roster: Roster) -> Understood:
    """Compare rows with what is stored. Two queries, whatever the number of rows."""
    return _Reading(roster).understood


class _Reading:
    """One pass over the rows: departments first, then people, then heads."""

    def __init__(self, roster: Roster) -> None:
        self.understood = Understood()
        self.troubles = self.understood.troubles
        departments = Department.objects.select_related("parent", "head")
        self.known = {key(row.name): row for row in departments}
        self.users = list(User.objects.select_related("department", "stand_in"))
        self.by_number = {user.employee_number: user for user in self.users if user.employee_number}
        self.by_login = {user.login: user for user in self.users}
        self.by_name: dict[str, list[User]] = defaultdict(list)
        for user in self.users:
            self.by_name[key(user.name)].append(user)
        self.troubles += [Trouble(one.code, one.sheet, one.row, one.column, one.text) for one in roster.problems]
        people = [row for row in roster.rows if "name" in row.values]
        for row in roster.rows:
            self._department(row)
        self._check_circles(roster)
        self.doubles = {
            meaning: Counter(row.values[meaning].lower() for row in people if meaning in row.values)
            for meaning in ("number", "login")
        }
        self.seen: dict[int, RosterRow] = {}
        self.named: dict[tuple[str, str], RosterRow] = {}
        for row in people:
            self._person(row)
        self._heads(roster)

    def _department(self, row: RosterRow) -> None:
        path = PARTING.split(row.values.get("department", ""))
        if "name" not in row.values and (PERSONAL & set(row.values) or row.values.get("head", "").lower() in YES):
            self._trouble("name_missing", row, "name")
        elif "name" not in row.values and not path[-1]:
            self._trouble("department_missing", row, "department")
        above = row.values.get("parent") or None
        for at, part in enumerate(path):
            if part:
                if len(part) > LONGEST_NAME:
                    self._trouble("too_long", row, "department", part[:20])
                self._place(part, path[at - 1] if at else above)

    def _place(self, name: str, parent: str | None) -> None:
        if parent is not None and key(parent) not in self.known:
            self.understood.departments.setdefault(self._spelt(parent), None)
        stored = self.known.get(key(name))
        if stored is None:
            spelt = self._spelt(name)
            if parent is not None or spelt not in self.understood.departments:
                self.understood.departments[spelt] = self._spelt(parent) if parent else None
        elif parent is not None and key(stored.parent.name if stored.parent else "") != key(parent):
            self.understood.moved[stored.name] = self._spelt(parent)

    def _spelt(self, name: str) -> str:
        """Return the spelling that is stored, or that stood first in the file."""
        stored = self.known.get(key(name))
        if stored is not None:
            return stored.name
        return next((one for one in self.understood.departments if key(one) == key(name)), name)

    def _check_circles(self, roster: Roster) -> None:
        parents = {row.name: row.parent.name if row.parent else None for row in self.known.values()}
        parents |= self.understood.departments | self.understood.moved
        for name in [*self.understood.departments, *self.understood.moved]:
            way, at = {name}, parents.get(name)
            while at is not None and at not in way:
                way.add(at)
                at = parents.get(at)
            if at == name:
                row = next(row for row in roster.rows if key(name) in key(row.values.get("department", "")))
                self._trouble("department_circle", row, "parent", name)
                return

    def _person(self, row: RosterRow) -> None:
        values, person = self._values(row), self._matched(row)
        if person is not None and person.pk in self.seen:
            self._trouble("person_twice", row, "name", str(self.seen[person.pk].row))
        alike = (key(row.values["name"]), key(values.get("department", "")))
        if person is None and not {"number", "login"} & set(row.values):
            if alike in self.named:
                self._trouble("person_twice", row, "name", str(self.named[alike].row))
            self.named[alike] = row
        if person is not None:
            self.seen[person.pk] = row
            if not person.is_active:
                self._trouble("person_disabled", row, "name", person.name)
            self._check_taken(row, values, person)
        stored = _stored(person) if person is not None else {}
        changes = [(name, stored.get(name, ""), str(value)) for name, value in values.items() if stored.get(name, "") != value]
        state = "new" if person is None else "changed" if changes else "same"
        line = Line(row.sheet, row.row, row.values["name"], state, person.pk if person else None, values, changes)
        self.understood.lines.append(line)

    def _values(self, row: RosterRow) -> dict[str, Any]:
        """Return the values of a row as they would be stored, checked; what is empty stays as it is."""
        given = row.values
        values: dict[str, Any] = {STORED.get(meaning, meaning): given[meaning] for meaning in TEXTS if meaning in given}
        if "department" in given:
            values["department"] = self._spelt(PARTING.split(given["department"])[-1])
        if "login" in given:
            values["login"] = given["login"].lower()
        if "phone" in given:
            values["phone"] = given["phone"].translate(WIDE).removesuffix(".0")
        self._check(row, values)
        return values

    def _check(self, row: RosterRow, values: dict[str, Any]) -> None:
        if not LOGIN.fullmatch(values.get("login", "x")):
            self._trouble("login_invalid", row, "login", values["login"])
        if not PHONE.fullmatch(values.get("phone", "")):
            self._trouble("phone_invalid", row, "phone", values["phone"])
        try:
            validate_email(values.get("email", "x@example.com"))
        except ValidationError:
            self._trouble("email_invalid", row, "email", values["email"])
        for meaning in ("number", "login"):
            if self.doubles[meaning][row.values.get(meaning, "").lower()] > 1:
                self._trouble(f"{meaning}_twice", row, meaning, row.values[meaning])

    def _matched(self, row: RosterRow) -> User | None:
        """Return who is meant: by number, else by login, else by name (and department where several are called so)."""
        number, login = row.values.get("number", ""), row.values.get("login", "").lower()
        found = self.by_number.get(number) or self.by_login.get(login)
        if found is not None:
            return found
        called = [] if login else self.by_name[key(row.values["name"])]
        called = [user for user in called if not number or not user.employee_number]
        department = key(PARTING.split(row.values.get("department", ""))[-1])
        if department and (number or len(called) > 1):
            called = [user for user in called if user.department and key(user.department.name) == department]
        if len(called) > 1:
            self._trouble("several_called", row, "name", row.values["name"])
        return called[0] if called else None

    def _check_taken(self, row: RosterRow, values: dict[str, Any], person: User) -> None:
        other = self.by_login.get(values.get("login", ""))
        if other is not None and other.pk != person.pk:
            self._trouble("login_taken", row, "login", values["login"])

    def _heads(self, roster: Roster) -> None:
        wanted: dict[str, tuple[str, RosterRow]] = {}
        for row in roster.rows:
            said, path = row.values.get("head", ""), PARTING.split(row.values.get("department", ""))
            if not said or said.lower() in NO or not path[-1] or (said.lower() in YES and "name" not in row.values):
                continue
            department = self._spelt(path[-1])
            head = row.values.get("name", "") if said.lower() in YES else said
            if department in wanted and key(wanted[department][0]) != key(head):
                self._trouble("two_heads", row, "head", f"{wanted[department][0]}、{head}")
            wanted[department] = head, row
        for department, (head, row) in wanted.items():
            self._head(department, head, row)

    def _head(self, department: str, head: str, row: RosterRow) -> None:
        names = Counter(line.name for line in self.understood.lines if line.person is None and key(line.name) == key(head))
        stored = [user for user in self.by_name[key(head)] if user.is_active] or [
            user for user in (self.by_number.get(head), self.by_login.get(head.lower())) if user is not None
        ]
        if not stored and not names:
            self._trouble("head_unknown", row, "head", head)
        elif len(stored) + names.total() > 1:
            self._trouble("several_called", row, "head", head)
        else:
            known = self.known.get(key(department))
            if known is None or not stored or known.head_id != stored[0].pk:
                self.understood.heads[department] = (stored[0].pk, stored[0].name) if stored else (None, head)

    def _trouble(self, code: str, row: RosterRow, meaning: str, text: str = "") -> None:
        self.troubles.append(Trouble(code, row.sheet, row.row, row.columns.get(meaning, ""), text))


def _stored(person: User) -> dict[str, str]:
    names = ("name", "login", "employee_number", "title", "phone", "email")
    return {name: getattr(person, name) for name in names} | {"department": person.department.name if person.department else ""}
