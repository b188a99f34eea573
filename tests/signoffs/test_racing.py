"""Signing against editing, and fifty clicks at once: real requests in parallel to a real server, on both databases.

TONGZHOU_ROUNDS=200 for the long run (`make soak`).
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from support.cast import NOW, Cast, make_cast, planned_project
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.models import WorkItem
from tongzhou.signoffs.models import Ending, Sheet, Signature
from tongzhou.signoffs.queries.verifying import verify

ROUNDS = int(os.environ.get("TONGZHOU_ROUNDS", "5"))
CLICKS = 50
TOKEN = "x" * 32
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


class Browser:
    """A signed-in person who just said anew who she is."""

    def __init__(self, server: Any, person: User) -> None:
        client = client_of(person)
        session = client.session
        session["proof"] = {"person": person.pk, "method": "password", "at": clock.now().timestamp()}
        session.save()
        self.place = server.url.removeprefix("http://")
        self.cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"

    def post(self, path: str, **fields: str) -> int:
        made = HTTPConnection(self.place, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        made.request("POST", path, urlencode(fields | {"csrfmiddlewaretoken": TOKEN}), headers)
        answer = made.getresponse()
        answer.read()
        made.close()
        return answer.status


def prepared() -> tuple[Cast, Sheet]:
    cast = make_cast()
    project = planned_project(cast)
    return cast, release_task_list(by=cast.manager, project=project, now=NOW)


def test_fifty_clicks_make_one_signature(live_server: Any) -> None:
    cast, sheet = prepared()
    lead = Browser(live_server, cast.general_lead)
    path = f"/projects/S-1/sheets/{sheet.pk}/signature/"
    with ThreadPoolExecutor(CLICKS) as threads:
        answers = Counter(threads.map(lambda _n: lead.post(path, decision="approve", digest=sheet.digest), range(CLICKS)))
    assert answers == {302: 1, 422: CLICKS - 1}
    assert (Signature.objects.count(), Ending.objects.count()) == (1, 1)
    assert verify().findings == []


def test_nobody_signs_what_was_not_shown(live_server: Any) -> None:
    """While one signs what she read, another opens the next version: the signature comes before it, or not at all."""
    cast, sheet = prepared()
    lead, manager = Browser(live_server, cast.general_lead), Browser(live_server, cast.manager)
    item = WorkItem.objects.get(name="设计").pk
    outcomes: Counter[int] = Counter()
    for number in range(ROUNDS):
        sheet = Sheet.objects.latest("pk")
        path = f"/projects/S-1/sheets/{sheet.pk}/signature/"
        WorkItem.objects.filter(pk=item).update(key_output=f"样机 {number}")
        connection.close()
        with ThreadPoolExecutor(3) as threads:
            # With whom the other begins changes from round to round.
            first = [partial(manager.post, "/projects/S-1/task-list/release/")]
            signing = [partial(lead.post, path, decision="approve", digest=sheet.digest)] * 2
            asked = first + signing if number % 2 else signing + first
            answers = [task.result() for task in [threads.submit(one) for one in asked]]
        edited = answers[0] if number % 2 else answers[-1]
        assert edited == 302
        outcomes.update(answers)
        assert set(answers) <= {302, 409, 422}
    _assert_seen()
    assert outcomes[302] >= ROUNDS


def _assert_seen() -> None:
    """Every signature is on the bytes that were shown, and older than the version that came after them."""
    following = {(row.key, row.version): row.act_number for row in Sheet.objects.all()}
    for row in Signature.objects.select_related("place__sheet"):
        sheet = row.place.sheet
        assert row.sheet_digest == sheet.digest
        after = following.get((sheet.key, sheet.version + 1))
        assert after is None or row.act_number < after
    assert verify().findings == []
