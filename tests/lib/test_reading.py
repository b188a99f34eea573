"""What is read once within a safe request, and anew everywhere else."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tongzhou.lib.reading import ReadsOnce, read_once


def asked(method: str, times: list[int]) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        for _ in range(3):
            read_once("what", lambda: times.append(1))
        return HttpResponse()

    ReadsOnce(view)(RequestFactory().generic(method, "/"))


@pytest.mark.parametrize(("method", "reads"), [("GET", 1), ("HEAD", 1), ("POST", 3), ("PUT", 3)])
def test_only_a_safe_request_reads_once(method: str, reads: int) -> None:
    times: list[int] = []
    asked(method, times)
    assert len(times) == reads
    asked(method, times)
    assert len(times) == 2 * reads


def test_outside_of_a_request_and_after_a_failed_one_everything_is_read_anew() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        read_once("what", lambda: 1)
        raise LookupError

    with pytest.raises(LookupError):
        ReadsOnce(view)(RequestFactory().get("/"))
    assert [read_once("what", lambda at=at: at) for at in (1, 2)] == [1, 2]


def test_different_keys_are_read_apart_and_nothing_is_kept_too() -> None:
    found: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.extend((read_once("none", lambda: None), read_once("none", lambda: 1), read_once(("a", 1), lambda: 2)))
        return HttpResponse()

    ReadsOnce(view)(RequestFactory().get("/"))
    assert found == [None, None, 2]
