"""Writes: the charter's own texts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.charters.access import can_edit_charter
from tongzhou.charters.events import CharterPartWritten
from tongzhou.charters.models import Charter, CharterPart
from tongzhou.charters.queries.standing import why_signed
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.params import unkeepable
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, record

LONGEST = 100_000


def write_part(*, by: User | System, project: Project, kind: str, text: str, version: int, now: datetime) -> CharterPart:
    """Write a text of the charter over its `version` (0: nothing was written yet). The same text changes nothing.

    :raises Refused: if `by` is not the manager, there is no such part, the text is too long or cannot be kept, the charter is
        in force; (Stale) if somebody else wrote it since: `current` has the other text, its version, and who wrote it when.
    """
    require(isinstance(by, System) or can_edit_charter(standing(by, project), project))
    if kind not in CharterPart.Kind.values:
        raise Refused("part-unknown", _("A charter has no such part."), "part")
    text = _kept(text)
    with transaction.atomic():
        charter = charter_of(project)
        row = CharterPart.objects.filter(charter=charter, kind=kind).first()
        if row is not None and row.text == text:
            return row
        _check_version(row, version)
        _check_open(project, kind)
        before = row.text if row else ""
        row = row or CharterPart(charter=charter, kind=kind, version=0)
        row.text, row.version, row.written_at, row.written_by_name = text, row.version + 1, now, by.actor_name
        row.written_by = by if isinstance(by, User) else None
        row.save()
        change = ChangeOf("charter_part", row.pk, str(row.get_kind_display()), {"text": before}, {"text": text})
        subject = Subject("project", project.pk, project.name)
        event = CharterPartWritten(charter.pk, kind, row.version)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=[change])
    return row


def charter_of(project: Project) -> Charter:
    """Return the charter of a project, made where there is none, locked until the transaction ends."""
    Charter.objects.get_or_create(project=project)
    return Charter.objects.select_for_update(no_key=True).get(project=project)


def _kept(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST}, "text")
    if unkeepable(text):
        raise Refused("text-unusable", _("This text holds characters that cannot be kept."), "text")
    return text


def _check_version(row: CharterPart | None, version: int) -> None:
    if version == (row.version if row else 0):
        return
    current = {"version": 0, "text": "", "by": "", "at": ""}
    if row is not None:
        current = {"version": row.version, "text": row.text, "by": row.written_by_name, "at": row.written_at.isoformat()}
    raise Stale("part-changed", _("Somebody else wrote this part in the meantime. Yours is not saved yet."), "text", current)


def _check_open(project: Project, part: str) -> None:
    for reason in why_signed(project, part):
        raise Refused("part-signed", reason, "text")
