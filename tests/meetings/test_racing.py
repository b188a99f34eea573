"""A program changes a meeting over the version that it read while somebody else is changing it: it is told so."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from meetings.ground import fresh, plan_of, planned
from projects.test_racing import Deed, begun
from support.api import program_of
from support.cast import NOW, make_cast
from tongzhou.lib import clock
from tongzhou.meetings.actions import change_meeting


@pytest.mark.django_db(transaction=True)
def test_a_tag_is_compared_with_what_stands_there_once_nobody_else_writes() -> None:
    cast = make_cast()
    row = planned(cast)
    program, here = program_of(cast.manager), f"projects/{row.project.number}/meetings/{row.pk}"
    with clock.pretend(NOW):
        tag = program.ask("GET", here)["ETag"]
    told: list[Any] = []

    def send() -> None:
        body = {"title": "乙", "starts_at": "2024-03-01T10:00+08:00", "length": 60, "host": cast.head.pk}
        try:
            with clock.pretend(NOW):
                told.append(program.ask("PUT", here, body, **{"If-Match": tag}))
        finally:
            connection.close()

    other = Deed(partial(change_meeting, by=cast.head, meeting=row, plan=plan_of(cast, title="甲"), now=NOW))
    sending = Thread(target=send)
    with begun(other):
        assert other.done.wait(20)
        sending.start()
        sending.join(0.4)
        assert sending.is_alive(), "it is compared with a version that is being written over"
        other.may_end.set()
        sending.join(30)
    assert [(answer.status_code, answer.json()["current"]["title"]) for answer in told] == [(412, "甲")]
    assert fresh(row).title == "甲"
