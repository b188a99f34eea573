"""Who is whose part: from codes, several columns, merged or repeated values, a level column, or indentation."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from tongzhou.workbooks.cells import Cell
from tongzhou.workbooks.headers import NAMES, Field
from tongzhou.workbooks.outline_marks import CHAPTERS, depths_of, mark_of, style_of
from tongzhou.workbooks.sheetkind import Table
from tongzhou.workbooks.stamps import Stamp, read_stamp
from tongzhou.workbooks.text import KEPT, LONGEST_KEPT, is_blank, key, name, plain

_CODE = re.compile(r"[A-Za-z]{0,6}\d*(?:[.\-_][A-Za-z]?\d+)*[A-Za-z]?")
GROUP_ENDINGS = ("阶段", "模块", "部分", "任务", "工作")  # 项目启动阶段 is a group of a project, not the project
_SEPARATORS = re.compile(r"[.\-_]")
SPACES = " \u3000\t\u00a0"
WITHIN = "·"  # between the number of a group and one that begins anew in it


class Entry(Struct, frozen=True):
    """A row before its content is read: the columns that name it, from the outermost group inwards, and its code.

    `row` is None for a group that stands only in a column beside its tasks.
    """

    row: int | None
    name: str
    path: tuple[str, ...]
    code: str = ""
    depth: int = 0
    column: int = 0
    is_section: bool = False
    stamp: Stamp | None = None
    origin: Stamp | None = None
    """The stamp of another project."""


@dataclass(frozen=True)
class Outline:
    """The entries in order, the parent of each (an index or None), and the project's own name where a column repeated it."""

    entries: list[Entry]
    parents: list[int | None]
    project: str = ""


def outline(table: Table, project_name: str, tag: str = "") -> Outline:
    """Find entries and parents. Rows without any name are left out; the caller names them."""
    levels = _level_columns(table)
    if table.column(Field.KEY) is not None and (tag or table.column(Field.OUTLINE) is not None):
        return _by_stamps(table, levels, tag)
    project = _project_column(table, levels, project_name)
    if project:
        levels = levels[1:]
    marks = _marks(table, levels)
    entries = _named(table, levels, _codes(table, marks))
    entries, parents = _nested(table, entries, levels, marks)
    entries, parents = _under_sections(entries, parents)
    return Outline(_told_apart(entries, parents, marks), parents, project)


def _nested(
    table: Table, entries: list[Entry], levels: Sequence[int], marks: Mapping[int, str]
) -> tuple[list[Entry], list[int | None]]:
    told = _outline_levels(table, entries)
    if told:
        return entries, _by_depth(told)
    if _codes_are_nested(entries):
        return entries, _by_codes(entries, _chapters(entries, marks))
    if len(levels) > 1:
        return _by_columns(entries)
    if table.column(Field.LEVEL) is None and len({entry.depth for entry in entries}) < 2:
        depths = depths_of([style_of(marks.get(entry.row or 0, "")) for entry in entries])
        if depths is not None:
            return entries, _by_depth(depths)
    return entries, _by_depth(_depths(table, entries))


def _by_stamps(table: Table, levels: Sequence[int], tag: str) -> Outline:
    """An exported table: rows lie as deep as they did, unless their code or their column tells otherwise."""
    key_column, code_column = table.column(Field.KEY), table.column(Field.CODE)
    assert key_column is not None
    entries: list[Entry] = []
    for row in table.rows:
        mark = read_stamp(table.sheet.at(row, key_column))
        stamp = mark if mark is not None and mark.tag == tag else None
        named = [(column, cell) for column in levels if (cell := table.sheet.at(row, column)) is not None]
        named = [(column, cell) for column, cell in named if mark is not None or not is_blank(cell.text)]
        if not named:
            continue
        column, cell = named[-1]
        coded = table.sheet.at(row, code_column) if code_column is not None else None
        code = normal_code(coded.text) if coded is not None else ""
        level = _level_in(table, row)
        if level is not None:
            depth = level
        elif stamp is not None and (code_column is None or stamp.untouched(Field.CODE, coded)):
            depth = stamp.level
        elif code:
            depth = len(_SEPARATORS.split(code)) - 1
        elif len(levels) > 1:
            depth = levels.index(column) + _indent(cell) // 1000
        else:
            depth = entries[-1].depth if entries else 0
        entries.append(Entry(row, name(cell.text), (), code, depth, column, False, stamp, mark))
    return Outline(entries, _by_depth([entry.depth for entry in entries]))


def _level_in(table: Table, row: int) -> int | None:
    """The depth that a column of outline levels says, from 0; None where it says none."""
    column = table.column(Field.OUTLINE)
    cell = table.sheet.at(row, column) if column is not None else None
    digits = plain(cell.text) if cell is not None else ""
    return int(digits) if digits.isdecimal() and len(digits) < 4 else None


def _outline_levels(table: Table, entries: Sequence[Entry]) -> list[int]:
    """The depths by a column of outline levels; none where a row has no level."""
    if table.column(Field.OUTLINE) is None:
        return []
    levels = [_level_in(table, entry.row) if entry.row is not None else None for entry in entries]
    told = [level for level in levels if level is not None]
    return told if len(told) == len(entries) else []


def _marks(table: Table, levels: Sequence[int]) -> dict[int, str]:
    """The outline number of each row: in a column of numbers, else at the beginning of its name. Sections have none."""
    column = table.column(Field.CODE)
    column = table.column(Field.SERIAL) if column is None else column
    marks: dict[int, str] = {}
    for row in table.rows:
        if row in table.sections:
            continue
        cell = table.sheet.at(row, column) if column is not None else None
        if cell is None and levels:
            cell = table.sheet.at(row, levels[-1])
            cell = cell if cell is not None and style_of(cell.text) else None
        if cell is not None:
            marks[row] = cell.text
    return marks


def _under_sections(entries: list[Entry], parents: list[int | None]) -> tuple[list[Entry], list[int | None]]:
    """What stands on top below a merged section row belongs to that section."""
    section: int | None = None
    found: list[int | None] = []
    for place, (entry, parent) in enumerate(zip(entries, parents, strict=True)):
        if entry.is_section:
            section = place
            found.append(None)
        elif parent is None or (section is not None and parent < section):
            found.append(section)
        else:
            found.append(parent)
    return entries, found


def _told_apart(entries: list[Entry], parents: Sequence[int | None], marks: Mapping[int, str]) -> list[Entry]:
    """Numbers that begin anew in every group get the group's before them: 一·1 and 二·1. Others stay as they are."""
    own = [entry.code or mark_of(marks.get(entry.row, "")) if entry.row is not None else "" for entry in entries]
    own = [code if normal_code(code) or style_of(code) else "" for code in own]
    grouped = any(not normal_code(code) for code in own if code) or any(entry.is_section for entry in entries)
    if not grouped:
        return entries
    if not repeated([code for code in own if code]):
        return [replace(entry, code=code) for entry, code in zip(entries, own, strict=True)]
    full: list[str] = []
    count = 0
    for entry, parent, code in zip(entries, parents, own, strict=True):
        count += entry.is_section
        mine = code or (str(count) if entry.is_section else "")
        above = full[parent] if parent is not None and parent < len(full) else ""
        if parent is not None and above and mine.startswith(f"{own[parent]}.") and above.endswith(own[parent]):
            full.append(above.removesuffix(own[parent]) + mine)
            continue
        full.append(f"{above}{WITHIN}{mine}" if above and mine else mine)
    return [replace(entry, code=code) for entry, code in zip(entries, full, strict=True)]


def normal_code(text: str) -> str:
    """A code in one form: half-width, without spaces and closing points; "" if it is no code."""
    return _normal_code(text) if len(text) <= LONGEST_KEPT else _normal_code.__wrapped__(text)


@lru_cache(maxsize=KEPT)
def _normal_code(text: str) -> str:
    code = plain(text).replace(" ", "").replace("。", ".").replace("、", ".").strip(".-_")
    return code if code and _CODE.fullmatch(code) and any(sign.isdigit() for sign in code) else ""


def _level_columns(table: Table) -> list[int]:
    return [column for meaning in NAMES if (column := table.column(meaning)) is not None]


def _project_column(table: Table, levels: Sequence[int], project_name: str) -> str:
    """The project's name, if the first of several naming columns says nothing else."""
    if len(levels) < 2:
        return ""
    values = {text for row in table.rows if (text := _text(table.sheet.down(row, levels[0])))}
    if len(values) != 1:
        return ""
    value = values.pop()
    heading = table.column(Field.PROJECT) == levels[0]
    told = "项目" in value and not value.endswith(GROUP_ENDINGS)
    return value if heading or told or key(value) == key(project_name) else ""


def _codes(table: Table, marks: Mapping[int, str]) -> dict[int, str]:
    """The code of each row; numbers that Excel shortened (1.10 became 1.1) are mended by their neighbours."""
    column = table.column(Field.CODE)
    column = table.column(Field.SERIAL) if column is None else column
    codes: dict[int, str] = {}
    seen: set[str] = set()
    before = ""
    for row in table.rows:
        cell = None if column is None or row not in marks else table.sheet.at(row, column)
        code = "" if cell is None else normal_code(cell.text)
        if code in seen and cell is not None and cell.kind == "number":
            code = _lengthened(code, before)
        if code:
            seen.add(code)
            before = code
        codes[row] = code
    return codes


def _lengthened(code: str, before: str) -> str:
    head, _, last = before.rpartition(".")
    if head and last.isdigit():
        following = f"{head}.{int(last) + 1}"
        if following.rstrip("0") == code and following != code:
            return following
    return code


def _named(table: Table, levels: Sequence[int], codes: dict[int, str]) -> list[Entry]:
    """A row is named by its innermost own cell; the groups around it are cells that it has, lies under, or inherits."""
    entries: list[Entry] = []
    current: list[str] = [""] * len(levels)
    for row in table.rows:
        if row in table.sections:
            column, text = table.sections[row]
            current = [""] * len(levels)
            entries.append(Entry(row, text, (), "", -1, column, True))
            continue
        own = [_text(table.sheet.at(row, column)) for column in levels]
        seen = [_text(table.sheet.down(row, column)) for column in levels] if table.sheet.covered else own
        depth = max((index for index, text in enumerate(own) if text), default=-1)
        if depth < 0:
            continue
        for index in range(depth):
            if seen[index] and seen[index] != current[index]:
                current[index:] = [seen[index]] + [""] * (len(levels) - index - 1)
        current[depth] = own[depth]
        current[depth + 1 :] = [""] * (len(levels) - depth - 1)
        path = tuple(text for text in current[:depth] if text)
        raw = table.sheet.at(row, levels[depth])
        entries.append(Entry(row, own[depth], path, codes[row], _indent(raw), levels[depth]))
    return entries


def _indent(cell: Cell | None) -> int:
    """How far a cell is indented: by Excel's format, else by the spaces before its text, a full-width one counting double."""
    if cell is None or cell.kind != "text":
        return 0
    text = cell.text
    if text[:1] not in SPACES:
        return cell.indent * 1000
    spaces = text[: len(text) - len(text.lstrip(SPACES))]
    return cell.indent * 1000 + len(spaces) + spaces.count("\u3000") + 3 * spaces.count("\t")


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    text = cell.text
    return "" if is_blank(text) else name(text)


def _codes_are_nested(entries: Sequence[Entry]) -> bool:
    codes = {entry.code for entry in entries if entry.code}
    return any(_above(code, codes) for code in codes)


def _above(code: str, codes: set[str]) -> str:
    """The nearest code that the given one extends."""
    parts = _SEPARATORS.split(code)
    while len(parts) > 1:
        parts.pop()
        for separator in ".-_":
            if separator.join(parts) in codes:
                return separator.join(parts)
    return ""


def _chapters(entries: Sequence[Entry], marks: Mapping[int, str]) -> dict[int, str]:
    """The rows (by place) that are numbered in Chinese beside codes like 1.1, each with the style of its number."""
    found = {}
    for place, entry in enumerate(entries):
        style = style_of(marks.get(entry.row, "")) if entry.row is not None and not entry.code else ""
        if style in CHAPTERS:
            found[place] = style
    return found


def _by_codes(entries: Sequence[Entry], chapters: Mapping[int, str]) -> list[int | None]:
    """The parents by codes; below a chapter the codes may begin anew, and what has no parent lies in the chapter."""
    parents: list[int | None] = []
    ends = [*(place for place in chapters if place), len(entries)]
    begin = 0
    open_ones: list[tuple[str, int]] = []
    for end in ends:
        if begin in chapters:
            style = chapters[begin]
            if style in {one for one, _ in open_ones}:
                del open_ones[[one for one, _ in open_ones].index(style) :]
            parents.append(open_ones[-1][1] if open_ones else None)
            open_ones.append((style, begin))
        first = begin + (begin in chapters)
        top = open_ones[-1][1] if open_ones else None
        parents += _by_codes_within(entries[first:end], first, top)
        begin = end
    return parents


def _by_codes_within(entries: Sequence[Entry], offset: int, top: int | None) -> list[int | None]:
    codes = {entry.code for entry in entries if entry.code}
    index: dict[str, int] = {}
    for place, entry in enumerate(entries):
        index.setdefault(entry.code, place)
    parents: list[int | None] = []
    for place, entry in enumerate(entries):
        above = _above(entry.code, codes) if entry.code else ""
        if entry.code:
            parents.append(index[above] + offset if above and index[above] != place else top)
        else:
            parents.append(parents[-1] if parents else top)
    return parents


def _by_columns(entries: list[Entry]) -> tuple[list[Entry], list[int | None]]:
    """Groups that no row of their own describes become entries without a row."""
    made: list[Entry] = []
    parents: list[int | None] = []
    places: dict[tuple[str, ...], int] = {}
    for entry in entries:
        parent: int | None = None
        for length in range(1, len(entry.path) + 1):
            group = entry.path[:length]
            if group not in places:
                places[group] = len(made)
                made.append(Entry(None, group[-1], group[:-1]))
                parents.append(parent)
            parent = places[group]
        own = (*entry.path, entry.name)
        if own not in places:
            places[own] = len(made)
        made.append(entry)
        parents.append(parent)
    return made, parents


def _depths(table: Table, entries: Sequence[Entry]) -> list[int]:
    column = table.column(Field.LEVEL)
    if column is None:
        return [entry.depth for entry in entries]
    depths = []
    for entry in entries:
        cell = table.sheet.at(entry.row, column) if entry.row is not None else None
        digits = re.sub(r"\D", "", plain(cell.text)) if cell is not None else ""
        depths.append(int(digits[:3]) if digits else 0)
    return depths


def _by_depth(depths: Sequence[int]) -> list[int | None]:
    parents: list[int | None] = []
    open_ones: list[tuple[int, int]] = []
    for place, depth in enumerate(depths):
        while open_ones and open_ones[-1][0] >= depth:
            open_ones.pop()
        parents.append(open_ones[-1][1] if open_ones else None)
        open_ones.append((depth, place))
    return parents


def repeated(codes: Sequence[str]) -> set[str]:
    """Codes that stand more than once."""
    return {code for code, times in Counter(code for code in codes if code).items() if times > 1}
