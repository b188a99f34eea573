"""The screens of projects: each address, wrong methods, and what people should not send."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from support.cast import Cast, planned_project, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.projects.models import Participation, Project

BASICS = {"name": "改名", "kind": "project", "deviation_threshold": "10", "version": "1"}


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return client_of(cast.manager)


def seats(project: Project, cast: Cast) -> str:
    return f"/projects/S-1/start/departments/{project.participations.get(department=cast.marketing).pk}/"


def test_anybody_starts_a_project(cast: Cast) -> None:
    client = client_of(cast.stranger)
    assert client.get("/projects/new/").status_code == 200
    fields = {"number": "甲 1", "name": "新", "kind": "project", "lead": cast.rd.pk}
    with unchanged():
        assert client.post("/projects/new/", fields).status_code == 422
    answer = client.post("/projects/new/", fields | {"number": "甲-1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/{quote('甲-1')}/plan/")
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(f"/projects/{quote('甲-1')}/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "S-1"),
        ("number", "new"),
        ("number", ".."),
        ("number", "x" * 41),
        ("number", "a\x00"),
        ("name", ""),
        ("name", "x" * 121),
        ("kind", "x"),
        ("lead", "9" * 300),
        ("lead", ""),
        ("starts_on", "0001-01-01"),
        ("starts_on", "2026-02-30"),
        ("ends_on", "9999-12-31"),
        ("ends_on", "2000-01-01"),
    ],
)
def test_a_project_is_not_started(project: Project, cast: Cast, manager: Client, field: str, value: str) -> None:
    fields = {"number": "P", "name": "新", "kind": "project", "lead": cast.rd.pk, "starts_on": "2026-01-01"}
    with unchanged():
        answer = manager.post("/projects/new/", fields | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_basic_information_is_changed(project: Project, manager: Client) -> None:
    answer = manager.post("/projects/S-1/start/basics/", BASICS | {"starts_on": "2024-03-04", "ends_on": "2024-05-31"})
    project.refresh_from_db()
    assert (answer.status_code, answer["Location"], project.name) == (302, "/projects/S-1/start/", "改名")
    with unchanged():
        assert manager.post("/projects/S-1/start/basics/", BASICS | {"name": "x"}).status_code == 412


def test_what_is_saved_is_said_where_it_was_saved(project: Project, cast: Cast, manager: Client) -> None:
    start = "/projects/S-1/start/"
    part = project.participations.get(department=cast.rd)
    steps = (
        ("basics/", BASICS, "", "基本信息已保存。"),
        (
            f"departments/{part.pk}/seats/",
            {"kind": "head", "holder": cast.owner.pk},
            "#departments",
            f"{cast.rd.name}的席位已保存。",
        ),
        ("roles/", {"person": cast.owner.pk, "role": "member"}, "#people", f"已为{cast.owner.name}指定角色。"),
    )
    for address, sent, panel, said in steps:
        answer = manager.post(start + address, sent)
        assert (answer.status_code, answer["Location"]) == (302, start + panel)
        assert said in manager.get(start).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": ""},
        {"ends_on": "2024-03-01", "starts_on": "2024-03-02"},
        {"status_date": "9999-12-31"},
        {"status_date": "2026-02-30"},
        {"deviation_threshold": "0.4"},
        {"deviation_threshold": "50.01"},
        {"deviation_threshold": "NaN"},
        {"deviation_threshold": "1e999"},
        {"version": "x"},
    ],
    ids=str,
)
def test_wrong_basics_are_refused(project: Project, manager: Client, wrong: dict[str, str]) -> None:
    with unchanged():
        answer = manager.post("/projects/S-1/start/basics/", BASICS | wrong)
    assert (answer.status_code, list(answer.context["basics_form"].errors)) == (422, list(wrong)[:1])


def test_departments_seats_and_roles(cast: Cast, project: Project, manager: Client) -> None:
    sales, start = cast.departments["销售部"], "/projects/S-1/start/"
    assert manager.get(start).status_code == 200
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"{start}departments/", {"department": sales.pk, "kind": "support", "duty": "铺货\r\n培训"}),
        (f"{seats(project, cast)}seats/", {"kind": "head", "holder": cast.owner.pk}),
        (f"{seats(project, cast)}seats/", {"kind": "liaison", "holder": ""}),
        (f"{start}roles/", {"person": cast.stranger.pk, "role": "observer"}),
        (f"{start}roles/remove/", {"person": cast.member.pk, "role": "member"}),
        (f"{seats(project, cast)}remove/", {}),
    ]
    for address, fields in sent:
        answer = manager.post(address, fields)
        assert (answer.status_code, answer["Location"].partition("#")[0]) == (302, start), address
    assert Participation.objects.get(project=project, department=sales).duty == "铺货\r\n培训"
    assert set(project.roles.filter(kind__in=("member", "observer")).values_list("user__name", flat=True)) == {"外人"}
    assert manager.get(start).status_code == 200


def test_what_is_wrong_there_is_refused(cast: Cast, project: Project, manager: Client) -> None:
    start, big = "/projects/S-1/start/", "9" * 300
    own = f"{start}departments/{project.participations.get(department=cast.rd).pk}/"
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"{start}departments/", {"department": big, "kind": "support"}),
        (f"{start}departments/", {"department": cast.rd.pk, "kind": "support"}),
        (f"{start}departments/", {"department": cast.marketing.pk, "kind": "x"}),
        (f"{start}departments/", {"department": cast.marketing.pk, "kind": "support", "duty": "x" * 2001}),
        (f"{seats(project, cast)}seats/", {"kind": "throne", "holder": cast.owner.pk}),
        (f"{seats(project, cast)}seats/", {"kind": "head", "holder": big}),
        (f"{start}roles/", {"person": cast.stranger.pk, "role": "emperor"}),
        (f"{start}roles/", {"person": "-1", "role": "member"}),
        (f"{start}roles/remove/", {"person": cast.manager.pk, "role": "manager"}),
        (f"{start}roles/remove/", {"person": "x", "role": "member"}),
        (f"{own}remove/", {}),
    ]
    for address, fields in sent:
        with unchanged():
            assert manager.post(address, fields).status_code == 422, (address, fields)


@pytest.mark.parametrize("tail", ["basics/", "departments/", "roles/", "roles/remove/", "stage/"])
def test_who_may_not_is_told_so_before_what_is_wrong(cast: Cast, project: Project, tail: str) -> None:
    member = client_of(cast.quality)
    with unchanged():
        assert member.post(f"/projects/S-1/start/{tail}", {}).status_code == 403


def test_a_department_of_another_project_is_not_found(cast: Cast, project: Project, manager: Client) -> None:
    foreign = small_project(cast, "S-2").participations.first()
    assert foreign is not None
    with unchanged():
        for key in (foreign.pk, 999999, "9" * 400):
            for tail in ("remove/", "seats/"):
                assert manager.post(f"/projects/S-1/start/departments/{key}/{tail}", {"kind": "head"}).status_code == 404


def test_other_methods_are_refused(cast: Cast, project: Project, manager: Client) -> None:
    start = "/projects/S-1/start/"
    writes = [f"{start}{tail}" for tail in ("basics/", "departments/", "roles/", "roles/remove/", "stage/")]
    writes += [seats(project, cast) + tail for tail in ("seats/", "remove/")]
    with unchanged():
        assert {manager.get(address).status_code for address in writes} == {405}
        assert {manager.post(address).status_code for address in (start, "/projects/")} == {405}
        assert manager.put("/projects/new/").status_code == 405


def test_a_start_page_shows_what_is_planned_too(cast: Cast) -> None:
    planned_project(cast)
    for person in (cast.manager, cast.member):
        answer = client_of(person).get("/projects/S-1/start/")
        assert (answer.status_code, answer.context["can_edit"]) == (200, person == cast.manager)
