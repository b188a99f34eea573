"""A head signs several papers on a phone: each is shown and read to its end, one proof of identity serves them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched, set_stage

from support.stage import PASSWORD

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def stage(server: Server) -> dict[str, Any]:
    return set_stage(server)


def read_to_the_end(page: Page) -> None:
    final = page.locator("[data-final]")
    expect(final).to_be_disabled()
    page.locator(".tz-wk-paper > summary").click()
    page.locator("[data-end]").scroll_into_view_if_needed()
    expect(page.locator(".tz-wk-read")).to_be_visible()
    expect(final).to_be_enabled()


def decide(page: Page, decision: str) -> None:
    """Choose a decision, which may lie behind the bar with the last step until one scrolls on."""
    chosen = page.get_by_role("radio", name=decision, exact=True)
    chosen.evaluate("one => one.scrollIntoView({ block: 'center' })")
    chosen.check(force=True)


def test_three_of_five_after_one_proof(browse: Callable[..., Watched], stage: dict[str, Any]) -> None:
    head = browse(phone=True)
    head.enter("lisi")
    page = head.page
    page.get_by_role("link", name="我的签署").first.click()
    expect(page.get_by_role("heading", name="待我签署")).to_be_visible()
    expect(page.locator("[data-check-count=place]")).to_have_text("5")
    page.get_by_role("button", name="逐份查看并签署").click()
    expect(page.locator("h1")).to_contain_text("1 / 5")
    read_to_the_end(page)
    decide(page, "同意")
    expect(page.locator("[data-final]")).to_have_text("同意并签署")
    page.get_by_label("登录密码").fill(PASSWORD)
    box = page.locator("[data-final]").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 844, "the last step is in reach of the thumb"
    page.locator("[data-final]").click()
    expect(page.locator("h1")).to_contain_text("2 / 5")
    expect(page.get_by_label("登录密码")).to_have_count(0)
    read_to_the_end(page)
    decide(page, "有条件同意")
    page.locator("#id_opinion").fill("试产改为 4 月 10 日开始。")
    page.locator("[data-final]").click()
    expect(page.locator("h1")).to_contain_text("3 / 5")
    page.get_by_role("link", name="稍后再签，看下一份").click()
    expect(page.locator("h1")).to_contain_text("4 / 5")
    read_to_the_end(page)
    decide(page, "不同意")
    page.locator("#id_opinion").fill("费用口径不一致。")
    page.locator("[data-final]").click()
    expect(page.locator("h1")).to_contain_text("5 / 5")
    page.get_by_role("link", name="稍后再签，看下一份").click()
    expect(page.get_by_role("heading", name="已签 3 份，还有 2 份待签。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="继续签余下的").click()
    expect(page.locator("h1")).to_contain_text("3 / 5")
    page.goto(f"{head.server.address}/me/signatures/")
    expect(page.locator(".tz-my-rows > li")).to_have_count(2)
    head.assert_clean()
