"""异常问题处理记录 and 同步记录 of a project as papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.pdf import pdf_of
from tongzhou.papers import Column, Fact, Paper, Place, Section, Signatures, State, Table, to_docx, to_xlsx
from tongzhou.papers.paper import Tone
from tongzhou.progress.models import ExceptionReport
from tongzhou.progress.queries.exceptions import CLOSED, HANDLED, OVERDUE, state_of, state_word
from tongzhou.progress.queries.sync_page import LATE, MISSED, SYNCED, WEEKS, SyncPage
from tongzhou.projects.models import Participation, Project
from tongzhou.projects.queries import Team

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def exceptions_paper(project: Project, team: Team, rows: Iterable[ExceptionReport], today: date) -> Paper:
    """Return the record of exceptions: what was reported, what was done, and who signs for it."""
    found = list(rows)
    heads = (
        Column(_("No."), "number", 5),
        Column(_("Subtask"), width=18),
        Column(_("Kind of exception"), width=10),
        Column(_("Reason"), width=22),
        Column(_("Impact"), width=22),
        Column(_("Proposed solution"), width=22),
        Column(_("Expected resolution"), "date"),
        Column(_("Reported by"), width=14),
        Column(_("Reported at"), width=16),
        Column(_("Handled by"), width=9),
        Column(_("Measures taken"), width=22),
        Column(_("Result"), width=22),
        Column(_("State"), "state", 8),
        Column(_("Closed"), width=16),
    )
    table = Table(heads, tuple(_row(row, today) for row in found), empty=_("No exception was reported."))
    facts = (
        Fact(_("Project"), f"{project.name}（{project.number}）"),
        Fact(_("Lead department"), team.lead or "—"),
        Fact(_("Project manager"), team.manager or "—"),
        Fact(_("Exceptions"), _("%(all)s, %(open)s of them not closed") % {"all": len(found), "open": _open(found)}),
    )
    return Paper(
        title=_("%(project)s: record of exceptions") % {"project": project.name},
        facts=facts,
        sections=(
            Section(_("Exceptions"), (table,)),
            Section(_("Signatures"), (Signatures(tuple(_places(team)), _("Signature"), _("Date")),)),
        ),
        dated=today,
        pages=_("Page {page} of {pages}"),
    )


def file_of(paper: Paper, ending: str) -> tuple[bytes, str] | None:
    """Return the paper as a file and its type; None for an ending that there is not."""
    if ending == "xlsx":
        return to_xlsx(paper), XLSX
    if ending == "docx":
        return to_docx(paper), DOCX
    return (pdf_of(paper), "application/pdf") if ending == "pdf" else None


def _open(rows: list[ExceptionReport]) -> int:
    return sum(row.closed_at is None for row in rows)


def _row(row: ExceptionReport, today: date) -> tuple[int | str | date | State, ...]:
    state = state_of(row, today)
    tones: dict[str, Tone] = {HANDLED: "doing", OVERDUE: "blocked", CLOSED: "done"}
    unit = row.reported_by.department
    return (
        row.number,
        row.task_name or _("The project as a whole"),
        str(row.get_kind_display()),
        row.reason,
        row.impact,
        row.solution,
        row.expected,
        f"{row.reported_by.name}（{unit.name}）" if unit is not None else row.reported_by.name,
        _at(row.reported_at),
        row.handler.name if row.handler is not None else "",
        row.measure,
        row.result,
        State(tones.get(state, "todo"), state_word(state)),
        _at(row.closed_at),
    )


def _places(team: Team) -> Iterable[Place]:
    """The lead department's head, the manager, and the supervising departments' heads sign."""
    for part in team.participations:
        if part.kind == Participation.Kind.LEAD:
            yield Place(_("Lead department: %(department)s") % {"department": part.department}, _name(part.head))
    yield Place(_("Project manager"), team.manager)
    for part in team.participations:
        if part.kind == Participation.Kind.SUPERVISE:
            yield Place(_("Supervising department: %(department)s") % {"department": part.department}, _name(part.head))


def _name(holder: object) -> str:
    return str(getattr(holder, "name", ""))


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def syncs_paper(project: Project, page: SyncPage, today: date) -> Paper:
    """Return a slot with who synced and who did not, the weeks before it, and how well the departments keep to it."""
    people = Table(
        (
            Column(_("Department"), width=14), Column(_("Person"), width=10), Column(_("For"), width=10),
            Column(_("Urgency"), width=8), Column(_("Tasks"), "number", 7), Column(_("Not synced"), "number", 8),
            Column(_("Which"), width=40), Column(_("State"), "state", 10), Column(_("Synced late at"), width=14),
        ),
        tuple(
            (one.department, one.name, one.instead_of, one.urgency, one.tasks, one.missed, one.missing,
             State(_tone(one.state), one.word), one.late)
            for one in page.lines
        ),
        empty=_("Nobody was asked."),
    )  # fmt: skip
    weeks = Table(
        (
            Column(_("Week of"), "date"), Column(_("Slots"), "number", 7), Column(_("Asked"), "number", 8),
            Column(_("In time"), "number", 8), Column(_("In time, %"), "number", 8),
            Column(_("Synced late, tasks"), "number", 10),
        ),
        tuple((week.monday, week.slots, week.people, week.synced, week.percent, week.late) for week in page.weeks),
        empty=_("No slot was counted yet."),
    )  # fmt: skip
    departments = Table(
        (
            Column(_("Department"), width=18), Column(_("Asked"), "number", 8), Column(_("In time"), "number", 8),
            Column(_("In time, %"), "number", 8),
        ),
        tuple((one.department, one.asked, one.synced, one.percent) for one in page.discipline),
        empty=_("No slot was counted yet."),
    )  # fmt: skip
    slot = page.slot.word if page.slot else "—"
    return Paper(
        title=_("%(project)s: syncs") % {"project": project.name},
        facts=(Fact(_("Project"), f"{project.name}（{project.number}）"), Fact(_("Slot"), slot)),
        sections=(
            Section(_("Who synced, and who did not"), (people,)),
            Section(_("By week"), (weeks,)),
            Section(_("By department, the last %(n)s weeks") % {"n": WEEKS}, (departments,)),
        ),
        dated=today,
        pages=_("Page {page} of {pages}"),
    )


def _tone(state: str) -> Tone:
    tones: dict[str, Tone] = {SYNCED: "done", MISSED: "blocked", LATE: "late"}
    return tones.get(state, "todo")
