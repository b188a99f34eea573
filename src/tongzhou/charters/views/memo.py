"""Screens: the memo as the plan makes it, asking for signatures, what was signed beside what is, and the download."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from tongzhou.charters.access import can_open_memo, memo_or_404, own_departments
from tongzhou.charters.actions import open_memo
from tongzhou.charters.forms import AskForm
from tongzhou.charters.papers import memo_paper
from tongzhou.charters.queries.memo_cut import HEAD, memo_of
from tongzhou.charters.queries.memo_now import compared
from tongzhou.charters.queries.memo_page import memo_page
from tongzhou.charters.queries.memo_standing import MEMO, signed_memo
from tongzhou.charters.views.asking import ask_to_sign, asking, is_present, version_asked
from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import answer
from tongzhou.documents.queries.kinds import ending_or_404
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require, status_of
from tongzhou.lib.params import id_asked
from tongzhou.papers import Paper
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of

READ, EDIT = "read project plan, tasks", "edit charter draft"


@require_safe
@access_declared(READ)
def memo(request: HttpRequest, number: str) -> HttpResponse:
    """跨部门协作备忘录: what each department takes on, as the plan says it now; who signs it, and who would sign again."""
    return _shown(request, memo_or_404(signed_in(request), number))


@require_POST
@access_declared(EDIT)
def memo_sheets(request: HttpRequest, number: str) -> HttpResponse:
    """Freeze the memo and ask every head to sign."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    require(can_open_memo(standing(user, project), project))
    return ask_to_sign(request, project, open_memo, _shown, "memo")


@require_safe
@access_declared(READ)
def memo_now(request: HttpRequest, number: str) -> HttpResponse:
    """签署与现状: every difference between what was signed and what the plan says today; `all` shows what is the same, too."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    sheet = signed_memo(project)
    if sheet is None:
        return redirect("memo", number=project.number)
    found = compared(snapshot_of(sheet), memo_of(project)).for_reader(own_departments(standing(user, project)))
    department = id_asked(request.GET.get("department", "")) or 0
    context = {
        "project": project,
        "tab": "start",
        "sheet": sheet,
        "found": found,
        "blocks": [block for block in found.blocks if not department or block.department == department],
        "same": [block.name for block in found.blocks if not block.differing],
        "department": department,
        "everything": request.GET.get("all") == "1",
    }
    return render(request, "charters/memo_now.html", context)


@require_GET
@access_declared(READ)
def memo_download(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """跨部门协作备忘录 as a file, whole or of one `department`: `version` as it was frozen, else the newest, else a draft."""
    user = signed_in(request)
    project = memo_or_404(user, number)
    ending_or_404(MEMO, words)
    sheet = version_asked(request, project, MEMO)
    # It speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        shared, parts = _content(project, sheet)
    seat, key = _seat(request, parts, project)
    held = {f"{HEAD}{part.department_id}": part.head.name for part in team_of(project).participations if part.head}
    paper = partial(memo_paper, shared, parts, held, seat=seat, version=sheet.version if sheet else 0)

    def title(_paper: Paper) -> str:
        return " ".join([project.number, _("Collaboration memo"), *([parts[seat]["name"]] if seat else [])])

    handing = Handing(MEMO, key, title, paper, words, sheet, is_present(project, MEMO, sheet))
    return answer(hand_out(by=user, project=project, handing=handing, now=clock.now()))


def _content(project: Project, sheet: Sheet | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the shared part of a memo and those of the departments, frozen or as a draft."""
    if sheet is None:
        draft = memo_of(project)
        return draft.shared, draft.parts
    frozen = snapshot_of(sheet)
    return frozen["shared"], frozen["parts"]


def _seat(request: HttpRequest, parts: dict[str, dict[str, str]], project: Project) -> tuple[str, int]:
    """Return the seat whose part is asked for, and the key of its paper: each department's is a paper of its own."""
    asked = request.GET.get("department", "")
    if not asked:
        return "", project.pk
    department = id_asked(asked) or 0
    if f"{HEAD}{department}" not in parts:
        raise Http404
    return f"{HEAD}{department}", -department


def _shown(request: HttpRequest, project: Project, ask: AskForm | None = None, error: Refused | None = None) -> HttpResponse:
    page = memo_page(signed_in(request), project)
    context = {
        "project": project,
        "tab": "start",
        "page": page,
        "memo": page.memo,
        "heads": page.heads,
        "ask": ask or asking(),
        "error": error,
    }
    status = status_of(error) if error else 422 if ask else 200
    return render(request, "charters/memo.html", context, status=status)
