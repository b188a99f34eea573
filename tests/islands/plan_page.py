"""What tests do on the page of the plan."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from .plan_server import PlanServer


def open_plan(page: Page, server: PlanServer, plan: str = "small", more: str = "") -> None:
    page.goto(f"{server.url}/?plan={plan}{more}")
    page.wait_for_selector(".tabulator-row, .plan-message h2")
    page.wait_for_timeout(150)


def cell(page: Page, task: int, field: str) -> Any:
    return page.locator(f"#plan-{task}-{field}")


def type_into(page: Page, task: int, field: str, value: str) -> None:
    cell(page, task, field).dblclick()
    page.locator(".plan-editor input").fill(value)
    page.keyboard.press("Enter")


def go(page: Page, task: int, field: str) -> None:
    """Make a cell the active one."""
    cell(page, task, field).click()
    page.wait_for_timeout(50)


QUIET, PATIENCE = 0.4, 20.0  # seconds


def commands(server: PlanServer, awaited: int = 0) -> list[dict[str, Any]]:
    """Return what was written: the commands without those that only asked.

    A cell shows what was typed before the server has it: wait until `awaited` have come, then until nothing more does.
    """
    until(lambda: len(written(server)) >= awaited)
    seen = -1
    while seen != len(server.posts):
        seen = len(server.posts)
        time.sleep(QUIET)
    return written(server)


def until(holds: Callable[[], object]) -> None:
    """Wait for what no element of the page shows; what does not come, the assertion after it tells."""
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)


def written(server: PlanServer) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in body.items() if key not in ("version", "dry")}
        for _, body, _ in list(server.posts)
        if not body["dry"]
    ]
