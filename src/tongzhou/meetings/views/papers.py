"""Screens: the minutes as a file."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import answer
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared
from tongzhou.lib.naming import paper_name
from tongzhou.meetings.papers import minutes_paper
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.queries.kinds import kind_of
from tongzhou.meetings.queries.standing import sheet_of
from tongzhou.meetings.views.reading import READ
from tongzhou.papers import Paper
from tongzhou.people.access import signed_in


@require_GET
@access_declared(READ)
def minutes_file(request: HttpRequest, number: str, meeting_id: int, minutes_ending: str) -> HttpResponse:
    """The newest edition as docx or pdf, with the signatures of the heads."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    edition = row.editions.first()
    if edition is None:
        raise Http404
    paper, sheet = partial(minutes_paper, row, edition), sheet_of(row, edition)
    handing = Handing(kind_of(row).paper, row.pk, _title, paper, minutes_ending, sheet)
    return answer(hand_out(by=user, project=row.project, handing=handing, now=clock.now()))


def _title(paper: Paper) -> str:
    return paper_name(paper.subtitle, paper.title)
