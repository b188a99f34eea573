"""Programs list and filter projects, keep filters, set what projects begin with, and take the next number."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.addresses import inhabited
from support.api import Program, program_of
from support.cast import NOW, Cast, planned_project, small_project
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.projects.actions import Settings, change_organisation
from tongzhou.projects.models import Organisation

SETTINGS = {"name": "同舟", "names_visible": True, "deviation_threshold": 12.5, "deviation_guard": False, "kinds": {}}


def numbers(program: Program, query: str = "") -> list[str]:
    return [row["number"] for row in program.ask("GET", f"projects?{query}").json()["items"]]


def test_the_list_says_filters_and_sorts_as_the_page_does(cast: Cast) -> None:
    planned_project(cast, "S-1")
    small_project(cast, "S-2", "light")
    small_project(cast, "S-3", "strict")
    program = program_of(cast.head)
    assert numbers(program) == ["S-3", "S-2", "S-1"]
    assert numbers(program, "sort=number") == ["S-1", "S-2", "S-3"]
    assert numbers(program, "sort=-number&limit=1&offset=1") == ["S-2"]
    assert numbers(program, "weight=strict") == ["S-3"]
    assert numbers(program, "q=S-2") == ["S-2"]
    assert numbers(program, "state=none&sort=number") == ["S-2", "S-3"]
    assert numbers(program, f"manager={cast.manager.pk}&department={cast.rd.pk}&kind=project&scope=mine") == []
    assert numbers(program_of(cast.manager), "scope=mine&sort=name") == ["S-1", "S-2", "S-3"]
    row = program.ask("GET", "projects?q=S-1").json()["items"][0]
    assert (row["lead"], row["manager"], row["starts_on"], row["open"]) == ("研发部", "陈一", "2024-03-04", True)
    assert (row["ends_on"], row["actual"], row["state"]) == ("2024-03-08", 0, "todo")
    assert numbers(program_of(cast.stranger)) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=size", "sort"),
        ("kind=x", "kind"),
        ("light=x", "light"),
        ("state=blocked", "state"),
        ("scope=theirs", "scope"),
        ("department=0", "department"),
        (f"manager={'9' * 30}", "manager"),
        ("q=%00", "q"),
        (f"q={'x' * 81}", "q"),
        ("offset=-1", "offset"),
    ],
)
def test_a_filter_that_is_none_is_refused(cast: Cast, query: str, field: str) -> None:
    answer = program_of(cast.manager).ask("GET", f"projects?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_names_of_all_projects_are_told_where_the_organisation_shows_them(cast: Cast) -> None:
    planned_project(cast, "S-1")
    outside = program_of(cast.stranger)
    assert outside.ask("GET", "projects?scope=all").status_code == 403
    assert outside.ask("GET", "projects/export?scope=all").status_code == 403
    settings = Settings("同舟", {}, {}, True, Organisation().deviation_threshold, True)
    change_organisation(by=cast.administrator, settings=settings, now=NOW)
    (row,) = outside.ask("GET", "projects?scope=all").json()["items"]
    assert (row["number"], row["open"], row["starts_on"], row["actual"], row["state"]) == ("S-1", False, None, None, "")


def test_the_list_costs_the_same_however_long(cast: Cast) -> None:
    program = program_of(cast.manager)
    counts = []
    for number in ("S-1", "S-2", "S-3"):
        planned_project(cast, number)
        with CaptureQueriesContext(connection) as asked:
            program.ask("GET", "projects?sort=progress")
        counts.append(len(asked))
    assert counts[0] == counts[2] <= 15


def test_the_list_is_a_file(cast: Cast) -> None:
    planned_project(cast, "S-1")
    program, page = program_of(cast.manager), client_of(cast.manager)
    table = program.ask("GET", "projects/export?format=csv&scope=mine")
    assert table.content == page.get("/projects/export/?format=csv&scope=mine").content
    assert (table["Content-Type"], "S-1" in table.content.decode()) == ("text/csv; charset=utf-8", True)
    assert program.ask("GET", "projects/export").content[:2] == b"PK"
    assert program.ask("GET", "projects/export?format=pdf").status_code == 422


def test_filters_are_kept_renamed_and_forgotten(cast: Cast) -> None:
    program, path = program_of(cast.manager), "me/project-filters"
    first = program.ask("POST", path, {"name": "我的", "query": "scope=mine", "default": True})
    assert first.json() == {"items": [{"name": "我的", "query": "scope=mine", "default": True}]}
    program.ask("POST", path, {"name": "严格", "query": "weight=strict"})
    renamed = program.ask("PATCH", f"{path}?name=我的", {"name": " 我管的 "})
    assert [one["name"] for one in renamed.json()["items"]] == ["我管的", "严格"]
    assert said()[0] == "filters-changed"
    # The page shows them.
    assert "我管的" in client_of(cast.manager).get("/projects/?sort=-new").content.decode()
    with unchanged():
        assert program.ask("PATCH", f"{path}?name=没有", {"name": "x"}).json()["title"] == "filter-unknown"
        assert program.ask("PATCH", f"{path}?name=严格", {"name": "我管的"}).json()["errors"].keys() == {"name"}
        assert program.ask("PATCH", f"{path}?name=严格", {"name": "严格"}).status_code == 200
        for body in ({"name": " ", "query": ""}, {"name": "x" * 41, "query": ""}, {"name": "x", "query": "y" * 501}, {}):
            assert program.ask("POST", path, body).status_code == 422
        assert program.ask("PATCH", path, {"name": "x"}).json()["errors"].keys() == {"name"}
    assert program_of(cast.member).ask("GET", path).json() == {"items": []}
    assert program.ask("DELETE", f"{path}?name=我管的").status_code == 204
    with unchanged():
        assert program.ask("DELETE", f"{path}?name=我管的").status_code == 204
    assert [one["name"] for one in program.ask("GET", path).json()["items"]] == ["严格"]


def test_the_administrator_sets_what_projects_begin_with(cast: Cast) -> None:
    program = program_of(cast.administrator, "read", "write", "admin")
    seen = program.ask("GET", "organisation")
    assert seen.json()["kinds"]["project"] == {"pattern": "XMB-{YYYY}-{N:3}", "weight": "standard"}
    body: dict[str, Any] = SETTINGS | {"kinds": {"temporary": {"pattern": "快-{N:2}", "weight": "strict"}}}
    made = program.ask("PUT", "organisation", body, If_Match=seen["ETag"])
    assert (made.status_code, made.json()["kinds"]["temporary"]) == (200, {"pattern": "快-{N:2}", "weight": "strict"})
    assert made.json()["deviation_threshold"] == 12.5
    assert program.ask("GET", "organisation", If_None_Match=made["ETag"]).status_code == 304
    writing = program_of(cast.administrator, "write")
    with unchanged():
        late = program.ask("PUT", "organisation", SETTINGS | {"name": "别的"}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["name"]) == (412, "同舟")
        for kinds, field in (({"project": {"pattern": "{X}", "weight": "light"}}, "pattern_project"),):
            wrong = program.ask("PUT", "organisation", SETTINGS | {"kinds": kinds})
            assert (wrong.status_code, list(wrong.json()["errors"])) == (422, [field])
        for change in (
            {"deviation_threshold": 0.4},
            {"deviation_threshold": 51},
            {"names_visible": None},
            {"kinds": {"x": {}}},
        ):
            assert program.ask("PUT", "organisation", SETTINGS | change).status_code == 422
        assert writing.ask("PUT", "organisation", SETTINGS).json()["title"] == "scope"


def test_the_next_number_is_told_and_taken(cast: Cast) -> None:
    program = program_of(cast.manager)
    told = program.ask("GET", "project-numbers/process").json()["number"]
    made = program.ask("POST", "projects", {"name": "投诉", "kind": "process", "lead": cast.rd.pk})
    assert (made.status_code, made.json()["number"]) == (201, told)
    assert program.ask("GET", "project-numbers/process").json()["number"] != told
    light = program.ask("POST", "projects", {"name": "团建", "weight": "light"})
    assert (light.status_code, light.json()["weight"], light.json()["participations"]) == (201, "light", [])
    with unchanged():
        assert program.ask("POST", "projects", {"name": "无部门"}).json()["errors"].keys() == {"lead"}
        assert program.ask("GET", "project-numbers/other").status_code == 422


def test_what_the_start_page_writes_programs_write(cast: Cast) -> None:
    inhabited(cast)
    program = program_of(cast.manager)
    changed = program.ask(
        "PATCH", "projects/S-1", {"status_date": "2024-03-06", "deviation_threshold": 5, "deviation_guard": False}
    ).json()
    assert (changed["status_date"], changed["deviation_threshold"], changed["deviation_guard"]) == ("2024-03-06", 5, False)
    powers = f"projects/S-1/departments/{cast.marketing.pk}/seats/head/powers"
    told = program.ask("PUT", powers, {"may_decide": "物料替换"}).json()
    seat = next(part["head"] for part in told["participations"] if part["department"]["id"] == cast.marketing.pk)
    assert (seat["name"], seat["may_decide"]) == ("吴八", "物料替换")
    with unchanged():
        assert program.ask("PATCH", "projects/S-1", {"deviation_threshold": 51}).status_code == 422
        assert program.ask("PUT", powers, {"may_decide": "x" * 501}).status_code == 422
        never = f"projects/S-1/departments/{cast.departments['销售部'].pk}/seats/head/powers"
        assert program.ask("PUT", never, {"may_decide": "x"}).status_code == 404


def test_who_may_be_mentioned_is_found(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.member)
    found = program.ask("GET", "projects/S-1/people?q=陈").json()["items"]
    assert [one["name"] for one in found] == ["陈一"]
    assert program.ask("GET", "projects/S-1/people?q=外人").json()["items"] == []
    assert program.ask("GET", f"projects/S-1/people?q={'x' * 41}").status_code == 422
