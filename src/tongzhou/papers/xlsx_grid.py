"""Book → xlsx. Text is always text: nothing becomes a formula, an address or a number by its looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from tongzhou.papers.grid import Bar, Book, Chart, Grid, GridColumn, GridRow, GridValue, Pairs
from tongzhou.papers.values import INKS
from tongzhou.papers.wording import clean
from tongzhou.papers.xlsx import A4, OPTIONS, sheet_name
from tongzhou.papers.xlsx_cells import FIRST_DAY, LONGEST_TEXT

META = "_meta"
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
SHAPES = {"date": "yyyy-mm-dd", "percent": "0.##%", "number": "General", "text": "@"}
LINE, HEAD, GROUP, BAR, DONE, SUMMARY = "#CDD3DA", "#E8EEF1", "#F3F6F8", "#9DBBE6", "#2F6FCB", "#5B6776"
LONGEST_INLINE = 250  # characters of a list that a cell's rule holds itself
MOST_STEPS = 180  # columns of a chart
TITLE, HEADING = 0, 2


def to_book(book: Book) -> bytes:
    """Return the book as an xlsx file. The same book gives the same bytes."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    workbook.set_properties({"title": clean(book.title), "created": datetime.combine(book.created, datetime.min.time())})
    for name, value in book.properties.items():
        workbook.set_custom_property(name, clean(value)[:250])
    lists = {name: f"={META}!${_letters(place)}$1:${_letters(place)}${max(len(words), 1)}"
             for place, (name, words) in enumerate(book.lists.items(), 2)}  # fmt: skip
    for sheet in book.sheets:
        if isinstance(sheet, Grid):
            _GridWriter(workbook, sheet, book, lists).write()
        elif isinstance(sheet, Pairs):
            _write_pairs(workbook, sheet)
        else:
            _ChartWriter(workbook, sheet).write()
    _write_meta(workbook, book)
    workbook.close()
    return buffer.getvalue()


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class _GridWriter:
    """Writes one table."""

    def __init__(self, workbook: Any, grid: Grid, book: Book, lists: dict[str, str]) -> None:
        self.workbook, self.grid, self.book, self.lists = workbook, grid, book, lists
        self.sheet = workbook.add_worksheet(sheet_name(grid.name))
        self.formats: dict[tuple[str, bool, int], Any] = {}
        self.last = HEADING + max(len(grid.rows), 1)

    def write(self) -> None:
        grid, sheet = self.grid, self.sheet
        shown = max((place for place, column in enumerate(grid.columns) if not column.hidden), default=0)
        _head(self.workbook, sheet, grid.title, grid.subtitle, shown)
        look = self.workbook.add_format(
            FONT | {"bold": True, "bg_color": HEAD, "border": 1, "border_color": LINE, "align": "center", "text_wrap": True}
        )
        for place, column in enumerate(grid.columns):
            sheet.set_column(place, place, column.width, None, {"hidden": 1} if column.hidden else {})
            sheet.write_string(HEADING, place, clean(column.label), look)
        for number, row in enumerate(grid.rows, HEADING + 1):
            self._row(number, row)
        self._merge_down()
        self._rules()
        sheet.freeze_panes(HEADING + 1, grid.frozen_columns)
        sheet.autofilter(HEADING, 0, self.last, shown)
        sheet.print_area(0, 0, self.last, shown)
        _print_setup(sheet, HEADING)

    def _row(self, number: int, row: GridRow) -> None:
        sheet = self.sheet
        for place, (column, value) in enumerate(zip(self.grid.columns, row.cells, strict=True)):
            if value is None or value == "" or (place == self.grid.down and number > HEADING + 1):
                if row.strong and not column.hidden:
                    sheet.write_blank(number, place, None, self._format(column, True, 0))
                continue
            _put(sheet, number, place, value, self._format(column, row.strong, row.indents.get(place, 0)))

    def _merge_down(self) -> None:
        grid = self.grid
        if grid.down is not None and len(grid.rows) > 1:
            text = str(grid.rows[0].cells[grid.down])
            form = self._format(grid.columns[grid.down], True, 0)
            self.sheet.merge_range(HEADING + 1, grid.down, self.last, grid.down, "", form)
            _put(self.sheet, HEADING + 1, grid.down, text, form)

    def _format(self, column: GridColumn, strong: bool, indent: int) -> Any:
        key = (column.kind, strong, indent)
        if key not in self.formats:
            look: dict[str, Any] = FONT | {"num_format": SHAPES[column.kind]}
            look |= {"text_wrap": True} if column.kind == "text" else {"align": "center"}
            look |= {"bold": True, "bg_color": GROUP} if strong else {}
            look |= {"indent": indent} if indent else {}
            self.formats[key] = self.workbook.add_format(look)
        return self.formats[key]

    def _rules(self) -> None:
        """Choices, lines and colours hang on whole columns: they cost nothing for each row, and new rows have them too."""
        sheet, first, grid = self.sheet, HEADING + 1, self.grid
        for place, column in enumerate(grid.columns):
            words = self.book.lists.get(column.choices, ())
            if words:
                inline = len(",".join(words)) <= LONGEST_INLINE and not any("," in word for word in words)
                source = list(words) if inline else self.lists[column.choices]
                rule = {"validate": "list", "source": source, "error_type": "warning", "ignore_blank": True}
                sheet.data_validation(first, place, self.last + 500, place, rule)
            if column.kind == "percent":
                bar = {
                    "type": "data_bar", "bar_color": "#8FB8EE", "bar_solid": True, "min_type": "num", "max_type": "num",
                    "min_value": 0, "max_value": 1,
                }  # fmt: skip
                sheet.conditional_format(first, place, self.last, place, bar)
            for word, tone in grid.tones.items() if column.choices == "states" else ():
                form = self.workbook.add_format({"font_color": f"#{INKS.get(tone, '1B2530')}"})
                rule = {"type": "cell", "criteria": "==", "value": '"' + word.replace('"', '""') + '"', "format": form}
                sheet.conditional_format(first, place, self.last, place, rule)
        lines = self.workbook.add_format({"border": 1, "border_color": LINE})
        shown = max((place for place, column in enumerate(grid.columns) if not column.hidden), default=0)
        rule = {"type": "formula", "criteria": "=TRUE", "format": lines}
        sheet.conditional_format(first, 0, self.last, shown, rule)


def _put(sheet: Any, row: int, place: int, value: GridValue, form: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, clean(value)[:LONGEST_TEXT], form)
    elif isinstance(value, date):
        if value < FIRST_DAY:
            sheet.write_string(row, place, value.isoformat(), form)
        else:
            sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), form)
    else:
        sheet.write_number(row, place, value, form)


def _head(workbook: Any, sheet: Any, title: str, subtitle: str, last: int) -> None:
    look = workbook.add_format(FONT | {"bold": True, "font_size": 15, "align": "center"})
    quiet = workbook.add_format(FONT | {"font_color": "#465261", "align": "left"})
    for row, text, form in ((TITLE, title, look), (TITLE + 1, subtitle, quiet)):
        if last > 0:
            sheet.merge_range(row, 0, row, last, "", form)
        sheet.write_string(row, 0, clean(text)[:LONGEST_TEXT], form)
    sheet.set_row(TITLE, 28)


def _print_setup(sheet: Any, heading: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")


def _write_pairs(workbook: Any, pairs: Pairs) -> None:
    sheet = workbook.add_worksheet(sheet_name(pairs.name))
    label = workbook.add_format(FONT | {"bold": True, "bg_color": HEAD, "border": 1, "border_color": LINE})
    value = workbook.add_format(FONT | {"border": 1, "border_color": LINE, "text_wrap": True, "num_format": "@"})
    sheet.merge_range(0, 0, 0, 1, "", workbook.add_format(FONT | {"bold": True, "font_size": 15, "align": "center"}))
    sheet.write_string(0, 0, clean(pairs.title))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 12, None, {"hidden": 1})
    for row, (name, text, hidden) in enumerate(pairs.rows, 1):
        sheet.write_string(row, 0, clean(name), label)
        sheet.write_string(row, 1, clean(text)[:LONGEST_TEXT], value)
        if hidden:
            sheet.write_string(row, 2, hidden)
    sheet.print_area(0, 0, len(pairs.rows), 1)
    _print_setup(sheet, 0)


class _ChartWriter:
    """Draws bars by conditional colours that follow the dates beside them, so that they move when somebody edits a date."""

    def __init__(self, workbook: Any, chart: Chart) -> None:
        self.workbook, self.chart = workbook, chart
        self.sheet = workbook.add_worksheet(sheet_name(chart.name))
        self.words = len(chart.labels) - 3
        self.steps = _steps(chart)

    def write(self) -> None:
        sheet, chart = self.sheet, self.chart
        first = len(chart.labels)
        last = first + len(self.steps) - 1
        _head(self.workbook, sheet, chart.title, "", max(last, 1))
        look = self.workbook.add_format(FONT | {"bold": True, "bg_color": HEAD, "align": "center", "valign": "vcenter"})
        for place, label in enumerate(chart.labels):
            sheet.write_string(HEADING, place, clean(label), look)
        shape = "mm-dd" if _is_daily(self.steps) else "yy-mm-dd"
        small = FONT | {"font_size": 8, "bg_color": HEAD, "rotation": 90, "num_format": shape}
        turned = self.workbook.add_format(small)
        for place, day in enumerate(self.steps, first):
            _put(sheet, HEADING, place, day, turned)
        for number, bar in enumerate(chart.bars, HEADING + 1):
            self._bar(number, bar)
        for place, width in enumerate([7, 34, 12, 11, 11, 8][: len(chart.labels)]):
            sheet.set_column(place, place, width)
        sheet.set_column(first, last, 2.4)
        self._colours(first, last)
        sheet.freeze_panes(HEADING + 1, 2)
        sheet.set_row(HEADING, 46)
        _print_setup(sheet, HEADING)

    def _bar(self, number: int, bar: Bar) -> None:
        text = self._look("text", bar.strong)
        for place, word in enumerate(bar.words):
            if word:
                self.sheet.write_string(number, place, clean(word)[:LONGEST_TEXT], text)
        day = self._look("date", bar.strong)
        _put(self.sheet, number, self.words, bar.start, day)
        _put(self.sheet, number, self.words + 1, bar.finish, day)
        self.sheet.write_number(number, self.words + 2, bar.share, self._look("percent", bar.strong))

    def _look(self, kind: str, strong: bool) -> Any:
        key = f"_{kind}{strong}"
        if not hasattr(self, key):
            look = FONT | {"num_format": SHAPES[kind]} | ({"bold": True} if strong else {})
            setattr(self, key, self.workbook.add_format(look))
        return getattr(self, key)

    def _colours(self, first: int, last: int) -> None:
        row, end = HEADING + 1, HEADING + max(len(self.chart.bars), 1)
        start, finish, share = (f"${_letters(self.words + step)}{row + 1}" for step in range(3))
        day, ends = f"{_letters(first)}${HEADING + 1}", f"({_letters(first)}${HEADING + 1}+{self._width()})"
        inside = f"{day}<={finish},{ends}>{start}"
        reached = f"{day}<{start}+({finish}-{start}+1)*{share}"
        for criteria, colour in ((f"=AND({inside},{share}>0,{reached})", DONE), (f"=AND({inside})", BAR)):
            form = self.workbook.add_format({"bg_color": colour})
            rule = {"type": "formula", "criteria": criteria, "format": form, "stop_if_true": True}
            self.sheet.conditional_format(row, first, end, last, rule)

    def _width(self) -> int:
        return (self.steps[1] - self.steps[0]).days if len(self.steps) > 1 else 1


def _is_daily(steps: list[date]) -> bool:
    return len(steps) < 2 or (steps[1] - steps[0]).days == 1


def _steps(chart: Chart) -> list[date]:
    """The days that head the columns: every day, every Monday, or every fourth, twelfth … week."""
    begin = min((bar.start for bar in chart.bars), default=chart.as_of)
    end = max((bar.finish for bar in chart.bars), default=chart.as_of)
    span = (end - begin).days + 1
    if span <= MOST_STEPS:
        return [begin + timedelta(days=step) for step in range(span)]
    monday = begin - timedelta(days=begin.weekday())
    weeks = ((end - monday).days // 7) // MOST_STEPS + 1
    step = timedelta(days=7 * weeks)
    return [monday + step * number for number in range((end - monday) // step + 1)]


def _write_meta(workbook: Any, book: Book) -> None:
    sheet = workbook.add_worksheet(META)
    for row, (name, value) in enumerate(book.meta):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, clean(value)[:LONGEST_TEXT])
    for place, words in enumerate(book.lists.values(), 2):
        for row, word in enumerate(words):
            sheet.write_string(row, place, clean(word))
    sheet.very_hidden()
