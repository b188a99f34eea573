"""Paper → pdf: A4, lying where a table is wide, set by typst with our own Chinese typeface, text that can be searched.

The paper goes in as data, so that no text is ever read as markup. Runs in a child process, as drawings do.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tongzhou.papers.docx import INKS, WIDE_TABLE, shown_value
from tongzhou.papers.drawing import LONGEST_SECONDS, NotDrawn
from tongzhou.papers.paper import Block, Bullets, Column, Figures, Meters, Paper, Signatures, State, Table, Text
from tongzhou.papers.wording import clean

NUMBERS = ("number", "percent")
TEMPLATE = """
#let p = json("paper.json")
#set page(paper: "a4", flipped: p.wide, margin: (x: 1.6cm, y: 1.6cm), footer: context align(center,
  text(8pt, fill: rgb("#5b6776"),
  p.pages.replace("{page}", str(counter(page).get().first())).replace("{pages}", str(counter(page).final().first())))))
#set text(font: ("Noto Sans SC", "Noto Sans SC Bold"), lang: "zh", region: "cn", size: 10pt)
#set par(leading: 0.6em, spacing: 0.8em)
#let bold(it) = text(weight: "bold", it)
#let ink(cell) = if cell.ink == "" { cell.text } else { text(fill: rgb(cell.ink), weight: "bold", cell.text) }
#set document(title: p.title, date: none)
#align(center, text(17pt, weight: "bold", p.title))
#if p.subtitle != "" { align(center, p.subtitle) }
#if p.facts.len() > 0 { grid(columns: (auto, 1fr, auto, 1fr), column-gutter: 10pt, row-gutter: 6pt,
  ..p.facts.map(f => (text(fill: rgb("#5b6776"), f.at(0)), f.at(1))).flatten()) }
#if p.lead != "" { bold(p.lead) }
#for section in p.sections {
  block(above: 14pt, below: 8pt, sticky: true, text(12pt, weight: "bold", section.heading))
  for part in section.blocks {
    if part.kind == "text" { for line in part.lines { par(line) } }
    else if part.kind == "list" { for entry in part.entries { par("• " + entry) } }
    else if part.kind == "table" {
      if part.rows.len() == 0 { text(fill: rgb("#5b6776"), part.empty) } else {
        set text(size: if p.wide { 7.5pt } else { 9pt })
        set par(leading: 0.45em)
        table(columns: part.widths.map(w => w * 1fr), stroke: 0.5pt + rgb("#c9d0d8"), inset: 4pt,
          align: (x, y) => if y == 0 { center + horizon } else if part.numbers.at(x) { right } else { left },
          table.header(..part.heads.map(h => table.cell(fill: rgb("#e8eef1"), bold(h)))),
          ..part.rows.flatten().map(ink))
      }
    } else if part.kind == "signatures" {
      table(columns: (2fr, 2fr, 1fr), stroke: 0.5pt + rgb("#c9d0d8"), inset: 8pt,
        ..part.places.map(s => (bold(s), part.signature, part.date).map(t => table.cell(t))).flatten())
    }
  }
}
"""


def paper_to_pdf(paper: Paper, fonts: Path) -> bytes:
    """Return the paper as a PDF. `fonts`: a folder with Noto Sans SC.

    :raises NotDrawn: if it takes too long or cannot be set.
    """
    command = [sys.executable, "-m", "tongzhou.papers.pdf", str(fonts)]
    given = json.dumps(_data(paper), ensure_ascii=False).encode()
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=LONGEST_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NotDrawn("timeout") from error
    if done.returncode:
        raise NotDrawn(done.stderr.decode(errors="replace")[-500:])
    return done.stdout


def _data(paper: Paper) -> dict[str, Any]:
    tables = [block for section in paper.sections for block in section.blocks if isinstance(block, Table)]
    return {
        "title": clean(paper.title),
        "subtitle": clean(paper.subtitle),
        "facts": [[clean(fact.label), clean(fact.value)] for fact in paper.facts],
        "lead": clean(paper.lead),
        "wide": any(len(table.columns) >= WIDE_TABLE for table in tables),
        "pages": clean(paper.pages),
        "sections": [
            {"heading": clean(section.heading), "blocks": [_block(block) for block in section.blocks]}
            for section in paper.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "lines": clean(block.text).split("\n")}
    if isinstance(block, Bullets):
        entries = [f"{entry.text} {entry.note}".strip() for entry in block.entries] or [block.empty]
        return {"kind": "list", "entries": [clean(entry) for entry in entries]}
    if isinstance(block, Figures):
        return {"kind": "list", "entries": [clean(f"{one.label}：{one.value} {one.note}".strip()) for one in block.figures]}
    if isinstance(block, Signatures):
        places = [clean(f"{place.role} {place.name}".strip()) for place in block.places]
        labels = {"signature": f"{clean(block.signature_label)}：", "date": f"{clean(block.date_label)}："}
        return {"kind": "signatures", "places": places, **labels}
    return _table(_of_meters(block) if isinstance(block, Meters) else block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "heads": [clean(column.label) for column in table.columns],
        "numbers": [column.kind in NUMBERS for column in table.columns],
        "widths": [column.width or 10 for column in table.columns],
        "rows": [
            [
                {
                    "text": clean(shown_value(column, value)),
                    "ink": f"#{INKS[value.tone]}" if isinstance(value, State) and value.tone in INKS else "",
                }
                for column, value in zip(table.columns, row, strict=True)
            ]
            for row in table.rows
        ],
        "empty": clean(table.empty),
    }


def _of_meters(meters: Meters) -> Table:
    first, actual, planned, gap = meters.labels
    columns = (Column(first), Column(actual, "percent"), Column(planned, "percent"), Column(gap))
    return Table(columns, tuple((row.label, row.actual, row.planned, row.note) for row in meters.rows), empty=meters.empty)


def _child(fonts: str) -> bytes:
    import tempfile

    import typst

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paper.json").write_bytes(sys.stdin.buffer.read())
        source = Path(folder) / "paper.typ"
        source.write_text(TEMPLATE, encoding="utf-8")
        made = typst.Compiler(str(source), root=folder, font_paths=[fonts]).compile(format="pdf")
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(_child(sys.argv[1]))
