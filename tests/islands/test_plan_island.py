"""The plan island in a browser, against a server that speaks its contract."""

import re

import pytest
from playwright.sync_api import Page, expect

from .plan_page import cell, commands, open_plan, type_into, until
from .plan_server import ROOT, PlanServer

FOLLOWERS = {
    "changes": [
        {"id": 3, "code": "1.2", "name": "整改", "field": "start", "before": "2024-04-15", "after": "2024-04-18", "why": ""},
        {
            "id": 4,
            "code": "1.3",
            "name": "样机定型",
            "field": "finish",
            "before": "2024-04-23",
            "after": "2024-04-26",
            "why": "1.2 完成后",
        },
    ],
    "notices": [],
    "summary": "",
}


def test_shows_rows_with_codes_levels_and_escaped_names(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    tree = page.get_by_role("treegrid")
    expect(tree).to_have_attribute("aria-rowcount", "6")
    rows = tree.locator(".tabulator-row")
    assert rows.evaluate_all(
        "rows => rows.map(row => [row.ariaLevel, row.ariaExpanded, row.getAttribute('aria-rowindex')])"
    ) == [
        ["1", "true", "2"],
        ["2", None, "3"],
        ["2", None, "4"],
        ["2", None, "5"],
        ["1", None, "6"],
    ]
    assert rows.locator(".tabulator-cell.c-code").all_text_contents() == ["1", "1.1", "1.2", "1.3", "2"]
    expect(cell(page, 3, "name").locator(".tx")).to_have_text("整改 <b>")
    expect(page.locator(".g-task[data-key='5']")).to_have_count(0)
    expect(page.locator(".g-task[data-key='3']")).to_have_attribute(
        "aria-label", "1.2 整改 <b>，Blocked，04-15 to 04-22，45%，10 days late，Critical path，赵六"
    )


def test_folds_by_mouse_and_by_keys(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    cell(page, 1, "name").locator("[data-plan-fold]").click()
    expect(page.locator(".tabulator-row")).to_have_count(2)
    page.get_by_role("treegrid").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tabulator-row")).to_have_count(5)
    page.keyboard.press("Control+ArrowDown")
    expect(page.get_by_role("treegrid")).to_have_attribute("aria-activedescendant", "plan-5-name")


def test_selection_opens_the_drawer_and_escape_closes_it(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    page.locator(".g-task[data-key='3'] rect").first.click()
    expect(page.locator("#plan-drawer h2")).to_have_text("任务 /tasks/3/")
    expect(page).to_have_url(re.compile("task=3"))
    page.get_by_role("treegrid").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#plan-drawer")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("task="))
    open_plan(page, server, more="&task=4")
    expect(page.locator(".tabulator-row.is-on .c-code")).to_have_text("1.3")


def test_a_change_without_followers_is_saved_at_once(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    type_into(page, 3, "percent", "60%")
    expect(page.locator(".tz-planfoot")).to_contain_text("Version 4")
    change = {"version": 3, "command": "set", "cells": [{"id": 3, "field": "percent", "value": 60}]}
    assert server.posts == [("/commands/", change | {"dry": dry}, "token-of-the-test") for dry in (True, False)]
    expect(cell(page, 3, "percent")).to_have_text("60%")
    expect(page.locator(".plan-typing input")).to_be_focused()
    expect(cell(page, 4, "percent")).to_have_class(re.compile("is-active"))


def test_followers_are_shown_before_anything_is_written(page: Page, server: PlanServer) -> None:
    server.preview = FOLLOWERS
    open_plan(page, server)
    type_into(page, 3, "start", "2024-04-18")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("li")).to_have_count(1)
    expect(dialog.locator("del")).to_have_text("04-23")
    expect(dialog.locator("ins")).to_have_text("04-26")
    dialog.get_by_text("Cancel").click()
    expect(dialog).to_have_count(0)
    assert [body["dry"] for _, body, _ in server.posts] == [True]
    type_into(page, 3, "start", "2024-04-18")
    page.get_by_role("dialog").get_by_text("Apply changes").click()
    expect(page.locator(".tz-planfoot")).to_contain_text("Version 4")
    assert server.posts[-1][1]["cells"] == [{"id": 3, "field": "start", "value": "2024-04-18"}]


def test_a_refusal_stands_at_the_cell(page: Page, server: PlanServer) -> None:
    server.refusal = {"errors": {"3.duration": "工期至少 1 天。"}, "detail": "invalid"}
    open_plan(page, server)
    type_into(page, 3, "duration", "x")
    expect(page.locator(".plan-error")).to_have_text("Write a number.")
    page.locator(".plan-editor input").fill("0.1")
    page.keyboard.press("Enter")
    expect(page.locator(".plan-error")).to_have_text("工期至少 1 天。")
    page.keyboard.press("Escape")
    expect(page.locator(".plan-editor")).to_have_count(0)


def test_the_owner_is_searched_for(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    type_into(page, 3, "owner", "李")
    expect(page.locator(".plan-editor")).to_have_count(0)
    assert commands(server, 1)[0]["cells"] == [{"id": 3, "field": "owner", "value": 11}]


def test_an_overtaken_change_is_told_with_what_was_typed(page: Page, server: PlanServer) -> None:
    server.stale = True
    open_plan(page, server)
    type_into(page, 3, "finish", "2024-04-30")
    expect(page.get_by_role("alert").filter(has_text="not saved")).to_contain_text("2024-04-30")


def test_a_bar_is_moved_and_pulled_by_its_end(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    page.locator("[data-plan-zoom=day]").click()
    page.evaluate("document.querySelector('.g-scroll').scrollLeft = 24 * 36")
    page.wait_for_timeout(150)
    for by_end, by, field, shown in ((False, 72, "start", "04-18"), (True, 48, "finish", "04-27")):
        box = page.locator(".g-task[data-key='3'] rect").first.bounding_box()
        assert box
        middle, grip = box["y"] + 7, box["width"] - 2 if by_end else box["width"] / 2
        page.mouse.move(box["x"] + grip, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + grip + by, middle, steps=4)
        page.mouse.up()
        expect(cell(page, 3, field)).to_have_text(shown)
        # The bar is where its cell says once the plan was fetched anew.
        expect(page.locator(".is-pending")).to_have_count(0)
    saved = [change["cells"][0] for change in commands(server, 2)]
    assert [(change["field"], change["value"]) for change in saved] == [("start", "2024-04-18"), ("finish", "2024-04-27")]
    expect(page.locator("#plan-drawer")).to_be_hidden()


def test_rolled_up_cells_cannot_be_edited(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    cell(page, 1, "start").dblclick()
    cell(page, 4, "duration").dblclick()
    expect(page.locator(".plan-editor")).to_have_count(0)


def test_views_filter_and_zoom_live_in_the_address(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    page.locator("[data-plan-view=person]").click()
    expect(page.locator(".tabulator-row.k-summary .tx")).to_have_text(["李四", "赵六", "No owner"])
    page.locator("[data-plan-zoom=month]").click()
    page.locator("[data-plan-filter]").fill("质量部")
    expect(page.locator(".tabulator-row")).to_have_count(2)
    page.locator("[data-plan-toggle=baseline]").click()
    expect(page.locator(".g-ghost").first).to_have_count(1)
    for part in ("view=person", "zoom=month", "baseline=no"):
        expect(page).to_have_url(re.compile(part))
    page.reload()
    page.wait_for_selector(".tabulator-row")
    expect(page.locator(".tabulator-row")).to_have_count(2)


def test_empty_and_failed_plans_say_what_to_do(page: Page, server: PlanServer) -> None:
    open_plan(page, server, "empty")
    expect(page.locator(".plan-message a")).to_have_text(["Import Excel", "New task"])
    server.failures = 1
    open_plan(page, server)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".tabulator-row")).to_have_count(5)


def gaps(page: Page) -> list[int]:
    """How far below the top of its row each bar begins, in pixels."""
    found: list[int] = page.evaluate(
        """() => [...document.querySelectorAll('.g-task')].flatMap(bar => {
            const row = document.querySelector(`.tabulator-row[data-key="${bar.dataset.key}"]`);
            const top = element => element.getBoundingClientRect().top;
            return row ? [Math.round(top(bar.querySelector('path,rect')) - top(row))] : [];
        })"""
    )
    return found


def test_twenty_thousand_rows_stay_light_and_level(page: Page, server: PlanServer) -> None:
    open_plan(page, server, "large")
    island = page.locator("[data-island=plan]")
    scroller = page.locator(".g-scroll")
    for fraction in (0, 0.123, 0.5, 0.77, 1):
        scroller.evaluate("(box, part) => { box.scrollTop = (box.scrollHeight - box.clientHeight) * part }", fraction)
        page.wait_for_timeout(200)
        until(lambda: gaps(page) and set(gaps(page)) <= {8, 11})
        assert island.evaluate("island => island.querySelectorAll('*').length") < 1500
        assert gaps(page) and set(gaps(page)) <= {8, 11}
    page.get_by_role("treegrid").focus()
    page.keyboard.press("Home")
    expect(page.locator("#plan-1-code")).to_have_text("1")


def test_the_splitter_moves_by_keys_and_is_remembered(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    splitter = page.get_by_role("separator")
    splitter.focus()
    page.keyboard.press("ArrowLeft")
    expect(splitter).to_have_attribute("aria-valuenow", "584")
    page.reload()
    expect(page.get_by_role("separator")).to_have_attribute("aria-valuenow", "584")


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(page: Page, server: PlanServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_plan(page, server)
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        """axe.run(document.querySelector('[data-island=plan]'))
            .then(result => result.violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)]))"""
    )
    assert found == []


def test_a_phone_shows_table_or_chart(page: Page, server: PlanServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_plan(page, server)
    expect(page.locator(".plan-gantt")).to_be_hidden()
    page.get_by_role("button", name="Gantt chart").click()
    expect(page.locator(".plan-grid")).to_be_hidden()
    expect(page.locator(".g-task[data-key='3']")).to_contain_text("整改")
