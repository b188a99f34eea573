"""The State Council's notice of a year's holidays (国务院办公厅关于…年部分节假日安排的通知): text → days, day by day.

Read are the forms of the notices since 2007: 放假1天, 与周末连休, 放假调休 共N天, …上班, New Year from December on.
Sentences that only encourage (鼓励…安排职工在除夕休息) name no day off. A later notice that prolongs (延长2020年春节假期至…) or
rearranges (调整2019年劳动节假期安排) one holiday is partial: it needs the days that are known of the year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEKDAYS = "一二三四五六日"
NAMES = {
    "元旦": "元旦",
    "春节": "春节",
    "清明": "清明",
    "劳动": "五一",
    "五一": "五一",
    "端午": "端午",
    "国庆": "国庆",
    "中秋": "中秋",
    "胜利": "抗战胜利日",
}
USUAL = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
LONGEST_HOLIDAY = 31

_YEAR = re.compile(r"(?:关于)?(20\d\d|19\d\d)年(?:部分|全年)?(?:法定)?节假日")
_HEAD = re.compile(r"(?:^|(?<=[。;\n]))(?:\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\)?[、.)]?)?([^:。;\n]{1,16}):")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
_VERB = re.compile(r"放假|上班")
_COUNT = re.compile(r"(?:共|放假)(\d{1,3})天")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_PARTIAL = re.compile(r"(延长|调整)(20\d\d|19\d\d)年([^0-9假。;\n]{1,12}?)(?:放假|假期|假日)")
_PROLONGED = re.compile(r"延长(?:\d{4}年)?[^0-9。;]{1,12}?假期至((?:\d{4}年)?\d{1,2}月\d{1,2}日(?:\([^)]*\))?)")
_UNTIL = re.compile(r"^(?:至|到|-|–|—|~|―)+$")


@dataclass(frozen=True)
class NoticeDay:
    """One day that departs from the week: worked (上班), or off."""

    day: date
    worked: bool
    name: str


@dataclass(frozen=True)
class NoticeProblem:
    """What does not agree. `code`: year-missing, nothing-found, day-impossible, weekday, count, order, twice,
    worked-weekday, holiday-missing, year-differs, base-missing; `text` is the place, `said` what stands there, `found` what
    it is."""

    code: str
    text: str = ""
    said: str = ""
    found: str = ""


@dataclass
class Notice:
    """What a text says: its year (0: unknown), the days in order, and what does not agree.

    `partial`: it only changes one holiday; the days are then all of the year's as they come to be.
    """

    year: int = 0
    partial: bool = False
    days: list[NoticeDay] = field(default_factory=list)
    problems: list[NoticeProblem] = field(default_factory=list)


def read_notice(text: str, year: int = 0, known: Mapping[date, tuple[bool, str]] | None = None) -> Notice:
    """Read a notice.

    :param year: taken where the text does not name its own.
    :param known: the days that are known already, day → (worked, name): what a partial notice changes.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).replace("\r", "\n").split(" ")).replace("\t", "")
    plain = re.sub(r"(?<![。:;])\n+(?!\(?[一二三四五六七八九十\d])", "", plain)
    named = _YEAR.search(plain)
    partial = _PARTIAL.search(plain) if named is None else None
    said = int(named.group(1)) if named else int(partial.group(2)) if partial else 0
    notice = Notice(said or year, partial is not None)
    if said and year and said != year:
        notice.problems.append(NoticeProblem("year-differs", said=str(said), found=str(year)))
    if not notice.year:
        notice.problems.append(NoticeProblem("year-missing"))
        return notice
    if partial is not None:
        _read_partial(notice, plain, partial, dict(known or {}))
        return notice
    heads = [(head, name) for head in _HEAD.finditer(plain) if (name := _name(head.group(1)))]
    for at, (head, name) in enumerate(heads):
        end = heads[at + 1][0].start() if at + 1 < len(heads) else len(plain)
        for sentence in re.split(r"[。;]", plain[head.end() : end]):
            _read_sentence(notice, name, sentence.replace("\n", ""))
    _finish(notice)
    return notice


def _read_partial(notice: Notice, plain: str, title: re.Match[str], known: dict[date, tuple[bool, str]]) -> None:
    """Put what one holiday comes to be into the days that are known of the year."""
    name = _name(title.group(3))
    days = {day: what for day, what in known.items() if day.year == notice.year and not _of_next_new_year(day, what)}
    mine = [day for day, (worked, holiday) in days.items() if not worked and name and name in holiday.split("、")]
    if not mine:
        notice.problems.append(NoticeProblem("base-missing", said=name or title.group(3), found=str(notice.year)))
        return
    if title.group(1) == "延长":
        _prolong(notice, plain, name, min(mine))
    else:
        days = {day: what for day, what in days.items() if name not in what[1].split("、")}
        for sentence in re.split(r"[。;:\n]", plain[title.end() :]):
            _read_sentence(notice, name, sentence)
    if not notice.days:
        notice.problems.append(NoticeProblem("nothing-found"))
        return
    days |= {found.day: (found.worked, found.name) for found in notice.days}
    notice.days = [NoticeDay(day, *days[day]) for day in sorted(days)]


def _of_next_new_year(day: date, what: tuple[bool, str]) -> bool:
    return day.month == 12 and what[1].startswith("元旦")


def _prolong(notice: Notice, plain: str, name: str, first: date) -> None:
    """Take the days off from the holiday's first to the one that the text names."""
    said = _PROLONGED.search(plain)
    until = _read_days(notice, name, said.group(1)) if said else []
    for end in until[:1]:
        days = [first, *_between(notice, first, end, said.group(0) if said else ""), end]
        notice.days += [NoticeDay(day, False, name) for day in days]


def _name(head: str) -> str:
    """Return the short names of the holidays that a head names: 国庆节、中秋节 → 国庆、中秋."""
    found = sorted((head.index(word), short) for word, short in NAMES.items() if word in head)
    return "、".join(dict.fromkeys(short for _at, short in found))


def _read_sentence(notice: Notice, name: str, sentence: str) -> None:
    begin = 0
    for verb in _VERB.finditer(sentence):
        days = _read_days(notice, name, sentence[begin : verb.start()])
        worked = verb.group() == "上班"
        if not worked and days:
            _check_count(notice, sentence, verb.start(), days)
        for day in days:
            _add(notice, NoticeDay(day, worked, name), sentence)
        begin = verb.end()


def _read_days(notice: Notice, name: str, part: str) -> list[date]:
    """Return the days of “1月1日(周四)至3日(周六)”, or of several joined by 、; only those right before the verb."""
    days: list[date] = []
    month, end, last = 0, 0, None
    for found in _DATE.finditer(part):
        year_text, month_text, day_text, remark = found.groups()
        month = int(month_text) if month_text else month
        december = name.startswith("元旦") and month == 12
        year = int(year_text) if year_text else notice.year - 1 if december else notice.year
        day = _day(year, month, int(day_text))
        if day is None:
            notice.problems.append(NoticeProblem("day-impossible", found.group()))
            last = None
            continue
        _check_weekday(notice, found.group(), day, remark or "")
        if last is not None and _UNTIL.match(part[end : found.start()]):
            days.extend(_between(notice, last, day, part))
        days.append(day)
        end, last = found.end(), day
    return days


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _between(notice: Notice, first: date, last: date, text: str) -> list[date]:
    length = (last - first).days
    if not 0 < length <= LONGEST_HOLIDAY:
        notice.problems.append(NoticeProblem("order", text, first.isoformat(), last.isoformat()))
        return []
    return [first + timedelta(days=step) for step in range(1, length)]


def _check_weekday(notice: Notice, text: str, day: date, remark: str) -> None:
    said = _WEEKDAY.search(remark)
    if said is None:
        return
    meant, real = said.group(1).replace("天", "日"), WEEKDAYS[day.weekday()]
    if meant != real:
        notice.problems.append(NoticeProblem("weekday", text, meant, real))


def _check_count(notice: Notice, sentence: str, verb: int, days: list[date]) -> None:
    said = _COUNT.search(sentence, verb)
    if said is not None and int(said.group(1)) != len(days):
        notice.problems.append(NoticeProblem("count", sentence, said.group(1), str(len(days))))


def _add(notice: Notice, found: NoticeDay, sentence: str) -> None:
    if any(known.day == found.day for known in notice.days):
        notice.problems.append(NoticeProblem("twice", sentence, found.day.isoformat()))
        return
    if found.worked and found.day.weekday() < 5:
        real = WEEKDAYS[found.day.weekday()]
        notice.problems.append(NoticeProblem("worked-weekday", sentence, found.day.isoformat(), real))
    notice.days.append(found)


def _finish(notice: Notice) -> None:
    notice.days.sort(key=lambda found: found.day)
    if not notice.days:
        notice.problems.append(NoticeProblem("nothing-found"))
        return
    named = {part for found in notice.days if not found.worked for part in found.name.split("、")}
    notice.problems += [NoticeProblem("holiday-missing", said=name) for name in USUAL if name not in named]
