"""Meetings as programs are told them: who does not write the minutes is told what was sent, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from meetings.ground import AFTER, planned, sent, write
from support.api import Program, program_of
from support.cast import Cast
from tongzhou.lib import clock
from tongzhou.meetings.actions import Task, add_action, add_decision, add_item, remove_item, take_minutes
from tongzhou.meetings.models import Meeting


@pytest.fixture
def row(cast: Cast) -> Iterator[Meeting]:
    found = planned(cast)
    with clock.pretend(AFTER):
        take_minutes(by=cast.member, meeting=found, now=AFTER)
        yield found


def told(program: Program, row: Meeting) -> dict[str, Any]:
    answer = program.ask("GET", f"projects/S-1/meetings/{row.pk}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def scope_of(meeting: dict[str, Any]) -> str:
    text: str = next(part for part in meeting["agenda"] if part["key"] == "scope")["text"]
    return text


def decide(cast: Cast, row: Meeting, text: str) -> None:
    add_decision(by=cast.member, meeting=row, text=text, now=AFTER)
    add_action(by=cast.member, meeting=row, task=Task(text, cast.owner.pk, date(2024, 3, 5)), now=AFTER)


def test_before_the_first_edition_readers_are_told_the_titles_alone(cast: Cast, row: Meeting) -> None:
    write(cast, row, "scope", "不含售后培训")
    decide(cast, row, "先做样机")
    for person in (cast.other_head, cast.quality):
        reader = told(program_of(person), row)
        assert [part["title"] for part in reader["agenda"]] == list(row.items.values_list("title", flat=True))
        assert not [part for part in reader["agenda"] if part["text"] or part["rows"] or part["columns"]]
        assert (reader["decisions"], reader["actions"]) == ([], [])
    for person in (cast.member, cast.head, cast.manager):
        writer = told(program_of(person), row)
        assert (scope_of(writer), len(writer["decisions"]), len(writer["actions"])) == ("不含售后培训", 1, 1)
        assert next(part for part in writer["agenda"] if part["key"] == "departments")["rows"]


def test_readers_confirm_the_text_that_they_are_told(cast: Cast, row: Meeting) -> None:
    write(cast, row, "scope", "不含售后培训")
    own = add_item(by=cast.member, meeting=row, title="样机排期", now=AFTER)
    decide(cast, row, "先做样机")
    sent(cast, row)
    write(cast, row, "scope", "改了但没有发出")
    decide(cast, row, "没有发出的决议")
    remove_item(by=cast.member, item=own, now=AFTER)
    asked = program_of(cast.other_head)
    reader, writer = told(asked, row), told(program_of(cast.manager), row)
    assert (reader["edition"], scope_of(reader), scope_of(writer)) == (1, "不含售后培训", "改了但没有发出")
    assert "没有发出" not in str(reader)
    assert [part["title"] for part in reader["agenda"]][-1] == "样机排期"
    assert [one["text"] for one in reader["decisions"]] == ["先做样机"]
    task = reader["actions"][0]
    assert (task["what"], task["who"], task["who_name"], task["due"]) == ("先做样机", cast.owner.pk, "郑十", "2024-03-05")
    assert next(part for part in reader["agenda"] if part["key"] == "departments") == next(
        part | {"taken_at": None, "version": 0} for part in writer["agenda"] if part["key"] == "departments"
    )
    answer = asked.ask("POST", f"projects/S-1/meetings/{row.pk}/answer", {"answer": "confirmed", "edition": 1})
    assert answer.status_code == 200 and "没有发出" not in answer.content.decode()


def test_the_version_that_a_reader_read_is_hers(cast: Cast, row: Meeting) -> None:
    """An amendment that was not sent is nothing new to who confirms; one that was sent is."""
    sent(cast, row)
    asked, path = program_of(cast.other_head), f"projects/S-1/meetings/{row.pk}"
    tag = asked.ask("GET", path)["ETag"]
    write(cast, row, "scope", "改了但没有发出")
    assert asked.ask("GET", path)["ETag"] == tag
    sent(cast, row)
    answer = asked.ask("POST", f"{path}/answer", {"answer": "confirmed", "edition": 2}, If_Match=tag)
    assert answer.status_code == 412
