"""Signing, telling, proving and what fails, with content: axe, policy, sideways scrolling, targets for a thumb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched, set_stage
from tests.journeys.test_every_page import SHAPES, examined, faults_of

from support.stage import MANY, NUMBER, PASSWORD

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
SMALL = """(main) => [...main.querySelectorAll("button, .tz-btn, select, summary, textarea, input")]
  .filter((one) => !["hidden", "checkbox", "radio"].includes(one.type) && one.checkVisibility() && !one.closest(".tz-deed"))
  .filter((one) => one.getBoundingClientRect().height < 43.5)
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim()} ${one.getBoundingClientRect().height}`)"""


@pytest.fixture(scope="module")
def stage(server: Server) -> dict[str, Any]:
    return set_stage(server)


def looked(watched: Watched, path: str, *, phone: bool, step: Callable[[Page], object] | None = None) -> list[str]:
    """Open a page, do something there, and return what is wrong with it then; on a phone what is too small for a thumb, too."""
    found = examined(watched, path)
    if step is not None:
        step(watched.page)
        found = faults_of(watched, f"{path} after {step.__name__}")
    small = watched.page.locator("main, .tz-sign-in").first.evaluate(SMALL) if phone else []
    return found + [f"{path} {one}" for one in small]


def choose_condition(page: Page) -> None:
    page.get_by_label("有条件同意").check(force=True)
    expect(page.get_by_role("button", name="有条件同意并签署第 2 版")).to_be_visible()


def answer_wrongly(page: Page) -> None:
    page.get_by_label("不同意", exact=True).check(force=True)
    page.get_by_label("登录密码").fill("wrong")
    page.locator("[data-final]").click()
    expect(page.get_by_label("登录密码")).to_be_focused()


def delegate_badly(page: Page) -> None:
    page.get_by_label("代签人").select_option(label="郑十")
    page.get_by_label("到", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="授权", exact=True).click()
    expect(page.get_by_label("代签人").locator("option:checked")).to_have_text("郑十")


def type_wrong_code(page: Page) -> None:
    page.locator("#totp-code").fill("000000")
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("alert")).to_be_visible()


def ask_anew(page: Page) -> None:
    page.get_by_role("button", name="移除").first.click()
    expect(page.locator("#proof-dialog")).to_be_visible()


def unfold(page: Page) -> None:
    page.locator("#bench [data-open][aria-expanded=false]").first.click()
    page.wait_for_load_state("networkidle")


def quiet_without_hours(page: Page) -> None:
    page.locator("[name=quiet]").check()
    page.locator("[name=quiet_from]").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_head_finds_nothing_in_her_way(browse: Browse, stage: dict[str, Any], shape: tuple[bool, str]) -> None:
    phone, scheme = shape
    head = browse(phone=phone, scheme=scheme)
    head.enter("lisi")
    at = f"/projects/{NUMBER}/sheets"
    faults = []
    for path, step in (
        ("/", None),
        ("/", unfold),
        (f"{at}/", None),
        (f"{at}/{stage['sheet_id']}/", None),
        (f"{at}/{stage['sheet_id']}/", choose_condition),
        (f"{at}/{stage['sheet_id']}/", answer_wrongly),
        (f"{at}/{stage['final']}/", None),
        (f"{at}/{stage['signed']}/", None),
        (f"/projects/{MANY}/sheets/{stage['many']}/", None),
        (f"/projects/{NUMBER}/delegations/", None),
        (f"/projects/{NUMBER}/delegations/", delegate_badly),
        ("/inbox/", None),
        ("/inbox/?kind=sign", None),
        ("/inbox/?show=all", None),
        ("/inbox/choices/", None),
        ("/inbox/choices/", quiet_without_hours),
        ("/me/factors/", None),
    ):
        faults += looked(head, path, phone=phone, step=step)
    assert faults == []
    head.assert_clean()


@pytest.mark.parametrize("shape", SHAPES)
def test_neither_do_manager_and_administrator(browse: Browse, stage: dict[str, Any], shape: tuple[bool, str]) -> None:
    phone, scheme = shape
    manager, administrator = browse(phone=phone, scheme=scheme), browse(phone=phone, scheme=scheme)
    manager.enter("chenyi")
    administrator.enter("admin")
    at = f"/projects/{NUMBER}/sheets"
    faults = []
    for path in (
        f"{at}/{stage['sheet_id']}/",
        f"{at}/{stage['voided']}/",
        f"{at}/{stage['final']}/verification/",
        f"/projects/{NUMBER}/chain/",
        f"/projects/{NUMBER}/task-list/",
    ):
        faults += looked(manager, path, phone=phone)
    for path in (
        "/admin/background/",
        "/admin/background/?state=waiting",
        "/administration/deliveries/",
        "/administration/notices/",
    ):
        faults += looked(administrator, path, phone=phone)
    assert faults == []
    for one in (manager, administrator):
        one.assert_clean()


@pytest.mark.parametrize("shape", SHAPES)
def test_nor_who_sets_up_how_she_says_who_she_is(browse: Browse, stage: dict[str, Any], shape: tuple[bool, str]) -> None:
    phone, scheme = shape
    one, other, nothing = (browse(phone=phone, scheme=scheme) for _ in range(3))
    # Browsers offer passkeys at a name only.
    one.server = replace(one.server, address=one.server.address.replace("127.0.0.1", "localhost"))
    one.page.goto(one.server.way_in("zhangsan").replace("127.0.0.1", "localhost"))
    one.page.get_by_role("button", name="登录").click()
    one.page.wait_for_url(f"{one.server.address}/")
    faults = looked(one, "/me/factors/", phone=phone)
    faults += looked(one, "/me/passkeys/", phone=phone)
    other.enter("lisi")
    other.open("/me/authentication/?next=/me/totp/")
    other.page.get_by_label("登录密码").fill(PASSWORD)
    other.page.get_by_role("button", name="继续").click()
    other.page.wait_for_url("**/me/totp/")
    faults += looked(other, "/me/totp/", phone=phone)
    faults += looked(other, "/me/totp/", phone=phone, step=type_wrong_code)
    nothing.enter("hanshiqi")
    for path in (
        "/",
        "/inbox/",
        "/me/factors/",
        "/me/signing-code/",
        "/projects/KST-2024/sheets/",
        "/projects/KST-2024/task-list/",
    ):
        if path.startswith("/projects/"):
            continue
        faults += looked(nothing, path, phone=phone)
    assert faults == []
    for person in (one, other, nothing):
        person.assert_clean()
