"""How the values and blocks of a paper are laid out, before any format draws them."""

from __future__ import annotations

from datetime import date

from tongzhou.papers.paper import (
    Column,
    Fact,
    Fields,
    Figures,
    Linked,
    Meters,
    Opinion,
    Opinions,
    Paper,
    Section,
    Stamp,
    State,
    Table,
    Text,
    Value,
)
from tongzhou.papers.wording import chinese_date, line_count, number_text, percent_text, shortened, text_width

NOTHING = "—"
INKS = {
    "todo": "5B6776",
    "doing": "1D5FC4",
    "done": "17764A",
    "blocked": "C1332B",
    "late": "A85A06",
    "cancelled": "6B7683",
}
SHADE = "EEF2F5"  # behind labels and heads
WIDE_TABLE = 8  # columns from which the page lies on its side
LEADING = 120  # characters of a text that belongs to the table under it
WIDEST_UPRIGHT = 200.0  # half-width characters that a table's columns ask for on an upright page
NARROWEST, WIDEST = 6.0, 42.0
OPINION_WIDTHS = (15.0, 13.0, 32.0, 19.0, 18.0)  # department, head, opinion, signature, day
LONG_ROW = 14  # lines; only a higher row may go on on the next page
UPRIGHT_LINES, LYING_LINES, ROW_LINES = 30.0, 17.0, 2.2  # a page's worth of lines; a row of signatures is so many
ENOUGH_ROWS = 300  # that tell how wide a column is


def shown_value(column: Column, value: Value) -> str:
    """Return a value of a table as papers write it."""
    if isinstance(value, State):
        return value.word
    if isinstance(value, Linked):
        return value.text
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return chinese_date(value)
    return percent_text(value) if column.kind == "percent" else number_text(value, column.decimals)


def is_number(column: Column, value: Value) -> bool:
    """Tell whether a value stands at the right edge of its cell."""
    return column.kind in ("number", "percent") and not isinstance(value, State | str)


def as_table(meters: Meters) -> Table:
    """Return the table that meters are where nothing can be drawn."""
    first, actual, planned, gap = meters.labels
    columns = (Column(first), Column(actual, "percent"), Column(planned, "percent"), Column(gap))
    return Table(columns, tuple((row.label, row.actual, row.planned, row.note) for row in meters.rows), empty=meters.empty)


def opinion_texts(opinion: Opinion) -> tuple[str, str, str, str, str]:
    """Return the cells of a row of signatures, in the order of its labels."""
    return (opinion.department, opinion.name, opinion.opinion, opinion.signed, opinion.dated)


def figure_fields(strip: Figures) -> Fields:
    """Return a strip of numbers as the form that it is on paper: two beside each other, three where there are three."""
    facts = tuple(Fact(figure.label, f"{figure.value} {figure.note}".strip()) for figure in strip.figures)
    return Fields(facts, 3 if len(facts) == 3 else min(len(facts), 2) or 1)


def stays_whole(section: Section, *, upright: bool) -> bool:
    """Tell whether a section is a block of signatures that one page holds: it is not cut by the end of a page then.

    Who signs sees what is signed on the same page. The measure is careful: what is kept together must fit.
    """
    room, lines = (UPRIGHT_LINES, 80.0) if upright else (LYING_LINES, 140.0)
    needed = 0.0
    for block in section.blocks:
        if isinstance(block, Text):
            needed += line_count(block.text, lines)
        elif isinstance(block, Opinions):
            widths = fitted(list(OPINION_WIDTHS), 80.0)
            heights = (
                max(line_count(text, width) for text, width in zip(opinion_texts(row), widths, strict=True))
                for row in block.rows
            )
            needed += 2 + sum(max(height, ROW_LINES) for height in heights)
        else:
            return False
    return needed <= room and any(isinstance(block, Opinions) for block in section.blocks)


def leads(section: Section) -> list[bool]:
    """Tell of each block whether it is a few words over a table: they do not stay behind at the end of a page."""
    following = [*section.blocks, None][1:]
    return [
        isinstance(block, Text) and isinstance(after, Table) and bool(after.rows) and len(block.text) <= LEADING
        for block, after in zip(section.blocks, following, strict=True)
    ]


def frame_texts(paper: Paper) -> tuple[str, str, str, str, str]:
    """Return what stands at head and foot of every page, short enough: organisation, header, code, pages, number.

    The number and the code stand in full where the paper begins.
    """
    letterhead, (number, code) = paper.letterhead, stamp_names(paper.stamp)
    return (
        shortened(letterhead.organisation, 60),
        shortened(letterhead.header, 32),
        shortened(code, 44),
        shortened(paper.pages, 44),
        shortened(number, 44),
    )


def stamp_names(stamp: Stamp) -> tuple[str, str]:
    """Return number and code with their labels; "" for what there is not."""
    number = f"{stamp.number_label}：{stamp.number}" if stamp.number else ""
    return number, f"{stamp.code_label}：{stamp.code}" if stamp.code else ""


def column_widths(table: Table) -> list[float]:
    """Return the width of each column in half-width characters: what it asks for, else what its content needs."""
    return [_width(column, [row[place] for row in table.rows[:ENOUGH_ROWS]]) for place, column in enumerate(table.columns)]


def _width(column: Column, values: list[Value]) -> float:
    if column.width:
        return column.width
    needed = max((text_width(shown_value(column, value)) for value in values), default=0)
    # A little more than characters are wide: digits and the cell's own edges.
    return min(max(needed, text_width(column.label), NARROWEST) * 1.1 + 2, WIDEST)


def fitted(widths: list[float], room: float) -> list[float]:
    """Return `widths` such that they fill `room`: the narrow ones keep what they need, the widest give way first."""
    if sum(widths) <= room:
        return [width * room / sum(widths) for width in widths]
    left, waiting = room, sorted(widths)
    while waiting and waiting[0] <= left / len(waiting):
        left -= waiting.pop(0)
    most = left / len(waiting)
    return [min(width, most) for width in widths]


def lies_down(paper: Paper) -> bool:
    """Tell whether the paper lies on its side: it has a table that an upright page is too narrow for."""
    tables = [block for section in paper.sections for block in section.blocks if isinstance(block, Table)]
    return any(len(table.columns) >= WIDE_TABLE or sum(column_widths(table)) > WIDEST_UPRIGHT for table in tables)


def field_rows(fields: Fields, room: float) -> list[list[Fact]]:
    """Return the facts of a form, row by row: those that need the whole width stand alone, the others side by side.

    `room`: half-width characters of a value's cell.
    """
    rows: list[list[Fact]] = []
    open_row: list[Fact] = []
    for fact in fields.facts:
        alone = "\n" in fact.value or text_width(fact.value) > 2 * room
        if alone or len(open_row) == fields.columns:
            rows.append(open_row)
            open_row = []
        open_row.append(fact)
        if alone:
            rows.append(open_row)
            open_row = []
    return [row for row in [*rows, open_row] if row]
