"""Screens: the cases of a project, one case with its steps, what is done about it, and the time limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.escalations import access, actions
from tongzhou.escalations.forms import DecisionForm, HoursForm, ReasonForm, ResultForm
from tongzhou.escalations.models import Case, Level
from tongzhou.escalations.papers import cases_paper
from tongzhou.escalations.queries import Hours, case_or_404, hours_of, stands
from tongzhou.escalations.queries.cases import Wanted, cases_of
from tongzhou.escalations.queries.listing import between_of, listed, summary_of, with_answers
from tongzhou.escalations.queries.page import case_page
from tongzhou.escalations.queries.queue import FORM, queue_context
from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared, require
from tongzhou.lib.params import blame, text_asked
from tongzhou.lib.web import download, queue_changed
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.projects.access import can_manage_organisation, project_or_404, standing
from tongzhou.projects.models import Project

READ, ESCALATE, DECIDE, LIMITS = "read project plan, tasks", "escalate step 1/2/3", "decide at GL level", "edit charter draft"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE, MOST = 50, 5000


def kinds() -> dict[str, str]:
    """Return the words of what cases are about."""
    return {"block": _("Block"), "exception": _("Exception"), "task": _("Task")}


@require_safe
@access_declared(READ)
def cases(request: HttpRequest, number: str) -> HttpResponse:
    """The cases of a project: where each stands, since when, when it climbs."""
    return _listed(request, project_or_404(signed_in(request), number))


def _listed(request: HttpRequest, project: Project, form: HoursForm | None = None) -> HttpResponse:
    """Show the list; `form`: with limits that could not be kept."""
    user, wanted, now = signed_in(request), _wanted(request), clock.now()
    filtered = wanted != Wanted(sort=wanted.sort)
    says = None if filtered else summary_of(project, now)
    paginator = Paginator(with_answers(cases_of(project, wanted)), PAGE)
    if says is not None:
        # Both count the same rows: they are counted once.
        paginator.count = says.waiting + says.decided
    page = paginator.get_page(request.GET.get("page"))
    hours, own = hours_of(project)
    context = {
        "project": project,
        "tab": "work",
        "wanted": wanted,
        "rows": listed(page.object_list, now),
        "says": says,
        "page": page,
        "levels": [(str(int(level)), str(level.label)) for level in Level],
        "kinds": kinds(),
        "hours": hours,
        "own": own,
        "form": (form or HoursForm(initial=asdict(hours))) if access.can_change_ladder(standing(user, project)) else None,
        "filtered": filtered,
    }
    return render(request, "escalations/cases.html", context, status=422 if form is not None else 200)


@require_safe
@access_declared(READ)
def cases_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it is filtered, as a workbook."""
    project = project_or_404(signed_in(request), number)
    rows = stands(cases_of(project, _wanted(request))[:MOST], clock.now())
    paper = cases_paper(project.name, rows, clock.today())
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@require_safe
@access_declared(READ)
def case(request: HttpRequest, number: str, case_id: int) -> HttpResponse:
    return _shown(request, case_or_404(signed_in(request), number, case_id))


@require_POST
@access_declared(ESCALATE)
def climb(request: HttpRequest, number: str, case_id: int) -> HttpResponse:
    """Let a case climb by hand, with a reason."""
    row = case_or_404(signed_in(request), number, case_id)
    require(access.can_escalate_case(standing(signed_in(request), row.project), row))
    form = ReasonForm(request.POST)
    return _done(request, row, form, lambda case, data: actions.climb_case(
        by=signed_in(request), case=case, reason=data["reason"], now=clock.now()
    ))  # fmt: skip


@require_POST
@access_declared(DECIDE)
def hand_back(request: HttpRequest, number: str, case_id: int) -> HttpResponse:
    """Hand a case back to the step below, with a decision."""
    row = _mine(request, number, case_id)
    return _done(request, row, DecisionForm(request.POST), lambda case, data: actions.hand_back(
        by=signed_in(request), case=case, decision=data["decision"], now=clock.now()
    ))  # fmt: skip


@require_POST
@access_declared(DECIDE)
def decision(request: HttpRequest, number: str, case_id: int) -> HttpResponse:
    """Decide a case."""
    row = _mine(request, number, case_id)
    return _done(request, row, DecisionForm(request.POST), lambda case, data: actions.decide_case(
        by=signed_in(request), case=case, decision=data["decision"], now=clock.now()
    ))  # fmt: skip


@require_POST
@access_declared(ESCALATE)
def closure(request: HttpRequest, number: str, case_id: int) -> HttpResponse:
    """Close a case with what came of it."""
    row = case_or_404(signed_in(request), number, case_id)
    require(_may_escalate(request, row) or case_page(row, signed_in(request), clock.now()).may_close)
    return _done(request, row, ResultForm(request.POST), lambda case, data: actions.close_case(
        by=signed_in(request), case=case, result=data["result"], now=clock.now()
    ))  # fmt: skip


@require_POST
@access_declared(LIMITS)
def limits(request: HttpRequest, number: str) -> HttpResponse:
    """The time limits of a project; `inherit` takes those of the organisation again."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_change_ladder(standing(user, project)))
    form = HoursForm(request.POST)
    if "inherit" not in request.POST and not form.is_valid():
        return _listed(request, project, form)
    hours = None if "inherit" in request.POST else Hours(**form.cleaned_data)
    actions.set_ladder(by=user, project=project, hours=hours, now=clock.now())
    messages.success(request, _("The time limits are saved. Steps that run keep theirs."))
    return redirect("cases", number)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def organisation_limits(request: HttpRequest) -> HttpResponse:
    """The time limits of the organisation."""
    user = signed_in(request)
    require(can_manage_organisation(user))
    form = HoursForm(request.POST if request.method == "POST" else None, initial=asdict(hours_of(None)[0]))
    if form.is_valid():
        actions.set_ladder(by=user, project=None, hours=Hours(**form.cleaned_data), now=clock.now())
        messages.success(request, _("The time limits are saved. Steps that run keep theirs."))
        return redirect("escalation_limits")
    return render(request, "escalations/limits.html", {"form": form}, status=422 if form.is_bound else 200)


def _wanted(request: HttpRequest) -> Wanted:
    names = {"state": "state", "level": "level", "kind": "kind", "words": "q", "sort": "sort"}
    return Wanted(**{name: text_asked(request, asked) for name, asked in names.items()})


def _may_escalate(request: HttpRequest, row: Case) -> bool:
    return access.can_escalate_case(standing(signed_in(request), row.project), row)


def _mine(request: HttpRequest, number: str, case_id: int) -> Case:
    """Return a case that the person may decide.

    :raises Forbidden: before a word of hers is read.
    """
    row = case_or_404(signed_in(request), number, case_id)
    page = case_page(row, signed_in(request), clock.now())
    asked = page.stands.asked
    require(access.can_decide(standing(signed_in(request), row.project), row, asked.id if asked else None))
    return row


def _done(request: HttpRequest, row: Case, form: forms.Form, action: Callable[[Case, dict[str, Any]], object]) -> HttpResponse:
    """Do what a form says; show the case again where it cannot be."""
    if form.is_valid():
        row.version = form.cleaned_data.get("version") or row.version
        try:
            action(row, form.cleaned_data)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Saved. Whom it concerns is told."))
            if request.POST.get("next") == "queue":
                return queue_changed(request)
            return redirect("case", row.project.number, row.pk)
    row = case_or_404(signed_in(request), row.project.number, row.pk)
    if request.POST.get("next") == "queue" and request.headers.get("HX-Request"):
        error = str(next(iter(form.errors.values()))[0])
        said = request.POST.get("decision", "")
        return render(request, FORM, queue_context(row, said, error), status=422)
    return _shown(request, row, form)


def _shown(request: HttpRequest, row: Case, form: forms.Form | None = None) -> HttpResponse:
    page = case_page(row, signed_in(request), clock.now())
    forms_shown = {ReasonForm: page.may_climb, DecisionForm: page.may_decide, ResultForm: page.may_close}
    # What was refused together with its form, because the case moved on, is said above.
    lost = [str(text) for texts in form.errors.values() for text in texts] if form and not forms_shown[type(form)] else []
    given = {kind: form for kind in (ReasonForm, DecisionForm, ResultForm) if isinstance(form, kind)}
    context = {
        "project": row.project,
        "tab": "work",
        "page": page,
        "lost": lost,
        "row": row,
        "kind": kinds().get(row.kind, row.kind),
        "between": between_of(row),
        "reason": given.get(ReasonForm) or ReasonForm(initial={"version": row.version}),
        "decision": given.get(DecisionForm) or DecisionForm(initial={"version": row.version}),
        "result": given.get(ResultForm) or ResultForm(initial={"version": row.version}),
        "bound": form,
        "back": reverse("cases", args=[row.project.number]),
    }
    return render(request, "escalations/case.html", context, status=422 if form is not None else 200)
