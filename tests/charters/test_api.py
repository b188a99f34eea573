"""Operations on charters."""

from __future__ import annotations

from typing import Any

import pytest

from charters.ground import in_force, opened, whole_project
from support.api import Program
from support.cast import NOW, Cast, small_project
from tongzhou.lib import clock
from tongzhou.projects.models import Project

pytestmark = pytest.mark.django_db
HERE = "projects/S-1/charter"


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def ask(cast: Cast, method: str, path: str, body: Any = None, **headers: str) -> Any:
    with clock.pretend(NOW):
        return Program(cast.manager).ask(method, path, body, **headers)


def test_the_charter_says_what_it_is_and_lacks(cast: Cast) -> None:
    small_project(cast)
    told = ask(cast, "GET", HERE).json()
    assert (told["state"], told["in_force"], told["sheet"]) == ("draft", None, None)
    needed = {lack["key"] for lack in told["lacks"] if lack["needed"]}
    assert needed == {"objectives", "period", "scope", "departments", "milestones", "communication"}
    refused = ask(cast, "POST", f"{HERE}/sheets", {})
    assert (refused.status_code, refused.json()["title"]) == (422, "charter-incomplete")
    assert set(refused.json()["errors"]) == needed


def test_a_part_is_written_over_what_was_seen(cast: Cast, project: Project) -> None:
    first = ask(cast, "PUT", f"{HERE}/parts/risks", {"text": "供应商延期", "version": 0})
    assert (first.status_code, first.json()["version"], first.json()["text"]) == (200, 1, "供应商延期")
    stale = ask(cast, "PUT", f"{HERE}/parts/risks", {"text": "关键人离职", "version": 0})
    assert (stale.status_code, stale.json()["current"]["text"]) == (412, "供应商延期")
    again = ask(cast, "PUT", f"{HERE}/parts/risks", {"text": "改", "version": 1}, If_Match='"charter-part-0"')
    assert again.status_code == 412
    good = ask(cast, "PUT", f"{HERE}/parts/risks", {"text": "改", "version": 1}, If_Match=first["ETag"])
    assert good.json()["version"] == 2
    assert ask(cast, "PUT", f"{HERE}/parts/budget", {"text": "x", "version": 0}).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"text": 1, "version": 0}, {"text": "x", "version": -1}, {"text": "x" * 100_001, "version": 0}]
)
def test_a_part_that_cannot_be_is_refused(cast: Cast, project: Project, body: dict[str, Any]) -> None:
    assert ask(cast, "PUT", f"{HERE}/parts/risks", body).status_code == 422


def test_versions_are_told_with_what_they_brought(cast: Cast, project: Project) -> None:
    made = ask(cast, "POST", f"{HERE}/sheets", {"due": "2024-03-05"})
    assert (made.status_code, made.json()["version"], made.json()["ended"]) == (201, 1, "")
    assert ask(cast, "GET", HERE).json()["state"] == "signing"


def test_in_force_it_says_so_and_leads_to_what_is_signed(cast: Cast, project: Project) -> None:
    _project, sheet = in_force(cast, project)
    told = ask(cast, "GET", HERE).json()
    assert (told["state"], told["in_force"], told["lacks"]) == ("in_force", 1, [])
    (row,) = ask(cast, "GET", f"{HERE}/versions").json()["items"]
    assert (row["sheet"], row["ended"], row["baseline"]) == (sheet.pk, "final", 1)
    refused = ask(cast, "PUT", f"{HERE}/parts/risks", {"text": "x", "version": 0})
    assert (refused.status_code, refused.json()["title"]) == (422, "part-signed")
    assert refused.json()["link"] == "/projects/S-1/charter/signed/"


def test_a_light_project_has_none(cast: Cast) -> None:
    small_project(cast, weight="light")
    for method, path, body in (("GET", HERE, None), ("GET", f"{HERE}/versions", None), ("POST", f"{HERE}/sheets", {})):
        assert ask(cast, method, path, body).status_code == 404


def test_a_version_that_waits_is_shown(cast: Cast, project: Project) -> None:
    sheet = opened(cast, project)
    assert ask(cast, "GET", HERE).json()["sheet"] == sheet.pk
