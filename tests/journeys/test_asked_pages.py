"""Pages on which people ask something of each other, with nothing, one, few and sixty rows: axe, width, targets."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched
from tests.journeys.laid_asked import LAUNCH
from tests.journeys.test_every_page import SHAPES, examined, faults_of

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[2]
LISTS = ("escalations/", "blocks/", "exceptions/", "confirmations/", "syncs/", "tracking/")
# Links within a sentence may be as high as its line (WCAG 2.5.8); all else is for a thumb.
LOW = """[...document.querySelectorAll("main :is(a, button, input, select, textarea, summary), .tz-toolbar :is(a, select)")]
  .filter((one) => { const box = one.getBoundingClientRect();
    return box.width && box.height && box.height < 43.5 && !one.closest("p, .visually-hidden, .tz-check, .tz-unfold")
      && getComputedStyle(one).visibility !== "hidden"; })
  .map((one) => `low: ${one.outerHTML.slice(0, 120)}`)"""


@pytest.fixture(scope="module")
def laid(server: Server) -> dict[str, Any]:
    """Lay what people ask of each other; return addresses by what they show."""
    environment = server.environment | {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests"), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH], env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    path = Path(server.environment["TONGZHOU_DATA"]) / "tongzhou.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def all_of(table: str, place: str, project: str = "XMB-2024") -> list[str]:
        # Names of tables are this file's own.
        rows = connection.execute(
            f"select t.id from {table} t join projects_project p on p.id = t.project_id where p.number = ?",
            (project,),
        )
        return [f"/projects/{project}/{place}/{key}/" for (key,) in rows]

    blocks = connection.execute(
        "select b.id from progress_block b join plan_workitem w on w.id = b.work_item_id where w.name = ?", ("推广方案",)
    )
    items = connection.execute(
        "select id from plan_workitem where name in ('功能测试', '电路设计') order by name desc"
    ).fetchall()
    found = {
        "cases": all_of("escalations_case", "escalations"),
        "exceptions": all_of("progress_exceptionreport", "exceptions"),
        "confirmations": all_of("confirmations_confirmation", "confirmations"),
        "blocks": [f"/projects/XMB-2024/blocks/{key}/" for (key,) in blocks],
        "tasks": [f"/projects/XMB-2024/tasks/{key}/" for (key,) in items],
        "long": [all_of(table, place, "DUO-60")[0] for table, place in (
            ("escalations_case", "escalations"), ("progress_exceptionreport", "exceptions"),
            ("confirmations_confirmation", "confirmations"),
        )],
    }  # fmt: skip
    connection.close()
    return found


def lists() -> list[str]:
    return [f"/projects/{number}/{place}" for number in ("KONG-1", "HYS-2024", "XMB-2024", "DUO-60") for place in LISTS]


def looked_at(watched: Watched, path: str) -> list[str]:
    """Open a page and return its faults, on a phone also what a thumb misses."""
    return examined(watched, path) + too_low(watched.page, path)


def too_low(page: Page, path: str) -> list[str]:
    width = page.evaluate("window.innerWidth")
    return [f"{path} {fault}" for fault in page.evaluate(LOW)] if width < 768 else []


def sent_empty(watched: Watched, path: str, button: str) -> list[str]:
    """Open a page, send one of its forms with nothing in it, and return the faults of what comes back."""
    watched.open(path)
    page = watched.page
    for details in page.locator("main details:not([open]) > summary").all():
        details.click()
    page.locator("main").get_by_role("button", name=button, exact=True).last.click()
    expect(page.locator("main .tz-error").first).to_be_visible()
    named = f"{path} {button}"
    return faults_of(watched, named) + too_low(page, named)


@pytest.mark.parametrize("shape", SHAPES)
def test_lists_and_what_they_lead_to(
    browse: Callable[..., Watched],
    laid: dict[str, Any],
    shape: tuple[bool, str],
    record_property: Callable[[str, object], None],
) -> None:
    phone, scheme = shape
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("chenyi")
    paths = [*lists(), *laid["cases"], *laid["exceptions"], *laid["confirmations"], *laid["blocks"], *laid["long"]]
    paths += ["/projects/XMB-2024/exceptions/new/", "/projects/XMB-2024/confirmations/new/"]
    paths += [f"{laid['tasks'][0]}{place}" for place in ("block/", "escalation/", "progress/")]
    paths += [f"/projects/DUO-60/{place}?page=2" for place in ("escalations/", "exceptions/", "confirmations/")]
    faults = [fault for path in paths for fault in looked_at(watched, path)]
    record_property("examined", f"{'390' if phone else '1440'} px, {scheme}: {' '.join(paths)}")
    assert faults == []
    watched.assert_clean()


@pytest.mark.parametrize("shape", SHAPES)
def test_forms_that_are_sent_empty(browse: Callable[..., Watched], laid: dict[str, Any], shape: tuple[bool, str]) -> None:
    phone, scheme = shape
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("chushiliu")
    faults = []
    for path in laid["cases"][:1]:
        for button in ("裁决", "关闭"):
            faults += sent_empty(watched, path, button)
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("chenyi")
    faults += sent_empty(watched, "/projects/XMB-2024/exceptions/new/", "报备")
    faults += sent_empty(watched, "/projects/XMB-2024/confirmations/new/", "发出确认")
    faults += sent_empty(watched, laid["exceptions"][0], "关闭")
    faults += sent_empty(watched, f"{laid['tasks'][0]}escalation/", "升级")
    assert faults == []
    watched.assert_clean()


@pytest.mark.parametrize("shape", SHAPES)
def test_limits_rhythm_and_my_tasks(browse: Callable[..., Watched], laid: dict[str, Any], shape: tuple[bool, str]) -> None:
    phone, scheme = shape
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("admin")
    faults = [fault for path in ("/escalations/limits/", "/organisation/rhythm/") for fault in looked_at(watched, path)]
    for path in ("/escalations/limits/", "/organisation/rhythm/"):
        watched.open(path)
        watched.page.locator("main input").last.fill("99999")
        watched.page.get_by_role("button", name="保存").click()
        expect(watched.page.locator("main .tz-error")).to_be_visible()
        faults += faults_of(watched, f"{path} wrong")
    owner = browse(phone=phone, scheme=scheme)
    owner.enter("zhouqi")
    faults += examined(owner, "/my-tasks/?group=report")
    owner.page.locator("[data-sheet-open]").first.click()
    expect(owner.page.locator("#progress-sheet form")).to_be_visible()
    faults += faults_of(owner, "/my-tasks/ with its sheet") + too_low(owner.page, "/my-tasks/ with its sheet")
    owner.page.locator("#progress-sheet .is-blocked").click()
    expect(owner.page.locator("#progress-sheet .tz-blocking")).to_be_visible()
    faults += faults_of(owner, "/my-tasks/ with who must unblock it")
    assert faults == []
    owner.assert_clean()
