"""What a page says about a form that was sent to it, and what nobody should type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from support.checks import unchanged

MARKED = re.compile(r'<p class="tz-error" id="(?:id_)?([\w-]+?)[-_]error">(.*?)</p>', re.DOTALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]")

BAD_TEXTS = {"nothing": "", "blanks": " \n\u3000 ", "NUL": "缺\x00人"}


def marked(answer: HttpResponse) -> dict[str, str]:
    """Return the fields that a page marks as wrong, each with its words."""
    page = answer.content.decode()
    return {name: unescape(re.sub(r"<[^>]+>", "", text)).strip() for name, text in MARKED.findall(page)}


def assert_wrong(client: Client, path: str, fields: Mapping[str, Any], *names: str) -> str:
    """Send a form that cannot be; each of `names` is marked in Chinese, nothing is changed; return the page."""
    with unchanged():
        answer: HttpResponse = client.post(path, fields)  # type: ignore[assignment]
    page = answer.content.decode()
    assert answer.status_code == 422, page[:300]
    found = marked(answer)
    assert set(found) == set(names), found
    assert all(CHINESE.search(text) for text in found.values()), found
    return page


# A process keeps the plan of a version that is committed, which nothing is within a test.
KEPT = ("plan_dependency", "plan_baseline", "plan_baselineline")


def questions(client: Client, path: str) -> int:
    """Return how many statements another look at a page asks in a process that runs."""
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    assert answer.status_code == 200
    asked = [query["sql"] for query in caught]
    whole = [sql for sql in asked if sql.endswith('ORDER BY "plan_workitem"."rank" ASC, "plan_workitem"."id" ASC')]
    return len(asked) - len(whole) - sum(any(f'FROM "{table}"' in sql for table in KEPT) for sql in asked)
