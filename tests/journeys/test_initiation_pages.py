"""Initiation where the everyday test does not look: refused forms, open sheets, codes right and wrong; axe, widths, focus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched, set_stage, settle
from tests.journeys.test_every_page import SHAPES, examined, faults_of

from support.stage import NUMBER

pytestmark = pytest.mark.journey

AT = f"/projects/{NUMBER}"
Step = Callable[[Page], object]


@pytest.fixture(scope="module")
def stage(server: Server) -> dict[str, Any]:
    return set_stage(server)


def looked(watched: Watched, path: str, step: Step) -> list[str]:
    """Open a page, do something there, and return what is wrong with it then."""
    watched.open(path)
    settle(watched.page)
    step(watched.page)
    return faults_of(watched, f"{path} after {step.__name__}")


def ask_for_nothing(page: Page) -> None:
    page.locator("#ask summary").click()
    page.get_by_role("button", name="提出需求").click()
    expect(page.get_by_label("需求内容")).to_be_focused()


def offer_less_without_saying_how_much(page: Page) -> None:
    page.locator("input[value=trimmed]").first.check(force=True)
    page.get_by_role("button", name="提交答复").click()
    expect(page.get_by_label("承诺数量").first).to_be_focused()


def claim_without_a_deliverable(page: Page) -> None:
    page.locator(".tz-cl-rows [name=task]").first.check()
    page.get_by_role("button", name="认领所选").first.click()
    expect(page.locator("[name^=output-][aria-invalid=true]")).to_be_focused()


def hand_back_without_a_reason(page: Page) -> None:
    page.locator(".tz-cl-rows [name=task]").first.check()
    page.locator(".tz-cl-do summary").first.click()
    page.get_by_role("button", name="退回所选").first.click()
    expect(page.get_by_label("退回理由").first).to_be_focused()


def open_a_new_objective(page: Page) -> None:
    page.get_by_role("link", name="添加目标").first.click()
    expect(page.locator("#agreed-sheet")).to_be_visible()
    # Its last step is on the screen, however long the sheet is.
    expect(page.locator("#agreed-sheet").get_by_role("button", name="保存")).to_be_in_viewport()


def save_an_empty_objective(page: Page) -> None:
    open_a_new_objective(page)
    page.locator("#agreed-sheet").get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写此项。").first).to_be_visible()


def choose_a_weekly_rhythm(page: Page) -> None:
    page.get_by_role("link", name="添加机制").first.click()
    expect(page.get_by_label("例行时间")).to_be_visible()
    expect(page.get_by_label("星期")).to_be_hidden()
    page.get_by_label("例行时间").select_option("weekly")
    expect(page.get_by_label("星期")).to_be_visible()
    expect(page.get_by_label("每月几日")).to_be_hidden()


def take_a_page_for_a_logo(page: Page) -> None:
    page.locator("[name=logo]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("这不是可用作徽标的图片")).to_be_visible()


def number_by_what_is_no_pattern(page: Page) -> None:
    example = page.locator("#number-example")
    before = example.inner_text()
    page.locator("[name=numbering]").fill("{prefix}/{year}/{n:04}")
    expect(example).not_to_have_text(before)
    page.locator("[name=numbering]").fill("{whatever}")
    expect(example).to_have_text("—")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[name=numbering]")).to_be_focused()


@pytest.mark.parametrize("shape", SHAPES)
def test_refusals_and_sheets_are_accessible(
    browse: Callable[..., Watched], stage: dict[str, Any], shape: tuple[bool, str]
) -> None:
    phone, scheme = shape
    manager, head, administrator = (browse(phone=phone, scheme=scheme) for _ in range(3))
    manager.enter("chenyi")
    head.enter("yangshiba")
    administrator.enter("admin")
    faults: list[str] = []
    for who, path, step in (
        (manager, "commitments", ask_for_nothing),
        (manager, "claims", claim_without_a_deliverable),
        (manager, "claims", hand_back_without_a_reason),
        (manager, "objectives", open_a_new_objective),
        (manager, "objectives", save_an_empty_objective),
        (manager, "communication", choose_a_weekly_rhythm),
        (head, "commitments", offer_less_without_saying_how_much),
    ):
        faults += looked(who, f"{AT}/{path}/", step)
    faults += looked(administrator, "/organisation/papers/", take_a_page_for_a_logo)
    faults += looked(administrator, "/organisation/papers/charter/", number_by_what_is_no_pattern)
    assert faults == []
    for one in (manager, head, administrator):
        one.assert_clean()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_paper_is_verified_by_whoever_holds_it(
    browse: Callable[..., Watched], stage: dict[str, Any], shape: tuple[bool, str], tmp_path: Path
) -> None:
    phone, scheme = shape
    manager, anybody = browse(phone=phone, scheme=scheme), browse(phone=phone, scheme=scheme)
    manager.enter("chenyi")
    address = manager.server.address
    paper = manager.page.context.request.get(f"{address}{AT}/charter.pdf").body()
    manager.open(f"{AT}/papers/")
    place = manager.page.locator("td.is-title a").first.get_attribute("href")
    assert place is not None
    (tmp_path / "same.pdf").write_bytes(paper)
    (tmp_path / "other.pdf").write_bytes(paper + b" ")
    faults = examined(manager, place) + examined(anybody, place)
    for name, says in (("same", "is-same"), ("other", "is-other")):
        anybody.page.locator("[name=file]").set_input_files(tmp_path / f"{name}.pdf")
        expect(anybody.page.locator("[data-compare-result]")).to_have_class(says)
        faults += faults_of(anybody, f"{place} {name}")
    anybody.open("/verify/?code=ABCD-EFGH-JKMN-PQRS-TUVW")
    expect(anybody.page.get_by_role("alert")).to_be_visible()
    faults += faults_of(anybody, "/verify/ of no paper")
    assert faults == []
    manager.assert_clean()
    anybody.assert_clean()
