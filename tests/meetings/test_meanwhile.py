"""Pages of a meeting that somebody else changed meanwhile: what was typed stays, beside what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from meetings.test_pages import LATER, UNTIL, at, met
from support.cast import Cast, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.meetings.actions import Sending, add_decision, send_minutes
from tongzhou.projects.models import Project


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = small_project(cast)
    with clock.pretend(LATER):
        yield found


def test_who_saves_an_older_list_of_attendees_sees_both(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.head)
    page = client.get(at(row, "attendees/")).content.decode()
    found = re.search(r'name="version" value="([0-9a-f]{64})"', page)
    assert found is not None
    there = {f"person_{key}": "invited" for key in row.attendees.values_list("person_id", flat=True)}
    more = there | {f"person_{cast.liaison.pk}": "invited", "version": found[1]}
    assert client_of(cast.manager).post(at(row, "attendees/"), more).status_code == 302
    mine = there | {f"person_{cast.head.pk}": "present", "version": found[1]}
    with unchanged():
        answer = client.post(at(row, "attendees/"), mine)
    assert answer.status_code == 412
    label = f"{cast.liaison.name}（研发部）"
    assert {(name, typed) for name, typed, _now in answer.context["theirs"]} == {(label, "—"), ("李四（研发部）", "出席")}
    page = answer.content.decode()
    again = re.search(r'name="version" value="([0-9a-f]{64})"', page)
    assert again is not None and again[1] != found[1] and label in page
    assert client.post(at(row, "attendees/"), mine | {"version": again[1]}).status_code == 302
    assert not row.attendees.filter(person=cast.liaison).exists()


def test_an_objection_is_kept_while_another_edition_goes_out(cast: Cast, project: Project) -> None:
    row, asked = met(cast, project, out=True), client_of(cast.other_head)
    add_decision(by=cast.head, meeting=row, text="先做样机", now=LATER)
    send_minutes(by=cast.head, meeting=row, sending=Sending(UNTIL, "补决议"), now=LATER)
    with unchanged():
        answer = asked.post(at(row, "answer/"), {"answer": "objected", "reason": "交期不对", "edition": "1"})
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "交期不对</textarea>" in page and 'name="edition" value="2"' in page and "文字已被修改，请重新阅读后再答复。" in page
