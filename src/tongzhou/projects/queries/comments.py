"""Reads: comments on a project and on what is in it, who may be mentioned, and who was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Window
from django.http import HttpRequest

from tongzhou.lib import clock
from tongzhou.lib.markdown import markdown
from tongzhou.lib.params import text_asked
from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.registry import PANELS
from tongzhou.papers.html import Html
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Comment, Mention, Project, ProjectRole, Seat

PAGE = 20
EDITABLE = timedelta(minutes=15)
MOST_FOUND = 8
AT = re.compile(
    r"(?<![A-Za-z0-9_.@-])@(?P<word>[^\s@,，。;；:：、!！?？()（）<>\[\]*_`]{1,40})(?:[(（](?P<login>[\w.-]{1,60})[)）])?"
)


@dataclass(frozen=True)
class About:
    """What a comment is about: "project" or what a higher room names, its id, and its name."""

    type: str
    id: int
    label: str


@dataclass(frozen=True)
class Said:
    """A comment as it is shown; `html` is None for one that was removed. `mine`: may be removed; `editable`: and edited."""

    id: int
    author: str
    at: datetime
    edited: bool
    text: str
    html: Html | None
    mine: bool
    editable: bool


@dataclass(frozen=True)
class Talk:
    """A page of the comments on something, the newest last. `older` is the page before, 0 where there is none."""

    about: About
    rows: list[Said]
    total: int
    page: int
    older: int
    newer: int


@dataclass(frozen=True)
class Mentioned:
    """Somebody named me: who, where, and what the comment says at its beginning."""

    author: str
    number: str
    project: str
    type: str
    subject: int
    text: str
    at: datetime


def about(project: Project, type_: str, id_: int | None) -> About | None:
    """Return what comments may be written on; None for what is not in the project. At most one query."""
    if type_ == "project":
        return About(type_, project.pk, project.name) if id_ in (None, project.pk) else None
    for name in PANELS.at("comment_subject") if id_ is not None else ():
        label = name(project, type_, id_)
        if isinstance(label, str):
            return About(type_, id_ or 0, label)
    return None


def talk_of(project: Project, subject: About, user: User, now: datetime, page: int | None = None) -> Talk:
    """Return a page of comments, without `page` the last one. One query for the last; two where it names people."""
    newest = _newest(project.pk, subject.type, subject.id)
    total = newest[0][-1] if newest else 0
    last = max((total + PAGE - 1) // PAGE, 1)
    number = min(max(page or last, 1), last)
    if number == last:
        found = [row[:-1] for row in newest[: total - (last - 1) * PAGE]][::-1]
    else:
        rows = Comment.objects.filter(project=project, subject_type=subject.type, subject_id=subject.id)
        found = list(rows.values_list(*COLUMNS)[(number - 1) * PAGE : number * PAGE])
    shown = [_Row(*row) for row in found]
    names = _names_in([row.id for row in shown if "@" in row.text])
    said = [_said(row, user, now, names.get(row.id, ())) for row in shown]
    return Talk(subject, said, total, number, number - 1, number + 1 if number < last else 0)


COLUMNS = ("pk", "author_id", "author__name", "text", "at", "edited_at", "removed_at")


@dataclass(frozen=True)
class _Row:
    id: int
    author_id: int
    author: str
    text: str
    at: datetime
    edited_at: datetime | None
    removed_at: datetime | None


def talk_question(project: int, type_: str, key: int) -> Question:
    """What `talk_of` asks for the last page, to be asked ahead."""
    return _newest.of(project, type_, key)


@prepared
def _newest(project: Given, type_: Given, key: Given) -> QuerySet[Comment, tuple[Any, ...]]:
    """As many comments as a page has, the newest first, each with how many there are in all."""
    rows = Comment.objects.filter(project=project, subject_type=type_, subject_id=key)
    return rows.order_by("-pk").values_list(*COLUMNS, Window(Count("*")))[:PAGE]


def _said(row: _Row, user: User, now: datetime, names: Iterable[str]) -> Said:
    mine = row.author_id == user.pk and row.removed_at is None
    text = row.text
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{name}", f"**@{name}**")
    return Said(
        row.id,
        row.author,
        row.at,
        row.edited_at is not None,
        row.text,
        None if row.removed_at else markdown(text),
        mine,
        mine and now - row.at <= EDITABLE,
    )


def _names_in(comments: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if comments:
        for comment, name in Mention.objects.filter(comment__in=comments).values_list("comment", "user__name"):
            found.setdefault(comment, []).append(name)
    return found


def participants(project: Project) -> QuerySet[User]:
    """Return the active people who see the project."""
    roles = ProjectRole.objects.filter(project=project).values("user")
    seats = Seat.objects.filter(participation__project=project).values("holder")
    return User.objects.filter(Q(pk__in=roles) | Q(pk__in=seats), is_active=True)


def found_people(project: Project, text: str) -> list[dict[str, Any]]:
    """Return who may be mentioned and whose name, pinyin, initials or login begins with `text`. One query."""
    rows = participants(project)
    if text:
        low = text.lower()
        rows = rows.filter(
            Q(name__startswith=text) | Q(pinyin__startswith=low) | Q(initials__startswith=low) | Q(login__startswith=low)
        )
    columns = rows.values_list("name", "login", "department__name")[:MOST_FOUND]
    return [{"name": name, "login": login, "department": department or ""} for name, login, department in columns]


def mentioned_in(project: Project, text: str) -> tuple[list[User], list[str]]:
    """Return whom a text names with @ among those who see the project, and the names of others whom it names.

    A word after @ that is nobody's name is just a word. At most two queries.
    """
    found = list(AT.finditer(text))
    if not found:
        return [], []
    members = list(participants(project).only("pk", "name", "login"))
    meant: dict[int, User] = {}
    open_: list[str] = []
    for match in found:
        bearers = _bearers(members, match["word"], match["login"])
        meant |= {person.pk: person for person in bearers}
        if not bearers:
            open_.append(match["word"])
    return list(meant.values()), _strangers(open_)


def _bearers(members: list[User], word: str, login: str | None) -> list[User]:
    """Return who is meant: the login in brackets decides, else the longest name with which the word begins."""
    if login:
        return [one for one in members if one.login == login.lower()]
    named = [one for one in members if word.startswith(one.name) or word.lower() == one.login]
    longest = max((len(one.name) for one in named), default=0)
    return [one for one in named if len(one.name) == longest]


def _strangers(words: list[str]) -> list[str]:
    beginnings = {word[:length] for word in words for length in range(2, len(word) + 1)}
    if not beginnings:
        return []
    known = Q(name__in=beginnings) | Q(login__in={word.lower() for word in words})
    return list(User.objects.filter(known, is_active=True).values_list("name", flat=True)[:MOST_FOUND])


def mentions_of(user: User, limit: int = 5) -> list[Mentioned]:
    """Return the latest comments that name `user` in projects that she sees. One query."""
    rows = Comment.objects.filter(mentions__user=user, removed_at__isnull=True, project__in=visible_to(user).values("pk"))
    columns = ("author__name", "project__number", "project__name", "subject_type", "subject_id", "text", "at")
    found = rows.order_by("-pk").values_list(*columns)[:limit]
    return [
        Mentioned(author, number, project, kind, subject, text[:120], at)
        for author, number, project, kind, subject, text, at in found
    ]


def comments_panel(request: HttpRequest, item: Any) -> dict[str, Any]:
    """Return the panel that shows the comments in a task's drawer."""
    return {"template": "projects/comments.html", **panel_of(request, item.project, About("work_item", item.pk, item.name))}


def comments_question(project: int, item: int) -> Question:
    """What `comments_panel` asks, to be asked ahead."""
    return talk_question(project, "work_item", item)


def project_comments(request: HttpRequest, project: Project) -> dict[str, Any]:
    """Return what the section of comments on a project's own page shows."""
    return panel_of(request, project, About("project", project.pk, project.name))


def panel_of(request: HttpRequest, project: Project, on: About) -> dict[str, Any]:
    """Return what the section of comments shows of the page that `?page=` names."""
    page = text_asked(request, "page", 6)
    talk = talk_of(project, on, signed_in(request), clock.now(), int(page) if page.isdecimal() else None)
    return {"talk": talk, "number": project.number}
