"""Screens of the import: upload, preview with its answers, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.exchange import actions
from tongzhou.exchange.access import can_import, drafts_of
from tongzhou.exchange.forms import AnswerForm, LayoutForm, UploadForm
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.papers import issues_paper
from tongzhou.exchange.queries import draft_or_404, preview_of
from tongzhou.exchange.queries.preview import plan_version_of
from tongzhou.exchange.queries.wording import offered_kinds, offered_meanings, refusal_text
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.people.models import Department, User
from tongzhou.projects.access import project_or_404
from tongzhou.workbooks.refusal import WorkbookRefused

EDIT = "create/edit WBS"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_import(user, project))
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = actions.upload(by=user, project=project, file_name=file.name, chunks=file.chunks(), now=clock.now())
            return redirect("import_preview", number, draft.pk)
        except WorkbookRefused as refused:
            form.add_error("file", refusal_text(refused))
    earlier = (
        drafts_of(project)
        .exclude(state=ImportDraft.State.DISCARDED)
        .select_related("uploaded_by")
        .defer("cells", "answers")[:5]
    )
    context = {"project": project, "tab": "plan", "form": form, "earlier": earlier}
    return render(request, "exchange/upload.html", context, status=422 if form.is_bound else 200)


@require_safe
@access_declared(EDIT)
def preview(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    draft = draft_or_404(signed_in(request), number, draft_id)
    if draft.state != ImportDraft.State.OPEN:
        return render(
            request, "exchange/closed.html", {"project": draft.project, "tab": "plan", "draft": draft, "made": draft.made}
        )
    return _preview(request, draft)


@require_POST
@access_declared(EDIT)
def answer(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    """Settle an issue, or take its answer back."""
    user = signed_in(request)
    draft = draft_or_404(user, number, draft_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _preview(request, draft, "", status=422)
    said = form.cleaned_data
    try:
        if said["option"]:
            actions.answer_issue(by=user, draft=draft, answer=actions.Answer(**said), now=clock.now())
        else:
            actions.take_back(by=user, draft=draft, issue=said["issue"], now=clock.now())
    except Refused as refused:
        return _preview(request, draft, refused.message, status=422)
    return _answered(request, draft)


@require_POST
@access_declared(EDIT)
def layout(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    """Take a sheet as something else, from another heading row, or its columns as something else."""
    user = signed_in(request)
    draft = draft_or_404(user, number, draft_id)
    form = LayoutForm(request.POST)
    if not form.is_valid():
        return _preview(request, draft, _("This cannot be chosen. Look at the page again."), status=422)
    try:
        actions.lay_out_sheet(by=user, draft=draft, wanted=form.wanted(), now=clock.now())
    except Refused as refused:
        return _preview(request, draft, refused.message, status=422)
    return _answered(request, draft)


@require_POST
@access_declared(EDIT)
def adopt(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    """Take every proposed answer."""
    draft = draft_or_404(signed_in(request), number, draft_id)
    actions.adopt_proposals(by=signed_in(request), draft=draft, now=clock.now())
    return _answered(request, draft)


@require_POST
@access_declared(EDIT)
def confirmation(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    """Write it."""
    user = signed_in(request)
    draft = draft_or_404(user, number, draft_id)
    seen = request.POST.get("plan_version", "")
    try:
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        actions.confirm_draft(by=user, draft=draft, plan_version=version, now=clock.now())
    except Refused as refused:
        if draft.state != ImportDraft.State.OPEN:
            raise
        return _preview(request, draft, refused.message, status=422)
    messages.success(request, _("Import written to the plan."))
    return redirect("import_preview", number, draft_id)


@require_POST
@access_declared(EDIT)
def discard(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    user = signed_in(request)
    actions.discard_draft(by=user, draft=draft_or_404(user, number, draft_id), now=clock.now())
    messages.success(request, _("Import discarded. The plan is unchanged."))
    return redirect("import_upload", number)


@require_safe
@access_declared(EDIT)
def issues(request: HttpRequest, number: str, draft_id: int) -> HttpResponse:
    """The list of issues as a workbook."""
    user = signed_in(request)
    draft = draft_or_404(user, number, draft_id)
    paper = issues_paper(draft, preview_of(draft, by=user, today=clock.today()))
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


def _preview(request: HttpRequest, draft: ImportDraft, message: str = "", status: int = 200) -> HttpResponse:
    found = preview_of(draft, by=signed_in(request), today=clock.today())
    asked = {option.asks for issue in found.issues for option in issue.options}
    context = {
        "project": draft.project,
        "tab": "plan",
        "draft": draft,
        "preview": found,
        "message": message,
        "plan_version": plan_version_of(draft.project),
        "meanings": offered_meanings(),
        "kinds": offered_kinds(),
        "people": User.objects.filter(is_active=True).select_related("department") if "person" in asked else (),
        "departments": Department.objects.all() if "department" in asked else (),
    }
    part = "#import" if request.headers.get("HX-Request") else ""
    return render(request, f"exchange/preview.html{part}", context, status=status)


def _answered(request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    if request.headers.get("HX-Request"):
        draft.refresh_from_db(fields=["answers"])
        return _preview(request, draft)
    return redirect("import_preview", draft.project.number, draft.pk)
