"""A signed-in browser without a browser, and input that nobody should send."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tongzhou.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# Bodies that are no JSON object of ours, whatever the address.
BAD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "half": b'{"field": ',
    "no UTF-8": b'{"field": "\xff\xfe\xff"}',
    "deep lists": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 12_000,
    "100,000 levels": b"[" * 100_000,
    "a number of 5,000 digits": b'{"field": "percent", "value": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"field": "start", "value": "\\ud800"}',
    "a lone surrogate as field": b'{"field": "\\ud800", "value": 1}',
    "too large": b'{"field": "' + b"x" * 70_000 + b'"}',
}

# Values that are wrong for every cell of the grid.
BAD_VALUES: list[Any] = [
    None,
    True,
    [],
    {},
    "",
    "\x00",
    "x" * 5000,
    float("nan"),
    float("inf"),
    -1,
    10**30,
    -(2**70),
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-2-3",
    "20260203",
    "２０２６-０１-０１",
]


def client_of(person: User | None) -> Client:
    """Return a client that is signed in as `person` (None: nobody)."""
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def send_json(client: Client, path: str, body: object) -> HttpResponse:
    """POST a JSON document; bytes are sent as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer: HttpResponse = client.post(path, data, content_type="application/json")
    return answer
