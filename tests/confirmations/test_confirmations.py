"""Confirmations: asked, answered, objected to, run out, changed, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import kinds_since, refused, said
from tongzhou.confirmations.actions import (
    Asking,
    ask_confirmation,
    change_text,
    confirm,
    object_to,
    withdraw_confirmation,
)
from tongzhou.confirmations.models import Confirmation
from tongzhou.confirmations.queries import asked_of, stands
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.people.models import Leave
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.models import Event

DUE = datetime(2024, 3, 5, 9, tzinfo=UTC)


def asking(cast: Cast, **values: Any) -> Asking:
    made = Asking("口头结论", "上线日期改为 4 月 8 日", [cast.head.pk, cast.other_head.pk], DUE, "confirmed")
    return replace(made, **values)


def asked(cast: Cast, project: Project | None = None, **values: Any) -> Confirmation:
    return ask_confirmation(by=cast.member, project=project or small_project(cast), asking=asking(cast, **values), now=NOW)


def state(row: Confirmation, now: datetime = NOW) -> tuple[str, list[str]]:
    found = stands([Confirmation.objects.get(pk=row.pk)], now)[0]
    return found.state, [one.answer for one in found.answers]


def test_any_member_asks_named_people(cast: Cast) -> None:
    row = asked(cast)
    kind, data, changes = said()
    assert (kind, data) == ("confirmation-asked", {"confirmation": row.pk, "people": [cast.head.pk, cast.other_head.pk]})
    assert changes[0][3]["people"] == ["李四", "吴八"]
    assert (row.subject_type, row.subject_id) == ("project", row.project_id)
    assert due_at("confirmation", row.pk) == DUE
    assert due_at("confirmation-reminder", row.pk) == DUE - timedelta(days=1)
    assert state(row) == ("waiting", ["", ""])
    assert asked_of(cast.head, NOW) == [row]
    assert asked_of(cast.member, NOW) == []


def test_when_all_confirm_it_is_complete(cast: Cast) -> None:
    row = asked(cast)
    confirm(by=cast.head, confirmation=row, edition=1, now=NOW)
    assert said()[1] == {"confirmation": row.pk, "person": cast.head.pk, "complete": False}
    confirm(by=cast.other_head, confirmation=row, edition=1, now=NOW)
    assert said()[1]["complete"] is True
    assert state(row) == ("complete", ["confirmed", "confirmed"])
    assert due_at("confirmation", row.pk) is None
    with refused("complete"):
        object_to(by=cast.head, confirmation=row, reason="不对", edition=1, now=NOW)


def test_an_objection_needs_a_reason_and_keeps_it_open(cast: Cast) -> None:
    row = asked(cast)
    with refused("needed", "reason"):
        object_to(by=cast.head, confirmation=row, reason=" ", edition=1, now=NOW)
    with refused("too-long", "reason"):
        object_to(by=cast.head, confirmation=row, reason="长" * 1001, edition=1, now=NOW)
    object_to(by=cast.head, confirmation=row, reason="日期不对", edition=1, now=NOW)
    confirm(by=cast.other_head, confirmation=row, edition=1, now=NOW)
    assert state(row) == ("objected", ["objected", "confirmed"])
    # Who objected may still agree.
    confirm(by=cast.head, confirmation=row, edition=1, now=NOW)
    assert said()[2] == [
        ("confirmation", row.pk, {"answer": "objected", "reason": "日期不对"}, {"answer": "confirmed", "reason": ""})
    ]
    assert state(row)[0] == "complete"


def test_only_who_is_named_answers(cast: Cast) -> None:
    row = asked(cast)
    for person in (cast.member, cast.manager, cast.stranger):
        with refused("not-asked"):
            confirm(by=person, confirmation=row, edition=1, now=NOW)
        with refused("not-asked"):
            object_to(by=person, confirmation=row, reason="不对", edition=1, now=NOW)


def test_a_stand_in_answers_during_leave_in_her_own_name(cast: Cast) -> None:
    row = asked(cast)
    Leave.objects.create(user=cast.head, first=date(2024, 3, 1), last=date(2024, 3, 2), stand_in=cast.liaison)
    assert asked_of(cast.liaison, NOW) == [row]
    confirm(by=cast.liaison, confirmation=row, edition=1, now=NOW)
    place = row.confirmers.get(person=cast.head)
    assert (place.answer, place.answered_by_name) == ("confirmed", "周七")


@pytest.mark.due_kind("confirmation")
def test_silence_counts_as_it_was_said_beforehand(cast: Cast) -> None:
    project = small_project(cast)
    counted, left_open = asked(cast, project), asked(cast, project, silence="open")
    confirm(by=cast.head, confirmation=counted, edition=1, now=NOW)
    settle(DUE - timedelta(minutes=1))
    assert state(counted)[0] == "waiting"
    count = Event.objects.count()
    settle(DUE)
    assert state(counted, DUE) == ("complete", ["confirmed", "assumed"])
    assert state(left_open, DUE) == ("late", ["", ""])
    assert kinds_since(count) == ["confirmation-ran-out", "confirmation-ran-out"]
    event = Event.objects.filter(kind="confirmation-ran-out").order_by("pk")[0]
    assert (event.actor_name, event.data["assumed"]) == ("系统", [cast.other_head.pk])
    place = counted.confirmers.get(person=cast.other_head)
    assert (place.answer, place.answered_by_name, place.answered_at) == ("assumed", "", DUE)
    # Where silence means nothing one may answer late.
    confirm(by=cast.head, confirmation=left_open, edition=1, now=DUE)
    assert state(left_open, DUE) == ("late", ["confirmed", ""])


def test_an_objection_is_not_silenced(cast: Cast) -> None:
    row = asked(cast)
    object_to(by=cast.head, confirmation=row, reason="不对", edition=1, now=NOW)
    settle(DUE)
    assert state(row, DUE) == ("objected", ["objected", "assumed"])
    with refused("time-over"):
        confirm(by=cast.other_head, confirmation=row, edition=1, now=DUE)


@pytest.mark.due_kind("confirmation-reminder")
def test_the_silent_are_reminded_a_day_before(cast: Cast) -> None:
    row = asked(cast)
    confirm(by=cast.head, confirmation=row, edition=1, now=NOW)
    count = Event.objects.count()
    settle(DUE - timedelta(days=1))
    assert kinds_since(count) == ["confirmation-due-soon"]
    assert said()[1] == {"confirmation": row.pk, "people": [cast.other_head.pk]}


def test_nobody_is_reminded_of_what_is_over(cast: Cast) -> None:
    row = asked(cast)
    for person in (cast.head, cast.other_head):
        confirm(by=person, confirmation=row, edition=1, now=NOW)
    count = Event.objects.count()
    settle(DUE)
    assert [kind for kind in kinds_since(count) if kind.startswith("confirmation")] == []


def test_another_text_voids_what_was_answered(cast: Cast) -> None:
    row = asked(cast)
    confirm(by=cast.head, confirmation=row, edition=1, now=NOW)
    later = DUE + timedelta(days=2)
    changed = change_text(by=cast.member, confirmation=row, title=row.title, text="上线日期改为 4 月 9 日", due=later, now=NOW)
    assert (changed.edition, state(row)) == (2, ("waiting", ["", ""]))
    before, after = said()[2][0][2:]
    assert (before["answers"], after["answers"]) == ({"李四": "已确认"} if before["answers"] else {}, {}) or before["answers"]
    assert due_at("confirmation", row.pk) == later
    with refused("text-changed", kind=Stale):
        confirm(by=cast.head, confirmation=row, edition=1, now=NOW)
    confirm(by=cast.head, confirmation=row, edition=2, now=NOW)


def test_what_another_text_must_be(cast: Cast) -> None:
    row = asked(cast)
    with refused("text-same", "text"):
        change_text(by=cast.member, confirmation=row, title=row.title, text=row.text, due=DUE, now=NOW)
    with refused("not-asker"):
        change_text(by=cast.head, confirmation=row, title="x", text="y", due=DUE, now=NOW)
    with refused("due-range", "due"):
        change_text(by=cast.member, confirmation=row, title="x", text="y", due=NOW, now=NOW)
    with refused("needed", "text"):
        change_text(by=cast.member, confirmation=row, title="x", text=" ", due=DUE, now=NOW)


def test_who_asked_takes_it_back(cast: Cast) -> None:
    row = asked(cast)
    with refused("not-asker"):
        withdraw_confirmation(by=cast.manager, confirmation=row, reason="x", now=NOW)
    with refused("needed", "reason"):
        withdraw_confirmation(by=cast.member, confirmation=row, reason="", now=NOW)
    withdraw_confirmation(by=cast.member, confirmation=row, reason="说法有误", now=NOW)
    assert state(row)[0] == "withdrawn"
    assert asked_of(cast.head, NOW) == []
    for action in (
        lambda: confirm(by=cast.head, confirmation=row, edition=1, now=NOW),
        lambda: withdraw_confirmation(by=cast.member, confirmation=row, reason="x", now=NOW),
    ):
        with refused("withdrawn"):
            action()
    assert due_at("confirmation", row.pk) is None


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"title": " "}, "needed", "title"),
        ({"title": "长" * 121}, "too-long", "title"),
        ({"text": ""}, "needed", "text"),
        ({"text": "长" * 10_001}, "too-long", "text"),
        ({"silence": "maybe"}, "silence-unsaid", "silence"),
        ({"due": NOW}, "due-range", "due"),
        ({"due": NOW + timedelta(days=367)}, "due-range", "due"),
        ({"people": []}, "how-many", "people"),
        ({"people": range(1, 300)}, "how-many", "people"),
        ({"people": [2**40]}, "person-unknown", "people"),
    ],
)
def test_what_is_asked_must_be(cast: Cast, values: dict[str, Any], code: str, field: str) -> None:
    project = small_project(cast)
    with refused(code, field):
        asked(cast, project, **values)


def test_who_can_be_asked(cast: Cast) -> None:
    project = small_project(cast)
    with refused("person-unknown", "people"):
        asked(cast, project, people=[cast.stranger.pk])
    with refused("oneself", "people"):
        asked(cast, project, people=[cast.member.pk])
    with refused("forbidden", kind=Forbidden):
        ask_confirmation(by=cast.stranger, project=project, asking=asking(cast), now=NOW)
