"""The frame in a real browser: axe, theme, sidebar, dialog, keys, the weight of the first page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Response, expect
from tests.journeys.conftest import Watched

pytestmark = pytest.mark.journey

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/projects/",
    "/projects/XMB-2024/",
    "/projects/XMB-2024/start/",
    "/projects/XMB-2024/tracking/",
    "/departments/",
    "/gallery/",
)
FOUND = "axe.run().then(found => found.violations.flatMap(one => one.nodes.map(node => one.id + ' ' + node.html)))"


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (False, "dark"), (True, "light"), (True, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browse: Callable[..., Watched], phone: bool, scheme: str
) -> None:
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("chenyi")
    faults = []
    for path in PAGES:
        watched.open(path)
        # The page is measured from outside its policy: the script is given to the debugger, not to the document.
        watched.page.evaluate(AXE.read_text(encoding="utf-8"))
        faults += [f"{path} {fault}" for fault in watched.page.evaluate(FOUND)]
        if watched.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{path} scrolls sideways")
    assert faults == []
    watched.assert_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_sign_in_page(browse: Callable[..., Watched], scheme: str) -> None:
    watched = browse(scheme=scheme)
    watched.open("/accounts/login/")
    watched.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert watched.page.evaluate(FOUND) == []


def test_the_theme_follows_the_system_until_one_chooses_and_is_kept(browse: Callable[..., Watched]) -> None:
    watched = browse(scheme="dark")
    watched.enter("chenyi")
    html = watched.page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    watched.page.locator(".tz-side [data-theme-toggle]").click()
    watched.open("/projects/")
    expect(html).to_have_attribute("data-bs-theme", "light")


def test_the_sidebar_folds_to_a_rail_and_stays_folded(browse: Callable[..., Watched]) -> None:
    watched = browse()
    watched.enter("chenyi")
    side = watched.page.locator(".tz-side")
    assert side.bounding_box()["width"] == 216  # type: ignore[index]
    watched.page.locator("[data-rail-toggle]").click()
    watched.open("/projects/")
    assert side.bounding_box()["width"] == 56  # type: ignore[index]
    watched.assert_clean()


def test_keys_dialog_and_confirmation(browse: Callable[..., Watched]) -> None:
    watched = browse()
    watched.enter("chenyi")
    page = watched.page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("[data-search]")).to_be_focused()
    watched.open("/gallery/")
    opener = page.get_by_role("button", name="打开对话框")
    opener.click()
    expect(page.locator("#gallery-dialog")).to_be_visible()
    page.mouse.click(10, 10)
    expect(page.locator("#gallery-dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    watched.open("/projects/XMB-2024/start/")
    before = page.locator("#departments tbody tr").count()
    page.locator("#departments form[data-confirm] button").first.click()
    page.locator("#confirm-dialog").get_by_role("button", name="取消").click()
    watched.open("/projects/XMB-2024/start/")
    assert page.locator("#departments tbody tr").count() == before
    watched.assert_clean()


def test_on_a_phone_the_sheet_comes_from_below_and_targets_are_large(browse: Callable[..., Watched]) -> None:
    watched = browse(phone=True)
    watched.enter("chenyi")
    page = watched.page
    page.get_by_role("button", name="我的").click()
    page.wait_for_timeout(100)
    box = page.locator("#me-dialog").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"]), round(box["y"] + box["height"])) == (0, 390, 844)
    heights = page.locator("#me-dialog button, #me-dialog a, .tz-tabbar a").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44


def test_the_first_page_weighs_little(browse: Callable[..., Watched]) -> None:
    watched = browse()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    watched.page.on("response", note)
    watched.open("/accounts/login/")
    watched.page.wait_for_load_state("networkidle")
    assert len(answers) <= 10
    assert sum(answer.request.sizes()["responseBodySize"] for answer in answers) <= 160 * 1024
    assets = [answer for answer in answers if "/assets/" in answer.url]
    assert all("immutable" in answer.headers["cache-control"] for answer in assets)
