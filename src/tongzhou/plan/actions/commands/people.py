"""Who is meant by a name, a login, an employee number or pinyin; candidates where several are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.people.models import Department, User
from tongzhou.plan.actions.commands.sheet import Support
from tongzhou.plan.actions.commands.values import LONGEST_TEXT, CellRefused, text_of
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.workbooks.people import Helper, parse_people
from tongzhou.workbooks.text import is_blank, key, plain

MOST_SHOWN = 5
LONGEST_CONTENT = 300


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    department: str


@dataclass
class Directory:
    """The people and departments that the cells of one command may mean."""

    ids: dict[int, Person] = field(default_factory=dict)
    marks: dict[str, dict[int, Person]] = field(default_factory=dict)
    departments: dict[str, tuple[int, str]] = field(default_factory=dict)
    department_ids: dict[int, str] = field(default_factory=dict)
    supervisors: frozenset[int] = frozenset()

    def person(self, value: object) -> int | None:
        """Return the person that an id or a text means; None for an empty cell."""
        if isinstance(value, int) and not isinstance(value, bool):
            if value not in self.ids:
                raise CellRefused(_("There is no such person."))
            return value
        text = text_of(value, 200)
        helpers = [] if is_blank(text) else parse_people(text)
        if len(helpers) > 1:
            raise CellRefused(_("One person is meant here."))
        return self.helper(helpers[0], text) if helpers else None

    def helper(self, helper: Helper, text: str) -> int:
        """Return the one person whom a name (with a department in brackets where several bear it) means."""
        wanted = helper.name or helper.department
        found = list(self._bearers(wanted))
        if len(found) > 1 and helper.name and (helper.department or helper.content):
            home = key(helper.department or helper.content)
            found = [one for one in found if key(one.department) == home] or found
        if not found:
            raise CellRefused(_("There is no “%(name)s”.") % {"name": (wanted or text)[:40]})
        if len(found) > 1:
            shown = "、".join(f"{one.name}({one.department or '—'})" for one in found[:MOST_SHOWN])
            message = _("“%(name)s” may be %(people)s. Add the department in brackets or use the login name.")
            raise CellRefused(message % {"name": wanted[:40], "people": shown})
        return found[0].id

    def _bearers(self, wanted: str) -> list[Person]:
        """Return who is called so: by full name first, then by login, number or pinyin."""
        found = self.marks.get(key(wanted), {}).values()
        return [one for one in found if key(one.name) == key(wanted)] or list(found)

    def department(self, value: object) -> int | None:
        """Return the department that an id or a name means; None for an empty cell."""
        if isinstance(value, int) and not isinstance(value, bool):
            if value not in self.department_ids:
                raise CellRefused(_("There is no such department."))
            return value
        text = text_of(value, 120)
        if is_blank(text):
            return None
        found = self.departments.get(key(text))
        if found is None:
            raise CellRefused(_("There is no department “%(name)s”.") % {"name": text[:40]})
        return found[0]

    def supporters(self, value: object) -> list[Support]:
        """Return who supports with what: 李四(接口联调); 市场部."""
        found: list[Support] = []
        for helper in parse_people(text_of(value)):
            content = helper.content[:LONGEST_CONTENT]
            named = self.departments.get(key(helper.name or helper.department))
            if named is not None:
                one: Support = (None, named[0], content)
            elif helper.name:
                one = (self.helper(helper, helper.name), None, content)
            else:
                raise CellRefused(_("There is no department “%(name)s”.") % {"name": (helper.department or content)[:40]})
            if one[:2] in [other[:2] for other in found]:
                raise CellRefused(_("“%(name)s” stands here twice.") % {"name": helper.name or helper.department})
            found.append(one)
        return found

    def name_of(self, user: int | None) -> str:
        found = self.ids.get(user) if user is not None else None
        return found.name if found else ""


def directory(project: Project, texts: Iterable[object] | None) -> Directory:
    """Read the people whom `texts` (names or ids) may mean, all departments, and who supervises the quality.

    Three queries; none for None.
    """
    made = Directory()
    if texts is None:
        return made
    names, wanted = _asked(texts)
    lowered = {one.lower() for one in names}
    marked = Q(pk__in=wanted) | Q(name__in=names) | Q(login__in=lowered) | Q(employee_number__in=names) | Q(pinyin__in=lowered)
    columns = ("pk", "name", "department__name", "login", "employee_number", "pinyin")
    rows = User.objects.filter(marked, is_active=True).values_list(*columns) if names or wanted else ()
    for pk, name, department, *marks in rows:
        person = Person(pk, name, department or "")
        made.ids[pk] = person
        for mark in {key(mark) for mark in (name, *marks) if mark}:
            made.marks.setdefault(mark, {})[pk] = person
    for pk, name in Department.objects.values_list("pk", "name"):
        made.departments[key(name)] = (pk, name)
        made.department_ids[pk] = name
    quality = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.QUALITY)
    made.supervisors = frozenset(quality.values_list("user_id", flat=True))
    return made


def _asked(texts: Iterable[object]) -> tuple[set[str], set[int]]:
    """Return the names and the ids that cells say."""
    names: set[str] = set()
    ids: set[int] = set()
    for value in texts:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
            ids.add(value)
        elif isinstance(value, str) and "\0" not in value and len(value) <= LONGEST_TEXT:
            for helper in parse_people(value):
                names |= {helper.name, plain(helper.name), helper.name.replace(" ", "")} - {""}
    return names, ids
