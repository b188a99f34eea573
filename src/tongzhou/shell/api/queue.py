"""Operations: what I owe in all projects, as the workbench shows it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.rest import PageOf, Words, page_answer
from tongzhou.lib.telling import Owed
from tongzhou.people.access import signed_in
from tongzhou.shell.queries.bench import owed_by_all

router = Router(tags=["queue"])


class QueueAsked(PageOf):
    project: Words = Field("", max_length=40, description="the project's number; all without it")


class OwedOut(Schema):
    key: str = Field(description="names the row for good, like sign-12")
    kind: str = Field(description="in words: report, sign, confirm, decide, unblock …")
    title: str
    details: str
    link: str = Field(description="the address of the form, without the host")
    due: str | None
    state: Literal["", "late", "block"] = Field(description="how pressing it is")
    number: str = Field(description="the project's number")
    project: str
    waits: str = Field(description="who waits for it because of me")


class Queue(Schema):
    items: list[OwedOut]
    count: int
    next: str | None


@router.get("me/queue", response=Queue, summary="我的工作台：我欠的事项（跨项目）")
@access_declared(SIGNED_IN)
def queue(request: HttpRequest, asked: Query[QueueAsked]) -> HttpResponse:
    """What waits for me, the most pressing first: to report, sign, confirm, decide, unblock."""
    rows = [row for row in owed_by_all(signed_in(request), clock.now()) if asked.project in ("", row.number)]
    part = rows[asked.offset : asked.offset + asked.limit]
    return page_answer(request, asked, [_told(row) for row in part], len(rows))


def _told(row: Owed) -> dict[str, Any]:
    names = ("key", "kind", "title", "link", "state", "number", "project", "waits")
    due = row.due_at.isoformat() if row.due_at else None
    return {name: getattr(row, name) for name in names} | {"details": row.second_line, "due": due}
