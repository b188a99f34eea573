"""Programs that do what nobody meant: through the whole server, with what its middleware does to answers."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory

from support.addresses import inhabited
from support.api import program_of
from support.cast import Cast, make_cast, planned_project, task
from support.checks import unchanged
from support.operations import names, requests
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.plan.models import WorkItem
from tongzhou.rhythm.jobs import settle
from tongzhou.shell.views import server_error

pytestmark = pytest.mark.django_db
AT_ONCE = 6


def _send(client: Client, method: str, path: str, body: dict[str, Any], **headers: str) -> Any:
    return getattr(client, method)(path, json.dumps(body), content_type="application/json", headers=headers)


def test_the_tag_of_a_compressed_answer_can_be_sent_back(cast: Cast) -> None:
    project = planned_project(cast)
    item = task(project, "设计")
    WorkItem.objects.filter(pk=item.pk).update(delivery_standard="长" * 500)
    path = f"/api/v1/projects/{project.number}/tasks/{item.pk}"
    client = client_of(cast.manager)
    shown = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (shown.headers["Content-Encoding"], shown.headers["ETag"][:2]) == ("gzip", "W/")
    assert _send(client, "patch", path, {"name": "设计图"}, **{"If-Match": shown.headers["ETag"]}).status_code == 200
    assert _send(client, "patch", path, {"name": "又改"}, **{"If-Match": shown.headers["ETag"]}).status_code == 412


@pytest.mark.parametrize("department", [2**40, 2**63 - 1, True, 0, -1, "1e3"])
def test_help_of_a_department_that_is_not_there_is_refused(cast: Cast, department: object) -> None:
    project = planned_project(cast)
    path = f"/api/v1/projects/{project.number}/tasks/{task(project, '设计').pk}/progress"
    client = client_of(cast.owner)
    with unchanged():
        answer = _send(client, "post", path, {"state": "doing", "percent": 30, "help_department": department})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["help_department"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_saw_one_version_one_writes() -> None:
    cast = make_cast()
    project = planned_project(cast)
    path = f"/api/v1/projects/{project.number}/tasks/{task(project, '设计').pk}"
    clients = [client_of(cast.manager) for _ in range(AT_ONCE)]
    tag = clients[0].get(path).headers["ETag"]
    barrier = Barrier(AT_ONCE)

    def write(place: int) -> int:
        barrier.wait()
        try:
            return int(_send(clients[place], "patch", path, {"name": f"设计{place}"}, **{"If-Match": tag}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert sorted(threads.map(write, range(AT_ONCE))) == [200] + [412] * (AT_ONCE - 1)


UNSEEN = ["\u200b", "\u202e\u2066", " \u3164 ", "\u2060\ufeff"]


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_is_no_name(cast: Cast, name: str) -> None:
    project = planned_project(cast)
    path = f"/api/v1/projects/{project.number}"
    client, administrator = client_of(cast.manager), client_of(cast.administrator)
    with unchanged():
        answers = [
            _send(client, "patch", f"{path}/tasks/{task(project, '设计').pk}", {"name": name}),
            _send(client, "post", f"{path}/tasks", {"name": name}),
            _send(client, "patch", path, {"name": name}),
            _send(administrator, "post", "/api/v1/people", {"name": name}),
            _send(administrator, "post", "/api/v1/departments", {"name": name}),
        ]
    assert [answer.status_code for answer in answers] == [422] * 5


ODD = [("owner", True), ("owner", []), ("duration", True), ("quantity", {}), ("stand_in", 1.5)]


@pytest.mark.parametrize(("field", "value"), ODD)
def test_an_error_names_the_field_and_nothing_of_the_program(cast: Cast, field: str, value: object) -> None:
    project = planned_project(cast)
    path, client = f"/api/v1/projects/{project.number}", client_of(cast.manager)
    with unchanged():
        answer = _send(client, "patch", f"{path}/tasks/{task(project, '设计').pk}", {field: value})
        rows = _send(client, "post", f"{path}/plan/commands", {"command": "insert", "rows": [5]})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert (rows.status_code, list(rows.json()["errors"])) == (422, ["rows.0"])


@pytest.mark.parametrize("once", [False, True])
def test_what_cannot_be_read_is_a_problem_as_all_others(cast: Cast, settings: Any, once: bool) -> None:
    """Too large, for another host, an address that is none: by session or token, with or without a key."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    project, client = planned_project(cast), client_of(cast.manager)
    path, headers = f"/api/v1/projects/{project.number}/tasks", {"Idempotency-Key": "a"} if once else {}
    with unchanged():
        large = _send(client, "post", path, {"name": "长" * 1000}, **headers)
        other = client.get(path, headers={"host": "elsewhere.example"})
        nowhere = client.get("/api/v1/nowhere")
        page = _send(client, "post", f"/projects/{project.number}/plan/commands/", {"command": "x" * 2000})
    broken = server_error(RequestFactory().get("/api/v1/me"))
    answers = {413: large, 400: other, 404: nowhere, 500: broken}
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        told = json.loads(answer.content)
        assert (told["status"], told["detail"][-1]) == (status, "。")
    assert large.json() == {"type": "about:body-too-large", "title": "body-too-large", "status": 413, "detail": "请求过大。"}
    assert (page.status_code, page.json()["title"]) == (413, "body-too-large")
    assert nowhere.content == client.get("/api/v1/projects/NONE").content


def test_what_no_database_keeps_is_refused_in_every_address(cast: Cast) -> None:
    """NUL in each query of each operation and in its path: PostgreSQL would break on it."""
    _project, parameters = inhabited(cast)
    known, program = names(cast, parameters), program_of(cast.administrator, "read", "write", "admin")
    manager, broken = program_of(cast.manager), []
    paths = program.ask("GET", "openapi.json").json()["paths"]
    for asked in requests(cast, parameters):
        if asked.method != "GET":
            continue
        operation = paths[f"/api/v1/{asked.route}"]["get"]
        queries = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        whole = asked.route.format(**known)
        odd = [f"{whole}?{name}=%00" for name in queries]
        odd += [asked.route.format(**known | {name: "a%00"}) for name in re.findall(r"{(\w+)}", asked.route)]
        for by in (program, manager):
            with transaction.atomic():
                answers = [(path, by.ask("GET", path).status_code) for path in odd]
                transaction.set_rollback(True)
            broken += [(path, status) for path, status in answers if status >= 500]
    assert broken == []


def test_what_people_type_is_never_markup(cast: Cast) -> None:
    """Names, reasons and texts with markup and line ends: on every page that shows them."""
    project, wrong = planned_project(cast), "<script>alert(1)</script>\r\nBcc: a@example.com"
    WorkItem.objects.filter(project=project, name="设计").update(name=wrong[:200], state=WorkItem.State.BLOCKED)
    item, program = WorkItem.objects.get(project=project, name=wrong), program_of(cast.manager)
    until = (clock.now() + timedelta(days=3)).isoformat()
    here = f"projects/{project.number}"
    words = dict.fromkeys(("reason", "impact", "solution"), wrong) | {"kind": "delay", "expected": until[:10], "task": item.pk}
    asking = {"title": wrong, "text": wrong, "people": [cast.head.pk], "due": until, "silence": "open"}
    made = {
        "blocks": program.ask(
            "POST", f"{here}/tasks/{item.pk}/block", {"unblocker": {"person": cast.head.pk}, "until": until, "reason": wrong}
        ),
        "exceptions": program.ask("POST", f"{here}/exceptions", words),
        "confirmations": program.ask("POST", f"{here}/confirmations", asking),
        "escalations": program.ask("POST", f"{here}/tasks/{item.pk}/escalation", {"reason": wrong}),
        "sheets": program.ask("POST", f"{here}/task-list/releases", {}),
    }
    assert {answer.status_code for answer in made.values()} == {201} or made["sheets"].status_code == 200, made
    settle(clock.now())
    pages = ["/", "/inbox/", *(f"/{here}/{name}/" for name in made)]
    pages += [f"/{here}/{name}/{_key(answer)}/" for name, answer in made.items()]
    for person in (cast.head, cast.general_lead, cast.manager):
        client = client_of(person)
        for page in pages:
            told = client.get(page).content.decode()
            assert "<script>alert" not in told, page


def _key(answer: Any) -> int:
    told = answer.json()
    return int(told.get("id") or told.get("case") or told.get("sheet"))
