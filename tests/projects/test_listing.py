"""The list of projects: filters, sorts, pages, saved filters, exports, and what it costs."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, launch_project, planned_project, small_project
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import Preference
from tongzhou.projects import actions
from tongzhou.projects.models import Organisation, Project, ProjectSummary
from tongzhou.projects.queries.filters import SavedFilter, filters_of
from tongzhou.projects.queries.listing import SORTS, Asked, list_of

TODAY = date(2024, 3, 20)


def numbers(cast: Cast, **asked: Any) -> list[str]:
    return [row.number for row in list_of(cast.manager, Asked(**asked), TODAY).rows]


@pytest.fixture
def three(cast: Cast) -> list[Project]:
    """S-1 planned and late; L-2 light, temporary, of the member, empty; K-3 of 市场部."""
    first = planned_project(cast)
    second = small_project(cast, "L-2", "light")
    Project.objects.filter(pk=second.pk).update(kind="temporary", name="海报")
    third = actions.create_project(
        by=cast.manager,
        number="K-3",
        manager=cast.member,
        lead=cast.marketing,
        now=NOW,
        basics={"name": "渠道", "weight": "strict"},
    )
    actions.give_role(by=cast.member, project=third, person=cast.manager, role="member", now=NOW)
    return [first, second, third]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["K-3", "L-2", "S-1"]),
        ({"search": "海报"}, ["L-2"]),
        ({"search": "k-3"}, ["K-3"]),
        ({"search": "chenyi"}, ["L-2", "S-1"]),
        ({"search": "cy"}, ["K-3", "L-2", "S-1"]),
        ({"search": "成员"}, ["K-3"]),
        ({"search": "市场部 渠"}, ["K-3"]),
        ({"search": "%"}, []),
        ({"kind": "temporary"}, ["L-2"]),
        ({"weight": "strict"}, ["K-3"]),
        ({"mine": True}, ["L-2", "S-1"]),
        ({"state": "none"}, ["K-3", "L-2"]),
        ({"state": "todo"}, ["S-1"]),
        ({"light": "alarm"}, ["S-1"]),
        ({"light": "ok"}, []),
    ],
)
def test_filters(cast: Cast, three: list[Project], asked: dict[str, Any], found: list[str]) -> None:
    assert numbers(cast, **asked) == found


def test_filters_by_department_and_manager(cast: Cast, three: list[Project]) -> None:
    assert numbers(cast, department=cast.marketing.pk) == ["K-3"]
    assert numbers(cast, manager=cast.member.pk) == ["K-3"]
    assert numbers(cast, manager=999_999) == []


@pytest.mark.parametrize("key", SORTS)
def test_every_column_sorts_both_ways_and_what_says_nothing_stands_last(cast: Cast, three: list[Project], key: str) -> None:
    assert sorted(numbers(cast, sort=key)) == sorted(numbers(cast, sort=f"-{key}")) == ["K-3", "L-2", "S-1"]
    if key in ("progress", "light"):
        assert numbers(cast, sort=key)[0] == numbers(cast, sort=f"-{key}")[0] == "S-1"
    if key in ("number", "lead", "manager", "weight"):
        assert numbers(cast, sort=key) != numbers(cast, sort=f"-{key}")


def test_a_row_says_how_the_project_stands(cast: Cast) -> None:
    project = launch_project(cast, date(2024, 4, 2))
    row = list_of(project.roles.get(kind="manager").user, Asked(), date(2024, 4, 2)).rows[0]
    summary = ProjectSummary.objects.get()
    assert (row.number, row.lead, row.weight, row.state) == ("XMB-2024", "研发部", "standard", "doing")
    planned = summary.planned(date(2024, 4, 2))
    assert planned is not None
    assert (row.actual, row.planned, row.light) == (summary.actual / 100, planned / 100, summary.light(date(2024, 4, 2)))


def test_the_page_and_what_nobody_should_send(cast: Cast, three: list[Project]) -> None:
    client = client_of(cast.manager)
    page = client.get("/projects/?sort=number")
    assert [one.row.number for one in page.context["rows"]] == ["K-3", "L-2", "S-1"]
    assert 'href="/projects/S-1/"' in page.content.decode()
    for query in (
        "sort=nonsense",
        "sort=--name",
        "q=%00",
        "q=" + "x" * 500,
        "page=0",
        "page=-1",
        "page=99999999999999999999",
        "page=%EF%BC%95",
        "page=x",
        "kind=x&weight=x&light=x&state=x",
        "department=x&manager=%C2%B2",
        "manager=" + "9" * 5000,
        "scope=all",
    ):
        assert client.get(f"/projects/?{query}").status_code == 200, query
    assert "没有符合" in client.get("/projects/?q=nirgends").content.decode()
    assert client_of(cast.stranger).get("/projects/").context["rows"] == ()


def many(cast: Cast, count: int) -> None:
    for number in range(count):
        basics = {"name": f"<b>第{number}个</b>" + "长" * 60}
        actions.create_project(
            by=cast.manager, number=f"N-{number}", manager=cast.manager, lead=cast.rd, now=NOW, basics=basics
        )


def test_pages_of_fifty_cost_a_constant_number_of_queries(cast: Cast) -> None:
    client, counts = client_of(cast.manager), []
    for count in (3, 104):
        many(cast, count) if count > 3 else small_project(cast)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/projects/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15
    assert (len(answer.context["rows"]), answer.context["page"].pages) == (50, 3)
    assert len(client.get("/projects/?page=3").context["rows"]) == 5
    assert len(client.get("/projects/?page=77").context["rows"]) == 5
    assert "&lt;b&gt;第103个" in answer.content.decode()


def test_names_of_others_are_seen_only_where_the_organisation_says_so(cast: Cast, three: list[Project]) -> None:
    stranger = client_of(cast.stranger)
    assert stranger.get("/projects/?scope=all").context["rows"] == ()
    Organisation.objects.create(pk=1, names_visible=True)
    page = stranger.get("/projects/?scope=all&sort=number")
    row = page.context["rows"][2]
    assert (row.row.number, row.url, row.meter, row.light, row.state, row.row.start) == ("S-1", "", "", "", "", "")
    assert stranger.get("/projects/").context["rows"] == ()
    assert stranger.get("/projects/?scope=all&light=alarm").context["rows"] == ()
    assert stranger.get("/projects/S-1/").status_code == 404


def save(cast: Cast, name: str, query: str = "kind=project", *, default: bool = False) -> None:
    actions.save_filter(by=cast.manager, wanted=SavedFilter(name, query, default), now=NOW)


def test_filters_are_saved_replaced_and_removed(cast: Cast) -> None:
    save(cast, " 我的 ", default=True)
    assert said()[:2] == ("filters-changed", {"person": cast.manager.pk})
    save(cast, "延期", "light=alarm", default=True)
    save(cast, "我的", "scope=mine")
    assert filters_of(cast.manager) == [SavedFilter("延期", "light=alarm", True), SavedFilter("我的", "scope=mine")]
    with unchanged():
        actions.remove_filter(by=cast.manager, name="没有", now=NOW)
    actions.remove_filter(by=cast.manager, name="延期", now=NOW)
    assert [one.name for one in filters_of(cast.manager)] == ["我的"]
    assert filters_of(cast.member) == []


def test_filters_are_refused(cast: Cast) -> None:
    for name in ("", " ", "x" * 41):
        with refused("name-invalid", "name"):
            save(cast, name)
    with refused("query-too-long", "name"):
        save(cast, "长", "x" * 501)
    for number in range(20):
        save(cast, str(number))
    with refused("too-many", "name"):
        save(cast, "21")
    save(cast, "3", "q=x")
    cast.manager.is_active = False
    with refused("forbidden", kind=Forbidden):
        save(cast, "a")
    with refused("forbidden", kind=Forbidden):
        actions.remove_filter(by=cast.manager, name="a", now=NOW)


@pytest.mark.parametrize("value", [3, "x", {}, [None, 3, {"name": 1, "query": "x"}, {"name": "x"}]])
def test_a_preference_that_is_no_list_of_filters_shows_none(cast: Cast, value: Any) -> None:
    Preference.objects.create(user=cast.manager, key="projects.filters", value=value)
    assert filters_of(cast.manager) == []


def post(client: Client, **fields: str) -> Any:
    return client.post("/projects/filters/", fields)


def test_the_default_filter_is_shown_at_first(cast: Cast, three: list[Project]) -> None:
    client = client_of(cast.manager)
    answer = post(client, name="严", query="weight=strict", default="on")
    assert (answer.status_code, answer["Location"]) == (302, "/projects/?weight=strict")
    assert client.get("/projects/")["Location"] == "/projects/?weight=strict"
    page = client.get("/projects/?weight=strict")
    assert [one.name for one, on in page.context["filters"] if on] == ["严"]
    assert client.get("/projects/filters/").status_code == 302
    assert post(client, remove="严", query="")["Location"] == "/projects/?sort=-new"
    assert client.get("/projects/").status_code == 200
    with unchanged():
        assert post(client, name="\0", query="\0").status_code == 422


def test_the_list_is_exported_as_it_is_shown(cast: Cast, three: list[Project]) -> None:
    Project.objects.filter(number="L-2").update(name="=1+1")
    client = client_of(cast.manager)
    answer = client.get("/projects/export/?sort=number&format=csv")
    text = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert quote("项目") in answer["Content-Disposition"]
    assert [line.split(",")[0] for line in text] == ["编号", "K-3", "L-2", "S-1"]
    assert text[2].split(",")[1] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/projects/export/?weight=strict").content))
    values = [value for row in book.active.iter_rows(values_only=True) for value in row]
    assert "渠道" in values
    assert "小项目 S-1" not in values
    assert client.get("/projects/export/?format=pdf").status_code == 404
    assert client_of(cast.stranger).get("/projects/export/?format=csv").content.decode().count("\n") == 1
