"""Asking a real server over the wire, as a browser or a program that knows that servers die."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

TOKEN = "x" * 32
"""The token of our own forms: any text of this length will do, where cookie and form agree."""


class NoAnswer(Exception):
    """The connection ended before a whole answer had come: what was asked may be done, or not."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Caller:
    """A person by her browser (`session`) or her program (`token`)."""

    token: str = ""
    session: str = ""

    def send(self, port: int, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        """Send one request on a connection of its own; `body`: a form under "form", else what goes as JSON.

        :raises NoAnswer: if no whole answer came.
        """
        headers, data = self._headers(), None
        if isinstance(body, dict) and "form" in body:
            data = urlencode(body["form"] | {"csrfmiddlewaretoken": TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        made = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            made.request(method, path, data, headers)
            answer = made.getresponse()
            return Answer(answer.status, answer.read().decode(), {name.lower(): text for name, text in answer.getheaders()})
        except (OSError, HTTPException) as error:
            raise NoAnswer(repr(error)) from error
        finally:
            made.close()

    def _headers(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
