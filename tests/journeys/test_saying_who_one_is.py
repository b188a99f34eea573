"""A passkey in a real browser (Chromium's virtual authenticator): made, asked for as second step, asked for by the dialog."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Server, Watched

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def person(server: Server, browse: Browse) -> Watched:
    """A browser with an authenticator, at the name under which browsers offer passkeys without https."""
    watched = browse()
    watched.server = replace(server, address=server.address.replace("127.0.0.1", "localhost"))
    device = watched.page.context.new_cdp_session(watched.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return watched


def come_in(watched: Watched, login: str) -> None:
    watched.page.goto(watched.server.way_in(login).replace("127.0.0.1", "localhost"))
    watched.page.get_by_role("button", name="登录").click()


def test_a_passkey_is_made_and_asked_for(person: Watched) -> None:
    page, at = person.page, person.server.address
    come_in(person, "lisi")
    page.wait_for_url(f"{at}/")
    person.open("/me/signing-code/")
    page.get_by_label("6 位数字").fill("428157")
    page.get_by_label("再输一次").fill("428157")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="添加通行密钥").click()
    expect(page.get_by_role("heading", name="请确认是本人")).to_be_visible()
    page.get_by_label("6 位签名码").fill("000000")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("alert")).to_contain_text("签名码不正确")
    page.get_by_label("6 位签名码").fill("428157")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.locator(".tz-codes li")).to_have_count(10)

    page.get_by_role("link", name="已经存好").click()
    page.wait_for_url(f"{at}/me/factors/")
    page.goto("about:blank")  # the stream of the page before must not miss its session
    page.context.clear_cookies()
    come_in(person, "lisi")
    page.wait_for_url(f"{at}/accounts/second-step/")
    page.get_by_role("button", name="用通行密钥确认").click()
    page.wait_for_url(f"{at}/")

    person.open("/me/factors/")
    page.locator(".tz-passkeys").get_by_role("button", name="移除").click()
    dialog = page.locator("#proof-dialog")
    expect(dialog.get_by_role("radio", name="通行密钥")).to_be_checked()
    dialog.get_by_text("签名码", exact=True).click()
    dialog.get_by_label("6 位签名码").fill("111111")
    dialog.get_by_role("button", name="继续").click()
    expect(dialog.get_by_role("alert")).to_contain_text("签名码不正确")
    dialog.get_by_text("通行密钥", exact=True).click()
    dialog.get_by_role("button", name="用通行密钥确认").click()
    expect(page.get_by_text("已移除。")).to_be_visible()
    expect(page.locator(".tz-passkeys")).to_have_count(0)
    assert re.match(rf"{re.escape(at)}/me/factors/", page.url)
    person.assert_clean()
