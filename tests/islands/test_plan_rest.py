"""What is typed shows at once; the strict schedule, baselines, columns by mouse, rows that are worked on together."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from .plan_page import cell, commands, go, open_plan, type_into, until
from .plan_server import PlanServer


def select_rows(page: Page, first: int, last: int) -> None:
    """Select whole rows by their numbers."""
    cell(page, first, "code").click()
    cell(page, last, "code").click(modifiers=["Shift"])


def test_what_is_typed_shows_while_it_is_saved(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    server.answers_after = 0.6
    type_into(page, 3, "name", "整改二")
    expect(cell(page, 3, "name").locator(".tx.is-pending")).to_have_text("整改二", timeout=400)
    type_into(page, 2, "duration", "5")
    expect(cell(page, 3, "name").locator(".tx")).to_have_text("整改二")
    expect(page.locator(".is-pending")).to_have_count(0)
    expect(cell(page, 2, "duration")).to_have_text("5")
    assert len(commands(server, 2)) == 2


def test_what_is_refused_goes_back_with_its_reason(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    server.answers_after = 0.3
    server.refusal = {"detail": "太长", "errors": {"3.duration": "太长"}}
    type_into(page, 3, "duration", "900")
    expect(page.locator(".plan-error")).to_have_text("太长")
    expect(page.locator(".plan-editor input")).to_have_value("900")
    page.keyboard.press("Escape")
    expect(cell(page, 3, "duration")).to_have_text("6")
    expect(page.locator(".is-pending")).to_have_count(0)


def test_the_strict_schedule_has_its_address(page: Page, server: PlanServer) -> None:
    open_plan(page, server, more="&both=1")
    strict = page.locator("[data-plan-mode]")
    expect(strict).to_have_count(1)
    server.asked.clear()
    strict.evaluate("button => { button.hidden = false; button.click(); }")
    expect(strict).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("mode=strict"))
    until(lambda: any("mode=strict" in query for query in list(server.asked)))
    assert any("mode=strict" in query for query in server.asked)
    page.go_back()
    expect(strict).to_have_attribute("aria-pressed", "false")


def test_rows_are_shifted_and_chained_together(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    select_rows(page, 2, 3)
    bar = page.get_by_role("toolbar", name="For the selected rows")
    bar.get_by_role("button", name="Shift dates").click()
    page.get_by_role("spinbutton").fill("3")
    page.keyboard.press("Enter")
    expect(cell(page, 2, "start")).to_have_text("03-07")
    bar.get_by_role("button", name="Chain one after another").click()
    expect(page.get_by_text("These tasks follow one another already.")).to_be_visible()
    assert commands(server, 1) == [
        {
            "command": "set",
            "cells": [{"id": 2, "field": "start", "value": "2024-03-07"}, {"id": 3, "field": "start", "value": "2024-04-18"}],
        }
    ]
    select_rows(page, 3, 5)
    bar.get_by_role("button", name="Chain one after another").click()
    expect(cell(page, 5, "predecessors")).to_have_text("1.3")
    assert commands(server, 2)[1]["cells"] == [{"id": 5, "field": "predecessors", "value": "1.3"}]


def test_department_and_urgency_are_chosen(page: Page, server: PlanServer) -> None:
    open_plan(page, server, more="&columns=department,urgency")
    cell(page, 3, "department").dblclick()
    page.get_by_role("option", name="研发部").click()
    expect(cell(page, 3, "department")).to_have_text("研发部")
    cell(page, 3, "urgency").dblclick()
    page.keyboard.type("Urg")
    page.keyboard.press("Enter")
    expect(cell(page, 3, "urgency")).to_have_text("urgent")
    assert [body["cells"][0] for body in commands(server, 2)] == [
        {"id": 3, "field": "department", "value": "研发部"},
        {"id": 3, "field": "urgency", "value": "urgent"},
    ]


def test_columns_are_pulled_wider_and_moved(page: Page, server: PlanServer) -> None:
    open_plan(page, server)

    def head(field: str) -> Any:
        return page.locator(f".tabulator-col[tabulator-field={field}]")

    def is_after_start(shown: list[str]) -> bool:
        return shown.index("owner") > shown.index("start")

    def drag(from_x: float, to_x: float, y: float) -> None:
        page.mouse.move(from_x, y)
        page.mouse.down()
        page.wait_for_timeout(350)
        page.mouse.move((from_x + to_x) / 2, y, steps=4)
        page.mouse.move(to_x, y, steps=8)
        page.wait_for_timeout(300)
        page.mouse.up()

    box = head("department").bounding_box()
    drag(box["x"] + box["width"] - 1, box["x"] + box["width"] + 39, box["y"] + 40)
    until(lambda: server.preference)
    assert server.preference and abs(server.preference["widths"]["department"] - box["width"] - 40) <= 3
    owner, finish = head("owner").bounding_box(), head("finish").bounding_box()
    drag(owner["x"] + 20, finish["x"] + finish["width"] - 4, owner["y"] + 40)
    until(lambda: is_after_start(server.preference["shown"]))
    shown = server.preference["shown"]
    assert is_after_start(shown)
    page.wait_for_url(lambda address: f"columns={','.join(shown)}" in address)


def test_the_name_stays_while_columns_scroll(page: Page, server: PlanServer) -> None:
    open_plan(
        page, server, more="&columns=owner,department,start,finish,duration,percent,predecessors,supporters,key_output,remark"
    )
    go(page, 3, "owner")
    page.keyboard.press("End")
    left = page.locator(".plan-grid").bounding_box()["x"]  # type: ignore[index]
    page.wait_for_function("document.querySelector('.tabulator-tableholder').scrollLeft > 100")
    assert abs(cell(page, 3, "name").bounding_box()["x"] - left) <= 1
    page.keyboard.press("ArrowLeft")

    def is_beside_the_name() -> bool:
        # A cell has no box in the moment in which the grid draws its columns anew.
        name, active = cell(page, 3, "name").bounding_box(), page.locator(".is-active").bounding_box()
        return bool(name and active and active["x"] >= name["x"] + name["width"] - 1)

    until(is_beside_the_name)
    assert is_beside_the_name()


def test_a_slow_second_click_still_means_the_cell_of_the_first(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    box = cell(page, 3, "finish").bounding_box()
    x, y = box["x"] + 10, box["y"] + 10
    page.mouse.click(x, y)
    page.wait_for_timeout(320)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    expect(page.locator(".plan-editor.f-finish input")).to_be_focused()
