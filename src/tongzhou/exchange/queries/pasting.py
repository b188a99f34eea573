"""A list pasted as text becomes tasks: one line each, as people write them down. Reads people and departments only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.exchange.queries.pasted_days import BY, DAYS, period_of
from tongzhou.people.models import Department, User
from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.predecessors import Reference
from tongzhou.workbooks.predecessors import parse as reference_of
from tongzhou.workbooks.text import plain
from tongzhou.workbooks.values import parse_duration

MOST_LINES = 500
LONGEST_NAME = 300
NOBODY = "none"
BULLET = re.compile(r"^(?:[-*•·●○◦▪—–]+|\[[ xX]?\]|☐)\s*")
CODE = re.compile(
    r"^(?:(?P<code>\d{1,3}(?:\.\d{1,3})*)(?:[.、．)）:：]\s*|(?P<bare>\s+))|[(（](?P<round>\d{1,3})[)）]\s*)(?=\S)"
)
SPLIT = re.compile(r"[\s,，;；|]+")
DURATION = re.compile(r"\d+(?:\.\d+)?(?:个?工作日|天|日|days?|d|周|个?星期|weeks?|w|小时|hours?|h)", re.IGNORECASE)
DEPENDS = re.compile(r"^(?:依赖|前置|等待|接着|前置任务)[:：]?(?P<ref>\S+)$|^(?P<after>[\d.]+)(?:完成)?(?:之|以)?后$")
MILESTONE = {"里程碑", "[里程碑]", "【里程碑】", "◆", "milestone"}
# The surnames that four of five bear: 钱多多 after a task's name is rather somebody than a part of it.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
PERSONS_NAME = re.compile(rf"[{SURNAMES}][一-鿿]{{1,2}}")
BROUGHT = re.compile(r"(?:负责|主办|牵头)$")


@dataclass(frozen=True)
class Known:
    """The people and departments that the words of a list may mean: ids by lowered word, names by id."""

    people: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    homes: Mapping[int, int | None] = field(default_factory=dict)
    departments: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Line:
    """A task as it was understood. `remark` keeps the words that were not; `faults` say what must be mended."""

    number: int
    text: str
    depth: int = 0
    code: str = ""
    name: str = ""
    parent: int | None = None
    owner: int | None = None
    supporters: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    department: int | None = None
    start: date | None = None
    finish: date | None = None
    minutes: int | None = None
    by: bool = False
    milestone: bool = False
    references: list[Reference] = field(default_factory=list)
    waits_for: list[tuple[int, Reference]] = field(default_factory=list)
    remark: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    leaf: bool = True


@dataclass(frozen=True)
class Unknown:
    """A name that nobody, or more than one person bears, with who may be meant."""

    name: str
    candidates: tuple[tuple[int, str], ...]
    chosen: str


@dataclass(frozen=True)
class Pasted:
    lines: list[Line]
    unknown: list[Unknown]
    known: Known
    faults: list[str]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.faults]


def pasted(text: str, today: date, choices: Mapping[str, str]) -> Pasted:
    """Understand a pasted list. `choices`: by unknown name the id of the person meant, or "none". At most three queries."""
    rows = [(number, row) for number, row in enumerate(text.replace("\0", "").splitlines(), 1) if row.strip()]
    faults = []
    if not rows:
        faults.append(_("The list is empty."))
    if len(rows) > MOST_LINES:
        faults.append(_("A list has at most %(count)s lines.") % {"count": MOST_LINES})
        rows = rows[:MOST_LINES]
    lines: list[Line] = []
    for number, row in rows:
        lines.append(_headed(number, row, _next_number(lines)))
    words = [(line, _words(line)) for line in lines]
    known = _known([word for _line, found in words for word in found], choices)
    for line, found in words:
        _understand(line, found, known, today)
    _nest(lines)
    _link(lines)
    unknown = _choose(lines, known, choices)
    for line in lines:
        _check(line)
    return Pasted(lines, unknown, known, faults)


def _next_number(lines: list[Line]) -> str:
    """Return the number that a line without a dot after it must have to be one: 「3 张海报」 is none at the head of a list."""
    tops = [line.code.partition(".")[0] for line in lines if line.code]
    return str(int(tops[-1]) + 1) if tops else "1"


def _headed(number: int, row: str, expected: str) -> Line:
    """Take indentation, bullet and numbering off a line."""
    row = row.expandtabs(4) if row[:1].isspace() else row
    bare = row.lstrip()
    line = Line(number, bare.strip(), depth=len(row) - len(bare))
    bare = BULLET.sub("", bare)
    found = CODE.match(bare)
    if found and (not found["bare"] or "." in found["code"] or found["code"] == expected):
        line.code = found["code"] or found["round"]
        bare = bare[found.end() :]
    line.name = bare.strip()
    return line


def _words(line: Line) -> list[str]:
    """Return the words of a line; where there are tabs, all before the first one is the first word."""
    head, tab, rest = line.name.partition("\t")
    first = [head.strip()] if tab else []
    return first + [word for word in SPLIT.split(rest if tab else head) if word]


def _known(words: Iterable[str], choices: Mapping[str, str]) -> Known:
    asked = {part for word in words for part in _people_in(word)} | set(choices)
    lowered = {word.lower() for word in asked}
    chosen = [int(value) for value in choices.values() if value.isdecimal() and len(value) < 10]
    marked = Q(name__in=asked) | Q(login__in=lowered) | Q(pinyin__in=lowered) | Q(pk__in=chosen)
    people: dict[str, set[int]] = {}
    names, homes = {}, {}
    rows = User.objects.filter(marked, is_active=True).values_list(
        "pk", "name", "login", "pinyin", "department__name", "department"
    )
    for pk, name, login, pinyin, department, homes[pk] in rows:
        names[pk] = f"{name}（{department}）" if department else name
        for mark in (name, login, pinyin):
            people.setdefault(mark.lower(), set()).add(pk)
    departments = {name: pk for pk, name in Department.objects.filter(is_active=True).values_list("pk", "name")}
    return Known({mark: tuple(sorted(found)) for mark, found in people.items()}, names, homes, departments)


def _people_in(word: str) -> list[str]:
    """Return the names that a word may consist of: @张三, 张三、李四, 张三负责."""
    return [BROUGHT.sub("", part) for part in re.split(r"[、/&+]", word.strip("@()（）")) if part]


def _understand(line: Line, words: list[str], known: Known, today: date) -> None:
    """Sort the words of a line; those before the first that means something are the name."""
    name: list[str] = []
    for place, word in enumerate(words):
        if place == 0 and not word.startswith("@"):
            name.append(word)
        elif any(taken(line, word, known, today) for taken in READERS):
            continue
        elif PERSONS_NAME.fullmatch(word) and not line.owner and not line.asked:
            line.asked.append(word)
        elif len(name) == place:
            name.append(word)
        else:
            line.remark.append(word)
    line.name = " ".join(name)


def _take_milestone(line: Line, word: str, known: Known, today: date) -> bool:
    line.milestone = line.milestone or word.lower() in MILESTONE
    return word.lower() in MILESTONE


def _take_days(line: Line, word: str, known: Known, today: date) -> bool:
    word = plain(word)
    if not DAYS.fullmatch(word):
        return False
    start, finish = period_of(word, today)
    if finish is None:
        line.faults.append(_("“%(word)s” is no day of the calendar.") % {"word": word[:40]})
    elif line.start is None and line.finish is None:
        line.start, line.finish, line.by = start, finish, bool(BY.search(word))
    else:
        line.finish = finish
    return True


def _take_duration(line: Line, word: str, known: Known, today: date) -> bool:
    word = plain(word)
    if not DURATION.fullmatch(word):
        return False
    line.minutes = parse_duration(Cell("text", word)).value
    if not line.minutes:
        line.faults.append(_("“%(word)s” is no usable duration.") % {"word": word[:40]})
    return True


def _take_dependency(line: Line, word: str, known: Known, today: date) -> bool:
    found = DEPENDS.match(plain(word))
    if found is None:
        # 依赖1,2: the numbers after it belong to it.
        if not (line.references and re.fullmatch(r"[\d.]+", word)):
            return False
        line.references.append(reference_of(word))
        return True
    parts = re.split(r"[、/&]", found["ref"] or found["after"])
    line.references += [reference_of(part) for part in parts if part]
    return True


def _take_department(line: Line, word: str, known: Known, today: date) -> bool:
    found = known.departments.get(word.strip("@()（）"))
    line.department = line.department or found
    return found is not None


def _take_people(line: Line, word: str, known: Known, today: date) -> bool:
    parts = _people_in(word)
    found = [known.people.get(part.lower(), ()) for part in parts]
    if not word.startswith("@") and not all(found):
        return False
    for part, meant in zip(parts, found, strict=True):
        if len(meant) != 1:
            line.asked.append(part)
        elif line.owner is None and not line.asked:
            line.owner = meant[0]
        elif meant[0] != line.owner and meant[0] not in line.supporters:
            line.supporters.append(meant[0])
    return True


Reader = Callable[[Line, str, Known, date], bool]
READERS: tuple[Reader, ...] = (
    _take_milestone,
    _take_days,
    _take_duration,
    _take_dependency,
    _take_department,
    _take_people,
)


def _nest(lines: list[Line]) -> None:
    """Find the parents: by numbering where a line has a dotted number, else by indentation."""
    coded: dict[str, int] = {}
    open_: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        while open_ and open_[-1][0] >= line.depth:
            open_.pop()
        above = line.code.rpartition(".")[0]
        line.parent = coded.get(above) if above else (open_[-1][1] if open_ else None)
        open_.append((line.depth, index))
        if line.code:
            coded.setdefault(line.code, index)
        if line.parent is not None:
            lines[line.parent].leaf = False
    for index, line in enumerate(lines):
        line.depth = 0 if line.parent is None else lines[line.parent].depth + 1
        line.code = line.code or str(index + 1)


def _link(lines: list[Line]) -> None:
    """Find the lines that dependencies name: by number, or by name."""
    places: dict[str, int] = {}
    for index, line in enumerate(lines):
        places.setdefault(line.name, index)
    for index, line in reversed(list(enumerate(lines))):
        places[line.code] = index
    for index, line in enumerate(lines):
        for reference in line.references:
            place = places.get(reference.ref)
            if place is None or place == index:
                line.faults.append(_("There is no line “%(ref)s” to wait for.") % {"ref": reference.ref[:40]})
            else:
                line.waits_for.append((place, reference))


def _choose(lines: list[Line], known: Known, choices: Mapping[str, str]) -> list[Unknown]:
    """Apply what was chosen for names that are not clear; return these names, the first occurrence first."""
    unknown: dict[str, Unknown] = {}
    for line in lines:
        for name in line.asked:
            chosen = choices.get(name, "")
            meant = known.people.get(name.lower(), ())
            candidates = tuple((pk, known.names[pk]) for pk in meant)
            unknown.setdefault(name, Unknown(name, candidates, chosen))
            pk = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0
            if pk in known.names:
                if line.owner is None:
                    line.owner = pk
                elif pk != line.owner and pk not in line.supporters:
                    line.supporters.append(pk)
            elif chosen != NOBODY:
                line.faults.append(_("Who is “%(name)s”?") % {"name": name[:40]})
    return list(unknown.values())


def _check(line: Line) -> None:
    if not line.name:
        line.faults.append(_("The name of the task is missing."))
    if len(line.name) > LONGEST_NAME:
        line.faults.append(_("A name has at most %(count)s characters.") % {"count": LONGEST_NAME})
    if line.start and line.finish and line.finish < line.start:
        line.faults.append(_("It finishes before it starts."))
    if line.start and line.minutes and line.start == line.finish and not line.by:
        line.finish = None
    if line.milestone and line.finish:
        line.start = None


def span_of(lines: Iterable[Line], today: date) -> tuple[date, date | None]:
    """Return the first day that the list names (else today), and the last one."""
    days = [day for line in lines for day in (line.start, line.finish) if day is not None]
    return min(days, default=today), max(days, default=None)
