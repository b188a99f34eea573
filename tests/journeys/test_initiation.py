"""A project from the idea to the signed start, as its people live it: each at her own screen, the heads on their phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from tests.journeys.clocked import World, world_on
from tests.journeys.conftest import Server
from tests.journeys.initiating import (
    BASE,
    HEADS,
    HEAVY,
    NUMBER,
    Browse,
    People,
    a_date_moves_and_the_memo_shows_it,
    signs,
    silent_of,
    the_memo_is_signed,
    week_link,
)

pytestmark = pytest.mark.journey

SEATS = {
    "rd-head": "李四（研发部）",
    "rd-liaison": "周七（研发部）",
    "mkt-head": "吴八（市场部）",
    "mkt-liaison": "冯十二（市场部）",
    "sales-head": "孙九（销售部）",
    "sales-liaison": "钱十三（销售部）",
    "prod-head": "杨十八（生产部）",
    "prod-liaison": "杨十八（生产部）",
    "general-lead": "褚十六（总经理办公室）",
    "finance": "韩十七（财务部）",
}
REFUSAL = "渠道预热从二月开始，市场部的职责里没有写。"
LIGHT_PAGES = ("", "start/", "meetings/", "meetings/new/start/", "plan/", "tracking/", "board/", "papers/", "people/")
DUTY = "负责竞品与用户调研、推广方案、宣传物料，二月起渠道预热"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def week(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_on(request.param, tmp_path_factory.mktemp("initiation"), "03-01 09:00") as found:
        yield found


@pytest.fixture(scope="module")
def server(week: World) -> Server:
    return week.server


@pytest.fixture
def people(week: World, browse: Browse) -> People:
    return People(week, browse, week.ask("passwords"))


def test_from_a_template_to_the_signed_charter(week: World, people: People, tmp_path: Path) -> None:
    light = a_light_team_starts(week, people)
    it_starts_from_the_template(people)
    objectives_and_scope_are_put_right(people)
    departments_promise(week, people)
    the_kickoff_is_held_and_archived(week, people)
    one_refuses_the_charter(week, people)
    all_sign_what_was_amended(week, people)
    what_was_signed_stays(people)
    the_memo_is_signed(week, people)
    a_date_moves_and_the_memo_shows_it(people)
    the_light_week_goes_by(week, people, light)
    the_paper_is_verified(people, tmp_path)
    assert "Traceback" not in (Path(week.server.environment["TONGZHOU_DATA"]) / "server.log").read_text(encoding="utf-8")
    for watched in people.there.values():
        watched.assert_clean()


def it_starts_from_the_template(people: People) -> None:
    page = people.at("chenyi", "/projects/new/")
    page.get_by_role("link", name=re.compile("从模板")).click()
    page.get_by_role("link", name="使用 新产品上市").click()
    preview = page.locator("#template-preview")
    expect(preview).to_contain_text("38")
    page.get_by_label("编号").fill(NUMBER)
    page.locator("[name=day]").fill("2024-03-04")
    page.locator("[name=department-qa]").select_option("")
    for name, person in SEATS.items():
        page.locator(f"[name=person-{name}]").fill(person)
    page.locator("[name=person-finance]").blur()
    expect(preview).to_contain_text("质量部不带入")
    expect(preview).to_contain_text("2024-03-04")
    page.get_by_role("button", name="启动项目").click()
    page.wait_for_url(f"**{BASE}start/")
    missing = page.locator("#missing")
    expect(missing).to_contain_text("才能进入“计划”阶段")
    for row in ("可衡量的目标", "各部门确认资源承诺", "启动会纪要", "项目章程各部门签署"):
        expect(missing.get_by_role("link", name=row)).to_be_visible()


def objectives_and_scope_are_put_right(people: People) -> None:
    page = people.at("chenyi", f"{BASE}objectives/")
    for name, baseline in (("首月销量", "0"), ("市场占有率排名", "8")):
        page.get_by_role("link", name=name, exact=True).click()
        page.locator("aside.tz-drawer").get_by_role("link", name="编辑").click()
        sheet = page.locator("#agreed-sheet")
        sheet.get_by_label("基线值").fill(baseline)
        with page.expect_navigation():
            sheet.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row").filter(has_text="市场占有率排名").first).to_contain_text("第8名 → 第5名")
    expect(page.get_by_text("缺少")).to_have_count(0)
    page = people.at("chenyi", f"{BASE}scope/")
    page.get_by_role("link", name="编辑“海外渠道的上市与认证”").click()
    sheet = page.locator("#agreed-sheet")
    sheet.get_by_role("textbox").first.fill("海外渠道的上市、认证与物流")
    with page.expect_navigation():
        sheet.get_by_role("button", name="保存").click()
    expect(page.locator("#scope-out")).to_contain_text("海外渠道的上市、认证与物流")


def departments_promise(week: World, people: People) -> None:
    """Production has one person and is asked for two: its head sees it before he answers, and gives one."""
    week.settle("03-01 09:30")
    assert f"{BASE}commitments/" in week_link(week, "yangshiba", "已加入项目")
    page = people.at("yangshiba", f"{BASE}commitments/")
    asked = page.locator("fieldset.tz-pledge", has_text="试产与加班操作工")
    expect(asked.locator(".tz-load.is-over")).to_contain_text("超出 1 人")
    asked.get_by_text("减少", exact=True).click()
    asked.get_by_label("承诺数量").fill("1")
    page.locator("fieldset.tz-pledge", has_text="试产线1条").get_by_text("确认", exact=True).click()
    page.get_by_role("button", name="提交答复").click()
    expect(asked.locator(".tz-error")).to_be_visible()
    asked.get_by_label("减少或不予承诺的原因").fill("另一人二月在总装线上")
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator("#answer")).to_have_count(0)
    for login in ("lisi", "wuba", "sunjiu"):
        page = people.at(login, f"{BASE}commitments/")
        for choice in page.locator("fieldset.tz-pledge").all():
            choice.get_by_text("确认", exact=True).click()
        page.get_by_role("button", name="提交答复").click()
        expect(page.locator("#answer")).to_have_count(0)
    page = people.at("chenyi", f"{BASE}commitments/")
    expect(page.locator(".tz-case-answer")).to_contain_text("1 项减少")
    trimmed = page.get_by_role("row").filter(has_text="试产与加班操作工")
    for words in ("2 人", "1 人", "另一人二月在总装线上"):
        expect(trimmed).to_contain_text(words)


def the_kickoff_is_held_and_archived(week: World, people: People) -> None:
    page = people.at("chenyi", f"{BASE}meetings/new/kickoff/")
    page.get_by_label("开始", exact=False).first.fill("2024-03-04T10:00")
    page.get_by_label("地点").fill("三楼会议室")
    for box in page.locator("[name=people_invited]").all():
        named = box.locator("xpath=..").inner_text()
        box.set_checked(any(name in named for name in (*HEADS, "陈一")))
    page.get_by_role("button", name="发出邀请").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))
    week.settle()
    meeting = page.url.removeprefix(week.server.address).partition("?")[0]
    week.settle("03-04 11:30")
    page.reload()
    page.get_by_role("button", name="开始写纪要").click()
    written(page.locator(".tz-minutes-part").first, "四个部门都同意目标与周期。")
    sent(page, "2024-03-05T18:00")
    week.settle("03-04 11:40")
    page = people.at("wuba", week_link(week, "wuba", "请你确认"))
    objects(page, "样机定型的日期没有写进去。")
    week.settle("03-04 14:00")
    page = people.at("chenyi", meeting)
    expect(page.locator("#attendees")).to_contain_text("样机定型的日期没有写进去。")
    written(page.locator(".tz-minutes-part").first, "四个部门都同意目标与周期；样机 4 月 26 日前定型。")
    sent(page, "2024-03-05T18:00", "补上样机定型的日期")
    for login in ("lisi", "wuba", "sunjiu"):
        page = people.at(login, meeting)
        page.get_by_role("button", name="确认", exact=True).click()
        expect(page.locator("#answer")).to_contain_text("已确认")
    week.settle("03-05 18:00")
    page = people.at("chenyi", meeting)
    expect(page.locator("#attendees li", has_text="杨十八")).to_contain_text("视为确认")
    expect(page.locator("#attendees li", has_text="吴八")).not_to_contain_text("视为确认")
    sheet = page.locator("#signing").get_by_role("link", name="回到会签单").get_attribute("href")
    assert sheet is not None
    for login, department in HEADS.values():
        signs(people, login, sheet, f"{department}负责人")
    expect(people.at("chenyi", meeting).locator(".tz-case-head")).to_contain_text("已归档")


def written(part: Locator, text: str) -> None:
    """Open a part of the minutes in its place, write it and save it."""
    if not part.locator("textarea").count():
        part.get_by_role("link", name=re.compile("写|修改|更改")).click()
    part.locator("textarea").fill(text)
    with part.page.expect_navigation():
        part.get_by_role("button", name="保存").click()


def sent(page: Page, until: str, note: str = "") -> None:
    form = page.locator("#send")
    form.locator("[name=due]").fill(until)
    if note:
        form.locator("[name=note]").fill(note)
    form.get_by_role("button", name="发送").click()
    expect(page.locator("#attendees")).to_be_visible()


def objects(page: Page, why: str) -> None:
    """On the page that the mail leads to: the minutes to read, and the answer below them."""
    expect(page.locator("main")).to_contain_text("四个部门都同意目标与周期。")
    page.get_by_label("异议理由").fill(why)
    page.get_by_role("button", name="提异议").click()
    expect(page.locator("main")).to_contain_text("有异议")


def the_blanks_are_filled_in(people: People) -> None:
    """Nobody is asked to sign what the template left open: the charter names the places and leads to them."""
    page = people.at("chenyi", f"{BASE}charter/")
    expect(page.get_by_role("button", name="发起会签")).to_have_count(0)
    rail = page.locator(".tz-charter-rail")
    expect(rail).to_contain_text("【5000】")
    rail.get_by_role("link", name=re.compile("【5000】")).click()
    page.wait_for_url(re.compile("/start/#basics$"))
    basics = page.locator("#basics")
    for label in ("项目背景", "核心目标"):
        text = basics.get_by_label(label)
        text.fill(re.sub("[【】]", "", text.input_value()))
    basics.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="基本信息已保存。")).to_be_visible()
    expect(people.at("chenyi", f"{BASE}charter/").locator(".tz-charter-rail")).not_to_contain_text("【")


def one_refuses_the_charter(week: World, people: People) -> None:
    """He is asked by mail, like everybody; three agree, and he says what his department's duty lacks."""
    week.settle("03-06 09:00")
    the_blanks_are_filled_in(people)
    people.at("chenyi", f"{BASE}charter/").get_by_role("button", name="发起会签").click()
    week.settle("03-06 09:10")
    for name, (login, department) in HEADS.items():
        said = ("不同意", REFUSAL) if name == "吴八" else ("同意", "")
        signs(people, login, week_link(week, login, "章程"), f"{department}负责人", *said)
    page = people.at("chenyi", f"{BASE}charter/")
    expect(page.locator(".tz-charter-rail")).to_contain_text(REFUSAL)
    expect(page.locator(".tz-charter-rail")).to_contain_text("4 席中 3 席同意")


def all_sign_what_was_amended(week: World, people: People) -> None:
    page = people.at("chenyi", f"{BASE}start/")
    page.get_by_role("link", name="编辑 市场部").click()
    sheet = page.locator("#agreed-sheet")
    sheet.get_by_label("职责").fill(DUTY)
    with page.expect_navigation():
        sheet.get_by_role("button", name="保存").click()
    page = people.at("chenyi", f"{BASE}charter/")
    expect(page.locator(".tz-charter-rail")).to_contain_text(DUTY)
    before = week.ask("baselines")
    page.get_by_role("button", name="请全部席位签署下一版").click()
    week.settle("03-06 10:00")
    for login, department in HEADS.values():
        signs(people, login, week_link(week, login, "章程"), f"{department}负责人")
    week.settle("03-06 11:00")
    assert week.ask("baselines") == [*before, f"{NUMBER} {len([row for row in before if NUMBER in row])}"]
    page = people.at("chenyi", f"{BASE}charter/")
    expect(page.get_by_role("heading", name="第 2 版已生效")).to_be_visible()
    expect(page.locator(".tz-projecthead, header").first).to_contain_text("计划")


def what_was_signed_stays(people: People) -> None:
    page = people.at("chenyi", f"{BASE}scope/")
    page.get_by_role("link", name="编辑“海外渠道的上市、认证与物流”").click()
    sheet = page.locator("#agreed-sheet")
    sheet.get_by_role("textbox").first.fill("海外渠道")
    sheet.get_by_role("button", name="保存").click()
    alert = page.locator("main").get_by_role("alert")
    expect(alert).to_contain_text("已签署的章程（第 2 版），须经变更。")
    expect(alert.get_by_role("link")).to_have_attribute("href", re.compile("/charter/signed/"))
    expect(people.at("chenyi", f"{BASE}scope/").locator("#scope-out")).to_contain_text("海外渠道的上市、认证与物流")


def the_paper_is_verified(people: People, folder: Path) -> None:
    page = people.at("chenyi", f"{BASE}charter/signed/")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    paper = folder / "章程.pdf"
    download.value.save_as(paper)
    text = "\n".join(page.extract_text() for page in PdfReader(paper).pages)
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", text)
    assert code is not None, text
    for name, (_login, department) in HEADS.items():
        assert re.search(rf"{department}\s+{name}\s+同意", text), text
    stranger = people.browse(phone=True)
    people.there["nobody"] = stranger
    stranger.open("/verify/")
    page = stranger.page
    page.get_by_label("验证码").fill(code[0].lower())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/verify/[^/]+/"))
    expect(page.locator("main, .tz-verify").first).to_contain_text(NUMBER)
    for name in HEADS:
        expect(page.locator(".tz-verify").first).to_contain_text(name)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def a_light_team_starts(week: World, people: People) -> str:
    """Three people, three tasks, within a minute; each confirms what was agreed by one tap. Return the project's number."""
    page = people.at("wangwu", "/projects/new/list/")
    page.get_by_label("项目名称").fill("周末开放日")
    page.get_by_label("任务清单").fill("布置场地 王五 2天\n印海报 赵六 2天\n签到台 孙七 1天")
    expect(page.locator("#quick-preview")).to_contain_text("签到台")
    page.get_by_role("button", name="启动项目").click()
    page.wait_for_url("**/start/notice/")
    number = page.url.split("/projects/")[1].split("/")[0]
    page = people.at("wangwu", f"/projects/{number}/meetings/new/start/")
    silent_of(page)
    page.get_by_role("button", name="开始写").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))
    if page.get_by_role("button", name="开始写纪要").count():
        page.get_by_role("button", name="开始写纪要").click()
    page.locator("#send").get_by_role("button", name="发送").click()
    expect(page.locator("#attendees")).to_be_visible()
    silent_of(page)
    week.settle()
    for login in ("zhaoliu", "sunqi"):
        page = people.at(login, "/")
        silent_of(page)
        page.get_by_role("button", name="确认", exact=True).click()
        expect(page.locator("[id^=more-confirmation]")).to_have_count(0)
    return number


def the_light_week_goes_by(week: World, people: People, number: str) -> None:
    """A task a day is reported; whatever the three open, read in their inbox or get by mail speaks plainly."""
    for login in ("zhaoliu", "sunqi", "wangwu"):
        page = people.at(login, f"/my-tasks/?project={number}")
        page.locator("[data-task]").first.get_by_role("button", name="更新").click()
        page.locator("#progress-sheet").locator("label.is-done").click()
        with page.expect_navigation():
            page.locator("#progress-sheet").get_by_role("button", name="提交").click()
    week.settle("03-08 18:00")
    for login in ("wangwu", "zhaoliu", "sunqi"):
        base = f"/projects/{number}/"
        people.at(login, base)
        for link in LIGHT_PAGES:
            silent_of(people.at(login, f"{base}{link}"))
        for link in ("/", "/inbox/", "/my-tasks/", "/projects/"):
            silent_of(people.at(login, link))
    mails = [mail for mail in week.post.mails if mail["To"].partition("@")[0] in ("wangwu", "zhaoliu", "sunqi")]
    assert mails
    for mail in mails:
        body = mail.get_body(("plain",))
        assert body is not None
        said = f"{mail['Subject']} {body.get_content()}"
        assert [word for word in HEAVY if word in said] == [], said
    told = [row["title"] for row in week.ask("notices") if row["person__name"] in ("王五", "赵六", "孙七")]
    assert told
    assert [title for title in told if any(word in title for word in HEAVY)] == []
