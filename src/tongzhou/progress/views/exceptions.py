"""Screens: the record of exceptions, one exception, filing, handling, closing, and the paper of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.escalations.queries import open_case_of, open_cases_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require
from tongzhou.lib.params import blame, text_asked
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.progress import access, actions
from tongzhou.progress.forms import ExceptionForm, HandlingForm, ResultForm
from tongzhou.progress.models import ExceptionReport
from tongzhou.progress.papers import exceptions_paper, file_of
from tongzhou.progress.queries.exceptions import (
    TONES,
    Wanted,
    exception_or_404,
    exceptions_of,
    lead_departments,
    state_of,
    state_word,
    summary_of,
)
from tongzhou.projects.access import project_or_404, standing
from tongzhou.projects.queries import team_of

READ, FILE = "read project plan, tasks", "file exception report"
PAGE, MOST = 50, 2000


@require_safe
@access_declared(READ)
def exceptions(request: HttpRequest, number: str) -> HttpResponse:
    """异常问题处理记录: the exceptions of a project."""
    user = signed_in(request)
    project, wanted, today = project_or_404(user, number), _wanted(request), clock.today()
    page = Paginator(exceptions_of(project, wanted, today), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    cases = open_cases_of("exception", [row.pk for row in rows])
    context = {
        "project": project,
        "tab": "work",
        "wanted": wanted,
        "rows": [(row, *_said(row), cases.get(row.pk)) for row in rows],
        "says": summary_of(project, today),
        "page": page,
        "kinds": ExceptionReport.Kind.choices,
        "can_file": access.can_file_somewhere(standing(user, project), project),
        "filtered": wanted != Wanted(sort=wanted.sort),
    }
    return render(request, "progress/exceptions.html", context)


@require_safe
@access_declared(READ)
def exceptions_file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The record as a paper: xlsx, docx or pdf, as it is filtered."""
    project = project_or_404(signed_in(request), number)
    rows = list(exceptions_of(project, _wanted(request, "all"), clock.today()).order_by("number")[:MOST])
    paper = exceptions_paper(project, team_of(project), rows, clock.today())
    found = file_of(paper, ending)
    if found is None:
        raise Http404
    return download(*found, f"{paper.title}.{ending}")


@access_declared(FILE)
@require_http_methods(["GET", "POST"])
def exception_new(request: HttpRequest, number: str) -> HttpResponse:
    """Report an exception on a task (`?task=`) or on the project."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_file_somewhere(at, project))
    # What is chosen in the form is looked at by the action: a task of others is refused as such, not as unknown.
    tasks = access.tasks_to_file_on(at, project) if request.method == "GET" else access.tasks_of(project)
    asked = text_asked(request, "task", 19)
    initial = {"task": int(asked) if asked.isascii() and asked.isdecimal() else None, "kind": text_asked(request, "kind", 12)}
    form = ExceptionForm(request.POST if request.method == "POST" else None, project=project, tasks=tasks, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        department = data["department"].pk if data["department"] is not None else None
        words = {name: data[name] for name in ("kind", "reason", "impact", "solution", "expected")}
        filed = actions.Filed(department=department, **words)
        if data["task"] is None and not access.can_file_exception(at, department or _own(at), None):
            if not at.heads | at.liaisons:
                form.add_error("task", _("Choose the task that it is about."))
            else:
                raise Forbidden("forbidden", _("Your role does not include this."))
        else:
            try:
                row = actions.report_exception(by=user, project=project, item=data["task"], filed=filed, now=clock.now())
            except Refused as refused:
                blame(form, refused)
            else:
                messages.success(request, _("The exception is reported; the lead department is told."))
                return redirect("exception", number, row.pk)
    context = {"project": project, "tab": "work", "form": form}
    return render(request, "progress/exception_new.html", context, status=422 if form.is_bound else 200)


@require_safe
@access_declared(READ)
def exception(request: HttpRequest, number: str, exception_id: int) -> HttpResponse:
    return _shown(request, exception_or_404(signed_in(request), number, exception_id))


@require_POST
@access_declared(FILE)
def exception_handling(request: HttpRequest, number: str, exception_id: int) -> HttpResponse:
    """Write who handles it, what is done, by when."""
    row = _writable(request, number, exception_id)
    form = HandlingForm(request.POST, project=row.project)

    def write(data: dict[str, Any]) -> None:
        handler = data["handler"].pk if data["handler"] is not None else None
        handling = actions.Handling(handler, data["measure"], data["expected"])
        actions.handle_exception(by=signed_in(request), report=row, handling=handling, version=data["version"], now=clock.now())

    return _done(request, row, form, write)


@require_POST
@access_declared(FILE)
def exception_closure(request: HttpRequest, number: str, exception_id: int) -> HttpResponse:
    """Close it with what came of it."""
    row = _writable(request, number, exception_id)

    def write(data: dict[str, Any]) -> None:
        actions.close_exception(
            by=signed_in(request), report=row, result=data["result"], version=data["version"], now=clock.now()
        )

    return _done(request, row, ResultForm(request.POST), write)


@require_POST
@access_declared(FILE)
def exception_reopening(request: HttpRequest, number: str, exception_id: int) -> HttpResponse:
    """Take it up again."""
    row = _writable(request, number, exception_id)
    day = max(row.expected, clock.today())
    actions.reopen_exception(by=signed_in(request), report=row, expected=day, now=clock.now())
    messages.success(request, _("The exception is open again."))
    return redirect("exception", number, row.pk)


def _own(at: Any) -> int | None:
    own = at.heads | at.liaisons
    return next(iter(own)) if len(own) == 1 else None


def _wanted(request: HttpRequest, state: str = "") -> Wanted:
    asked = text_asked(request, "state", 12)
    return Wanted(asked or state, text_asked(request, "kind", 12), text_asked(request, "q"), text_asked(request, "sort", 20))


def _said(row: ExceptionReport) -> tuple[str, str]:
    """Return the colour and the word of where an exception stands."""
    state = state_of(row, clock.today())
    return TONES[state], state_word(state)


def _may_handle(request: HttpRequest, row: ExceptionReport) -> bool:
    return access.can_handle_exception(standing(signed_in(request), row.project), row, lead_departments(row.project))


def _writable(request: HttpRequest, number: str, exception_id: int) -> ExceptionReport:
    row = exception_or_404(signed_in(request), number, exception_id)
    require(_may_handle(request, row))
    return row


def _done(
    request: HttpRequest, row: ExceptionReport, form: forms.Form, write: Callable[[dict[str, Any]], None]
) -> HttpResponse:
    if form.is_valid():
        try:
            write(form.cleaned_data)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Saved. Whom it concerns is told."))
            return redirect("exception", row.project.number, row.pk)
    return _shown(request, exception_or_404(signed_in(request), row.project.number, row.pk), form)


def _shown(request: HttpRequest, row: ExceptionReport, form: forms.Form | None = None) -> HttpResponse:
    values = {"handler": row.handler_id, "measure": row.measure, "expected": row.expected, "version": row.version}
    tone, word = _said(row)
    may = _may_handle(request, row)
    handling = form if isinstance(form, HandlingForm) else HandlingForm(project=row.project, initial=values)
    context = {
        "project": row.project,
        "tab": "work",
        "row": row,
        "tone": tone,
        "word": word,
        "may": may,
        "late": max((clock.today() - row.expected).days, 0),
        "case": open_case_of("exception", row.pk),
        "handling": handling if may else None,
        "result": form if isinstance(form, ResultForm) else ResultForm(initial={"version": row.version}),
        "bound": form,
    }
    return render(request, "progress/exception.html", context, status=422 if form is not None else 200)
