"""Two people have the form of a task open: the second sees what the first changed, by whom, and loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from support.cast import Cast, planned_project, task
from support.plans import run
from support.web import client_of
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def opened(client: Client, project: Project, name: str) -> tuple[str, dict[str, Any]]:
    """Open the form; return its address and what it would send as it stands."""
    address = f"/projects/{project.number}/tasks/{task(project, name).pk}/details/"
    form = client.get(address).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return address, {name: "" if value is None else getattr(value, "pk", value) for name, value in fields.items()}


def cell(project: Project, name: str, field: str, value: object) -> dict[str, object]:
    return {"cells": [{"id": task(project, name).pk, "field": field, "value": value}]}


def test_what_changed_is_told_with_who_and_from_what(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    run(cast.manager, project, "set", **cell(project, "设计", "remark", "早就知道"))
    address, sent = opened(client, project, "设计")
    run(cast.liaison, project, "set", **cell(project, "设计", "finish", "2024-03-14"))
    run(cast.liaison, project, "set", **cell(project, "设计", "risk_point", "他写的"))
    answer = client.post(address, sent | {"risk_point": "她写的"})
    page = answer.content.decode()
    assert answer.status_code == 412
    told = page[page.index("期间别人改了什么") : page.index("编辑任务")]
    assert cast.liaison.name in told
    assert "2024-03-14" in told and "他写的" in told
    assert "早就知道" not in told
    assert "现在是：他写的" in page
    assert "她写的" in page
    assert WorkItem.objects.get(pk=task(project, "设计").pk).risk_point == "他写的"
    again = answer.context["form"]["seen"].value()
    assert client.post(address, sent | {"risk_point": "她写的", "seen": again}).status_code == 302
    assert WorkItem.objects.get(pk=task(project, "设计").pk).risk_point == "她写的"


@pytest.mark.parametrize(("field", "other"), [("supporters", "周七(物料)"), ("quantity", "3台"), ("predecessors", "1.1")])
def test_an_old_form_does_not_take_back_what_others_wrote(cast: Cast, project: Project, field: str, other: str) -> None:
    client = client_of(cast.manager)
    address, sent = opened(client, project, "推广")
    assert sent[field] != other
    run(cast.manager, project, "set", **cell(project, "推广", field, other))
    assert client.post(address, sent | {"remark": "她写的"}).status_code == 412
    assert client.get(address).context["form"][field].value() == other


def test_dates_that_the_form_does_not_show_do_not_stop_it(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    address, sent = opened(client, project, "设计")
    run(cast.liaison, project, "set", **cell(project, "设计", "finish", "2024-03-14"))
    assert client.post(address, sent | {"remark": "她写的"}).status_code == 302
    assert WorkItem.objects.get(pk=task(project, "设计").pk).remark == "她写的"


@pytest.mark.parametrize("seen", ["x", ".", "x.y", "." + "9" * 30, "x.１"])
def test_a_key_that_nobody_gave_is_an_old_one(cast: Cast, project: Project, seen: str) -> None:
    client = client_of(cast.manager)
    address, sent = opened(client, project, "设计")
    answer = client.post(address, sent | {"remark": "她写的", "seen": seen})
    assert answer.status_code in (302, 412)
