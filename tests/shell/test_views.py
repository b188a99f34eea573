"""Workbench, overview, record, health, headers, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from support.cast import NOW, Cast, complaint_project, planned_project
from support.checks import unchanged
from support.web import client_of, send_json
from tongzhou.people.models import System
from tongzhou.plan.actions import ItemSpec, add_item, bring_in
from tongzhou.timeline.models import Event
from tongzhou.timeline.queries import PAGE


def test_the_workbench_is_one_queue(cast: Cast) -> None:
    planned_project(cast)
    client = client_of(cast.owner)
    answer = client.get("/")
    assert [row.owed.title for _group, rows in answer.context["bench"].groups for row in rows] == ["设计", "测试"]
    assert client_of(cast.stranger).get("/").context["bench"].total == 0
    assert client.post("/").status_code == 405


def test_the_overview_shows_the_numbers(cast: Cast) -> None:
    complaint_project(cast)
    answer = client_of(cast.people["张三"]).get("/projects/KST-2024/?date=2024-03-10")
    assert answer.status_code == 200
    view = answer.context["view"]
    assert (view.planned, view.actual, view.points) == (24, 14, "10.00")
    assert client_of(cast.people["张三"]).post("/projects/KST-2024/").status_code == 405


def test_the_record_goes_back_page_by_page(cast: Cast) -> None:
    project = planned_project(cast)
    for at in range(PAGE):
        add_item(by=cast.manager, project=project, values={"name": f"任务 {at}"}, now=project.created_at)
    client = client_of(cast.member)
    seen: list[int] = []
    older = ""
    while True:
        answer = client.get(f"/projects/S-1/record/?{older}")
        assert answer.status_code == 200
        seen += [entry.id for entry in answer.context["feed"].entries]
        older = answer.context["feed"].older
        if not older:
            break
    assert seen == list(Event.objects.filter(project_id=project.pk).order_by("-pk").values_list("pk", flat=True))


@pytest.mark.parametrize("before", ["x", "-1", "9" * 18, "9" * 19, "9" * 5000, "１", "²", "%00", "0"])
def test_the_record_is_not_confused(cast: Cast, before: str) -> None:
    planned_project(cast)
    assert client_of(cast.member).get(f"/projects/S-1/record/?before={before}").status_code == 200


def test_every_kind_of_event_is_said_in_words(cast: Cast) -> None:
    complaint_project(cast)
    answer = client_of(cast.people["张三"]).get("/projects/KST-2024/record/")
    assert answer.status_code == 200
    assert {entry.said for entry in answer.context["feed"].entries} & set(Event.objects.values_list("kind", flat=True)) == set()


def test_health_does_not_ask_the_database(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().post("/healthz").status_code == 405


def test_readiness_names_the_reason(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert (Client().get("/readyz").status_code, Client().get("/readyz").json()) == (200, {"status": "ready"})

    def away(*_arguments: object) -> None:
        raise DatabaseError("away: password=secret")

    with connection.execute_wrapper(away):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() == {"status": "not-ready", "reason": "database-away"}
    settings.DATA_DIR = tmp_path / "gone"
    assert Client().get("/readyz").json()["reason"] == "data-folder-read-only"
    settings.DATA_DIR = tmp_path
    MigrationRecorder.Migration.objects.filter(app="timeline", name="0003_restoration").delete()
    assert Client().get("/readyz").json() == {"status": "not-ready", "reason": "migrations-pending"}


@pytest.mark.parametrize("address", ["/", "/healthz", "/accounts/login/", "/nowhere/", "/projects/S-1/plan/data", "/gallery/"])
def test_every_answer_keeps_the_policy(cast: Cast, address: str) -> None:
    planned_project(cast)
    answer = client_of(cast.manager).get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert (answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert "no-store" in answer["Cache-Control"]


def test_a_forged_request_is_refused(cast: Cast) -> None:
    planned_project(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    with unchanged():
        answer = client.post("/projects/S-1/tasks/new/", {"name": "x"})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (403, "text/html")


def test_what_cannot_be_read_is_refused_on_a_page(cast: Cast, settings: Any) -> None:
    client = client_of(cast.manager)
    other = client.get("/", headers={"host": "elsewhere.example"})
    assert (other.status_code, "无法读取这个请求" in other.content.decode()) == (400, True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    large = client.post("/projects/new/", {"name": "x" * 200}, content_type="application/x-www-form-urlencoded")
    assert (large.status_code, "无法读取这个请求" in large.content.decode()) == (413, True)


def test_a_refusal_speaks_to_people_and_to_programs(cast: Cast) -> None:
    project = planned_project(cast)
    item = project.work_items.get(name="设计")
    client = client_of(cast.member)
    program = send_json(client, f"/projects/S-1/tasks/{item.pk}/edit/", {"field": "duration", "value": 2})
    assert (program.status_code, program["Content-Type"]) == (403, "application/problem+json")
    person = client.post(f"/projects/S-1/tasks/{item.pk}/remove/")
    assert (person.status_code, person.content[:15]) == (403, b"<!doctype html>")
    assert "你写的内容" not in person.content.decode()
    given = {"text": "说明 <b>", "reason-3": "两人出差", "password": "secret-1", "csrfmiddlewaretoken": "x" * 64}
    shown = client.post(f"/projects/S-1/tasks/{item.pk}/remove/", given).content.decode()
    assert "你写的内容尚未保存" in shown and "说明 &lt;b&gt;</textarea>" in shown and "两人出差</textarea>" in shown
    assert "secret-1" not in shown
    assert System().actor_id is None


def test_the_workbench_is_filtered_and_paged(cast: Cast) -> None:
    project = planned_project(cast)
    items = [ItemSpec(str(number), f"件 {number}", owner=cast.owner.pk, duration=480) for number in range(60)]
    bring_in(by=cast.manager, project=project, items=items, links=[], now=NOW)
    client = client_of(cast.owner)

    def shown(query: str) -> tuple[int, int, str]:
        bench = client.get(f"/{query}").context["bench"]
        return bench.shown, sum(len(rows) for _group, rows in bench.groups), bench.after

    assert shown("") == (62, 50, "?page=2")
    assert shown("?page=2") == (62, 12, "")
    assert shown("?page=%C2%B2") == shown("?page=0") == shown("?show=x")
    assert shown("?page=999999") == shown("?page=2")
    assert shown("?project=S-1")[0] == 62
    assert shown("?project=%00nirgends") == (0, 0, "")
    bench = client.get("/").context["bench"]
    assert [(pin.number, count) for pin, count in bench.projects] == [("S-1", 62)]
    assert [(chip.word, chip.count) for chip in bench.chips] == [("全部", 62), ("逾期", 0), ("同步进度", 62)]
    assert shown("?show=overdue")[0] == 0 and shown("?show=sync")[0] == 62
