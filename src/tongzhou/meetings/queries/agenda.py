"""The agenda with which a meeting begins: what a template brought for it, then the parts of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from tongzhou.meetings.models import AgendaItem, AgendaPreset
from tongzhou.meetings.queries.kinds import KindOfMeeting, opening_of
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project


@dataclass(frozen=True)
class AgendaLine:
    """A part of an agenda. `key`: where what it shows is taken from (`queries.live.SOURCES`), empty where it shows nothing;
    `hint`: what to talk about; `minutes` of the clock, 0 where nobody said."""

    key: str
    title: str
    hint: str = ""
    minutes: int = 0


def agenda_of(project: Project, kind: KindOfMeeting) -> list[AgendaLine]:
    """Return the agenda with which a meeting of this kind begins in a project. One query where a template could bring one.

    What the project's template brought comes first, in its order; no part of the kind is left out, for the minutes hold them.
    They are the headings of the minutes, so they are in the organisation's language, whoever plans.
    """
    opens = rules_of(project).seats and kind.key == opening_of(project).key
    lines = _lines(AgendaPreset.objects.filter(project=project)) if opens else []
    shown = {line.key for line in lines}
    with translation.override(settings.LANGUAGE_CODE):
        return [*lines, *(AgendaLine(one.key, str(one.title), str(one.hint)) for one in kind.agenda if one.key not in shown)]


def agenda_kept(project: Project) -> list[AgendaLine]:
    """Return the agenda of the meeting with which a project opened, else what a template brought for it. Two queries."""
    opened = AgendaItem.objects.filter(
        meeting__project=project, meeting__kind=opening_of(project).key, meeting__cancelled_at__isnull=True
    )
    return _lines(opened.only("key", "title", "note", "minutes")) or _lines(AgendaPreset.objects.filter(project=project))


def _lines(rows: Iterable[AgendaItem] | Iterable[AgendaPreset]) -> list[AgendaLine]:
    return [AgendaLine(row.key, row.title, row.note, row.minutes) for row in rows]
