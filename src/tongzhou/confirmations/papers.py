"""The list of confirmations as a workbook: one row for each who is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.confirmations.queries.standing import Answered, ConfirmationStands
from tongzhou.papers import Column, Paper, Section, State, Table
from tongzhou.papers.paper import Tone

TONES: dict[str, Tone] = {"done": "done", "blocked": "blocked", "todo": "todo"}


def confirmations_paper(project: str, rows: Iterable[ConfirmationStands], today: date) -> Paper:
    """Return who was asked to confirm what, and what she answered."""
    heads = (
        Column(_("What it is about")),
        Column(_("Conclusion"), width=60),
        Column(_("Asked by")),
        Column(_("By when")),
        Column(_("State")),
        Column(_("Who must confirm")),
        Column(_("Answer given"), "state"),
        Column(_("Reason")),
        Column(_("Answered")),
    )
    table = Table(
        heads, tuple(_row(one, answer) for one in rows for answer in one.answers), empty=_("No confirmation matches.")
    )
    title = _("%(project)s: confirmations in writing") % {"project": project}
    return Paper(title=title, sections=(Section(_("Confirmations"), (table,)),), dated=today)


def _row(one: ConfirmationStands, answer: Answered) -> tuple[str | State, ...]:
    row = one.row
    by = f"{answer.name}（{_('answered by %(name)s') % {'name': answer.by}}）" if answer.by else answer.name
    return (
        row.title,
        row.text,
        row.asker.name,
        _at(row.due),
        one.state_word,
        by,
        State(TONES[answer.tone], answer.word),
        answer.reason,
        _at(answer.at),
    )


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
