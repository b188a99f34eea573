"""项目甘特图: from the outlook to the description of a chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Busy, Refused
from tongzhou.papers.drawing import Crowded, place_to_draw, to_pdf, to_png
from tongzhou.papers.gantt import MOST_ROWS_IN_A_PICTURE, Bar, Chart, gantt_pages, gantt_picture
from tongzhou.papers.paper import Column, Paper, Section, State, Table, Tone
from tongzhou.papers.typeset import NotDrawn
from tongzhou.papers.wording import day_words
from tongzhou.people.models import User
from tongzhou.people.queries import days_off
from tongzhou.plan.queries.deliverables import DeliverableRow
from tongzhou.plan.queries.grid import STATES, summary_state
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.tree import Item
from tongzhou.projects.models import Project

STATE_OF = {number: state for state, number in STATES.items()}
TYPEFACES: Path = settings.PACKAGE / "static" / "dist" / "typefaces"


def drawn_gantt(project: Project, as_of: date, ending: str) -> tuple[bytes, str]:
    """Return the chart of all rows drawn as a file, and its title. `ending`: pdf (A3 pages) or png (one picture).

    :raises Refused: if there are more rows than a picture shows, or nothing was drawn; (Busy) if too much is being drawn.
    """
    try:
        with place_to_draw():
            chart = gantt_chart(project, as_of)
            if ending == "pdf":
                return to_pdf(gantt_pages(chart), TYPEFACES), chart.title
            if len(chart.bars) > MOST_ROWS_IN_A_PICTURE:
                most = {"most": MOST_ROWS_IN_A_PICTURE}
                raise Refused(
                    "too-many-rows", _("A picture shows at most %(most)s rows. Take the PDF: it has all of them.") % most
                )
            return to_png(gantt_picture(chart), TYPEFACES), chart.title
    except Crowded as error:
        raise Busy("drawing-busy", _("Other charts are being drawn. Try again in a moment.")) from error
    except NotDrawn as error:
        raise Refused("not-drawn", _("The chart is too large to be drawn.")) from error


def gantt_chart(project: Project, as_of: date) -> Chart:
    """Return the chart of all rows as they stand on `as_of`. Two queries beyond the outlook."""
    found = outlook(project, as_of)
    people = dict(User.objects.filter(pk__in={item.owner for item in found.items}).values_list("pk", "name"))
    first = min((at.start for at in found.dates.values()), default=as_of)
    last = max((at.finish for at in found.dates.values()), default=as_of)
    holidays, _makeup = days_off(first - timedelta(days=7), last + timedelta(days=60))
    place = {item.id: row for row, item in enumerate(found.items)}
    calendar = found.calendar
    span = range((last - first).days + 74)
    return Chart(
        title=_("%(project)s: Gantt chart") % {"project": project.name},
        subtitle="　".join((project.number, _("As of %(day)s") % {"day": day_words(as_of)}, _legend())),
        bars=tuple(_bar(found, item, people) for item in found.items),
        links=tuple(
            (place[edge.predecessor], place[edge.successor], _both_critical(found, edge.predecessor, edge.successor))
            for edge in found.edges
            if edge.kind == "FS"
        ),
        off=frozenset(day for day in (first + timedelta(days=step - 7) for step in span) if not calendar.is_working_day(day)),
        holidays=tuple(holidays),
        today=as_of,
        words=(_("Task"), _("Owner"), _("Dates"), _("Page {page} of {pages}")),
    )


def _legend() -> str:
    return _("grey line: baseline; dark outline: critical; red line: status date")


def _bar(found: Outlook, item: Item, people: dict[int, str]) -> Bar:
    at, line = found.dates[item.id], found.baseline.get(item.id)
    state = item.state if item.leaf else STATE_OF[summary_state(found, item)]
    late = found.is_late(item) and state in ("todo", "doing")
    return Bar(
        code=item.code,
        name=item.name,
        level=item.level,
        kind="summary" if not item.leaf else "milestone" if item.is_milestone else "task",
        look="late" if late else state,
        owner=people.get(item.owner or 0, ""),
        start=at.start,
        finish=at.finish,
        done=float(found.actual.get(item.id, Fraction(0))),
        critical=at.critical,
        baseline=(line.start, line.finish) if line else None,
    )


def _both_critical(found: Outlook, one: int, two: int) -> bool:
    return found.dates[one].critical and found.dates[two].critical


TONES: dict[str, Tone] = {"todo": "todo", "doing": "doing", "done": "done", "blocked": "blocked", "late": "late"}


def deliverables_paper(project: Project, rows: Iterable[DeliverableRow], today: date) -> Paper:
    """Return 交付物清单 as the page shows it."""
    heads = (
        Column(_("Deliverable"), width=30),
        Column(_("Quantity")),
        Column(_("Department")),
        Column(_("By when"), "date"),
        Column(_("Delivery standard"), width=40),
        Column(_("Task or milestone"), width=30),
        Column(_("Document"), width=30),
        Column(_("State"), "state"),
        Column(_("Who and when")),
    )
    table = Table(heads, tuple(_deliverable_row(row) for row in rows), empty=_("No deliverable matches."))
    title = _("%(project)s: deliverables") % {"project": project.name}
    return Paper(title=title, sections=(Section(_("Deliverables"), (table,)),), dated=today)


def _deliverable_row(row: DeliverableRow) -> tuple[str | date | State | None, ...]:
    word = f"{row.word}（{_('Late')}）" if row.late else row.word
    latest = row.latest
    who = f"{latest.name} {timezone.localtime(latest.at):%Y-%m-%d %H:%M}" if latest else ""
    state = State(TONES[row.tone], word)
    return (row.name, row.amount, row.department, row.due, row.standard, row.item, row.document, state, who)
