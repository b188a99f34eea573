"""The progress form, a task's history and the tracking table."""

from __future__ import annotations

import pytest
from django.test import Client

from support.cast import Cast, planned_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project

HX = {"HX-Request": "true"}
TWENTY_SECONDS = {"state": "doing", "percent": "60"}


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


@pytest.fixture
def owner(cast: Cast) -> Client:
    return client_of(cast.owner)


def form_of(project: Project, name: str = "设计", day: str = "2024-03-05") -> str:
    return f"/projects/S-1/tasks/{task(project, name).pk}/progress/?date={day}"


def test_the_form_is_a_page_and_a_sheet(project: Project, owner: Client) -> None:
    page, sheet = owner.get(form_of(project)), owner.get(form_of(project), headers=HX)
    assert (page.status_code, sheet.status_code) == (200, 200)
    assert page.content.startswith(b"<!doctype html>") and not sheet.content.startswith(b"<!doctype html>")


@pytest.mark.parametrize("percent", ["60", "60.00", "６０", " 60 "])
def test_a_report_is_sent(cast: Cast, project: Project, owner: Client, percent: str) -> None:
    words = {"done": "第一行\r\n=1+1", "problem": "缺料", "help_needed": "催料", "help_department": cast.marketing.pk}
    answer = owner.post(form_of(project), {"state": "doing", "percent": percent} | words)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    row = ProgressUpdate.objects.get()
    assert (row.percent, row.done, row.help_department, str(row.status_date)) == (
        6000,
        "第一行\r\n=1+1",
        cast.marketing,
        "2024-03-05",
    )


def test_it_leads_back_to_where_it_was_asked_for(project: Project, owner: Client) -> None:
    answer = owner.post(form_of(project), TWENTY_SECONDS | {"next": "plan"}, headers=HX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/projects/S-1/plan/")
    answer = owner.post(form_of(project), TWENTY_SECONDS | {"next": "https://evil.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_summary_leads_to_its_place_in_the_plan(cast: Cast, project: Project) -> None:
    above = WorkItem.objects.get(children__name="设计")
    manager = client_of(cast.manager)
    answer = manager.get(form_of(project, above.name))
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/S-1/plan/?task={above.pk}")
    assert "汇总任务" in manager.get("/me/").content.decode()
    assert manager.post(form_of(project, above.name), TWENTY_SECONDS).status_code == 422


def test_nothing_new_repeats_what_is_known(project: Project, owner: Client) -> None:
    owner.post(form_of(project), TWENTY_SECONDS)
    assert owner.post(form_of(project, day="2024-03-06"), {"unchanged": "1"}).status_code == 302
    assert list(ProgressUpdate.objects.order_by("pk").values_list("state", "percent")) == [("doing", 6000)] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", ""),
        ("state", "asleep"),
        ("percent", ""),
        ("percent", "101"),
        ("percent", "-1"),
        ("percent", "60.123"),
        ("percent", "NaN"),
        ("percent", "1e400"),
        ("percent", "9" * 5000),
        ("done", "x" * 2001),
        ("done", "a\x00b"),
        ("help_department", "9" * 300),
        ("actual_start", "2024-03-06"),
        ("actual_start", "0001-01-01"),
        ("actual_start", "2026-02-30"),
        ("actual_finish", "9999-12-31"),
    ],
)
def test_a_wrong_report_is_refused_by_its_field(project: Project, owner: Client, field: str, value: str) -> None:
    with unchanged():
        answer = owner.post(form_of(project), TWENTY_SECONDS | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_department_outside_the_project_cannot_be_asked_for_help(cast: Cast, project: Project, owner: Client) -> None:
    with unchanged():
        answer = owner.post(form_of(project), TWENTY_SECONDS | {"help_department": cast.departments["财务部"].pk})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["help_department"])


def test_a_summary_and_the_future_are_refused(cast: Cast, project: Project, owner: Client) -> None:
    manager = client_of(cast.manager)
    with unchanged():
        assert manager.post(form_of(project, "阶段"), TWENTY_SECONDS).status_code == 422
        assert owner.post(form_of(project, day="2199-12-31"), TWENTY_SECONDS).status_code == 422


def test_who_may_not_report_is_told(cast: Cast, project: Project) -> None:
    clients = [client_of(person) for person in (cast.member, cast.quality, cast.other_liaison)]
    with unchanged():
        for client in clients:
            assert client.get(form_of(project)).status_code == 403
            assert client.post(form_of(project), TWENTY_SECONDS).status_code == 403


def test_history_and_tracking_are_read(project: Project, owner: Client) -> None:
    owner.post(form_of(project), TWENTY_SECONDS | {"done": "<script>"})
    history = owner.get(f"/projects/S-1/tasks/{task(project, '设计').pk}/history/")
    assert history.status_code == 200
    assert b"&lt;script&gt;" in history.content and b"<script>" not in history.content
    tracked = owner.get("/projects/S-1/tracking/?date=2024-03-05")
    assert [(one.row.name, one.row.percent) for one in tracked.context["shown"]][:2] == [("阶段", 36), ("设计", 60)]
    with unchanged():
        for address in (f"/projects/S-1/tasks/{task(project, '设计').pk}/history/", "/projects/S-1/tracking/"):
            assert owner.post(address).status_code == 405
        assert owner.put(form_of(project)).status_code == 405
