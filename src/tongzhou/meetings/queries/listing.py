"""The meetings of a project as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef

from tongzhou.confirmations.models import Confirmer
from tongzhou.meetings.models import Attendee, Meeting
from tongzhou.meetings.queries.kinds import KindOfMeeting, kind_of, kinds_asked
from tongzhou.meetings.queries.standing import OUT, Stands, count_of, meetings_of, stands
from tongzhou.projects.models import Project

MOST = 200


@dataclass(frozen=True)
class Listed:
    """A meeting in the list. `confirmed` of `asked` have confirmed the minutes."""

    meeting: Meeting
    kind: KindOfMeeting
    stands: Stands
    invited: int
    asked: int
    confirmed: int
    objected: int

    @property
    def waits(self) -> bool:
        return self.stands.state == OUT


def listed(project: Project, now: datetime) -> list[Listed]:
    """Return the meetings of a project, the latest first. One query."""
    places = Confirmer.objects.filter(confirmation=OuterRef("confirmation")).order_by()
    said = {
        "asked": places,
        "confirmed": places.filter(answer__in=(Confirmer.Answer.CONFIRMED, Confirmer.Answer.ASSUMED)),
        "objected": places.filter(answer=Confirmer.Answer.OBJECTED),
    }
    invited = Attendee.objects.filter(meeting=OuterRef("pk")).order_by()
    counts = {name: count_of(rows, "confirmation") for name, rows in said.items()}
    rows = meetings_of(project).annotate(invited=count_of(invited, "meeting"), **counts)[:MOST]
    found = []
    for row in rows:
        row.project = project
        numbers = [getattr(row, name) for name in ("invited", "asked", "confirmed", "objected")]
        found.append(Listed(row, kind_of(row), stands(row, now), *numbers))
    return found


def offered(project: Project, rows: Iterable[Meeting]) -> list[KindOfMeeting]:
    """Return the kinds that are asked for and not there yet. No query."""
    there = {row.kind for row in rows if row.cancelled_at is None}
    return [kind for kind in kinds_asked(project) if not (kind.once and kind.key in there)]
