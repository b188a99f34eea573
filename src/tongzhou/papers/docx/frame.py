"""The page of a document: its size, what stands at the head and the foot of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tongzhou.papers.docx.marks import CM, LINE, QUIET, paragraph, picture, run, tab
from tongzhou.papers.docx.marks import field as counted
from tongzhou.papers.docx.parts import NAMESPACES, XML
from tongzhou.papers.paper import Paper
from tongzhou.papers.values import frame_texts, lies_down

A4 = (11906, 16838)
HEAD_SIZE, FOOT_SIZE = 9.0, 8.0


@dataclass
class Frame:
    """Measures of the page in dxa."""

    paper: Paper
    wide: bool = field(init=False)

    def __post_init__(self) -> None:
        self.wide = lies_down(self.paper)

    @property
    def width(self) -> int:
        """The room between the margins."""
        return A4[1] - 2 * self.margin if self.wide else A4[0] - 2 * self.margin

    @property
    def margin(self) -> int:
        return 850 if self.wide else 2 * CM

    @property
    def headed(self) -> bool:
        letterhead = self.paper.letterhead
        return bool(letterhead.organisation or letterhead.header or letterhead.logo)

    def section(self) -> str:
        """Return the properties of the one section."""
        across, down = (A4[1], A4[0]) if self.wide else A4
        lying = ' w:orient="landscape"' if self.wide else ""
        top = 1474 if self.headed else 1020
        return (
            '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>'
            f'<w:pgSz w:w="{across}" w:h="{down}"{lying}/><w:pgMar w:top="{top}" w:right="{self.margin}" w:bottom="1134" '
            f'w:left="{self.margin}" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
        )


def head(paper: Paper, frame: Frame) -> str:
    """Return what stands at the head of every page: whose paper it is."""
    if not frame.headed:
        return f"{XML}<w:hdr {NAMESPACES}><w:p/></w:hdr>"
    organisation, header, *_ = frame_texts(paper)
    logo = paper.letterhead.logo
    runs = picture("logo", logo, 480, organisation, 3 * CM) if logo else ""
    runs += run(f"{' ' if runs else ''}{organisation}", bold=True, size=HEAD_SIZE, heading=True)
    runs += tab() + run(header, size=HEAD_SIZE, ink=QUIET)
    look = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="3" w:color="{LINE}"/></w:pBdr>'
        f'<w:tabs><w:tab w:val="right" w:pos="{frame.width}"/></w:tabs><w:spacing w:after="0"/>'
        '<w:textAlignment w:val="center"/>'
    )
    return f"{XML}<w:hdr {NAMESPACES}>{paragraph(runs, more=look)}</w:hdr>"


def foot(paper: Paper, frame: Frame) -> str:
    """Return what stands at the foot of every page: the code, the page, the number."""
    _, _, code, pages, number = frame_texts(paper)
    runs = run(code, size=FOOT_SIZE, ink=QUIET) + tab()
    for part in re.split(r"(\{page\}|\{pages\})", pages):
        if part in ("{page}", "{pages}"):
            runs += counted("PAGE" if part == "{page}" else "NUMPAGES", FOOT_SIZE)
        elif part:
            runs += run(part, size=FOOT_SIZE, ink=QUIET)
    runs += tab() + run(number, size=FOOT_SIZE, ink=QUIET)
    look = (
        f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr><w:tabs>'
        f'<w:tab w:val="center" w:pos="{frame.width // 2}"/><w:tab w:val="right" w:pos="{frame.width}"/></w:tabs>'
        '<w:spacing w:after="0"/>'
    )
    return f"{XML}<w:ftr {NAMESPACES}>{paragraph(runs, more=look)}</w:ftr>"
