"""Who is asked for a seat, a role or a person: the holder, or during leave her stand-in. Seats are asked, not people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from tongzhou.people.models import Leave, User
from tongzhou.projects.access import RULES
from tongzhou.projects.models import ProjectRole, Seat

Role = ProjectRole.Kind
WITH_SEATS = [weight for weight, rules in RULES.items() if rules.seats]


@dataclass(frozen=True)
class Asked:
    """Whom to ask, and as what. `principal` holds the seat; `instead_of` is her name where her stand-in is asked."""

    id: int
    name: str
    role: str
    principal: int
    instead_of: str = ""

    @property
    def word(self) -> str:
        """As what, in the reader's language; empty for a person asked as herself."""
        kinds = {str(kind.value): kind.label for kind in (*Role, *Seat.Kind)}
        return str(kinds.get(self.role, ""))


class Answering:
    """Who answers for the seats and roles of some projects, and for some people, on a day. Three or four queries."""

    def __init__(self, projects: Collection[int], today: date, people: Collection[int] = ()) -> None:
        self._seats: dict[tuple[int, int], list[Asked]] = {}
        self._roles: dict[tuple[int, str], Asked] = {}
        self._people: dict[int, Asked] = {}
        self._read_roles(projects)
        self._read_seats(projects)
        if people:
            rows = User.objects.filter(pk__in=people, is_active=True).order_by().values_list("pk", "name")
            self._people = {key: Asked(key, name, "", key) for key, name in rows}
        self._instead = _stand_ins({one.id for one in self._all()}, today)

    def _all(self) -> Iterable[Asked]:
        yield from self._roles.values()
        yield from self._people.values()
        for seats in self._seats.values():
            yield from seats

    def _read_roles(self, projects: Collection[int]) -> None:
        rows = ProjectRole.objects.filter(
            project__in=projects, kind__in=(Role.MANAGER, Role.GENERAL_LEAD), user__is_active=True
        )
        for project, kind, key, name in rows.order_by().values_list("project_id", "kind", "user_id", "user__name"):
            self._roles[project, kind] = Asked(key, name, kind, key)

    def _read_seats(self, projects: Collection[int]) -> None:
        rows = Seat.objects.filter(
            participation__project__in=projects, participation__project__weight__in=WITH_SEATS, holder__is_active=True
        )
        # "head" comes before "liaison".
        fields = ("participation__project_id", "participation__department_id", "kind", "holder_id", "holder__name")
        for project, department, kind, key, name in rows.order_by("kind").values_list(*fields):
            self._seats.setdefault((project, department), []).append(Asked(key, name, kind, key))

    def department(self, project: int, department: int | None) -> Asked | None:
        """Return who answers for a department: its head, without one its liaison; None where both seats are empty."""
        found = self._seats.get((project, department or 0), [])
        return self._present(found[0]) if found else None

    def seated(self, project: int, department: int | None) -> list[Asked]:
        """Return who answers for each of a department's seats, the head first."""
        return [self._present(one) for one in self._seats.get((project, department or 0), [])]

    def role(self, project: int, kind: str) -> Asked | None:
        """Return who answers as manager or general lead."""
        found = self._roles.get((project, kind))
        return self._present(found) if found else None

    def person(self, key: int | None) -> Asked | None:
        """Return who answers for one of the people; None for somebody who is not active any more."""
        found = self._people.get(key or 0)
        return self._present(found) if found else None

    def _present(self, one: Asked) -> Asked:
        there = self._instead.get(one.id)
        return replace(one, id=there[0], name=there[1], instead_of=one.name) if there else one


def _stand_ins(people: Collection[int], today: date) -> dict[int, tuple[int, str]]:
    """Return for who is away today her stand-in (the leave's own, else hers), where that one is active. One query."""
    rows = Leave.objects.filter(user__in=people, first__lte=today, last__gte=today).order_by("pk")
    fields = ("stand_in_id", "stand_in__name", "stand_in__is_active")
    found: dict[int, tuple[int, str]] = {}
    for key, *both in rows.values_list("user_id", *fields, *(f"user__{field}" for field in fields)):
        for other, name, active in (both[:3], both[3:]):
            if other is not None and active:
                found.setdefault(key, (other, name))
                break
    return found


def principals_of(user: User, today: date) -> list[int]:
    """Return for whom `user` is asked today: herself, and those on leave who name her. One query."""
    rows = Leave.objects.filter(first__lte=today, last__gte=today).order_by()
    named = rows.filter(stand_in=user).values_list("user_id")
    by_default = rows.filter(stand_in__isnull=True, user__stand_in=user).values_list("user_id")
    return [user.pk, *(key for (key,) in named.union(by_default))]
