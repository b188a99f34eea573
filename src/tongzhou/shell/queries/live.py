"""What open streams ask the database: whose session it is, what is new, and who may hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.plan.access import stand_ins
from tongzhou.projects.access import seen_projects
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.timeline.models import Event

LOOK_BACK = 200
"""On PostgreSQL a row may be seen after one with a higher id: so many are looked at again."""
READ_AGAIN = timedelta(seconds=20)
"""Longer than anybody waits before looking by himself."""
AT_ONCE = 500
LONGEST_KEY = 40


@dataclass(frozen=True)
class Watcher:
    """Who listens: by which session, and with which password (its hash), so that a new one ends the stream."""

    session: str
    user: int
    password: str


@dataclass(frozen=True)
class News:
    """What happened: by project its latest event and who acted since, and people whose inbox changed."""

    projects: dict[int, tuple[int, frozenset[int | None]]] = field(default_factory=dict)
    people: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.projects or self.people)


def watcher_of(session: str) -> Watcher | None:
    """Return who is signed in by this session key; None where nobody is. Two queries."""
    if not session or len(session) > LONGEST_KEY or not session.isalnum():
        return None
    data = SessionStore(session).load()
    user = User.objects.filter(pk=data.get(SESSION_KEY, 0), is_active=True).first()
    if user is None or not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return Watcher(session, user.pk, user.password)


def still_there(watchers: Iterable[Watcher]) -> set[str]:
    """Return the sessions that still hold: neither ended nor expired, the person active, her password the same."""
    found: set[str] = set()
    all_of_them = list(watchers)
    for at in range(0, len(all_of_them), AT_ONCE):
        part = all_of_them[at : at + AT_ONCE]
        keys = {one.session for one in part}
        living = set(Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now()).values_list("pk", flat=True))
        people = User.objects.filter(pk__in={one.user for one in part}, is_active=True)
        passwords = dict(people.values_list("pk", "password"))
        found |= {one.session for one in part if one.session in living and passwords.get(one.user) == one.password}
    return found


class Lookout:
    """What one process has seen of the record and of the notices. Every look asks for what came since; three queries."""

    def __init__(self) -> None:
        self._events: set[int] = set()
        self._notices: set[int] = set()
        self._read: set[tuple[int, datetime | None]] = set()
        self._begun = False

    def look(self) -> News:
        """Return what is new since the last look; nothing the first time."""
        events = self._new_events()
        people = self._new_notices() | self._newly_read()
        if not self._begun:
            self._begun = True
            return News()
        projects: dict[int, tuple[int, frozenset[int | None]]] = {}
        for key, project, actor in sorted(events):
            _version, actors = projects.get(project, (0, frozenset()))
            projects[project] = (key, actors | {actor})
        return News(projects, frozenset(people))

    def _new_events(self) -> list[tuple[int, int, int | None]]:
        since = max(self._events, default=None)
        rows = Event.objects.order_by("-pk")
        rows = rows.filter(pk__gt=since - LOOK_BACK) if since is not None else rows[:LOOK_BACK]
        found = list(rows.values_list("pk", "project_id", "actor_id"))
        new = [row for row in found if row[0] not in self._events]
        self._events = {row[0] for row in found}
        return [(key, project, actor) for key, project, actor in new if project is not None]

    def _new_notices(self) -> set[int]:
        since = max(self._notices, default=None)
        rows = Notice.objects.order_by("-pk")
        rows = rows.filter(pk__gt=since - LOOK_BACK) if since is not None else rows[:LOOK_BACK]
        found = list(rows.values_list("pk", "person_id"))
        new = {person for key, person in found if key not in self._notices}
        self._notices = {key for key, _person in found}
        return new

    def _newly_read(self) -> set[int]:
        """Who read something, in whatever browser or process: her other browsers count less."""
        rows = Notice.objects.filter(read_at__gt=clock.now() - READ_AGAIN).order_by()
        found = set(rows.values_list("person_id", "read_at").distinct())
        new = {person for person, at in found if (person, at) not in self._read}
        self._read = found
        return new


def who_sees(projects: Collection[int], people: Collection[int]) -> set[tuple[int, int]]:
    """Return who of `people` sees which of `projects`, as (person, project), asked anew for every hint.

    Four queries, and one for each of `people` who stands in for somebody on leave.
    """
    roles = ProjectRole.objects.filter(project__in=projects).values_list("user_id", "project_id")
    seats = Seat.objects.filter(participation__project__in=projects).values_list("holder_id", "participation__project_id")
    found = {(person, project) for person, project in [*roles, *seats] if person in people}
    today = clock.today()
    for person in stand_ins(people, today):
        if person is not None:
            for query in seen_projects(person, today):
                shown = Project.objects.filter(pk__in=query).filter(pk__in=projects).values_list("pk", flat=True)
                found |= {(person, project) for project in shown}
    return found


def who_lost(projects: Collection[int], seen: set[tuple[int, int]], people: Collection[int]) -> set[int]:
    """Return who of `people` has unread notices about a project that she does not see any more. One query."""
    rows = Notice.objects.filter(project_id__in=projects, read_at=None).order_by().values_list("person_id", "project_id")
    return {person for person, project in rows.distinct() if person in people and (person, project) not in seen}
