"""Screens: the tables of the plan as papers to print and to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import Handed, answer
from tongzhou.documents.queries.kinds import KINDS, ending_or_404
from tongzhou.exchange.access import can_export
from tongzhou.exchange.papers.table_papers import (
    TASK_LIST,
    described,
    newest_list,
    papers_offered,
    table_paper,
    task_list_paper,
)
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.naming import paper_name
from tongzhou.lib.params import day_asked, text_asked
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.queries.outlook import status_date
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project


@dataclass(frozen=True)
class Wanted:
    """Which table, as which file, as of which day; of the task list which version, by default the one in force."""

    paper: str
    ending: str
    as_of: date | None = None
    version: int | None = None


@require_GET
@access_declared("read project plan, tasks")
def table_file(request: HttpRequest, number: str, paper: str, ending: str) -> HttpResponse:
    """One of the tables as a file; `as_of` names another day than today, `version` another one of the task list."""
    user = signed_in(request)
    project = project_or_404(user, number)
    version = text_asked(request, "version", 6)
    if version and not (version.isascii() and version.isdecimal()):
        raise Http404
    wanted = Wanted(paper, ending, day_asked(request, "as_of"), int(version) if version else None)
    return answer(handed_table(user, project, wanted))


def handed_table(user: User, project: Project, wanted: Wanted) -> Handed:
    """Hand out a table of the plan: it gets its number and code, and the register keeps that it was taken along.

    :raises Forbidden: if `user` takes no part in the project.
    :raises Http404: if the project has no such paper, no such version, or the paper no such ending.
    :raises Refused: if it cannot be set; Busy if too many are being set.
    """
    require(can_export(user, project))
    if wanted.paper not in papers_offered(project):
        raise Http404
    ending_or_404(wanted.paper, wanted.ending)
    sheet, as_of = None, wanted.as_of or status_date(project)
    if wanted.paper == TASK_LIST:
        sheet = newest_list(project, wanted.version)
        if sheet is None and wanted.version is not None:
            raise Http404
        paper = partial(task_list_paper, project, sheet)
    else:
        paper = partial(table_paper, project, wanted.paper, as_of)
    title = paper_name(project.name, KINDS[wanted.paper].title)
    present = wanted.paper == TASK_LIST or as_of == status_date(project)
    handing = Handing(wanted.paper, project.pk, title, paper, wanted.ending, sheet, present)
    return hand_out(by=user, project=project, handing=handing, now=clock.now())


def offered(project: Project) -> list[dict[str, Any]]:
    """Return the papers that a project has of its plan, as the page of exports offers them."""
    return [
        {
            "key": key,
            "title": KINDS[key].title,
            "columns": "、".join(described(key)),
            "endings": KINDS[key].endings,
            "approved": key == TASK_LIST,
        }
        for key in papers_offered(project)
    ]
