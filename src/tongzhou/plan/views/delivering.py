"""Screens: a deliverable with what happened to it: submitting, taking back, accepting, returning."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.params import blame
from tongzhou.people.access import signed_in
from tongzhou.plan import access, actions
from tongzhou.plan.actions.delivering import may_submit
from tongzhou.plan.forms import JudgeForm, SubmitForm
from tongzhou.plan.models import Deliverable
from tongzhou.plan.queries.deliverables import deliverable_or_404, shown, steps_of
from tongzhou.projects.access import standing, while_open
from tongzhou.projects.models import Project

READ, REPORT, ACCEPT = "read project plan, tasks", "update progress/blocked", "deliverable acceptance sign"


@require_safe
@access_declared(READ)
def deliverable(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    return _page(request, deliverable_or_404(signed_in(request), number, deliverable_id))


@require_POST
@access_declared(REPORT)
def deliverable_submission(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Submit it: what, and where it lies."""
    user = signed_in(request)
    row = deliverable_or_404(user, number, deliverable_id)
    require(may_submit(user, row, clock.now()))
    form = SubmitForm(request.POST, auto_id="submit_%s")
    if form.is_valid():
        said = actions.Submission(form.cleaned_data["note"], form.cleaned_data["document"])
        version = form.cleaned_data["version"]
        try:
            actions.submit_deliverable(by=user, deliverable=row, said=said, version=version, now=clock.now())
        except Stale as stale:
            return _overtaken(request, row, form, stale)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("%(name)s waits to be accepted.") % {"name": row.name})
            return redirect("deliverable", number, row.pk)
    return _page(request, row, form)


@require_POST
@access_declared(REPORT)
def deliverable_taking_back(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Take back what was submitted."""
    row = deliverable_or_404(signed_in(request), number, deliverable_id)
    actions.take_back_deliverable(by=signed_in(request), deliverable=row, now=clock.now())
    messages.success(request, _("%(name)s does not wait for acceptance any more.") % {"name": row.name})
    return redirect("deliverable", number, row.pk)


@require_POST
@access_declared(ACCEPT)
def deliverable_acceptance(request: HttpRequest, number: str, deliverable_id: int) -> HttpResponse:
    """Accept it, or return it with a reason."""
    user = signed_in(request)
    row = deliverable_or_404(user, number, deliverable_id)
    require(access.can_accept_deliverable(standing(user, row.project), row.department_id))
    form = JudgeForm(request.POST, auto_id="judge_%s")
    if form.is_valid():
        answer, reason, version = (form.cleaned_data[name] for name in ("answer", "reason", "version"))
        try:
            if answer == "accepted":
                actions.accept_deliverable(by=user, deliverable=row, note=reason, version=version, now=clock.now())
            else:
                actions.return_deliverable(by=user, deliverable=row, reason=reason, version=version, now=clock.now())
        except Stale as stale:
            return _overtaken(request, row, form, stale)
        except Refused as refused:
            blame(form, refused)
        else:
            words = _("%(name)s is accepted.") if answer == "accepted" else _("%(name)s is returned.")
            messages.success(request, words % {"name": row.name})
            return redirect("deliverable", number, row.pk)
    return _page(request, row, form)


def _overtaken(request: HttpRequest, row: Deliverable, form: forms.Form, stale: Stale) -> HttpResponse:
    """Show it as it stands now: what was typed stays, and is sent again by who has seen what changed."""
    there = deliverable_or_404(signed_in(request), row.project.number, row.pk)
    form.add_error(None, _("%(what)s Look at it and send yours again.") % {"what": stale.message})
    form.data = {**request.POST.dict(), "version": str(there.version)}
    return _page(request, there, form, status=412)


def _page(request: HttpRequest, row: Deliverable, refused: forms.Form | None = None, status: int = 422) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    there = row.removed_at is None
    at = while_open(standing(user, row.project), row.project, refused=refused)
    view, states = shown(row), Deliverable.State
    steps = steps_of(row)
    mine = steps[-1].by == user.pk if steps else False
    judges = there and access.can_accept_deliverable(at, row.department_id)
    submits = there and (refused is not None or row.project.stage != Project.Stage.CLOSED) and may_submit(user, row, now)
    initial = {"version": row.version, "document": row.document}
    context = {
        "project": row.project,
        "tab": "work",
        "row": row,
        "view": view,
        "steps": steps,
        "can_edit": access.can_edit_deliverable(at, row.department_id),
        "may_submit": submits and row.state in (states.TODO, states.RETURNED),
        "may_take_back": submits and row.state == states.SUBMITTED,
        "may_accept": judges and row.state == states.SUBMITTED and not (mine and at.rules.seats),
        "may_return": judges and row.state in (states.SUBMITTED, states.ACCEPTED),
        "submitting": refused if isinstance(refused, SubmitForm) else SubmitForm(initial=initial, auto_id="submit_%s"),
        "judging": refused if isinstance(refused, JudgeForm) else JudgeForm(initial=initial, auto_id="judge_%s"),
    }
    offered = context["may_submit"] if isinstance(refused, SubmitForm) else context["may_return"]
    context["lost"] = [] if refused is None or offered else _lost(refused)
    return render(request, "plan/deliverable.html", context, status=status if refused is not None else 200)


def _lost(refused: forms.Form) -> list[str]:
    """Return what was refused of a form that is offered no more, and what was typed into it."""
    typed = [refused.data.get(name, "").strip() for name in refused.fields if name in ("note", "document", "reason")]
    said = [_("You wrote: %(text)s") % {"text": text} for text in typed if text]
    return [str(text) for texts in refused.errors.values() for text in texts] + said
