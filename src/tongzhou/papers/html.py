"""Paper → html: escaped, semantic, without inline style or script; frontend/styles/pages/report.css dresses it."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from itertools import groupby

from tongzhou.papers.paper import (
    Block,
    Bullets,
    Column,
    Entry,
    Fact,
    Fields,
    Figures,
    Letterhead,
    Linked,
    Meter,
    Meters,
    Opinions,
    Paper,
    Section,
    Signatures,
    Stamp,
    State,
    Table,
    Text,
    Value,
)
from tongzhou.papers.qr import qr_picture
from tongzhou.papers.values import field_rows, stamp_names
from tongzhou.papers.wording import number_text, percent_text, printed

MARKS = {
    "check": "m5 12 5 5L20 7",
    "arrow": "M5 12h14M13 18l6-6M13 6l6 6",
    "talk": "M8 9h8M8 13h6M18 4a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-5l-5 3v-3H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z",
    "warning": "M12 9v4M10.36 3.59 2.26 17.13a1.91 1.91 0 0 0 1.63 2.87h16.22a1.91 1.91 0 0 0 1.63-2.87L13.64 3.59"
    "a1.91 1.91 0 0 0-3.28 0zM12 16h.01",
}
NOTHING = "—"
FIELD_ROOM = 80.0  # half-width characters of the values of a form


class Html(str):
    """Text that is markup already: what came from outside was escaped here. Django's templates ask for `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def to_html(paper: Paper, *, level: int = 1) -> Html:
    """Return the paper as an `<article class="tz-paper">`; its title is a heading of `level` 1..5, sections one below."""
    badge = _state(paper.badge) if paper.badge else ""
    parts = ['<article class="tz-paper">', '<header class="tz-paper-head">']
    parts.append(_letterhead(paper.letterhead))
    parts.append(_stamp(paper.stamp))
    parts.append(f'<div class="tz-paper-title"><h{level}>{_text(paper.title)}</h{level}>{badge}</div>')
    if paper.subtitle:
        parts.append(f'<p class="tz-paper-subtitle">{_text(paper.subtitle)}</p>')
    if paper.facts:
        facts = "".join(f"<div><dt>{_text(fact.label)}</dt><dd>{_text(fact.value)}</dd></div>" for fact in paper.facts)
        parts.append(f'<dl class="tz-paper-facts">{facts}</dl>')
    if paper.lead:
        parts.append(f'<p class="tz-paper-lead">{_text(paper.lead)}</p>')
    parts.append("</header>")
    if paper.figures is not None:
        parts.append(_figures(paper.figures))
    parts.extend(_sections(paper.sections, level + 1))
    parts.append("</article>")
    return Html("".join(parts))


def _letterhead(letterhead: Letterhead) -> str:
    if letterhead == Letterhead():
        return ""
    logo = ""
    if letterhead.logo:
        logo = f'<img alt="" src="data:image/png;base64,{base64.b64encode(letterhead.logo).decode()}">'
    words = f"<b>{_text(letterhead.organisation)}</b><span>{_text(letterhead.header)}</span>"
    return f'<div class="tz-paper-letterhead">{logo}{words}</div>'


def _stamp(stamp: Stamp) -> str:
    """By what the paper is known: number and code, and beside them their picture."""
    names = "".join(f"<p>{_text(name)}</p>" for name in stamp_names(stamp) if name)
    hints = "".join(f'<p class="tz-paper-hint">{_text(line)}</p>' for line in (stamp.words, stamp.address) if line)
    if not names + hints:
        return ""
    picture = qr_picture(printed(stamp.address), "svg").decode()
    return f'<div class="tz-paper-stamp"><div>{names}{hints}</div>{picture}</div>'


def _sections(sections: Iterable[Section], level: int) -> Iterable[str]:
    for half, run in groupby(sections, key=lambda section: section.half):
        shown = "".join(_section(section, level) for section in run)
        yield f'<div class="tz-paper-halves">{shown}</div>' if half else shown


def _section(section: Section, level: int) -> str:
    blocks = "".join(_block(block) for block in section.blocks)
    heading = f"<h{level}>{_text(section.heading)}</h{level}>" if section.heading else ""
    return f'<section class="tz-paper-section">{heading}{blocks}</section>'


def _block(block: Block) -> str:
    makers: dict[type, Callable[..., str]] = {
        Text: lambda text: f'<p class="tz-paper-text">{_text(text.text)}</p>',
        Bullets: _bullets,
        Table: _table,
        Figures: _figures,
        Meters: _meters,
        Signatures: _signatures,
        Fields: _fields,
        Opinions: _opinions,
    }
    return makers[type(block)](block)


def _figures(strip: Figures) -> str:
    shown = "".join(
        f'<div><dt>{_text(figure.label)}</dt><dd class="tz-paper-tone-{figure.tone}">{_text(figure.value)}'
        f"{f' <small>{_text(figure.note)}</small>' if figure.note else ''}</dd></div>"
        for figure in strip.figures
    )
    return f'<dl class="tz-paper-figures">{shown}</dl>'


def _bullets(bullets: Bullets) -> str:
    if not bullets.entries:
        return _empty(bullets.empty)
    return f'<ul class="tz-paper-list">{"".join(_entry(entry) for entry in bullets.entries)}</ul>'


def _entry(entry: Entry) -> str:
    note = f' <span class="tz-paper-note">{_text(entry.note)}</span>' if entry.note else ""
    return f'<li class="tz-paper-mark-{entry.mark or "none"}">{_icon(entry.mark)}{_link(entry.text, entry.href)}{note}</li>'


def _icon(mark: str) -> str:
    if not mark:
        return ""
    return f'<svg class="tz-paper-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{MARKS[mark]}"/></svg>'


def _table(table: Table) -> str:
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    if not table.rows:
        return _empty(table.empty)
    # Narrow screens stack the cells; the explicit roles keep it a table for those who listen to it.
    head = "".join(
        f'<th scope="col" role="columnheader" class="tz-paper-{column.kind}">{_text(column.label)}</th>'
        for column in table.columns
    )
    body = "".join(_row(table.columns, row) for row in table.rows)
    return (
        f'<table class="tz-paper-table" role="table">{caption}<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(columns: tuple[Column, ...], row: tuple[Value, ...]) -> str:
    cells = []
    for place, (column, value) in enumerate(zip(columns, row, strict=True)):
        tag, role = ("th", 'scope="row" role="rowheader"') if place == 0 else ("td", 'role="cell"')
        label = f' data-label="{_text(column.label)}"' if place else ""
        cells.append(f'<{tag} {role} class="tz-paper-{column.kind}"{label}>{_value(column, value)}</{tag}>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _value(column: Column, value: Value) -> str:
    if isinstance(value, State):
        return _state(value)
    if isinstance(value, Linked):
        return _link(value.text, value.href)
    if isinstance(value, date):
        return f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>'
    if value is None or value == "":
        return f'<span class="tz-paper-nothing">{NOTHING}</span>'
    if isinstance(value, str):
        return _text(value)
    return percent_text(value) if column.kind == "percent" else number_text(value, column.decimals)


def _meters(meters: Meters) -> str:
    if not meters.rows:
        return _empty(meters.empty)
    return f'<ul class="tz-paper-meters">{"".join(_meter(row, meters) for row in meters.rows)}</ul>'


def _meter(row: Meter, meters: Meters) -> str:
    words = f"{meters.labels[1]} {percent_text(row.actual)}"
    tick, planned, actual = "", "", percent_text(row.actual)
    if row.planned is not None:
        tick = f'<rect class="tz-paper-tick" x="{_place(row.planned)}%" y="0" width="2" height="12"/>'
        planned = f'<span class="tz-paper-note"> / {percent_text(row.planned)}</span>'
        actual = actual.rstrip("%")
        words += f" / {meters.labels[2]} {percent_text(row.planned)}"
    bar = (
        f'<svg class="tz-paper-meter" width="100%" height="12" aria-hidden="true">'
        f'<rect class="tz-paper-track" x="0" y="3" width="100%" height="6" rx="3"/>'
        f'<rect class="tz-paper-fill" x="0" y="3" width="{_place(row.actual)}%" height="6" rx="3"/>{tick}</svg>'
    )
    note = f'<span class="tz-paper-gap">{_text(row.note)}</span>' if row.note else ""
    return (
        f'<li title="{_text(words)}"><span class="tz-paper-meter-label">{_text(row.label)}</span>{bar}'
        f'<span class="tz-paper-meter-value">{actual}{planned}</span>{note}</li>'
    )


def _place(share: Fraction) -> str:
    return number_text(min(max(share, Fraction(0)), Fraction(1)) * 100, 2)


def _signatures(block: Signatures) -> str:
    shown = "".join(
        f"<div><dt>{_text(place.role)}{f' {_text(place.name)}' if place.name else ''}</dt>"
        f"<dd>{_text(block.signature_label)}<span></span>{_text(block.date_label)}<span></span></dd></div>"
        for place in block.places
    )
    return f'<dl class="tz-paper-signatures">{shown}</dl>'


def _fields(block: Fields) -> str:
    shown = "".join(_field_row(row, block.columns) for row in field_rows(block, FIELD_ROOM / block.columns))
    return f'<dl class="tz-paper-fields tz-paper-columns-{block.columns}">{shown}</dl>'


def _field_row(facts: list[Fact], columns: int) -> str:
    """Return the facts of a row; the last one takes the room of those that are not there."""
    spans = [1] * (len(facts) - 1) + [columns - len(facts) + 1]
    return "".join(
        f'<div class="tz-paper-span-{span}"><dt>{_text(fact.label)}</dt><dd>{_text(fact.value)}</dd></div>'
        for fact, span in zip(facts, spans, strict=True)
    )


def _opinions(block: Opinions) -> str:
    head = "".join(f'<th scope="col" role="columnheader">{_text(label)}</th>' for label in block.labels)
    rows = "".join(
        '<tr role="row">'
        + "".join(
            f'<td role="cell" data-label="{_text(label)}">{_text(value)}</td>'
            for label, value in zip(block.labels, (row.department, row.name, row.opinion, row.signed, row.dated), strict=True)
        )
        + "</tr>"
        for row in block.rows
    )
    return (
        f'<table class="tz-paper-table tz-paper-opinions" role="table"><thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _state(state: State) -> str:
    return f'<span class="tz-paper-state tz-paper-tone-{state.tone}">{_text(state.word)}</span>'


def _link(text: str, href: str) -> str:
    """Link only within this server."""
    if href.startswith("/") and not href.startswith(("//", "/\\")):
        return f'<a href="{_text(href)}">{_text(text)}</a>'
    return _text(text)


def _empty(words: str) -> str:
    return f'<p class="tz-paper-empty">{_text(words)}</p>' if words else ""


def _text(text: str) -> str:
    return html.escape(printed(text), quote=True)
