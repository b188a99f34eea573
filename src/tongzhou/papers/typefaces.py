"""Which characters our typefaces can show; one that none of them has is written as its number, never as an empty box."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

# In the order in which they are asked for a character; typst's names of them.
FAMILIES = ("Noto Sans SC", "Noto Sans JP", "DejaVu Sans", "Noto Emoji")
FILES = ("NotoSansSC_*.ttf", "NotoSansJP_*.ttf", "DejaVuSans*.ttf", "NotoEmoji_*.ttf")
SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
LINES = re.compile("[\u2028\u2029]")
JOINING = "\u200c\u200d\u200e\u200f\ufe0e\ufe0f"
# Invisible by nature, and of no use on paper; what joins emoji and what turns the direction of letters stays.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\U000e0000-\U000e0fff]"
)

MARKS = frozenset(range(0x300, 0x370))
ACCENTED = range(0xC0, 0x2000)

Printable = Callable[[str], str]


def printable_with(fonts: Path) -> Printable:
    """Return what makes a text one that the typefaces in `fonts` show wholly: 〔U+2A6D6〕 for what none of them has."""
    found = tuple(tuple(sorted(fonts.glob(pattern))) for pattern in FILES)
    return _printable(found, tuple(path.stat().st_mtime_ns for faces in found for path in faces))


def families_with(fonts: Path) -> list[dict[str, str]]:
    """Return the families in `fonts` as typst takes them: `name`, and by a regular expression what it `covers`.

    A Chinese typeface has letters and accents, but not each accented letter: asked for one of these it would set the accent
    beside the letter, so another family is asked.
    """
    found = tuple(tuple(sorted(fonts.glob(pattern))) for pattern in FILES)
    families = [
        {"name": name, "covers": f"[^{_composed(faces)}]" if name.startswith("Noto Sans") else ""}
        for name, faces in zip(FAMILIES, found, strict=True)
        if faces
    ]
    # Without one that covers everything, typst would leave out what no other covers, unseen.
    return [*families, {"name": FAMILIES[0], "covers": ""}]


@lru_cache(maxsize=8)
def _composed(faces: tuple[Path, ...]) -> str:
    """Return the accented letters that a family lacks."""
    have = _family(faces)
    return "".join(chr(point) for point in ACCENTED if point not in have and unicodedata.decomposition(chr(point)))


@lru_cache(maxsize=4)
def _printable(found: tuple[tuple[Path, ...], ...], _changed: tuple[int, ...]) -> Printable:
    families = [_family(faces) for faces in found if faces]
    first = families[0] - MARKS if families else frozenset()
    unusual = re.compile(f"[^\n\t{_ranges(first)}]")

    def printable(text: str) -> str:
        if not unusual.search(text):
            return text
        plain = INVISIBLE.sub("", LINES.sub("\n", SPACES.sub(" ", text)))
        return "".join(_shown(cluster, families) for cluster in _clusters(plain))

    return printable


def _clusters(text: str) -> Iterator[str]:
    """Yield each character with the marks that stand on it: they are shown by one typeface or not at all."""
    begun = ""
    for char in text:
        if begun and (unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Mc")):
            begun += char
        else:
            yield begun
            begun = char
    yield begun


def _shown(cluster: str, families: list[frozenset[int]]) -> str:
    cluster = unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
    asked = {ord(char) for char in cluster if char not in JOINING and char not in "\n\t"}
    if any(asked <= family for family in families):
        return cluster
    return "".join(
        char if not place and any(ord(char) in family for family in families) else f"〔U+{ord(char):04X}〕"
        for place, char in enumerate(cluster)
        if char not in JOINING
    )


def _ranges(points: frozenset[int]) -> str:
    """Return the points as the inside of a character class."""
    pieces: list[str] = []
    first = last = -2
    for point in [*sorted(points), -1]:
        if point != last + 1:
            if first >= 0:
                pieces.append(f"\\U{first:08x}-\\U{last:08x}")
            first = point
        last = point
    return "".join(pieces)


@lru_cache(maxsize=8)
def _family(faces: tuple[Path, ...]) -> frozenset[int]:
    """Return the characters that every face of a family has."""
    return frozenset.intersection(*(_characters(face.read_bytes()) for face in faces))


def _characters(font: bytes) -> frozenset[int]:
    """Return the characters of a TrueType font: its `cmap` in format 12 (all planes), else 4. Source: OpenType 1.9, cmap."""
    tables = {font[at : at + 4]: struct.unpack_from(">II", font, at + 8) for at in range(12, 12 + 16 * _u16(font, 4), 16)}
    start = tables[b"cmap"][0]
    found: dict[int, int] = {}
    for at in range(start + 4, start + 4 + 8 * _u16(font, start + 2), 8):
        subtable = start + struct.unpack_from(">I", font, at + 4)[0]
        found.setdefault(_u16(font, subtable), subtable)
    if 12 in found:
        return frozenset(_format_12(font, found[12]))
    return frozenset(_format_4(font, found[4]))


def _format_12(font: bytes, at: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", font, at + 12)
    for first, last, glyph in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * groups]):
        yield from range(first + (glyph == 0), last + 1)


def _format_4(font: bytes, at: int) -> Iterator[int]:
    count = _u16(font, at + 6) // 2
    ends, starts = at + 14, at + 16 + 2 * count
    deltas, offsets = starts + 2 * count, starts + 4 * count
    for place in range(count):
        delta, offset = _u16(font, deltas + 2 * place), _u16(font, offsets + 2 * place)
        first = _u16(font, starts + 2 * place)
        for point in range(first, min(_u16(font, ends + 2 * place), 0xFFFE) + 1):
            glyph = _u16(font, offsets + 2 * place + offset + 2 * (point - first)) if offset else point
            if glyph and (glyph + delta) & 0xFFFF:
                yield point


def _u16(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2], "big")
