"""What a department promised everywhere against what it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from support.cast import NOW, Cast, small_project
from tongzhou.people.models import User
from tongzhou.projects.models import Project, Seat
from tongzhou.resources.actions import Answer, CommitmentSpec, answer_commitments, ask_commitments
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries import Load, commitments_of, loads_of

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 8)


def spec(cast: Cast, **values: Any) -> CommitmentSpec:
    return replace(CommitmentSpec(cast.rd.pk, "people", "测试工程师", Decimal(2), "人", FIRST, LAST), **values)


def promised(cast: Cast, project: Project, wanted: CommitmentSpec, offered: int | None = None) -> Commitment:
    row = ask_commitments(by=cast.manager, project=project, rows=[wanted], now=NOW)[0]
    said = Answer(row.pk, "confirmed") if offered is None else Answer(row.pk, "trimmed", None, Decimal(offered), "另有项目")
    return answer_commitments(by=cast.head, project=project, answers=[said], now=NOW)[0]


def load(cast: Cast, project: Project, wanted: CommitmentSpec, reader: User | None = None) -> Load:
    row = ask_commitments(by=cast.manager, project=project, rows=[wanted], now=NOW)[0]
    return loads_of(reader or cast.head, project.pk, commitments_of(project))[row.pk]


def staffed(cast: Cast, count: int) -> None:
    """Let so many people work in 研发部."""
    people = User.objects.filter(department=cast.rd).order_by("pk")
    User.objects.filter(pk__in=list(people.values_list("pk", flat=True)[count:])).update(department=None)
    assert User.objects.filter(department=cast.rd, is_active=True).count() == count


def test_people_are_counted_at_once(cast: Cast) -> None:
    staffed(cast, 3)
    project = small_project(cast)
    promised(cast, project, spec(cast, amount=Decimal(1), ends_on=date(2024, 3, 5)))
    promised(cast, project, spec(cast, amount=Decimal(1), starts_on=date(2024, 3, 6)))
    found = load(cast, project, spec(cast))
    # Those two follow one another: one at a time.
    assert (found.has, found.promised, found.asked, found.total, found.over, found.left) == (3, 1, 2, 3, 0, 2)
    assert found.day == FIRST
    promised(cast, project, spec(cast, amount=Decimal(2), starts_on=LAST, ends_on=LAST), offered=1)
    found = load(cast, project, spec(cast))
    assert (found.promised, found.over, found.day) == (2, 1, LAST)
    assert found.shares == (50.0, 25.0, 25.0)
    assert found.limit == 75.0


def test_neither_other_days_nor_what_is_not_promised_counts(cast: Cast) -> None:
    staffed(cast, 3)
    project = small_project(cast)
    promised(cast, project, spec(cast, starts_on=date(2024, 3, 11), ends_on=date(2024, 3, 12)))
    ask_commitments(by=cast.manager, project=project, rows=[spec(cast)] * 2, now=NOW)
    answered = promised(cast, project, spec(cast))
    answer_commitments(by=cast.head, project=project, answers=[Answer(answered.pk, "declined", reason="不行")], now=NOW)
    promised(cast, project, spec(cast, kind="budget", unit="元"))
    promised(cast, project, spec(cast, kind="hours", unit="小时"))
    assert load(cast, project, spec(cast)).promised == 0
    assert answered.pk not in loads_of(cast.head, project.pk, [])


def test_other_projects_are_named_only_where_the_reader_sees_them(cast: Cast) -> None:
    project, seen, unseen = small_project(cast), small_project(cast, "S-2"), small_project(cast, "S-3")
    promised(cast, seen, spec(cast, amount=Decimal(1)))
    promised(cast, unseen, spec(cast, amount=Decimal(3)))
    Seat.objects.filter(participation__project=unseen, holder=cast.head).update(holder=cast.owner)
    found = load(cast, project, spec(cast))
    assert [(one.number, one.name, one.amount) for one in found.named] == [("S-2", "小项目 S-2", Decimal(1))]
    assert (found.here, found.unnamed, found.promised) == (0, 3, 4)


def test_hours_fall_into_the_days_by_working_time(cast: Cast) -> None:
    staffed(cast, 2)
    project = small_project(cast)
    hours = spec(cast, kind="hours", unit="小时", amount=Decimal(60))
    # Two weeks, ten working days: half of it falls into the first week.
    promised(cast, project, replace(hours, ends_on=date(2024, 3, 15)))
    found = load(cast, project, hours)
    assert (found.has, found.promised, found.total, found.over) == (80, 30, 90, 10)
    weekend = replace(hours, starts_on=date(2024, 3, 9), ends_on=date(2024, 3, 10), amount=Decimal(8))
    promised(cast, project, weekend)
    found = load(cast, project, weekend)
    assert (found.has, found.over, found.limit) == (0, 16, 0)


def test_a_department_of_nobody(cast: Cast) -> None:
    project = small_project(cast)
    User.objects.filter(department=cast.rd).update(department=None)
    found = load(cast, project, spec(cast))
    assert (found.has, found.over, found.shares, found.words(found.over)) == (0, 2, (0.0, 0.0, 100.0), "2 人")


def test_as_many_queries_for_thirty_lines_as_for_one(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = small_project(cast)
    hours = spec(cast, kind="hours", unit="小时")
    for count in (1, 29):
        ask_commitments(by=cast.manager, project=project, rows=[hours] * count, now=NOW)
        lines = commitments_of(project)
        with django_assert_max_num_queries(6):
            loads_of(cast.head, project.pk, lines)
