"""The one table of what each kind of meeting is: its agenda, where each part comes from, how long the minutes may take.

A kind more is a line here, and a word in `Meeting.Kind`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.meetings.models import Meeting
from tongzhou.projects.access import asked_of, rules_of
from tongzhou.projects.models import Project


@dataclass(frozen=True)
class Line:
    """A part of an agenda: where what it shows is taken from (`queries.live.SOURCES`), its title, what to talk about."""

    key: str
    title: str | Promise
    hint: str | Promise = ""


@dataclass(frozen=True)
class KindOfMeeting:
    """`paper` is the kind of the paper and of its sheet. `hours`: the minutes are out so long after the end (of the clock)."""

    key: str
    title: str | Promise
    minutes: str | Promise
    paper: str
    agenda: tuple[Line, ...]
    icon: str = "users"
    hours: int = 24
    once: bool = True
    """A project has one of it that was not called off."""


KICKOFF = KindOfMeeting(
    Meeting.Kind.KICKOFF,
    _("Kickoff meeting"),
    _("Kickoff minutes"),
    "kickoff-minutes",
    (
        Line(
            "objectives", _("Objectives, why they matter, and expected results"), _("Say again what is to be reached, and why.")
        ),
        Line("scope", _("Scope and its limits"), _("What is included, what is not, and who does that.")),
        Line("departments", _("Roles and duties of the departments"), _("Who does what; what each department delivers.")),
        Line(
            "process",
            _("Steps of the process, and proposals"),
            _("Go through the steps; gather what each department proposes."),
        ),
        Line("milestones", _("Period and key milestones"), _("From when to when, and by which day what is reached.")),
        Line("communication", _("How people keep in touch"), _("Regular meetings, who reports how, which group.")),
        Line("risks", _("Risks and contingency plans"), _("What may go wrong, and what is done then.")),
        Line("resources", _("Resources that the departments give"), _("People, hours, money, tools.")),
    ),
)
START = KindOfMeeting(
    Meeting.Kind.START,
    _("Start of the task"),
    _("Start minutes"),
    "start-minutes",
    (
        Line("objectives", _("Background and objectives"), _("Why it is done, and what is to be reached.")),
        Line("scope", _("Scope and its limits"), _("What is included, what is not, and who does that.")),
        Line("departments", _("Departments and their roles"), _("Who leads, who supports, who supervises.")),
        Line("milestones", _("Dates and milestones"), _("Key milestones and the last day.")),
    ),
    icon="flag",
)
LIGHT_START = replace(
    START,
    agenda=(
        Line("objectives", _("Objectives"), _("Why it is done, and what is to be reached.")),
        Line("scope", _("Scope"), _("What is included, and what is not.")),
        Line("people", _("Who takes part"), _("Who does what.")),
        Line("milestones", _("Milestones"), _("Key milestones and the last day.")),
    ),
    hours=0,
)


def kinds_of(project: Project) -> tuple[KindOfMeeting, ...]:
    """Return the kinds of meetings that a project can have."""
    return (KICKOFF, START) if rules_of(project).seats else (LIGHT_START,)


def kinds_asked(project: Project) -> tuple[KindOfMeeting, ...]:
    """Return the kinds that a project is asked for."""
    asked = asked_of(project)
    return tuple(kind for kind in kinds_of(project) if kind.paper in asked)


def opening_of(project: Project) -> KindOfMeeting:
    """Return the kind of meeting with which a project opens: the first that it is asked for."""
    return (*kinds_asked(project), *kinds_of(project))[0]


def kind_of(meeting: Meeting) -> KindOfMeeting:
    """Return what the kind of a meeting is, as its project asks for it now."""
    by_key = {kind.key: kind for kind in (*kinds_of(meeting.project), KICKOFF)}
    return by_key[meeting.kind]


def is_signed(project: Project) -> bool:
    """Whether the heads sign minutes once they are confirmed; in a light project a tap of each member is enough."""
    return rules_of(project).seats
