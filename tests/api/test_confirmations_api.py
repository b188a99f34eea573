"""Programs ask named people to confirm a text, answer, change it and take it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from support.api import program_of
from support.cast import NOW, Cast, small_project
from support.checks import unchanged
from tongzhou.lib import clock
from tongzhou.people.models import Leave
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.rhythm.jobs import settle

HERE = "projects/S-1/confirmations"
DUE = "2024-03-05T17:00+08:00"


@pytest.fixture(autouse=True)
def at_the_time_of_the_cast() -> Iterator[None]:
    with clock.pretend(NOW):
        yield


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


def asking(cast: Cast, **change: Any) -> dict[str, Any]:
    people = [cast.head.pk, cast.other_head.pk]
    return {"title": "上线时间", "text": "上线改到周五", "people": people, "due": DUE, "silence": "confirmed"} | change


def test_people_confirm_or_object_until_all_agree(cast: Cast, project: Project) -> None:
    manager, head, other = program_of(cast.manager), program_of(cast.head), program_of(cast.other_head)
    made = manager.ask("POST", HERE, asking(cast), Idempotency_Key="c-1")
    assert made.status_code == 201, made.content
    one = f"{HERE}/{made.json()['id']}"
    with unchanged():
        assert manager.ask("POST", HERE, asking(cast), Idempotency_Key="c-1").content == made.content
    assert head.ask("GET", "me/confirmations").json()["items"] == [made.json()]
    assert (
        head.ask("GET", f"{HERE}?state=mine").json()["count"],
        manager.ask("GET", f"{HERE}?state=mine").json()["count"],
    ) == (1, 0)
    confirmed = head.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 1}, If_Match=made["ETag"])
    assert [said["answer"] for said in confirmed.json()["answers"]] == ["confirmed", ""]
    with unchanged():
        late = other.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 1}, If_Match=made["ETag"])
        assert (late.status_code, late.json()["current"]["answers"][0]["answer"]) == (412, "confirmed")
        nothing = other.ask("POST", f"{one}/answer", {"answer": "objected", "edition": 1})
        assert (nothing.status_code, list(nothing.json()["errors"])) == (422, ["reason"])
        uninvited = manager.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 1})
        assert (uninvited.status_code, uninvited.json()["title"]) == (422, "not-asked")
        assert head.ask("PUT", f"{one}/text", {"title": "a", "text": "b", "due": DUE}).json()["title"] == "not-asker"
        assert head.ask("POST", f"{one}/withdrawal", {"reason": "错"}).json()["title"] == "not-asker"
    objected = other.ask("POST", f"{one}/answer", {"answer": "objected", "reason": "周五停电", "edition": 1})
    assert (objected.json()["state"], objected.json()["answers"][1]["reason"]) == ("objected", "周五停电")

    # Another text voids what was answered; who answers the old one is told the new one.
    text = {"title": "上线时间", "text": "上线改到周六", "due": "2024-03-06T17:00+08:00"}
    changed = manager.ask("PUT", f"{one}/text", text, If_Match=objected["ETag"])
    assert (changed.json()["edition"], [said["answer"] for said in changed.json()["answers"]]) == (2, ["", ""])
    with unchanged():
        stale = head.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 1})
        assert (stale.status_code, stale.json()["current"]["text"]) == (412, "上线改到周六")
        assert manager.ask("PUT", f"{one}/text", text).json()["errors"].keys() == {"text"}
    for program in (head, other):
        done = program.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 2})
    assert done.json()["state"] == "complete"
    with unchanged():
        assert head.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 2}).json()["title"] == "complete"
        assert manager.ask("POST", f"{one}/withdrawal", {"reason": "错"}).json()["title"] == "complete"
    assert manager.ask("GET", HERE).json()["count"] == 0
    assert manager.ask("GET", f"{HERE}?state=closed").json()["count"] == 1


def test_silence_counts_as_it_was_said_and_the_tag_says_what_people_said(cast: Cast, project: Project) -> None:
    manager = program_of(cast.manager)
    made = manager.ask("POST", HERE, asking(cast, people=[cast.head.pk]))
    one = f"{HERE}/{made.json()['id']}"
    over = NOW + timedelta(days=5)
    settle(over)
    with clock.pretend(over):
        told = manager.ask("GET", one)
        assert (told.json()["state"], told.json()["answers"][0]["answer"]) == ("complete", "assumed")
        assert told["ETag"] != made["ETag"]


def test_a_stand_in_answers_during_leave_and_her_name_is_kept(cast: Cast, project: Project) -> None:
    one = f"{HERE}/{program_of(cast.manager).ask('POST', HERE, asking(cast)).json()['id']}"
    Leave.objects.create(user=cast.head, first=date(2024, 3, 1), last=date(2024, 3, 8), stand_in=cast.member)
    program = program_of(cast.member)
    assert program.ask("GET", "me/confirmations").json()["count"] == 1
    told = program.ask("POST", f"{one}/answer", {"answer": "confirmed", "edition": 1}).json()
    assert (told["answers"][0]["name"], told["answers"][0]["by"]) == (cast.head.name, cast.member.name)


def test_who_left_the_project_is_told_nothing_of_it(cast: Cast, project: Project) -> None:
    one = f"{HERE}/{program_of(cast.manager).ask('POST', HERE, asking(cast)).json()['id']}"
    program = program_of(cast.other_head)
    assert program.ask("GET", "me/confirmations").json()["count"] == 1
    Seat.objects.filter(holder=cast.other_head).delete()
    ProjectRole.objects.filter(user=cast.other_head).delete()
    assert program.ask("GET", "me/confirmations").json() == {"items": [], "count": 0, "next": None}
    assert program.ask("GET", one).status_code == 404
    # Nor does she let somebody in who stands in for her.
    Leave.objects.create(user=cast.other_head, first=date(2024, 3, 1), last=date(2024, 3, 8), stand_in=cast.stranger)
    assert program_of(cast.stranger).ask("GET", one).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"text": ""}, "text"),
        ({"text": "长" * 10_001}, "text"),
        ({"people": []}, "people"),
        ({"people": [999_999_999]}, "people"),
        ({"people": [2**63]}, "people.0"),
        ({"people": [True]}, "people.0"),
        ({"due": "2024-02-29T17:00+08:00"}, "due"),
        ({"due": "2025-12-31T17:00"}, "due"),
        ({"due": "nie"}, "due"),
        ({"silence": ""}, "silence"),
    ],
)
def test_what_cannot_be_asked_names_its_field(cast: Cast, project: Project, change: dict[str, Any], field: str) -> None:
    program = program_of(cast.manager)
    with unchanged():
        answer = program.ask("POST", HERE, asking(cast, **change))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_nobody_asks_oneself_or_somebody_outside(cast: Cast, project: Project) -> None:
    program = program_of(cast.manager)
    with unchanged():
        for person in (cast.manager, cast.stranger):
            answer = program.ask("POST", HERE, asking(cast, people=[person.pk]))
            assert (answer.status_code, list(answer.json()["errors"])) == (422, ["people"])
