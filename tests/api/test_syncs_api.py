"""Programs read the syncs of a project, who said what at one, and set the rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from support.api import program_of
from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from tongzhou.lib import clock
from tongzhou.plan.actions import Report
from tongzhou.progress.actions import Words, keep_beats, report_progress
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

HERE = "projects/S-1"
USUAL = {
    "urgent_weekday": None,
    "urgent_at": "17:00",
    "urgent_day_off": "skip",
    "regular_weekday": 5,
    "regular_at": "17:00",
    "regular_day_off": "before",
    "lead_minutes": 120,
}


@pytest.fixture(autouse=True)
def at_the_time_of_the_cast() -> Iterator[None]:
    with clock.pretend(NOW):
        yield


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def test_who_reported_who_is_missing_and_who_was_late(cast: Cast, project: Project) -> None:
    program = program_of(cast.manager)
    assert program.ask("GET", f"{HERE}/syncs").json() == {"items": [], "count": 0, "next": None}
    assert program.ask("GET", f"{HERE}/syncs/latest").status_code == 404
    keep_beats(NOW)
    # On Friday the fifteenth the tasks of the owner were not reported on.
    over = NOW + timedelta(days=14, hours=8)
    settle(over)
    with clock.pretend(over):
        listed = program.ask("GET", f"{HERE}/syncs").json()
        latest = program.ask("GET", f"{HERE}/syncs/latest").json()
        assert listed["items"][0] == latest["slot"]
        assert (latest["slot"]["slot"], latest["slot"]["synced_people"]) == ("20240315-1700", 0)
        one = f"{HERE}/syncs/{latest['slot']['slot']}"
        mine = [row for row in latest["items"] if row["person"] == cast.owner.pk]
        assert [(row["state"], {gap["name"] for gap in row["behind"]}) for row in mine] == [("missed", {"设计", "测试"})]
        assert program.ask("GET", f"{one}?state=synced").json()["count"] == 0
        assert program.ask("GET", f"{one}?q=测试").json()["count"] == 1
        assert program.ask("GET", f"{one}?department={cast.marketing.pk}").json()["count"] == 0
        assert program.ask("GET", f"{HERE}/syncs/20240101-1700").status_code == 404
        assert program.ask("GET", f"{HERE}/syncs/%00").status_code in (404, 422)
    late = over + timedelta(hours=2)
    with clock.pretend(late):
        for name in ("设计", "测试"):
            item, report = task(project, name), Report("doing", 3000)
            report_progress(by=cast.owner, item=item, report=report, words=Words(), status_date=late.date(), now=late)
        row = program.ask("GET", f"{one}?state=late").json()["items"][0]
        assert {gap["said_at"] for gap in row["behind"]} == {late.isoformat()}
        told = program.ask("GET", f"{HERE}/sync-discipline").json()
        assert (told["weeks"][0]["late"], told["departments"][0]["synced"]) == (2, 0)


def test_the_rhythm_of_a_project_and_of_the_organisation(cast: Cast, project: Project) -> None:
    manager, path = program_of(cast.manager), f"{HERE}/sync-rhythm"
    administrator = program_of(cast.administrator, "read", "write", "admin")
    seen = manager.ask("GET", path)
    assert {name: seen.json()[name] for name in USUAL} == USUAL
    assert (seen.json()["own"], seen.json()["next_regular"]) == (False, "2024-03-01T09:00:00+00:00")
    wanted = USUAL | {"urgent_weekday": 1, "regular_at": "16:30", "lead_minutes": 0}
    kept = manager.ask("PUT", path, wanted, If_Match=seen["ETag"])
    assert ({name: kept.json()[name] for name in USUAL}, kept.json()["own"]) == (wanted, True)
    assert kept.json()["next_urgent"] == "2024-03-04T09:00:00+00:00"
    with clock.pretend(NOW + timedelta(days=1)):
        # Another next slot is no other rhythm.
        assert manager.ask("GET", path)["ETag"] == kept["ETag"]
    with unchanged():
        late = manager.ask("PUT", path, USUAL, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["regular_at"]) == (412, "16:30")
    other = administrator.ask("PUT", "sync-rhythm", USUAL | {"regular_weekday": 4})
    assert (other.status_code, other.json()["regular_weekday"], other.json()["next_regular"]) == (200, 4, None)
    assert manager.ask("GET", path).json()["regular_weekday"] == 5
    assert manager.ask("DELETE", path).json()["regular_weekday"] == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urgent_weekday", 0),
        ("urgent_weekday", 8),
        ("urgent_weekday", True),
        ("regular_weekday", "x"),
        ("urgent_at", "25:00"),
        ("urgent_at", "17:00:00"),
        ("regular_at", "１７:00"),
        ("urgent_day_off", "keep"),
        ("lead_minutes", -1),
        ("lead_minutes", 1441),
        ("lead_minutes", 10**40),
    ],
)
def test_a_rhythm_that_cannot_be_names_its_field(cast: Cast, project: Project, field: str, value: Any) -> None:
    program = program_of(cast.manager)
    with unchanged():
        answer = program.ask("PUT", f"{HERE}/sync-rhythm", USUAL | {field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
