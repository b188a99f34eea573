"""A head on a phone: opens the link of a mail, signs with the password; another one refuses; a page that is old shows why."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched, set_stage, start_server

from support.mailserver import MailServer, mail_server
from support.stage import NUMBER, PASSWORD

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, post: MailServer) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("phone")
    mail = {"TONGZHOU_MAIL_URL": f"smtp://localhost:{post.port}", "TONGZHOU_MAIL_FROM": "同舟 <ts@example.com>"}
    process, running = start_server(folder, "2026-11-18", **mail)
    yield running
    process.terminate()
    process.wait(timeout=12)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def stage(server: Server) -> dict[str, Any]:
    return set_stage(server)


def link_in_mail(post: MailServer, subject: str, to: str) -> str:
    """Return the address that the button of a mail leads to."""
    for _attempt in range(300):
        for mail in list(post.mails):
            if subject in str(mail["Subject"]) and to in str(mail["To"]):
                page = mail.get_body(("html",))
                assert page is not None
                return str(page.get_content()).split('<a href="', 1)[1].split('"', 1)[0]
        time.sleep(0.1)
    raise AssertionError([str(mail["Subject"]) for mail in post.mails])


def come_in(page: Page, link: str, login: str) -> None:
    """Open a link without being signed in: the product asks who it is, and then shows what the link is about."""
    page.goto(link)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(link)


def test_a_head_signs_what_a_mail_asks_for(
    browse: Callable[..., Watched], stage: dict[str, Any], server: Server, post: MailServer
) -> None:
    link = link_in_mail(post, "试产停线补偿约定", "lisi@example.com")
    assert f"/projects/{NUMBER}/sheets/{stage['phone']}/" in link
    head = browse(phone=True)
    page = head.page
    come_in(page, link, "lisi")
    expect(page.get_by_role("heading", name="请以研发部负责人身份签署")).to_be_visible()
    expect(page.get_by_text("试产停线补偿约定").first).to_be_visible()
    final = page.locator("[data-final]")
    box = final.bounding_box()
    assert box is not None
    assert 844 - 160 < box["y"] + box["height"] <= 844, "the last step is in reach of the thumb"
    final.click()
    assert page.url == link, "nothing is decided for her"
    expect(page.get_by_label("登录密码")).to_be_hidden()
    page.get_by_text("看全文").tap()
    page.get_by_role("link", name="回到签署").tap()
    # Without force: nothing lies over what a finger is to meet.
    page.get_by_text("同意", exact=True).tap()
    expect(page.get_by_role("radio", name="同意", exact=True)).to_be_checked()
    expect(final).to_have_text("同意并签署第 1 版")
    expect(final).to_be_in_viewport(ratio=1)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="你已签署")).to_be_visible()
    expect(page.locator(".tz-deed-hand", has_text="李四")).to_have_count(1)
    head.assert_clean()


def test_another_one_refuses_with_a_reason(browse: Callable[..., Watched], stage: dict[str, Any], post: MailServer) -> None:
    head = browse(phone=True)
    page = head.page
    come_in(page, link_in_mail(post, "试产停线补偿约定", "wuba@example.com"), "wuba")
    page.get_by_role("radio", name="不同意").check(force=True)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    reason = page.get_by_label("理由")
    expect(reason).to_be_focused()
    expect(page.get_by_role("alert")).to_have_text("请写明不同意的理由。")
    reason.fill("停线补偿按天计，不按班次。")
    expect(page.get_by_text("已确认是你本人")).to_be_visible()
    page.locator("[data-final]").click()
    expect(page.get_by_role("heading", name="你已表示不同意")).to_be_visible()
    expect(page.locator(".tz-sg-seats b", has_text="不同意")).to_be_visible()
    expect(page.locator(".tz-deed-seats")).to_contain_text("停线补偿按天计，不按班次。")
    head.assert_clean()


def test_an_old_page_shows_what_changed_since(browse: Callable[..., Watched], stage: dict[str, Any]) -> None:
    lead, manager = browse(phone=True), browse()
    lead.enter("chushiliu")
    manager.enter("chenyi")
    lead.open(f"/projects/{NUMBER}/sheets/{stage['task_list']}/?next=queue")
    manager.open(f"/projects/{NUMBER}/task-list/")
    manager.page.get_by_role("button", name="送褚十六审批").click()
    expect(manager.page.locator(".tz-deed")).to_be_visible()
    page = lead.page
    page.get_by_text("同意", exact=True).tap()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.locator("[data-final]").click()
    said = page.locator(".tz-sg-said")
    expect(said.get_by_role("alert")).to_contain_text("请先看过第 3 版再签")
    expect(said.locator(".tz-sg-changes li")).to_contain_text("设计稿源文件")
    page.get_by_role("link", name="已有第 3 版，去看").click()
    page.get_by_role("radio", name="同意", exact=True).check(force=True)
    expect(page.get_by_label("登录密码")).to_have_count(0)
    page.locator("[data-final]").click()
    page.wait_for_url(f"{lead.server.address}/")
    page.goto(f"{lead.server.address}/projects/{NUMBER}/task-list/")
    expect(page.get_by_text("第 3 版已发布")).to_be_visible()
    for one in (lead, manager):
        one.assert_clean()
