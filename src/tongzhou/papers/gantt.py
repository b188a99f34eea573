"""项目甘特图 as a drawing: a table of tasks at the left, bars over a calendar at the right, on pages or in one picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongzhou.papers.drawing import Box, Mark, Page, Shape, Stroke, Words
from tongzhou.papers.wording import clean, text_width

A3 = (1190.55, 841.89)  # points, on its side
MARGIN, HEAD, FOOT, ROW = 28.0, 62.0, 18.0, 17.0
NAME, OWNER, DAYS = 232.0, 52.0, 78.0  # widths of the columns
LEFT = NAME + OWNER + DAYS
ROWS_A_PAGE = int((A3[1] - 2 * MARGIN - HEAD - FOOT) // ROW)
MOST_ROWS_IN_A_PICTURE = 600
INK, QUIET, LINE, OFF, HOLIDAY = "#1b2530", "#606c7a", "#e5e8ec", "#f3f5f7", "#e3edef"
BARS = {
    "todo": ("#c3cad3", "#5b6776"),
    "doing": ("#a9c6f3", "#1d5fc4"),
    "done": ("#8ecbab", "#17764a"),
    "blocked": ("#f0b1ac", "#c1332b"),
    "late": ("#f0cb94", "#a05505"),
    "cancelled": ("#e5e8ec", "#8791a0"),
}
GHOST, CRITICAL, TODAY, HALO = "#aab3bd", "#1b2530", "#c1332b", "#ffffffe6"


@dataclass(frozen=True)
class Bar:
    """A row: `look` is a key of BARS; shares 0..1; baseline days where there is a baseline."""

    code: str
    name: str
    level: int
    kind: str  # summary, task or milestone
    look: str
    owner: str
    start: date
    finish: date
    done: float = 0.0
    critical: bool = False
    baseline: tuple[date, date] | None = None


@dataclass(frozen=True)
class Chart:
    """What a chart shows. `links` are (row, row, critical); `off` are the days without work, `holidays` named runs of them."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    links: tuple[tuple[int, int, bool], ...]
    off: frozenset[date]
    holidays: tuple[tuple[date, date, str], ...]
    today: date
    words: tuple[str, str, str, str]  # heads of the three columns, the footer with {page} and {pages}


@dataclass(frozen=True)
class _Scale:
    """Days to points. `first` stands at `left`."""

    first: date
    days: int
    left: float
    width: float

    @property
    def day(self) -> float:
        return self.width / self.days

    def at(self, day: date) -> float:
        return self.left + (day - self.first).days * self.day


def gantt_pages(chart: Chart) -> list[Page]:
    """Return the chart on A3 pages, the heads on each."""
    scale = _scale(chart, A3[0] - 2 * MARGIN - LEFT)
    groups = [chart.bars[at : at + ROWS_A_PAGE] for at in range(0, len(chart.bars), ROWS_A_PAGE)] or [()]
    return [
        Page(*A3, tuple(_page(chart, scale, group, number * ROWS_A_PAGE, (number + 1, len(groups)), A3[1])))
        for number, group in enumerate(groups)
    ]


def gantt_picture(chart: Chart) -> Page:
    """Return the whole chart as one picture, as high as it has rows.

    :raises ValueError: if it has more rows than a picture can show.
    """
    if len(chart.bars) > MOST_ROWS_IN_A_PICTURE:
        raise ValueError(f"{len(chart.bars)} rows, {MOST_ROWS_IN_A_PICTURE} at most")
    scale = _scale(chart, A3[0] - 2 * MARGIN - LEFT)
    height = 2 * MARGIN + HEAD + len(chart.bars) * ROW + FOOT
    return Page(A3[0], height, (Box(0, 0, A3[0], height, "#ffffff"), *_page(chart, scale, chart.bars, 0, (1, 1), height)))


def _scale(chart: Chart, width: float) -> _Scale:
    days = [day for bar in chart.bars for day in (bar.start, bar.finish, *(bar.baseline or ()))] or [chart.today]
    first = min(days) - timedelta(days=2)
    return _Scale(first, (max(days) - first).days + 1 + max((max(days) - first).days // 12, 6), MARGIN + LEFT, width)


def _page(
    chart: Chart, scale: _Scale, bars: Sequence[Bar], first_row: int, page: tuple[int, int], height: float
) -> Iterator[Mark]:
    top = MARGIN + HEAD
    bottom = top + len(bars) * ROW
    yield Words(MARGIN, MARGIN - 4, chart.title, 14, INK, True)
    yield Words(MARGIN, MARGIN + 16, chart.subtitle, 8.5, QUIET)
    yield from _days_off(chart, scale, top, bottom)
    yield from _heads(chart, scale, bottom)
    for place in range(len(bars) + 1):
        yield Stroke(((MARGIN, top + place * ROW), (A3[0] - MARGIN, top + place * ROW)), LINE, 0.5)
    if scale.first <= chart.today < scale.first + timedelta(days=scale.days):
        x = scale.at(chart.today) + scale.day / 2
        yield Stroke(((x, top - 2), (x, bottom)), TODAY, 0.9)
    yield from _links(chart, scale, first_row, len(bars), top)
    for place, bar in enumerate(bars):
        yield from _row(bar, scale, top + place * ROW)
    footer = chart.words[3].replace("{page}", str(page[0])).replace("{pages}", str(page[1]))
    yield Words(A3[0] - MARGIN, height - MARGIN, footer, 7.5, QUIET, anchor="end")


def _days_off(chart: Chart, scale: _Scale, top: float, bottom: float) -> Iterator[Mark]:
    if scale.day >= 2.2:
        for first, last in _runs(sorted(day for day in chart.off if 0 <= (day - scale.first).days < scale.days)):
            yield Box(scale.at(first), top, ((last - first).days + 1) * scale.day, bottom - top, OFF)
    for first, last, name in chart.holidays:
        begin, end = max(first, scale.first), min(last, scale.first + timedelta(days=scale.days - 1))
        if begin <= end:
            width = ((end - begin).days + 1) * scale.day
            yield Box(scale.at(begin), top, width, bottom - top, HOLIDAY)
            if width >= 16:
                yield Words(scale.at(begin) + width / 2, top - 31, name, 7, QUIET, anchor="middle")


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Yield runs of neighbouring days."""
    first = last = None
    for day in days:
        if last is not None and first is not None and day - last > timedelta(days=1):
            yield first, last
            first = day
        first = first or day
        last = day
    if first is not None and last is not None:
        yield first, last


def _heads(chart: Chart, scale: _Scale, bottom: float) -> Iterator[Mark]:
    top = MARGIN + HEAD
    for x, words in ((MARGIN + 4, chart.words[0]), (MARGIN + NAME, chart.words[1]), (MARGIN + NAME + OWNER, chart.words[2])):
        yield Words(x, top - 14, words, 8, QUIET, True)
    end = scale.first + timedelta(days=scale.days)
    month = scale.first
    while month < end:
        following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        x = scale.at(month)
        yield Stroke(((x, top - 24), (x, bottom)), LINE, 0.75)
        if (min(following, end) - month).days * scale.day >= 46:
            yield Words(x + 3, top - 23, f"{month.year}年{month.month}月", 8, QUIET, True)
        elif (min(following, end) - month).days * scale.day >= 16:
            yield Words(x + 2, top - 23, f"{month.month}月", 7, QUIET)
        month = following
    step = next((days for days in (1, 7, 14, 28) if days * scale.day >= (12 if days == 1 else 22)), 0)
    day = scale.first if step == 1 else scale.first + timedelta(days=-scale.first.weekday() % 7)
    while step and day < end:
        words = str(day.day) if step == 1 else f"{day.month}/{day.day}"
        yield Words(
            scale.at(day) + (scale.day / 2 if step == 1 else 1),
            top - 11,
            words,
            6.5,
            QUIET,
            anchor="middle" if step == 1 else "start",
        )
        day += timedelta(days=step)


def _row(bar: Bar, scale: _Scale, y: float) -> Iterator[Mark]:
    indent = min(bar.level, 8) * 9.0
    strong = bar.kind == "summary"
    yield Words(MARGIN + 4 + indent, y + 4.5, _cut(f"{bar.code}　{bar.name}", NAME - 10 - indent, 8), 8, INK, strong)
    yield Words(MARGIN + NAME, y + 4.5, _cut(bar.owner, OWNER - 4, 8), 8, QUIET)
    days = f"{bar.start:%m-%d} – {bar.finish:%m-%d}" if bar.kind != "milestone" else f"{bar.finish:%m-%d}"
    yield Words(MARGIN + NAME + OWNER, y + 4.5, days, 8, QUIET)
    left, right = scale.at(bar.start), scale.at(bar.finish) + scale.day
    if bar.kind == "milestone":
        yield from _milestone(bar, scale, y)
        right = scale.at(bar.finish) + scale.day / 2 + 7
    elif bar.kind == "summary":
        middle = y + ROW / 2
        yield Box(left, middle - 2.5, right - left, 3.5, QUIET)
        yield Shape(((left, middle + 1), (left + 4, middle + 1), (left, middle + 5)), QUIET)
        yield Shape(((right, middle + 1), (right - 4, middle + 1), (right, middle + 5)), QUIET)
    else:
        yield from _bar(bar, scale, y)
    note = bar.owner if bar.kind == "task" else bar.name if bar.kind == "milestone" else f"{int(bar.done * 100)}%"
    note = _cut(note, max(A3[0] - MARGIN - right - 9, 0), 7)
    if note:
        # What is written beside a bar stands on lines that pass there.
        width = min(text_width(note) * 7 * 0.52 + 3, A3[0] - MARGIN - right - 6.5)
        yield Box(right + 6.5, y + 4, width, ROW - 8, HALO)
        yield Words(right + 8, y + 5, note, 7, QUIET)


def _bar(bar: Bar, scale: _Scale, y: float) -> Iterator[Mark]:
    fill, ink = BARS[bar.look]
    left, width = scale.at(bar.start), ((bar.finish - bar.start).days + 1) * scale.day
    if bar.baseline is not None:
        first, last = bar.baseline
        yield Box(scale.at(first), y + ROW - 4.2, ((last - first).days + 1) * scale.day, 2.2, GHOST)
    yield Box(left, y + 3.2, width, ROW - 8.4, fill, CRITICAL if bar.critical else "", 1.5)
    if bar.done > 0:
        yield Box(left, y + 3.2, width * min(bar.done, 1), ROW - 8.4, ink, "", 1.5)


def _milestone(bar: Bar, scale: _Scale, y: float) -> Iterator[Mark]:
    _fill, ink = BARS[bar.look]
    if bar.baseline is not None and bar.baseline[1] != bar.finish:
        yield _diamond(scale.at(bar.baseline[1]) + scale.day / 2, y + ROW / 2, 4.5, "", GHOST)
    yield _diamond(scale.at(bar.finish) + scale.day / 2, y + ROW / 2, 5, ink, CRITICAL if bar.critical else "")


def _diamond(x: float, y: float, size: float, fill: str, stroke: str) -> Shape:
    return Shape(((x, y - size), (x + size, y), (x, y + size), (x - size, y)), fill, stroke)


def _links(chart: Chart, scale: _Scale, first_row: int, count: int, top: float) -> Iterator[Mark]:
    """Draw finish-to-start hand-overs between rows of this page; of the others the dates speak."""
    for before, after, critical in chart.links:
        if not (first_row <= before < first_row + count and first_row <= after < first_row + count):
            continue
        one, two = chart.bars[before], chart.bars[after]
        x1 = scale.at(one.finish) + (scale.day if one.kind != "milestone" else scale.day / 2 + 5)
        x2 = scale.at(two.start) if two.kind != "milestone" else scale.at(two.finish) + scale.day / 2 - 5
        y1, y2 = (top + (row - first_row) * ROW + ROW / 2 for row in (before, after))
        turn = max(x1 + 3, x2 - 4) if x2 >= x1 + 3 else x1 + 3
        bend = y2 - (ROW / 2 if y2 > y1 else -ROW / 2)
        path = (
            ((x1, y1), (turn, y1), (turn, y2), (x2, y2))
            if x2 > turn
            else ((x1, y1), (turn, y1), (turn, bend), (x2 - 4, bend), (x2 - 4, y2), (x2, y2))
        )
        ink = CRITICAL if critical else "#8791a0"
        yield Stroke(path, ink, 0.9 if critical else 0.6)
        yield Shape(((x2, y2), (x2 - 3, y2 - 2), (x2 - 3, y2 + 2)), ink)


def _cut(text: str, width: float, size: float) -> str:
    """Return `text` as far as it fits into `width` points at `size`, with … where it was cut."""
    text = clean(text).replace("\n", " ")
    room = width / (size * 0.52)
    if text_width(text) <= room:
        return text
    while text and text_width(text) > room - 1:
        text = text[:-1]
    return f"{text}…" if text else ""
