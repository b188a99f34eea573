"""The list of projects, and the objectives of one, as papers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tongzhou.papers import Column, Paper, Section, Table
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.projects.queries.listing import Row
from tongzhou.projects.queries.shown import ShownObjective
from tongzhou.workbooks.textfile import guarded

# What is behind zero is ahead, and no formula.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def heads() -> list[str]:
    return [
        _("Number"),
        _("Project"),
        _("Kind"),
        _("Weight"),
        _("Lead department"),
        _("Project manager"),
        _("Starts on"),
        _("Ends on"),
        _("Actual %"),
        _("Planned %"),
        _("Behind (points)"),
        _("Status light"),
        _("State"),
    ]


def light_words() -> dict[str, str]:
    return {"": "", "ok": _("Normal"), "watch": _("Watch"), "alarm": _("Alarm")}


def state_words() -> dict[str, str]:
    return {"": "", "none": _("No plan"), **{key: str(word) for key, word in ProjectSummary.State.choices}}


def cells(row: Row) -> list[str]:
    """Return a row of the list as texts in the order of `heads`."""
    kinds, weights = dict(Project.Kind.choices), dict(Project.Weight.choices)
    return [
        row.number,
        row.name,
        str(kinds[row.kind]),
        str(weights[row.weight]),
        row.lead,
        row.manager,
        row.start,
        row.end,
        "" if row.actual is None else f"{row.actual:g}",
        "" if row.planned is None else f"{row.planned:g}",
        "" if row.behind is None else f"{row.behind:.2f}",
        light_words()[row.light],
        state_words()[row.state],
    ]


def list_paper(rows: Iterable[Row]) -> Paper:
    """Describe the list."""
    columns = tuple(Column(head) for head in heads())
    table = Table(columns, tuple(tuple(cells(row)) for row in rows), empty=_("No project yet"))
    return Paper(title=_("Projects"), sections=(Section(_("Projects"), (table,)),))


def objectives_paper(name: str, rows: Iterable[ShownObjective]) -> Paper:
    """Describe the objectives and KPIs with their latest values, then all that was measured."""
    rows = list(rows)
    heads = (_("What is to be reached"), _("Metric"), _("From → to"), _("Latest value"), _("Due date"), _("Owner"), _("State"))
    table = Table(
        tuple(Column(head) for head in heads),
        tuple(
            (one.row.name, one.row.metric, one.row.says, one.last_value, one.row.due, one.row.owner, one.word) for one in rows
        ),
        empty=_("No objective yet"),
    )
    measured = tuple(
        (one.row.name, value.on, text, value.note, value.by) for one in rows for value, text in reversed(one.values)
    )
    columns = (_("What is to be reached"), _("Day"), _("Value"), _("Note"), _("Entered by"))
    values = Table(tuple(Column(head) for head in columns), measured, empty=_("Nothing is measured yet"))
    sections = (Section(_("Objectives"), (table,)), Section(_("Measured values"), (values,)))
    return Paper(title=_("%(name)s objectives") % {"name": name}, sections=sections)


def list_csv(rows: Iterable[Row]) -> bytes:
    """Return the list as CSV that Excel opens: UTF-8 with its mark, and no text that would be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads())
    for row in rows:
        writer.writerow([_plain(text) for text in cells(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(text: str) -> str:
    return text if NUMBER.fullmatch(text) else guarded(text)
