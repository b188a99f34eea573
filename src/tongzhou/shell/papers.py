"""The record as a paper."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.papers import Column, Paper, Section, Table
from tongzhou.shell.queries.feed import Said


def record_paper(name: str, entries: list[Said]) -> Paper:
    """Describe entries of the record, a row for each changed field; `name` is the project's."""
    labels = ((_("Time"), 16), (_("Who"), 12), (_("Department"), 14), (_("What was done"), 30), (_("Object"), 28))
    columns = [Column(label, width=width) for label, width in labels]
    columns += [Column(_("Field"), width=12), Column(_("Before"), width=24), Column(_("After"), width=24)]
    rows = tuple(row for entry in entries for row in _rows(entry))
    table = Table(tuple(columns), rows, empty=_("Nothing has happened yet."))
    return Paper(title=_("Record of changes"), subtitle=name, sections=(Section("", (table,)),))


def _rows(entry: Said) -> list[tuple[str, ...]]:
    done = " ".join(part for part in (entry.said, entry.subject, entry.tail) if part)
    head = (f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}", entry.actor, entry.department, done)
    return [(*head, *change) for change in entry.changes] or [(*head, "", "", "", "")]
