"""Who takes part in a project's initiation, each in a browser of her own, and what several of its journeys do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from playwright.sync_api import Page, expect
from tests.journeys.clocked import World
from tests.journeys.conftest import Watched

Browse = Callable[..., Watched]
NUMBER = "XCP-2024"
BASE = f"/projects/{NUMBER}/"
HEADS = {
    "李四": ("lisi", "研发部"),
    "吴八": ("wuba", "市场部"),
    "孙九": ("sunjiu", "销售部"),
    "杨十八": ("yangshiba", "生产部"),
}
MOVED = "上市效果分析"
HEAVY = ("章程", "会签", "备忘录", "承诺")


@dataclass
class People:
    """Everybody's browser: opened when she first comes, on a phone unless it is the manager."""

    week: World
    browse: Browse
    password: str
    there: dict[str, Watched] = field(default_factory=dict)

    def at(self, login: str, path: str) -> Page:
        """Return the page of somebody, at an address; who is not signed in yet does so with her password."""
        if login not in self.there:
            self.there[login] = self.browse(phone=login != "chenyi")
            page = self.there[login].page
            self.there[login].open("/accounts/login/")
            page.locator("[name=login]").fill(login)
            page.locator("[name=password]").fill(self.password)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{self.week.server.address}/")
        self.there[login].open(path)
        page = self.there[login].page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        return page


def week_link(week: World, login: str, words: str) -> str:
    """Return the link of the newest mail to somebody whose subject has these words."""
    found = [mail for mail in week.post.mails if mail["To"] == f"{login}@example.com" and words in mail["Subject"]]
    assert found, [(mail["To"], mail["Subject"]) for mail in week.post.mails]
    return week.link_in(found[-1])


def signs(people: People, login: str, sheet: str, seat: str, decision: str = "同意", opinion: str = "") -> None:
    """Read, decide, say who one is if that was not asked lately, sign: on the phone, with the thumb."""
    page = people.at(login, sheet)
    expect(page.get_by_role("heading", name=f"请以{seat}身份签署")).to_be_visible()
    page.get_by_role("radio", name=decision, exact=True).check(force=True)
    if opinion:
        page.locator("#id_opinion").fill(opinion)
    if page.get_by_label("登录密码").count():
        page.get_by_label("登录密码").fill(people.password)
    page.locator("[data-final]").click()
    expect(page.get_by_role("status").filter(has_text="记入签署记录")).to_be_visible()


def the_memo_is_signed(week: World, people: People) -> None:
    """The memo is made from the plan and signed by the four heads; the page beside it says that nothing changed since."""
    page = people.at("chenyi", f"{BASE}memo/")
    page.get_by_role("button", name="发起会签").click()
    week.settle("03-06 13:00")
    for login, department in HEADS.values():
        signs(people, login, week_link(week, login, "备忘录"), f"{department}负责人")
    page = people.at("chenyi", f"{BASE}memo/now/")
    expect(page.locator(".tz-memo-same")).to_contain_text("全部与签署时一致。")


def a_date_moves_and_the_memo_shows_it(people: People) -> None:
    """The manager types a later finish; the plan asks whether what follows may move, and the memo shows the days of all."""
    page = people.at("chenyi", f"{BASE}memo/")
    told = page.locator("tr", has_text=MOVED).locator("[data-at$='/finish']").first
    signed = date.fromisoformat(told.inner_text().strip())
    later = signed + timedelta(days=7)
    page = people.at("chenyi", f"{BASE}plan/")
    page.locator("[data-plan-filter]").fill(MOVED)
    row = page.locator(".tabulator-row").filter(has_text=MOVED)
    row.locator(".c-finish").dblclick()
    page.locator(".plan-editor input:focus").fill(later.isoformat())
    page.keyboard.press("Enter")
    follows = page.get_by_role("dialog")
    expect(follows).to_contain_text("将随之调整")
    expect(follows).to_contain_text("复盘会")
    follows.get_by_role("button", name="确认调整").click()
    # What was typed stands in its cell before it is written: only these words say that it is.
    expect(page.get_by_role("status").filter(has_text=f"已保存「{MOVED}」")).to_be_visible()
    page = people.at("wuba", f"{BASE}memo/now/")
    moved = page.locator(".tz-memo-row", has_text=MOVED)
    expect(moved.locator("del").last).to_have_text(signed.isoformat())
    expect(moved.locator("ins").last).to_have_text(later.isoformat())
    expect(moved.locator(".is-later").last).to_have_text("晚 7 天")


def silent_of(page: Page) -> None:
    """What is on the page says nothing of what only larger projects are asked for."""
    said = page.locator("body").inner_text()
    assert [word for word in HEAVY if word in said] == [], (page.url, said)
