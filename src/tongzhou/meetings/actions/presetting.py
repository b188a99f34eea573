"""Writes: the agenda that a template brings, kept until the meeting with which the project opens is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.meetings import events
from tongzhou.meetings.access import can_plan
from tongzhou.meetings.models import AgendaPreset
from tongzhou.meetings.queries.agenda import AgendaLine
from tongzhou.meetings.queries.live import SOURCES
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, record

MOST_PRESETS, LONGEST_PRESET, LONGEST_HINT = 100, 200, 5000


def preset_agenda(*, by: User | System, project: Project, lines: Sequence[AgendaLine], now: datetime) -> None:
    """Keep the agenda of the meeting with which a project opens; what was kept before goes.

    :raises Refused: if `by` may not plan meetings, there are too many parts, or one has no title or shows nothing known.
    """
    require(isinstance(by, System) or can_plan(standing(by, project)))
    if len(lines) > MOST_PRESETS:
        raise Refused("too-many", _("There are enough of them: at most %(most)s.") % {"most": MOST_PRESETS}, "agenda")
    keys = [line.key for line in lines if line.key]
    if not set(keys) <= set(SOURCES) or len(keys) != len(set(keys)):
        raise Refused("part-unknown", _("Choose one of the offered values."), "agenda")
    for line in lines:
        if not line.title.strip() or len(line.title) > LONGEST_PRESET or len(line.hint) > LONGEST_HINT:
            raise Refused("title-unfit", _("At most %(limit)s characters.") % {"limit": LONGEST_PRESET}, "agenda")
    with transaction.atomic():
        before = list(AgendaPreset.objects.filter(project=project).values_list("title", flat=True))
        AgendaPreset.objects.filter(project=project).delete()
        AgendaPreset.objects.bulk_create(
            AgendaPreset(project=project, order=order, key=one.key, title=one.title, note=one.hint, minutes=one.minutes)
            for order, one in enumerate(lines, 1)
        )
        change = ChangeOf("project", project.pk, project.name, {"agenda": before}, {"agenda": [line.title for line in lines]})
        subject = Subject("project", project.pk, project.name)
        event = events.AgendaBrought(project.pk, len(lines))
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=[change])
