"""Operations: comments on a project and on what is in it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.rest import Input, Key, PageOf, Words, json_answer, page_of_rows
from tongzhou.people.access import signed_in
from tongzhou.projects import actions
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Comment, Project
from tongzhou.projects.queries.comments import About, about, found_people

READ = "read project plan, tasks"
router = Router(tags=["projects"])


class CommentOut(Schema):
    id: int
    author: str
    at: str
    text: str
    edited: bool
    removed: bool


class Comments(Schema):
    items: list[CommentOut]
    count: int
    next: str | None


class CommentIn(Input):
    text: Words = Field(min_length=1, max_length=10_000)


class CommentOn(Schema):
    """What the comments are about: the project, or `task` with its id."""

    about: Literal["project", "work_item"] = "project"
    id: Key | None = None


class Mentionable(Schema):
    name: str
    login: str
    department: str


class Mentionables(Schema):
    items: list[Mentionable]


@router.get("projects/{number}/people", response=Mentionables, summary="可以 @ 的人员")
@access_declared(READ)
def people(request: HttpRequest, number: str, q: Annotated[Words, Field(max_length=40)] = "") -> HttpResponse:
    """The first who may be mentioned and whose name, pinyin, initials or login begins with `q`."""
    return json_answer({"items": found_people(project_or_404(signed_in(request), number), q)})


@router.get("projects/{number}/comments", response=Comments, summary="评论")
@access_declared(READ)
def comments(request: HttpRequest, number: str, page: Query[PageOf], on: Query[CommentOn]) -> HttpResponse:
    """Comments on the project, or on a task; the oldest first. `@姓名` in a text mentions somebody who sees the project."""
    found = project_or_404(signed_in(request), number)
    subject = _about(found, on)
    rows = Comment.objects.filter(project=found, subject_type=subject.type, subject_id=subject.id).select_related("author")
    return page_of_rows(request, page, rows.order_by("pk"), _comment)


@router.post("projects/{number}/comments", response={201: CommentOut}, summary="发表评论")
@access_declared(READ)
def add_comment(request: HttpRequest, number: str, on: Query[CommentOn], data: CommentIn) -> HttpResponse:
    found = project_or_404(signed_in(request), number)
    made = actions.add_comment(by=signed_in(request), project=found, on=_about(found, on), text=data.text, now=clock.now())
    return json_answer(_comment(made), status=201)


@router.patch("projects/{number}/comments/{comment_id}", response=CommentOut, summary="修改自己的评论")
@access_declared(READ)
def edit_comment(request: HttpRequest, number: str, comment_id: Key, data: CommentIn) -> HttpResponse:
    row = _own_comment(request, number, comment_id)
    actions.edit_comment(by=signed_in(request), comment=row, text=data.text, now=clock.now())
    return json_answer(_comment(_own_comment(request, number, comment_id)))


@router.delete("projects/{number}/comments/{comment_id}", response={204: None}, summary="删除自己的评论")
@access_declared(READ)
def remove_comment(request: HttpRequest, number: str, comment_id: Key) -> HttpResponse:
    row = _own_comment(request, number, comment_id)
    actions.remove_comment(by=signed_in(request), comment=row, now=clock.now())
    return HttpResponse(status=204)


def _about(project: Project, on: CommentOn) -> About:
    """Return what is commented on.

    :raises Http404: if it is not in the project.
    """
    found = about(project, on.about, on.id)
    if found is None:
        raise Http404
    return found


def _own_comment(request: HttpRequest, number: str, comment_id: int) -> Comment:
    found = project_or_404(signed_in(request), number)
    row = Comment.objects.select_related("author", "project").filter(project=found, pk=comment_id).first()
    if row is None:
        raise Http404
    return row


def _comment(row: Comment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "author": row.author.name,
        "at": row.at.isoformat(),
        "text": row.text,
        "edited": row.edited_at is not None,
        "removed": row.removed_at is not None,
    }
