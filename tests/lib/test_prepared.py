"""A prepared query gives what the query gives, asked with any values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from support.cast import Cast, planned_project
from tongzhou.lib.prepared import Given, ask_ahead, prepared
from tongzhou.lib.reading import ReadsOnce
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project


@prepared
def _of(project: Given, name: Given) -> QuerySet[WorkItem, tuple[Any, ...]]:
    rows = WorkItem.objects.filter(project=project, name=name).order_by("pk")
    return rows.values_list("pk", "name", "typed_start", "is_milestone", "owner__name", "quantity")


@prepared
def _starting(project: Given, day: Given) -> QuerySet[WorkItem, tuple[int]]:
    return WorkItem.objects.filter(project=project, typed_start__gte=day).order_by("pk").values_list("pk")


@prepared
def _among(keys: Given) -> QuerySet[WorkItem, tuple[int]]:
    return WorkItem.objects.filter(pk__among=keys).order_by("pk").values_list("pk")


@prepared
def _projects(number: Given) -> QuerySet[Project]:
    return Project.objects.filter(number=number)


@prepared
def _several(project: Given, name: Given) -> QuerySet[Any, tuple[Any, ...]]:
    names = WorkItem.objects.filter(project=project).order_by().values_list("name")
    return names.union(User.objects.filter(name=name).order_by().values_list("name"), all=True)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def test_the_rows_are_those_of_the_query(project: Project, django_assert_num_queries: Any) -> None:
    rows = WorkItem.objects.filter(project=project).order_by("pk")
    columns = ("pk", "name", "typed_start", "is_milestone", "owner__name", "quantity")
    for row in rows.values_list(*columns):
        with django_assert_num_queries(1):
            assert _of(project.pk, row[1]) == [row]
    assert _of(project.pk, "没有") == _of(0, "设计") == _of(project.pk, "' OR 1=1 --") == []


def test_days_are_values_too(project: Project) -> None:
    days = [day for day in WorkItem.objects.filter(project=project).values_list("typed_start", flat=True) if day]
    for day in [*days, max(days) + timedelta(days=1), date(1970, 1, 1)]:
        wanted = WorkItem.objects.filter(project=project, typed_start__gte=day).order_by("pk")
        assert _starting(project.pk, day) == list(wanted.values_list("pk"))


def test_any_number_of_ids(project: Project) -> None:
    keys = list(WorkItem.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))
    for wanted in ([], keys[:1], keys[1:], [*keys, 2**62]):
        assert _among(wanted) == _among(set(wanted)) == [(key,) for key in wanted if key in keys]
        assert list(WorkItem.objects.filter(pk__among=wanted).values_list("pk").order_by("pk")) == _among(wanted)
        assert set(WorkItem.objects.exclude(pk__among=wanted)) == set(WorkItem.objects.exclude(pk__in=wanted))


def test_objects_are_whole_and_can_be_saved(project: Project) -> None:
    (found,) = _projects(project.number)
    fresh = Project.objects.get(pk=project.pk)
    names = [field.attname for field in Project._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(fresh, name) for name in names]
    found.name = "改名"
    found.save()
    assert Project.objects.get(pk=project.pk).name == "改名"


def test_two_tables_in_one_query(cast: Cast, project: Project) -> None:
    found = [name for (name,) in _several(project.pk, cast.owner.name)]
    assert sorted(found) == sorted([*WorkItem.objects.filter(project=project).values_list("name", flat=True), cast.owner.name])


def _related(rows: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    below = Exists(WorkItem.objects.filter(parent=OuterRef("pk")))
    return rows.select_related("project__summary", "owner__department", "stand_in").annotate(
        below=below, twice=F("percent") * 2
    )


@prepared
def _with_relations(key: Given) -> QuerySet[WorkItem]:
    return _related(WorkItem.objects.filter(pk=key))


def test_objects_come_with_what_they_are_related_to_and_with_annotations(
    project: Project, django_assert_num_queries: Any
) -> None:
    for wanted in _related(WorkItem.objects.filter(project=project)):
        with django_assert_num_queries(1):
            (found,) = _with_relations(wanted.pk)
            for path in ("project.summary", "owner.department", "owner", "project", "stand_in"):
                assert _told(found, path) == _told(wanted, path)
        assert _told(found, "") == _told(wanted, "")
        assert {"below", "twice"} < set(_told(found, ""))


def _told(row: Any, path: str) -> dict[str, Any]:
    for name in filter(None, path.split(".")):
        row = row and getattr(row, name)
    return {name: value for name, value in vars(row).items() if name != "_state"} if row else {}


def test_no_column_holds_a_number_beyond_64_bits(project: Project, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert [_of(number, "设计") for number in (2**63, -(2**63), 10**5000)] == [[], [], []]


def test_what_cannot_be_prepared_says_so(db: None) -> None:
    @prepared
    def flat(key: Given) -> QuerySet[WorkItem, int]:
        return WorkItem.objects.filter(pk=key).values_list("pk", flat=True)

    with pytest.raises(TypeError, match="prepared"):
        flat(1)


def answered(ask: Callable[[], object], method: str = "GET") -> None:
    def view(request: HttpRequest) -> HttpResponse:
        ask()
        return HttpResponse()

    ReadsOnce(view)(RequestFactory().generic(method, "/"))


def test_what_is_asked_ahead_is_not_asked_again(project: Project, django_assert_num_queries: Any) -> None:
    """On PostgreSQL the answers wait; on SQLite nothing is asked ahead. Both ask each question once, with the same answer."""
    keys = list(WorkItem.objects.filter(project=project).values_list("pk", flat=True))
    expected = (_of(project.pk, "设计"), _among(keys), _projects(project.number), _starting(project.pk, date(2024, 3, 4)))

    def ask() -> None:
        ask_ahead(
            _of.of(project.pk, "设计"),
            _among.of(set(keys)),
            _projects.of(project.number),
            _starting.of(project.pk, date(2024, 3, 4)),
        )
        found = (_of(project.pk, "设计"), _among(keys), _projects(project.number), _starting(project.pk, date(2024, 3, 4)))
        assert found == expected

    with django_assert_num_queries(4):
        answered(ask)


def test_an_answer_is_taken_once_and_belongs_to_its_values(project: Project) -> None:
    def ask() -> None:
        ask_ahead(_of.of(project.pk, "设计"), _of.of(project.pk, "没有"), _of.of(2**70, "设计"))
        assert [len(_of(project.pk, name)) for name in ("没有", "设计")] == [0, 1]
        assert _of(2**70, "设计") == []
        WorkItem.objects.filter(project=project, name="设计").update(name="改名")
        assert (_of(project.pk, "设计"), len(_of(project.pk, "改名"))) == ([], 1)

    answered(ask)


@pytest.mark.parametrize("method", ["POST", ""])
def test_nothing_is_asked_ahead_where_something_may_be_written(
    project: Project, method: str, django_assert_num_queries: Any
) -> None:
    _of(project.pk, "设计")
    with django_assert_num_queries(0):
        if method:
            answered(lambda: ask_ahead(_of.of(project.pk, "设计")), method)
        else:
            ask_ahead(_of.of(project.pk, "设计"))


def test_what_was_asked_can_be_read(project: Project) -> None:
    for name in ("设计", "测试"):
        with CaptureQueriesContext(connection) as caught:
            _of(project.pk, name)
        assert f"'{name}'" in caught.captured_queries[0]["sql"]


def test_the_server_plans_a_statement_once(project: Project) -> None:
    """PostgreSQL keeps it for values of any size, and through what is taken back."""
    with pytest.raises(KeyError), transaction.atomic():
        assert len(_of(project.pk, "设计")) == 1
        raise KeyError
    for number in (project.pk, 1, 2**15, 2**31, 2**62):
        assert len(_of(number, "设计")) == (number == project.pk)
        assert _among([number] if number > 1 else []) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT parameter_types::text FROM pg_prepared_statements WHERE statement LIKE '%owner%name%'")
            assert cursor.fetchall() == [("{text,bigint}",)]
