"""Downloads: the charter, as a draft or as it was signed, and the basic information of a project of any weight.

The address ends with the ending of a paper of words, `words`: docx, pdf, and where there is a sheet xlsx.
"""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongzhou.charters.access import chartered_or_404
from tongzhou.charters.papers import basic_information, charter_paper
from tongzhou.charters.queries.cut import cut_of
from tongzhou.charters.queries.standing import KIND
from tongzhou.charters.views.asking import is_present, version_asked
from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import ending_or_404
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.papers import Paper
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of

READ = "read project plan, tasks"
BASICS = "basic-information"


@require_GET
@access_declared(READ)
def charter_download(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """项目章程 as a file: `version` as it was frozen; without one the newest that holds or is being signed, else the draft."""
    user = signed_in(request)
    project = chartered_or_404(user, number)
    ending_or_404(KIND, words)
    sheet = version_asked(request, project, KIND)
    paper, present = partial(_charter, project, sheet), is_present(project, KIND, sheet)
    handing = Handing(KIND, project.pk, lambda _paper: f"{project.number} {_('Project charter')}", paper, words, sheet, present)
    return answer(hand_out(by=user, project=project, handing=handing, now=clock.now()))


def _charter(project: Project, sheet: Sheet | None) -> Paper:
    if sheet is None:
        return charter_paper(cut_of(project))
    return charter_paper(snapshot_of(sheet)["shared"], version=sheet.version)


@require_GET
@access_declared(READ)
def basic_information_download(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """项目基本信息表 as a file."""
    user = signed_in(request)
    project = project_or_404(user, number)
    ending_or_404(BASICS, words)

    def paper() -> Paper:
        return basic_information(cut_of(project))

    handing = Handing(BASICS, project.pk, lambda made: f"{project.number} {made.title}", paper, words)
    return answer(hand_out(by=user, project=project, handing=handing, now=clock.now()))
