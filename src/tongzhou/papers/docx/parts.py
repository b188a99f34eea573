"""The parts of a document that are the same in each, and those that only carry names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

from tongzhou.papers.docx.marks import BODY_FONTS, HEADING_FONTS

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
LANGUAGE = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'


def relations(pictures: Iterable[str], *, main: bool = False) -> str:
    """Return the relations of a part: its pictures, and of the `main` one also the parts that it needs."""
    named = [(name, "image", f"media/{name}.png") for name in pictures]
    if main:
        named += [("header", "header", "header1.xml"), ("footer", "footer", "footer1.xml")]
        named += [(name, name, f"{name}.xml") for name in ("styles", "numbering", "settings", "fontTable")]
    kinds = f"{OFFICE}/relationships"
    lines = "".join(f'<Relationship Id="{key}" Type="{kinds}/{kind}" Target="{path}"/>' for key, kind, path in named)
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def core(title: str, dated: date) -> str:
    """Return what the document says of itself."""
    stamp = f'<dcterms:{{0}} xsi:type="dcterms:W3CDTF">{dated.isoformat()}T00:00:00Z</dcterms:{{0}}>'
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title>{stamp.format('created')}{stamp.format('modified')}</cp:coreProperties>"
    )


def _types() -> str:
    parts = {
        "/word/document.xml": f"{WORD}.document.main+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    } | {
        f"/word/{name}.xml": f"{WORD}.{kind}+xml"
        for name, kind in (
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("settings", "settings"),
            ("fontTable", "fontTable"),
            ("header1", "header"),
            ("footer1", "footer"),
        )
    }
    lines = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>{lines}</Types>'
    )


def _root() -> str:
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="document" '
        f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="core" '
        f'Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
    )


def _style(key: str, name: str, paragraph: str = "", run: str = "", *, base: bool = False) -> str:
    kind = ' w:default="1"' if base else ""
    after = "" if base else '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{name}"/>{after}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _spacing(before: int, after: int, line: int = 300) -> str:
    """Return the room around a paragraph in dxa, and its lines in 240ths of their height."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _styles() -> str:
    heading = f"{HEADING_FONTS}<w:b/><w:bCs/>"
    indent = '<w:ind w:firstLineChars="200" w:firstLine="420"/>'
    # In cells, no room is left between Chinese and digits: a day is not torn over two lines.
    tight = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    level = '<w:outlineLvl w:val="0"/>'
    styles = (
        _style("Normal", "Normal", _spacing(0, 60), BODY_FONTS + _size(10.5), base=True),
        _style("Title", "Title", f'<w:keepNext/>{_spacing(60, 120)}<w:jc w:val="center"/>', heading + _size(18)),
        _style("Heading1", "heading 1", f"<w:keepNext/><w:keepLines/>{_spacing(240, 100)}{level}", heading + _size(12.5)),
        _style("Words", "Words", f'{_spacing(0, 60)}{indent}<w:jc w:val="both"/>'),
        _style("ListBullet", "List Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
        _style("Cell", "Cell", tight + _spacing(0, 0, 264), _size(9.5)),
        _style("Small", "Small", tight + _spacing(0, 0, 252), _size(8)),
    )
    return (
        f"{XML}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{BODY_FONTS}{_size(10.5)}{LANGUAGE}</w:rPr>"
        f"</w:rPrDefault><w:pPrDefault/></w:docDefaults>{''.join(styles)}</w:styles>"
    )


def _numbering() -> str:
    return (
        f'{XML}<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="360" w:hanging="260"/></w:pPr><w:rPr>{BODY_FONTS}</w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _settings() -> str:
    return (
        f'{XML}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/></w:font>'
        for name, other, family in (("宋体", "SimSun", "roman"), ("黑体", "SimHei", "swiss"))
    )
    return f"{XML}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


FIXED = {
    "[Content_Types].xml": _types(),
    "_rels/.rels": _root(),
    "word/styles.xml": _styles(),
    "word/numbering.xml": _numbering(),
    "word/settings.xml": _settings(),
    "word/fontTable.xml": _font_table(),
}
