"""Asking the API: by token, as programs do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongzhou.lib import clock
from tongzhou.people.actions import make_api_token
from tongzhou.people.models import User

BASE = "/api/v1/"


class Program:
    """A program that acts as a person."""

    def __init__(self, person: User, scopes: tuple[str, ...] = ("read", "write")) -> None:
        self.client = Client(raise_request_exception=True)
        self.token = make_api_token(by=person, person=person, name="程序", scopes=list(scopes), days=30, now=clock.now())
        # Its first use is written down: what comes then need not change anything.
        self.ask("GET", "me")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request to /api/v1/`path`; bytes go as they are, anything else as JSON. Headers by name with _ for -."""
        known = {name.replace("_", "-"): value for name, value in headers.items()}
        known.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer: HttpResponse = self.client.generic(method, BASE + path, data, content_type="application/json", headers=known)
        return answer


def program_of(person: User, *scopes: str) -> Program:
    return Program(person, scopes or ("read", "write"))


def queries_of(person: User, path: str, numbers: Sequence[str]) -> list[int]:
    """Return how many queries a second look at `path` below each of the projects takes."""
    program, counts = program_of(person), []
    for number in numbers:
        program.ask("GET", f"projects/{number}/{path}")
        with CaptureQueriesContext(connection) as asked:
            assert program.ask("GET", f"projects/{number}/{path}").status_code == 200
        counts.append(len(asked))
    return counts
