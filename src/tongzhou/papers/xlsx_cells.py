"""A sheet that is written row by row, from the top; text stays text. Heights follow what stands in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from tongzhou.papers.paper import Column, Linked, State, Value
from tongzhou.papers.values import INKS
from tongzhou.papers.wording import ODD, chinese_date, line_count, percent_units, pieces, printed, rounded

LINE_HEIGHT = 16.5
ONE_LINE = LINE_HEIGHT + 4
LONGEST_TEXT = 32767  # UTF-16 units of a cell
MOST_LINES = 22  # a row may not be higher than 409 points
FIRST_DAY = date(1900, 3, 1)  # earlier days mean different things to different spreadsheet programs
DAY = 'yyyy"年"m"月"d"日"'
BASE = {"font_name": "Microsoft YaHei", "font_size": 10.5, "text_wrap": True, "valign": "vcenter", "border_color": "#9AA5B1"}
Zone = tuple[int, int]


class Cells:
    """The sheet, the row that is written next, the looks of cells. `widths` of its columns in half-width characters."""

    def __init__(self, workbook: Any, name: str, widths: list[float]) -> None:
        self.workbook, self.widths, self.row = workbook, widths, 0
        self.sheet = workbook.add_worksheet(name)
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.sheet.set_default_row(ONE_LINE)
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)

    @property
    def whole(self) -> Zone:
        return (0, len(self.widths) - 1)

    def look(self, **look: Any) -> Any:
        """Return a format; the same look is the same format."""
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(BASE | look)
        return self.formats[key]

    def zones(self, weights: Sequence[float]) -> list[Zone]:
        """Return first and last column of each of some neighbouring zones that share the sheet as `weights` ask."""
        total, asked, zones, first = sum(self.widths), 0.0, [], 0
        for place, weight in enumerate(weights):
            asked += weight * total / sum(weights)
            latest = len(self.widths) - (len(weights) - place)
            ends = [(abs(sum(self.widths[: end + 1]) - asked), end) for end in range(first, latest + 1)]
            last = min(ends)[1]
            zones.append((first, len(self.widths) - 1 if place == len(weights) - 1 else last))
            first = last + 1
        return zones

    def room(self, zone: Zone) -> float:
        """Return the half-width characters of a line in a zone."""
        return sum(self.widths[zone[0] : zone[1] + 1])

    def line(
        self, texts: Sequence[tuple[Zone, str, Any]], *, lowest: float = 0.0, scale: float = 1.0, least: float = ONE_LINE
    ) -> None:
        """Write a row of zones with their texts and formats; what is too high for a row goes on in further ones."""
        parts = [pieces(printed(text), self.room(zone) / scale, MOST_LINES) for zone, text, _ in texts]
        for step in range(max(map(len, parts))):
            shown = [own[step] if step < len(own) else "" for own in parts]
            lines = max(line_count(text, self.room(zone) / scale) for text, (zone, _, _) in zip(shown, texts, strict=True))
            self.height(lines, lowest, scale, least)
            for text, (zone, _, form) in zip(shown, texts, strict=True):
                self.zone(zone, text, form)
            self.row += 1

    def across(self, text: str, **look: Any) -> None:
        """Write a text over the whole width."""
        self.line([(self.whole, text, self.look(**look))], scale=look.get("font_size", 10.5) / 10.5)

    def zone(self, zone: Zone, text: str, form: Any) -> None:
        if zone[0] < zone[1]:
            self.sheet.merge_range(self.row, zone[0], self.row, zone[1], "", form)
        if text:
            self.sheet.write_string(self.row, zone[0], text, form)
        else:
            self.sheet.write_blank(self.row, zone[0], None, form)

    def height(self, lines: int, lowest: float = 0.0, scale: float = 1.0, least: float = ONE_LINE) -> None:
        """Make the next row as high as its text; one line is what every row has anyway."""
        height = max(min(lines * LINE_HEIGHT * scale + 4, 409), lowest)
        if height > least:
            self.sheet.set_row(self.row, height)


def keep_pictures(sheet: Any) -> None:
    """Let pictures have a place and a size of their own: one that reaches to another cell is stretched wherever a program
    measures rows and columns in its own way. xlsxwriter only knows that kind (ECMA-376, part 1, 20.5.2.24 and 20.5.2.33).
    """
    prepare = sheet._prepare_image

    def prepared(*about: Any) -> None:
        prepare(*about)
        sheet.drawing._write_two_cell_anchor = partial(_one_cell_anchor, sheet.drawing)

    sheet._prepare_image = prepared


def _one_cell_anchor(drawing: Any, index: int, picture: Any) -> None:
    column, row, right, down, *_to, column_absolute, row_absolute = picture._dimensions
    drawing._xml_start_tag("xdr:oneCellAnchor")
    drawing._write_from(column, row, right, down)
    drawing._write_xdr_ext(picture._width, picture._height)
    drawing._write_pic(index, column_absolute, row_absolute, picture)
    drawing._write_client_data()
    drawing._xml_end_tag("xdr:oneCellAnchor")


class TableRows:
    """Writes the rows of a table, each value as what it is. Ten thousand rows pass here."""

    def __init__(self, cells: Cells, columns: Sequence[Column], zones: Sequence[Zone]) -> None:
        self.cells, self.columns, self.zones = cells, columns, zones
        self.places = [first for first, _ in zones]
        self.rooms = [cells.room(zone) for zone in zones]
        self.merged = [zone for zone in zones if zone[0] < zone[1]]
        self.text = cells.look(border=1)
        self.inks: dict[str, Any] = {}
        self.day = cells.look(border=1, num_format=DAY, align="center")
        self.numbers = [cells.look(border=1, num_format=_shape(column), align="right") for column in columns]

    def write(self, values: Sequence[Value]) -> None:
        """Write a row; texts that are too high for one go on in further ones."""
        texts = [value if type(value) is str else _text_of(value) for value in values]
        if ODD.search("".join(texts)):
            texts = [printed(text) for text in texts]
        lines, rest = self._lines(texts), []
        if lines > MOST_LINES:
            texts, *rest = self._pieces(texts)
        if lines > 1:
            self.cells.height(min(lines, MOST_LINES))
        for first, last in self.merged:
            self.cells.sheet.merge_range(self.cells.row, first, self.cells.row, last, "", self.text)
        self._cells(values, texts)
        for more in rest:
            self.cells.line([(zone, text, self.text) for zone, text in zip(self.zones, more, strict=True)])

    def _lines(self, texts: list[str]) -> int:
        lines = 1
        for text, room in zip(texts, self.rooms, strict=True):
            if len(text) * 2 > room or "\n" in text:
                lines = max(lines, line_count(text, room))
        return lines

    def _pieces(self, texts: list[str]) -> list[list[str]]:
        parts = [pieces(text, width, MOST_LINES) for text, width in zip(texts, self.rooms, strict=True)]
        return [[own[step] if step < len(own) else "" for own in parts] for step in range(max(map(len, parts)))]

    def _cells(self, values: Sequence[Value], texts: list[str]) -> None:
        write_string, row = self.cells.sheet.write_string, self.cells.row
        for at, (place, value, text) in enumerate(zip(self.places, values, texts, strict=True)):
            if text:
                write_string(row, place, text, self._ink(value) if isinstance(value, State) else self.text)
            else:
                self._cell(at, value)
        self.cells.row += 1

    def _cell(self, at: int, value: Value) -> None:
        """Write what is no text into the cell of a column."""
        sheet, row, place = self.cells.sheet, self.cells.row, self.places[at]
        if value is None or isinstance(value, str | State | Linked):
            sheet.write_blank(row, place, None, self.text)
        elif isinstance(value, date):
            self._date(place, value)
        elif self.columns[at].kind == "percent":
            sheet.write_number(row, place, percent_units(value) / 10000, self.numbers[at])
        else:
            decimals = self.columns[at].decimals
            number = value if isinstance(value, int) else rounded(value, decimals) / 10**decimals
            sheet.write_number(row, place, number, self.numbers[at])

    def _date(self, place: int, day: date) -> None:
        sheet, row = self.cells.sheet, self.cells.row
        if day < FIRST_DAY:
            sheet.write_string(row, place, chinese_date(day), self.day)
        else:
            sheet.write_datetime(row, place, datetime(day.year, day.month, day.day), self.day)

    def _ink(self, state: State) -> Any:
        if state.tone not in self.inks:
            self.inks[state.tone] = self.cells.look(border=1, font_color=f"#{INKS.get(state.tone, '1B2530')}")
        return self.inks[state.tone]


def _text_of(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, State):
        return value.word
    return value.text if isinstance(value, Linked) else ""


def _shape(column: Column) -> str:
    if column.kind == "percent":
        return "0.00%"
    return "0." + "0" * column.decimals if column.decimals else "0"
