"""Columns, filters, search and sizes of the plan; who may only read; the phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from .plan_page import cell, commands, go, open_plan, until
from .plan_server import ROOT, PlanServer


def test_columns_are_chosen_fetched_and_kept(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    assert server.column_calls == []
    page.locator("[data-plan-do=columns]").click()
    page.get_by_role("checkbox", name="Risk point").check()
    page.get_by_role("checkbox", name="Department").uncheck()
    page.keyboard.press("Escape")
    expect(cell(page, 3, "risk_point")).to_have_text("主板到货晚")
    expect(cell(page, 3, "department")).to_have_count(0)
    until(lambda: server.preference and "department" not in server.preference["shown"])
    assert server.column_calls[0] == ["risk_point"]
    assert server.preference and "risk_point" in server.preference["shown"] and "department" not in server.preference["shown"]
    page.goto(f"{server.url}/?plan=small")
    expect(cell(page, 3, "risk_point")).to_have_text("主板到货晚")
    page.goto(f"{server.url}/?plan=small&columns=finish,owner")
    expect(page.locator(".tabulator-col-title")).to_have_text(["No.", "Task", "Finish", "Owner"])


def test_filters_are_chips_and_steps_of_the_way_back(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    page.locator("[data-plan-do=filters]").click()
    page.get_by_role("checkbox", name="Blocked").check()
    page.keyboard.press("Escape")
    expect(page.locator(".tabulator-row .tx")).to_have_text(["研发阶段", "整改 <b>"])
    expect(page).to_have_url(re.compile("state=blocked"))
    page.locator("[data-plan-view=mine]").click()
    expect(page.locator(".tabulator-row .tx")).to_have_text(["研发阶段", "整改 <b>"])
    page.go_back()
    page.go_back()
    expect(page.locator(".tabulator-row")).to_have_count(5)
    page.go_forward()
    page.get_by_role("button", name="Remove the filter Blocked").click()
    expect(page.locator(".tabulator-row")).to_have_count(5)
    page.goto(f"{server.url}/?plan=small&person=nobody")
    expect(page.get_by_text("No task passes the filters.")).to_be_visible()


def test_search_jumps_and_levels_fold(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "owner")
    page.keyboard.press("Control+f")
    expect(page.locator("[data-plan-filter]")).to_be_focused()
    page.keyboard.type("定型")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treegrid")).to_have_attribute("aria-activedescendant", re.compile("plan-4-"))
    page.locator("[data-plan-filter]").fill("")
    expect(page.locator(".tabulator-row")).to_have_count(5)
    page.locator("[data-plan-do=levels]").click()
    page.get_by_role("menuitem", name="Collapse all").click()
    expect(page.locator(".tabulator-row")).to_have_count(2)
    page.locator("[data-plan-zoom=quarter]").click()
    expect(page.locator(".g-lower").first).to_have_text("Q2")


def test_a_question_mark_lists_the_keys(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "owner")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog").locator("dt")).to_have_count(25)


def test_who_may_only_read_walks_and_copies(page: Page, server: PlanServer) -> None:
    open_plan(page, server, more="&reader=1")
    expect(page.locator(".plan-typing")).to_have_count(0)
    page.get_by_role("treegrid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+d")
    expect(page.get_by_role("treegrid")).to_be_focused()
    cell(page, 2, "name").click(button="right")
    expect(page.get_by_role("menuitem")).to_have_count(2)
    assert server.posts == []


def test_many_rows_are_selected_and_pasted_by_touching_few_elements(page: Page, server: PlanServer) -> None:
    open_plan(page, server, "large")
    touched = """() => {
        const watcher = new MutationObserver(() => {});
        const island = document.querySelector('[data-island=plan]');
        watcher.observe(island, { subtree: true, childList: true, attributes: true, characterData: true });
        document.querySelector('.plan-typing input').dispatchEvent(EVENT);
        return watcher.takeRecords().length;
    }"""
    every = "new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true })"
    page.locator("#plan-2-name").click()
    assert 0 < page.evaluate(touched.replace("EVENT", every)) < 1500
    assert page.locator("[data-island=plan]").evaluate("island => island.querySelectorAll('*').length") < 1500
    page.locator("#plan-2-name").click()
    pasted = """new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: (() => {
        const data = new DataTransfer();
        data.setData('text/plain', Array.from({ length: 500 }, (_, at) => `任务 ${at}\\t李四`).join('\\n'));
        return data;
    })() })"""
    assert page.evaluate(touched.replace("EVENT", pasted)) < 1500
    assert commands(server, 1)[0]["command"] == "paste"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_what_opens(page: Page, server: PlanServer, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_plan(page, server)
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    check = """axe.run(document.body, { rules: { 'target-size': { enabled: false }, region: { enabled: false } } })
        .then(result => result.violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)]))"""
    cell(page, 3, "owner").dblclick() if width > 767 else cell(page, 3, "owner").click()
    page.wait_for_timeout(100)
    assert page.evaluate(check) == []
    page.keyboard.press("Escape")
    page.locator("[data-plan-do=filters]").click(force=True)
    page.get_by_role("checkbox", name="Done").check()
    assert page.evaluate(check) == []


def test_a_phone_edits_a_row_in_a_sheet(page: Page, server: PlanServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_plan(page, server)
    cell(page, 3, "owner").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Progress").fill("70")
    sheet.get_by_label("Days").fill("5")
    sheet.get_by_role("button", name="Save").click()
    expect(cell(page, 3, "percent")).to_have_text("70%")
    assert commands(server, 1) == [
        {"command": "set", "cells": [{"id": 3, "field": "duration", "value": 5}, {"id": 3, "field": "percent", "value": 70}]}
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
