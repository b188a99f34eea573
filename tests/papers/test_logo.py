"""A logo is known by its content, measured before it is decoded, and kept as a picture of our own."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from tongzhou.papers.logo import MOST_BYTES, checked_logo, png_size
from tongzhou.papers.typeset import set_pages

TYPEFACES = Path(__file__).parents[2] / "src" / "tongzhou" / "static" / "dist" / "typefaces"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes | None = None, extra: bytes = b"") -> bytes:
    """A grey picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = zlib.compress(rows if rows is not None else (b"\x00" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", content) + chunk(b"IEND", b"")


# A picture of one dot each, as encoders write them.
WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb0043000302020302020303030304030304050805050404050a070706080c0a0c0c0b0a0b0b0d0e12"
    "100d0e110e0b0b1016101113141515150c0f171816141812141514ffc0000b080001000101011100ffc40014000100000000000000000000000000000009"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f0054dfffd9"
)


@pytest.mark.parametrize(("content", "size"), [(png(60, 20), (60, 20)), (WEBP, (1, 1)), (JPEG, (1, 1))])
def test_pictures_are_kept_as_png(content: bytes, size: tuple[int, int]) -> None:
    kept = checked_logo(content)
    assert kept.startswith(b"\x89PNG\r\n\x1a\n")
    assert png_size(kept) == size
    assert checked_logo(content) == kept


def test_a_large_picture_is_made_smaller_in_its_proportion() -> None:
    assert png_size(checked_logo(png(3000, 500))) == (1200, 200)
    assert png_size(checked_logo(png(500, 3000))) == (67, 400)


def test_what_hides_behind_or_in_a_picture_is_gone() -> None:
    hidden = chunk(b"tEXt", b"Comment\x00<script>alert(1)</script>")
    kept = checked_logo(png(8, 8, extra=hidden) + b"<html><script>alert(1)</script>PK\x03\x04")
    assert b"script" not in kept and b"PK\x03\x04" not in kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "logo-not-a-picture"),
        (b"<!doctype html><html></html>", "logo-not-a-picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "logo-not-a-picture"),
        (b'<?xml version="1.0"?><svg/>', "logo-not-a-picture"),
        (b"GIF89a\x01\x00\x01\x00", "logo-not-a-picture"),
        (b"\x89PNG\r\n\x1a\n<html>", "logo-not-a-picture"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "logo-not-a-picture"),
        (b"x" * (MOST_BYTES + 1), "logo-too-large"),
        (png(5000, 5000, b""), "logo-too-many-pixels"),
        (png(0, 5, b""), "logo-too-many-pixels"),
        (png(2**31 - 1, 2**31 - 1, b""), "logo-too-many-pixels"),
        (png(100, 100, b"\x00"), "logo-damaged"),
        (png(100, 100)[:80], "logo-damaged"),
        (b"\xff\xd8\xff", "logo-damaged"),
        (b"\xff\xd8\xff\xe0\xff\xff", "logo-damaged"),
        (b"\xff\xd8\xff\xd8\x00\x00" * 100, "logo-damaged"),
        (JPEG[:100], "logo-damaged"),
        (b"RIFF\x1a\x00\x00\x00WEBPVP8L", "logo-damaged"),
        (WEBP[:28], "logo-damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        checked_logo(content)


def test_a_bomb_that_says_it_is_small_ends_with_its_process() -> None:
    with pytest.raises(ValueError, match="logo-damaged"):
        checked_logo(png(10, 10, extra=chunk(b"iCCP", b"x\x00\x00" + zlib.compress(b"\x00" * 500_000_000, 1)[:100]))[:-30])


def test_the_typefaces_of_the_folder_one_stands_in_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = {"main.typ": '#set page(width: 60pt, height: 30pt)\n#set text(font: "Noto Sans SC")\n同舟'.encode()}
    shown = []
    for folder in (tmp_path, TYPEFACES):
        monkeypatch.chdir(folder)
        shown.append(set_pages(source, None, "png"))
    assert shown[0] == shown[1] != set_pages(source, TYPEFACES, "png")
