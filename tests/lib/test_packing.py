"""An answer in parts is one answer, compressed or not, and its length tells little."""

from __future__ import annotations

import gzip
import zlib

import pytest
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from tongzhou.lib.packing import Part, packed, packed_answer

TEXTS = (["", ""], ["{", '"任务":1}'], ["设计" * 40_000, "", "x", '"尾"'])


@pytest.mark.parametrize("texts", TEXTS, ids=len)
def test_every_reader_of_gzip_reads_it(texts: list[str]) -> None:
    whole = packed([Part(text.encode()) for text in texts])
    assert gzip.decompress(whole).decode() == "".join(texts)
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    assert reader.decompress(whole).decode() == "".join(texts)
    assert reader.eof and not reader.unused_data


def test_a_part_is_compressed_once_and_stands_anywhere() -> None:
    kept = Part(("甲" * 1000).encode())
    first = kept.deflated
    assert gzip.decompress(packed([Part("前".encode()), kept, Part("后".encode())])).decode() == "前" + "甲" * 1000 + "后"
    assert gzip.decompress(packed([kept, kept])).decode() == "甲" * 2000
    assert kept.deflated is first and len(first) < 100


def test_the_length_is_blurred() -> None:
    assert len({len(packed([Part(b"x" * 500)])) for _ in range(100)}) > 20


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, br", "gzip"), ("", None), ("identity", None), ("br", None)])
def test_who_takes_no_gzip_gets_none(accepts: str, encoding: str | None) -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    parts = [Part(b'{"a":'), Part(b'"' + b"b" * 500 + b'"}')]
    answer = GZipMiddleware(lambda _request: packed_answer(request, parts, "application/json"))(request)
    body = gzip.decompress(answer.content) if encoding else answer.content
    assert (answer.headers.get("Content-Encoding"), answer.headers["Vary"]) == (encoding, "Accept-Encoding")
    assert (body, answer.headers["Content-Type"]) == (b'{"a":"' + b"b" * 500 + b'"}', "application/json")
