"""Screens: 交付物清单 with its filters, adding in place and pasting, a row with its steps, changing, removing, putting back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale, access_declared, require
from tongzhou.lib.params import blame, id_asked, text_asked
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.plan import access, actions
from tongzhou.plan.actions.deliverables import FIELDS
from tongzhou.plan.actions.pasting import read_pasted, rows_of_texts
from tongzhou.plan.forms import DeliverableForm, PasteForm
from tongzhou.plan.models import Deliverable
from tongzhou.plan.papers import deliverables_paper
from tongzhou.plan.queries.deliverables import (
    Wanted,
    amount_words,
    choices_of,
    chosen,
    counts_of,
    deliverable_or_404,
    deliverables_of,
    state_words,
)
from tongzhou.projects.access import Standing, asked_of, project_or_404, standing, while_open
from tongzhou.projects.models import Project

READ, EDIT = "read project plan, tasks", "create/edit WBS"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100


@require_safe
@access_declared(READ)
def deliverables(request: HttpRequest, number: str) -> HttpResponse:
    """The list as the address filters and sorts it."""
    return shown_list(request, project_or_404(signed_in(request), number))


@require_safe
@access_declared(READ)
def deliverables_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it is filtered, as a workbook."""
    project = project_or_404(signed_in(request), number)
    paper = deliverables_paper(project, deliverables_of(project, _wanted(request)), clock.today())
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@require_POST
@access_declared(EDIT)
def deliverable_new(request: HttpRequest, number: str) -> HttpResponse:
    """Add a row in place."""
    user = signed_in(request)
    project = project_or_404(user, number)
    _require_some(standing(user, project))
    form = _form(project, request.POST)
    if form.is_valid():
        try:
            spec = actions.DeliverableSpec(**form.values)
            row = actions.add_deliverables(by=user, project=project, rows=[spec], now=clock.now())[0]
        except Refused as refused:
            _blame(form, refused)
        else:
            messages.success(request, _("%(name)s is on the list.") % {"name": row.name})
            return redirect("deliverables", project.number)
    return shown_list(request, project, form=form)


@require_POST
@access_declared(EDIT)
def deliverables_paste(request: HttpRequest, number: str) -> HttpResponse:
    """Add as many rows as lines are pasted, all or none."""
    user = signed_in(request)
    project = project_or_404(user, number)
    _require_some(standing(user, project))
    form = PasteForm(request.POST)
    if form.is_valid():
        near = project.starts_on or clock.today()
        try:
            rows = read_pasted(project, form.cleaned_data["text"], near)
            actions.add_deliverables(by=user, project=project, rows=rows, now=clock.now())
        except Refused as refused:
            _blame(form, refused)
        else:
            messages.success(request, _("%(count)s deliverables are on the list.") % {"count": len(rows)})
            return redirect("deliverables", project.number)
    return shown_list(request, project, paste=form)


@require_POST
@access_declared(EDIT)
def deliverables_of_texts(request: HttpRequest, number: str) -> HttpResponse:
    """Make rows of what the departments wrote into the basic information; their words stay there."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    _require_some(at)
    rows = [row for row in rows_of_texts(project) if access.can_edit_deliverable(at, row.department_id)]
    if rows:
        actions.add_deliverables(by=user, project=project, rows=rows, now=clock.now())
        messages.success(request, _("%(count)s deliverables are on the list.") % {"count": len(rows)})
    return redirect("deliverables", project.number)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def deliverable_edit(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Change a row; whoever wrote between is not overwritten but shown."""
    user = signed_in(request)
    row = deliverable_or_404(user, number, deliverable_id)
    require(access.can_edit_deliverable(standing(user, row.project), row.department_id))
    form = _form(row.project, request.POST if request.method == "POST" else None, row)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.change_deliverable(by=user, deliverable=row, values=form.values, version=version, now=clock.now())
        except Stale as stale:
            form.add_error(None, _("%(what)s Yours is not saved yet.") % {"what": stale.message})
            form.show_current(row, _initial(row))
        except Refused as refused:
            _blame(form, refused)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": row.name})
            return redirect("deliverable", number, row.pk)
    context = {"project": row.project, "tab": "work", "form": form, "row": row}
    return render(request, "plan/deliverable_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@access_declared(EDIT)
def deliverable_removal(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Take a row off the list; the list offers to put it back."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    actions.remove_deliverable(by=signed_in(request), deliverable=row, now=clock.now())
    return redirect(f"{reverse('deliverables', args=[number])}?removed={row.pk}")


@require_POST
@access_declared(EDIT)
def deliverable_restoration(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Put a row back that was taken off the list."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    actions.restore_deliverable(by=signed_in(request), deliverable=row, now=clock.now())
    messages.success(request, _("%(name)s is on the list again.") % {"name": row.name})
    return redirect("deliverables", number)


def shown_list(
    request: HttpRequest, project: Project, form: DeliverableForm | None = None, paste: PasteForm | None = None
) -> HttpResponse:
    """Answer with the list, and with what was refused of a new row or of pasted lines."""
    at, wanted = while_open(standing(signed_in(request), project), project, refused=form or paste), _wanted(request)
    every = deliverables_of(project)
    page = Paginator(chosen(every, wanted), PAGE).get_page(request.GET.get("page"))
    can_add = access.can_edit_plan(at) or bool(at.liaisons)
    texts = rows_of_texts(project) if can_add and "deliverables" in asked_of(project) else []
    context = {
        "project": project,
        "tab": "work",
        "wanted": wanted,
        "page": page,
        "rows": page.object_list,
        "counts": counts_of(every),
        "states": state_words(),
        "departments": sorted({(row.department_id, row.department) for row in every if row.department_id}, key=str),
        "can_add": can_add,
        "form": form or (_form(project) if can_add else None),
        "paste": paste or PasteForm(),
        "adding": form is not None,
        "pasting": paste is not None,
        "texts": [row for row in texts if access.can_edit_deliverable(at, row.department_id)],
        "removed": _removed(request, project, at),
        "filtered": wanted != Wanted(sort=wanted.sort),
    }
    refused = form is not None or paste is not None
    return render(request, "plan/deliverables.html", context, status=422 if refused else 200)


def _removed(request: HttpRequest, project: Project, at: Standing) -> Deliverable | None:
    """Return the row that was just taken off, if she may put it back."""
    key = id_asked(text_asked(request, "removed", 20))
    row = Deliverable.objects.filter(project=project, pk=key, removed_at__isnull=False).first() if key else None
    return row if row is not None and access.can_edit_deliverable(at, row.department_id) else None


def _wanted(request: HttpRequest) -> Wanted:
    department = id_asked(text_asked(request, "department", 20))
    return Wanted(text_asked(request, "state", 12), department or 0, text_asked(request, "q"), text_asked(request, "sort", 20))


def _require_some(at: Standing) -> None:
    """Let pass who may ask any department for something; for which ones, the action looks at."""
    require(access.can_edit_plan(at) or any(access.can_edit_deliverable(at, key) for key in at.liaisons))


def _form(project: Project, given: Any = None, row: Deliverable | None = None) -> DeliverableForm:
    choices = choices_of(project, row.department_id if row is not None else None)
    return DeliverableForm(given, choices=choices, initial=_initial(row) if row is not None else None)


def _initial(row: Deliverable) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FIELDS if name != "unit"}
    quantity = amount_words(row.quantity, row.unit).replace(" ", "")
    return values | {"quantity": quantity, "version": row.version}


def _blame(form: DeliverableForm | PasteForm, refused: Refused) -> None:
    """Say what was refused at its field; what no other words would help goes on."""
    if isinstance(refused, Forbidden | Stale):
        raise refused
    if isinstance(form, DeliverableForm):
        form.say(refused)
    elif refused.errors:
        form.add_error("text", "\n".join(_pasted_words(name, text) for name, text in refused.errors.items()))
    else:
        blame(form, refused)


def _pasted_words(name: str, text: str) -> str:
    return _("Row %(number)s: %(what)s") % {"number": int(name.partition(".")[0]) + 1, "what": text}
