"""Reporting as people do it: my tasks by keyboard, four tasks on a phone, cards by mouse and by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import Watched

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
BOARD = "/projects/XMB-2024/board/"


def row(page: Page, place: int) -> Locator:
    return page.locator("[data-task]").nth(place)


def card(page: Page, name: str) -> Locator:
    return page.locator("[data-card]", has_text=name)


def column(page: Page, key: str) -> Locator:
    return page.locator(f'[data-column="{key}"]')


def test_my_tasks_by_keyboard(browse: Browse) -> None:
    watched = browse()
    watched.enter("sunjiu")
    watched.open("/my-tasks/")
    page = watched.page
    page.keyboard.press("j")
    expect(row(page, 0)).to_be_focused()
    for key in ("2", "5", "Enter"):
        page.keyboard.press(key)
    expect(row(page, 0)).to_have_attribute("data-state", "doing")
    expect(row(page, 0).locator("[name=percent]")).to_have_value("25")
    expect(row(page, 0)).to_be_focused()
    page.keyboard.press("d")
    page.keyboard.type("首批到店")
    page.keyboard.press("Enter")
    expect(row(page, 0)).to_be_focused()
    # A digit alone is a state; the one that blocks asks for the reason.
    page.keyboard.press("1")
    expect(row(page, 0)).to_have_attribute("data-state", "todo")
    page.keyboard.press("4")
    sheet = page.locator("#progress-sheet")
    expect(sheet.get_by_role("radio", name="阻塞")).to_be_checked()
    page.keyboard.press("Escape")
    # A wrong number is told in the row, and typed again.
    row(page, 0).locator("[name=percent]").fill("101")
    page.keyboard.press("Enter")
    expect(row(page, 0).get_by_role("alert")).not_to_be_empty()
    row(page, 1).focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-picked-count]")).to_have_text("2")
    with page.expect_navigation():
        page.keyboard.press("Shift+N")
    expect(page.locator("[data-picked]")).to_be_hidden()
    watched.assert_clean()


def test_four_tasks_in_a_minute_on_a_phone(browse: Browse) -> None:
    watched = browse(phone=True)
    watched.enter("zhouqi")
    began = time.monotonic()
    watched.open("/my-tasks/")
    page = watched.page
    assert page.locator("[data-task]").count() >= 3
    for place in range(3):
        row(page, place).get_by_role("button", name="无变化").tap()
        expect(row(page, place)).to_have_class("tz-mine is-saved")
    row(page, 0).get_by_role("button", name="更新").tap()
    page.locator("#progress-sheet").locator("label.is-doing").tap()
    page.locator("#id_done").fill("按计划推进")
    with page.expect_navigation():
        page.get_by_role("button", name="提交").tap()
    assert time.monotonic() - began < 60
    for button in page.locator(".tz-mine .tz-btn").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44
    watched.assert_clean()


def test_cards_by_mouse_and_by_keyboard(browse: Browse) -> None:
    watched = browse()
    watched.enter("chenyi")
    watched.open(BOARD)
    page = watched.page
    expect(column(page, "todo").locator("[data-card]").first).to_be_visible()
    card(page, "推广方案").drag_to(column(page, "doing"))
    expect(column(page, "doing")).to_contain_text("推广方案")
    card(page, "物料制作").focus()
    for key in (" ", "ArrowRight", " "):
        page.keyboard.press(key)
    expect(column(page, "doing")).to_contain_text("物料制作")
    expect(card(page, "物料制作")).to_be_focused()
    for key in (" ", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(column(page, "doing")).to_contain_text("物料制作")
    page.reload()
    expect(column(page, "doing")).to_contain_text("推广方案")
    for key in (" ", "ArrowRight", " "):
        card(page, "推广方案").press(key)
    expect(page.locator("#progress-sheet").get_by_role("radio", name="阻塞")).to_be_checked()
    page.locator("#id_problem").fill("等场地")
    page.get_by_label("由谁解除").select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="提交").click()
    expect(column(page, "blocked")).to_contain_text("推广方案")
    watched.open("/projects/XMB-2024/tracking/?state=blocked")
    expect(page.locator("[data-task]")).to_have_count(1)
    watched.assert_clean()


def test_the_board_on_a_phone(browse: Browse) -> None:
    watched = browse(phone=True)
    watched.enter("chenyi")
    watched.open(BOARD)
    page = watched.page
    page.locator("[data-tab=todo]").tap()
    page.locator(".is-tab [data-card]", has_text="渠道预热").get_by_role("button").tap()
    page.locator("dialog[open]").get_by_role("button", name="进行中").tap()
    page.locator("[data-tab=doing]").tap()
    expect(page.locator(".is-tab")).to_contain_text("渠道预热")
    watched.assert_clean()
