"""What a person owes, done in place on the workbench."""

from __future__ import annotations

import pytest

from support.cast import Cast, planned_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.projects.models import Project

HX = {"HX-Request": "true"}


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def test_one_row_is_open_at_a_time(cast: Cast, project: Project) -> None:
    key = task(project, "设计").pk
    client = client_of(cast.owner)
    whole = client.get(f"/?open=sync-{key}").content.decode()
    part = client.get(f"/?open=sync-{key}", headers=HX).content.decode()
    assert whole.count("is-open") == part.count("is-open") == 1
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert 'name="next" value="queue"' in part and f'action="/projects/S-1/tasks/{key}/progress/' in part
    assert "is-open" not in client.get("/?open=sync-0").content.decode()
    # Somebody else's row is not opened by its name.
    assert "is-open" not in client_of(cast.member).get(f"/?open=sync-{key}").content.decode()


def test_a_report_is_made_in_place(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    client, path = client_of(cast.owner), f"/projects/S-1/tasks/{item.pk}/progress/"
    told = client.post(path, {"next": "queue", "state": "doing", "percent": "60"}, headers=HX)
    assert (told.status_code, told["HX-Trigger"]) == (204, "queue-changed")
    assert task(project, "设计").percent == 6000
    told = client.post(path, {"next": "queue", "unchanged": "1"}, headers=HX)
    assert (told.status_code, told["HX-Trigger"]) == (204, "queue-changed")
    without_scripts = client.post(path, {"next": "queue", "state": "doing", "percent": "70"})
    assert (without_scripts.status_code, without_scripts["Location"]) == (302, "/")


def test_what_is_wrong_is_said_in_the_row(cast: Cast, project: Project) -> None:
    item = task(project, "设计")
    client = client_of(cast.owner)
    with unchanged():
        told = client.post(
            f"/projects/S-1/tasks/{item.pk}/progress/", {"next": "queue", "state": "doing", "percent": "170"}, headers=HX
        )
    text = told.content.decode()
    assert told.status_code == 422 and "170" in text and "tz-error" in text and "<html" not in text
