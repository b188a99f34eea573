"""The smallest pieces of WordprocessingML: runs, paragraphs, cells, rows, pictures. Lengths in twentieths of a point (dxa)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal
from xml.sax.saxutils import escape

from tongzhou.papers.logo import png_size
from tongzhou.papers.values import SHADE
from tongzhou.papers.wording import printed

LATIN, LATIN_HEADING = "Times New Roman", "Arial"
CHINESE, CHINESE_HEADING = "宋体", "黑体"
LINE, QUIET = "9AA5B1", "5B6776"
CM = 567
EMU = 635  # of a dxa
UNKEPT = re.compile(r"<w:pPr>(<w:pStyle [^>]*/>)?(?!<w:keepNext/>)")
Align = Literal["left", "center", "right", "both"]


def fonts(heading: bool = False) -> str:
    """Return the typefaces of a run. The hint gives “”…— and their like to the Chinese one."""
    latin, chinese = (LATIN_HEADING, CHINESE_HEADING) if heading else (LATIN, CHINESE)
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{latin}"/>'


BODY_FONTS, HEADING_FONTS = fonts(), fonts(heading=True)


def run(text: str, *, bold: bool = False, ink: str = "", size: float = 0.0, heading: bool = False) -> str:
    """Return a run; its newlines are line breaks. `size` in points, that of the style if none is given."""
    look = HEADING_FONTS if heading else BODY_FONTS
    if bold:
        look += "<w:b/><w:bCs/>"
    if ink:
        look += f'<w:color w:val="{ink}"/>'
    if size:
        look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    words = escape(printed(text)).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    words = words.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def tab() -> str:
    """Return a step to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def field(name: Literal["PAGE", "NUMPAGES"], size: float) -> str:
    """Return a number that the word processor counts."""
    return f'<w:fldSimple w:instr="{name}">{run("1", size=size, ink=QUIET)}</w:fldSimple>'


def paragraph(runs: str, *, style: str = "", align: Align = "left", more: str = "") -> str:
    """Return a paragraph. `more`: properties between keepNext and jc, in the order of CT_PPr."""
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    look += more
    if align != "left":
        look += f'<w:jc w:val="{align}"/>'
    return f"<w:p><w:pPr>{look}</w:pPr>{runs}</w:p>"


def kept(content: str) -> str:
    """Return paragraphs and tables with each paragraph on the page of the next one."""
    return UNKEPT.sub(r"<w:pPr>\1<w:keepNext/>", content)


def cell(content: str, width: int, *, span: int = 1, shaded: bool = False) -> str:
    """Return a cell of whole paragraphs."""
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span > 1:
        look += f'<w:gridSpan w:val="{span}"/>'
    if shaded:
        look += f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
    return f'<w:tc><w:tcPr>{look}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def row(cells: Iterable[str], *, whole: bool = True, head: bool = False, height: int = 0) -> str:
    """Return a row. A `whole` row is never cut by the end of a page; a `head` stands on every page."""
    look = "<w:cantSplit/>" if whole else ""
    if height:
        look += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
    if head:
        look += "<w:tblHeader/>"
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def table(rows: Iterable[str], widths: Sequence[int], *, lines: bool = True) -> str:
    """Return a table, and the small paragraph that keeps it from growing into the next one."""
    shown = "".join(rows)
    if not shown:
        return ""  # a table without rows is none: Word would call the document damaged
    edges = ("top", "left", "bottom", "right", "insideH", "insideV") if lines else ()
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for edge in edges)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{shown}</w:tbl>"
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def picture(relation: str, content: bytes, height: int, words: str, widest: int) -> str:
    """Return a run with a png, `height` high or lower where it would be wider than `widest`; `words` say what it shows."""
    across, down = png_size(content)
    width = min(height * across // max(down, 1), widest)
    height = min(height, width * down // max(across, 1)) or 1
    number = {"logo": 1, "qr": 2}[relation]
    extent = f'cx="{width * EMU}" cy="{height * EMU}"'
    words = escape(printed(words), {'"': "&quot;"})
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="{relation}" descr="{words}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{relation}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
