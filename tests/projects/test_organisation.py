"""Numbers by pattern, never given twice; the organisation's settings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from support.cast import NOW, Cast, make_cast
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden, Refused, Stale
from tongzhou.projects import actions
from tongzhou.projects.actions import Settings
from tongzhou.projects.models import Organisation, Project
from tongzhou.projects.queries.numbers import next_number, shape_of

DAY = date(2026, 3, 5)


def create(cast: Cast, number: str | None = None, now: datetime = NOW, **basics: object) -> Project:
    values = {"name": "新项目"} | basics
    return actions.create_project(by=cast.manager, number=number, manager=cast.manager, lead=cast.rd, now=now, basics=values)


def settings(**given: Any) -> Settings:
    values: dict[str, Any] = {"name": "", "patterns": {}, "weights": {}, "names_visible": False}
    values |= {"deviation_threshold": Decimal(10), "deviation_guard": True}
    return Settings(**values | given)


@pytest.mark.parametrize(
    ("pattern", "first", "twelfth"),
    [
        ("LX-{YYYY}-{N:3}", "LX-2026-001", "LX-2026-012"),
        ("{YY}{MM}{N}", "26031", "260312"),
        ("XMB-{YYYY}", "XMB-2026", "XMB-2026-12"),
        ("项目{N:2}号", "项目01号", "项目12号"),
    ],
)
def test_patterns(pattern: str, first: str, twelfth: str) -> None:
    shape = shape_of(pattern, DAY)
    assert shape is not None
    assert (shape.number(1), shape.number(12)) == (first, twelfth)


@pytest.mark.parametrize("pattern", ["", "{N}{N:2}", "{M}", "a b", "a/{N}", "{N:0}", "{", "x" * 41, "\x00", "{N:3", "?{N}"])
def test_patterns_that_give_no_number(pattern: str) -> None:
    assert shape_of(pattern, DAY) is None


def test_numbers_count_by_kind_and_year(cast: Cast) -> None:
    assert [create(cast).number for _time in range(2)] == ["XMB-2024-001", "XMB-2024-002"]
    assert create(cast, kind="temporary").number == "LX-2024-001"
    assert create(cast, now=datetime(2025, 1, 1, 0, 0, tzinfo=UTC)).number == "XMB-2025-001"
    assert next_number("project", date(2024, 5, 1)) == "XMB-2024-003"


def test_a_number_may_be_typed_and_is_skipped_then(cast: Cast) -> None:
    assert create(cast, "XMB-2024-001").number == "XMB-2024-001"
    assert create(cast).number == "XMB-2024-002"
    with refused("number-taken", "number"):
        create(cast, "XMB-2024-002")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("typed", [None, "T-1"])
def test_two_at_once_never_get_the_same_number(typed: str | None) -> None:
    cast, barrier = make_cast(), Barrier(4)
    made: list[str] = []

    def start() -> None:
        barrier.wait()
        try:
            made.append(create(cast, typed).number)
        except Refused as refusal:
            made.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=start) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = ["XMB-2024-001", "XMB-2024-002", "XMB-2024-003", "XMB-2024-004"]
    assert sorted(made) == (["T-1", *["number-taken"] * 3] if typed else expected)


def test_projects_begin_as_the_organisation_says(cast: Cast) -> None:
    given = settings(
        patterns={"project": "P{N:4}"}, weights={"project": "strict"}, deviation_threshold=Decimal(5), deviation_guard=False
    )
    row = actions.change_organisation(by=cast.administrator, settings=given, now=NOW)
    assert said()[:2] == ("organisation-changed", {"organisation": row.pk})
    project = create(cast)
    assert (project.number, project.weight, project.deviation_threshold, project.deviation_guard) == (
        "P0001",
        "strict",
        Decimal(5),
        False,
    )
    with unchanged():
        actions.change_organisation(by=cast.administrator, settings=given, version=row.version, now=NOW)


def test_settings_are_refused(cast: Cast) -> None:
    def change(version: int | None = None, **given: Any) -> None:
        actions.change_organisation(by=cast.administrator, settings=settings(**given), version=version, now=NOW)

    with refused("forbidden", kind=Forbidden):
        actions.change_organisation(by=cast.manager, settings=settings(), now=NOW)
    with refused("pattern-invalid", "pattern_project"):
        change(patterns={"project": "a b"})
    with refused("weight-unknown", "weight_project"):
        change(weights={"project": "x"})
    for threshold in ("0.49", "50.01", "-1"):
        with refused("threshold-range", "deviation_threshold"):
            change(deviation_threshold=Decimal(threshold))
    change(name="甲公司")
    with refused("stale", kind=Stale):
        change(version=1, name="乙公司")


def test_a_pattern_that_cannot_be_used_any_more_asks_for_a_number(cast: Cast) -> None:
    Organisation.objects.create(pk=1, patterns={"project": "a b"})
    with refused("pattern-invalid", "number"):
        create(cast)
    assert next_number("project", DAY) == ""


FORM = {
    **{f"pattern_{kind}": "A{N:2}" for kind in Project.Kind.values},
    **{f"weight_{kind}": "light" for kind in Project.Kind.values},
    "name": "甲公司",
    "deviation_threshold": "12.5",
}


def test_the_administrator_sets_it_on_a_page(cast: Cast) -> None:
    client = client_of(cast.administrator)
    assert "XMB-2" in client.get("/projects/settings/").content.decode()
    assert client.post("/projects/settings/", FORM)["Location"] == "/projects/settings/"
    row = Organisation.objects.get()
    assert (row.name, row.patterns["temporary"], row.weights["project"], row.names_visible) == (
        "甲公司",
        "A{N:2}",
        "light",
        False,
    )
    assert client_of(cast.manager).get("/projects/settings/").status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pattern_project", "a b"),
        ("pattern_project", ""),
        ("weight_project", "x"),
        ("deviation_threshold", "0"),
        ("deviation_threshold", "9" * 5000),
        ("deviation_threshold", "NaN"),
        ("name", "x" * 121),
        ("name", "\x00"),
    ],
)
def test_the_page_refuses(cast: Cast, field: str, value: str) -> None:
    client = client_of(cast.administrator)
    with unchanged():
        answer = client.post("/projects/settings/", FORM | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_new_project_takes_the_next_number_of_its_kind(cast: Cast) -> None:
    client = client_of(cast.member)
    assert b"XMB-" in client.get("/projects/new/").content
    fragment = client.get("/projects/new/?kind=temporary", headers={"HX-Request": "true"})
    assert fragment.content.decode().startswith("LX-")
    fields = {"name": "海报", "kind": "temporary", "lead": ""}
    answer = client.post("/projects/new/", fields)
    project = Project.objects.get()
    assert (answer.status_code, project.weight, project.number[:3]) == (302, "light", "LX-")
    assert client.post("/projects/new/", fields | {"number": project.number}).status_code == 422
