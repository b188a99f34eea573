"""A logo that somebody brings: known by its content, measured, decoded and written anew, so that nothing else comes along."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tongzhou.papers.typeset import NotDrawn, set_pages

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
WIDEST, HIGHEST = 1200, 400  # pixels of what is kept: 600 dots an inch at the size of a letterhead
TEMPLATE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#context {
  let natural = measure(image("logo", format: "%s"))
  image("logo", format: "%s", width: natural.width * calc.min(%d / natural.width.pt(), %d / natural.height.pt()))
}
"""


def checked_logo(content: bytes) -> bytes:
    """Return the picture as a png of at most WIDEST × HIGHEST pixels, without anything that is not the picture.

    :raises ValueError: with a code: logo-too-large (bytes), logo-not-a-picture (no png, jpeg or webp by its content),
        logo-too-many-pixels, logo-damaged (it cannot be decoded).
    """
    if len(content) > MOST_BYTES:
        raise ValueError("logo-too-large")
    kind, (width, height) = _measured(content)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError("logo-too-many-pixels")
    longest = max(width, height)  # a picture may be turned by what its camera noted
    source = TEMPLATE % (kind, kind, min(WIDEST, longest), min(HIGHEST, longest))
    try:
        return set_pages({"main.typ": source.encode(), "logo": content}, None, "png", 72.0)
    except NotDrawn as error:
        raise ValueError("logo-damaged") from error


def png_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a png in pixels."""
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _measured(content: bytes) -> tuple[str, tuple[int, int]]:
    """Return the kind of a picture and its pixels, as its head tells them."""
    kinds: tuple[tuple[str, bool, Callable[[bytes], tuple[int, int]]], ...] = (
        ("png", content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR", png_size),
        ("jpg", content.startswith(b"\xff\xd8\xff"), _jpeg_size),
        ("webp", content.startswith(b"RIFF") and content[8:12] == b"WEBP", _webp_size),
    )
    for kind, is_it, size_of in kinds:
        if is_it:
            try:
                return kind, size_of(content)
            except (struct.error, IndexError) as error:
                raise ValueError("logo-damaged") from error
    raise ValueError("logo-not-a-picture")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Source: ITU-T T.81, B.2.2: the frame header tells lines, then samples a line."""
    at = 2
    while True:
        marker, length = struct.unpack_from(">HH", content, at)
        if not 0xFFC0 <= marker <= 0xFFFE:
            raise IndexError
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length


def _webp_size(content: bytes) -> tuple[int, int]:
    """Source: RFC 9649: the canvas of VP8X, the first words of VP8L and of a VP8 key frame."""
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF
