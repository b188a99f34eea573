"""Notices in the official form, read and compared with the days that chinesecalendar holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar.constants import holidays, workdays

from tongzhou.workbooks.notices import NoticeDay, NoticeProblem, read_notice

HEAD = "国务院办公厅关于{year}年\n部分节假日安排的通知\n\n各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n\n"
INTRO = "经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n\n"
TAIL = "\n\n节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。\n\n国务院办公厅\n{before}年11月4日"
BODIES = {
    2019: """一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2020: """一、元旦：2020年1月1日放假，共1天。
二、春节：1月24日至30日放假调休，共7天。1月19日（星期日）、2月1日（星期六）上班。
三、清明节：4月4日至6日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
五、端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。""",
    2021: """一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。""",
    2022: """一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。
六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。\
鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


PROLONGED = """国务院办公厅关于延长2020年春节假期的通知

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，为加强疫情防控工作，现将延长2020年春节假期的具体安排通知如下。
一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。
二、各地大专院校、中小学、幼儿园推迟开学，具体时间由教育部门另行通知。
国务院办公厅
2020年1月26日"""
REARRANGED = """国务院办公厅关于调整2019年劳动节假期安排的通知
经国务院批准，现将2019年劳动节放假安排调整如下：
2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
国务院办公厅
2019年3月22日"""


def notice_text(year: int) -> str:
    return HEAD.format(year=year) + INTRO.format(year=year) + BODIES[year] + TAIL.format(before=year - 1)


def working(day: date, off: set[date], worked: set[date]) -> bool:
    return day in worked or (day.weekday() < 5 and day not in off)


@pytest.mark.parametrize("year", sorted(BODIES))
@pytest.mark.parametrize("half_width", [False, True])
def test_a_years_notice_gives_the_days_of_chinesecalendar(year: int, half_width: bool) -> None:
    text = notice_text(year)
    if half_width:
        text = text.translate(str.maketrans("，：（）", ",:()"))
    notice = read_notice(text)
    if year == 2020:
        notice = read_notice(PROLONGED, known={found.day: (found.worked, found.name) for found in notice.days})
    assert (notice.year, notice.problems) == (year, [])
    off = {found.day for found in notice.days if not found.worked}
    worked = {found.day for found in notice.days if found.worked}
    for step in range((date(year, 12, 29) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=step)
        assert working(day, off, worked) == working(day, set(holidays), set(workdays)), day


def test_a_notice_is_read_day_by_day() -> None:
    days = read_notice(notice_text(2026)).days
    assert days[:4] == [
        NoticeDay(date(2026, 1, 1), False, "元旦"),
        NoticeDay(date(2026, 1, 2), False, "元旦"),
        NoticeDay(date(2026, 1, 3), False, "元旦"),
        NoticeDay(date(2026, 1, 4), True, "元旦"),
    ]
    assert (len([one for one in days if not one.worked]), len([one for one in days if one.worked])) == (33, 6)


def test_new_year_begins_in_december() -> None:
    """“2022年12月31日” as the notice of 2023 says it, and without the year."""
    for begin in ("2022年12月31日", "12月31日"):
        days = read_notice(notice_text(2023).replace("2022年12月31日", begin)).days
        assert [one.day for one in days[:3]] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]


def test_holidays_on_the_same_days_share_a_name() -> None:
    names = [one.name for one in read_notice(notice_text(2025)).days]
    assert {name for name in names if "国庆" in name} == {"国庆、中秋"}


def known_of(year: int) -> dict[date, tuple[bool, str]]:
    return {found.day: (found.worked, found.name) for found in read_notice(notice_text(year)).days}


def test_a_later_notice_prolongs_one_holiday() -> None:
    """Spring Festival of 2020 ended on 30 January; then on 2 February, and the worked Saturday of the 1st was off."""
    known = known_of(2020)
    notice = read_notice(PROLONGED, known=known)
    assert (notice.year, notice.partial, notice.problems) == (2020, True, [])
    found = {one.day: (one.worked, one.name) for one in notice.days}
    changed = {day: what for day, what in found.items() if known.get(day) != what}
    assert known[date(2020, 2, 1)] == (True, "春节")
    assert changed == dict.fromkeys([date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)], (False, "春节"))
    assert set(known) <= set(found)


def test_a_later_notice_rearranges_one_holiday() -> None:
    first = BODIES[2019].replace("5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班", "5月1日放假，共1天")
    known = {found.day: (found.worked, found.name) for found in read_notice(HEAD.format(year=2019) + first).days}
    assert date(2019, 5, 2) not in known
    notice = read_notice(REARRANGED, known=known)
    assert notice.problems == []
    assert {one.day: (one.worked, one.name) for one in notice.days} == {
        day: what for day, what in known_of(2019).items() if day.year == 2019
    }


def test_a_partial_notice_needs_the_years_own() -> None:
    assert read_notice(PROLONGED).problems == [NoticeProblem("base-missing", said="春节", found="2020")]


def test_a_text_of_another_year_is_named() -> None:
    assert read_notice(notice_text(2025), 2026).problems == [NoticeProblem("year-differs", said="2025", found="2026")]


def test_encouraged_rest_is_no_holiday() -> None:
    assert date(2024, 2, 9) not in {one.day for one in read_notice(notice_text(2024)).days}


def test_lines_broken_anywhere_are_read() -> None:
    text = notice_text(2026).replace("放假调休，", "放假\n调休，").replace("（周六）上班", "（周六）\n上班")
    assert read_notice(text).days == read_notice(notice_text(2026)).days


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("5月9日（周六）上班", "5月9日（周五）上班", NoticeProblem("weekday", "5月9日(周五)", "五", "六")),
        ("9月25日（周五）至27日", "9月25日（周四）至27日", NoticeProblem("weekday", "9月25日(周四)", "四", "五")),
        ("至5日（周二）放假调休，共5天", "至5日（周二）放假调休，共6天", "count"),
        ("5月1日（周五）至5日（周二）", "5月5日（周二）至1日（周五）", "order"),
        ("5月9日（周六）上班", "5月2日（周六）上班", "twice"),
        ("5月9日（周六）上班", "5月8日（周五）上班", "worked-weekday"),
        ("5月9日（周六）上班", "2月30日上班", NoticeProblem("day-impossible", "2月30日")),
        ("五、端午节：6月19日（周五）至21日（周日）放假，共3天。", "", NoticeProblem("holiday-missing", said="端午")),
    ],
)
def test_what_does_not_agree_is_named(before: str, after: str, problem: NoticeProblem | str) -> None:
    text = notice_text(2026)
    assert before in text
    problems = read_notice(text.replace(before, after)).problems
    assert problem in (problems if isinstance(problem, NoticeProblem) else [one.code for one in problems])


@pytest.mark.parametrize("text", ["", "明天放假", "\0", "一、元旦：" * 3000, "一、元旦：99月99日放假。" * 200, "（" * 5000])
def test_what_is_no_notice_gives_no_days(text: str) -> None:
    assert [one.code for one in read_notice(text).problems] == ["year-missing"]
    notice = read_notice(text, 2027)
    assert (notice.days, notice.problems[-1].code) == ([], "nothing-found")


def test_a_text_without_its_title_takes_the_year_that_is_asked_for() -> None:
    assert read_notice(BODIES[2026], 2026).days == read_notice(notice_text(2026)).days
