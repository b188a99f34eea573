"""The list of cases as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.escalations.queries.standing import CaseStands
from tongzhou.papers import Column, Paper, Section, State, Table
from tongzhou.papers.paper import Tone

TONES: dict[str, Tone] = {"doing": "doing", "blocked": "blocked", "done": "done", "todo": "todo"}


def cases_paper(project: str, rows: Iterable[CaseStands], today: date) -> Paper:
    """Return the cases of a project as a table."""
    heads = (
        Column(_("Case")),
        Column(_("Why")),
        Column(_("Department")),
        Column(_("Step")),
        Column(_("With whom")),
        Column(_("Since")),
        Column(_("Climbs at")),
        Column(_("State"), "state"),
        Column(_("Opened")),
    )
    table = Table(heads, tuple(_row(one) for one in rows), empty=_("No case matches."))
    title = _("%(project)s: escalations") % {"project": project}
    return Paper(title=title, sections=(Section(_("Escalations"), (table,)),), dated=today)


def _row(one: CaseStands) -> tuple[str | State, ...]:
    case = one.case
    return (
        case.title,
        case.why,
        case.department.name if case.department else "",
        one.level_word,
        one.asked.name if one.asked else "",
        _at(case.since),
        _at(case.climbs_at),
        State(TONES[one.tone], one.state_word),
        _at(case.opened_at),
    )


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
