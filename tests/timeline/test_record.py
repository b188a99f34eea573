"""The record: order, feeds, differences, handlers after the commit."""

from dataclasses import dataclass

import pytest

from support.cast import NOW, Cast
from support.checks import changes_of
from tongzhou.lib.registry import EVENTS
from tongzhou.people.models import System
from tongzhou.rhythm.jobs import settle
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.timeline.models import Event
from tongzhou.timeline.queries import events_of_project, events_of_subject


@dataclass(frozen=True)
class KettleBoiled:
    kettle: int


def test_an_event_keeps_who_where_and_what(cast: Cast) -> None:
    change = ChangeOf("kettle", 7, "壶" * 400, {"at": NOW}, {"at": None})
    made = record(
        KettleBoiled(7), by=cast.manager, now=NOW, subject=Subject("kettle", 7, "壶" * 400), project=1, changes=[change]
    )
    made.refresh_from_db()
    assert (made.kind, made.data, made.project_id) == ("kettle-boiled", {"kettle": 7}, 1)
    assert (made.actor_id, made.actor_name, made.actor_department) == (cast.manager.pk, "陈一", "项目管理部")
    assert made.subject_label == "壶" * 300
    assert changes_of(made) == [("kettle", 7, {"at": "2024-03-01T01:00:00Z"}, {"at": None})]


def test_feeds_go_back_in_pages(cast: Cast) -> None:
    made = [record(KettleBoiled(at), by=System(), now=NOW, subject=Subject("kettle", at % 2), project=5).pk for at in range(5)]
    assert [entry.id for entry in events_of_project(5, limit=2)] == [made[4], made[3]]
    assert [entry.id for entry in events_of_project(5, before=made[3], limit=2)] == [made[2], made[1]]
    assert [entry.id for entry in events_of_subject("kettle", 1)] == [made[3], made[1]]
    assert events_of_project(5, kind="other") == []


def test_differences_name_only_what_differs() -> None:
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3})


def test_handlers_hear_after_the_commit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    monkeypatch.setattr(EVENTS, "_entries", {"kettle-boiled": [heard.append]})
    made = record(KettleBoiled(1), by=System(), now=NOW, subject=Subject("kettle", 1))
    assert heard == []
    settle(NOW)
    settle(NOW)
    assert heard == [made.pk] == [Event.objects.get(kind="kettle-boiled").pk]
