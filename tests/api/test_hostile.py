"""Programs that do what nobody meant: through the whole server, with what its middleware does to answers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from support.cast import Cast, make_cast, planned_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.plan.models import WorkItem

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
