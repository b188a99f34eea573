"""Screens: who must unblock a task, what those who are asked answer, who waits in a project, escalating a task by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.escalations.access import can_escalate
from tongzhou.escalations.queries import open_cases_of
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import blame
from tongzhou.lib.web import queue_changed
from tongzhou.people.access import signed_in
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.item import item_or_404
from tongzhou.progress import access, actions
from tongzhou.progress.forms import AnswerBlockForm, BlockForm, EscalateForm, whom
from tongzhou.progress.models import Block
from tongzhou.progress.queries.block_queue import FORM, queue_context
from tongzhou.progress.queries.blocks import asked_of, block_or_404, chosen, default_until, open_block, open_blocks, waits_of
from tongzhou.progress.views.said import blocking_of
from tongzhou.projects.access import project_or_404, standing

READ, REPORT, ESCALATE = "read project plan, tasks", "update progress/blocked", "escalate step 1/2/3"


@require_safe
@access_declared(READ)
def blocks(request: HttpRequest, number: str) -> HttpResponse:
    """Who waits for whom: the open blocks of a project, the oldest first."""
    project = project_or_404(signed_in(request), number)
    rows = waits_of(open_blocks(project), clock.now())
    cases = open_cases_of("block", [one.block.pk for one in rows])
    named = {one.block.work_item_id for one in rows}
    blocked = WorkItem.objects.filter(project=project, state=WorkItem.State.BLOCKED, children__isnull=True)
    context = {
        "project": project,
        "tab": "work",
        "rows": [(one, cases.get(one.block.pk)) for one in rows],
        "longest": rows[0] if rows else None,
        "overdue": sum(one.overdue for one in rows),
        "unnamed": list(blocked.exclude(pk__in=named).select_related("owner").order_by("rank")[:50]),
    }
    return render(request, "progress/blocks.html", context)


@access_declared(REPORT)
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Name who must unblock a task that is blocked, or somebody else than before."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(access.can_report(user, item, clock.now()))
    known = open_block(item.pk)
    initial: dict[str, Any] = {"until": timezone.localtime(default_until(item.project, clock.now()))}
    if known is not None:
        initial = {"until": timezone.localtime(known.until), "reason": known.reason, "unblocker": chosen(known)}
    form = BlockForm(request.POST if request.method == "POST" else None, project=item.project, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        asking = blocking_of(data["unblocker"], data["until"]) or actions.Asking()
        try:
            actions.block_task(by=user, item=item, asking=asking, reason=data["reason"], now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Those who must unblock it are asked."))
            return redirect("task", number, item.pk)
    context = {"project": item.project, "tab": "work", "form": form, "item": item, "known": known}
    return render(request, "progress/block.html", context, status=422 if form.is_bound else 200)


@require_POST
@access_declared(REPORT)
def block_answer(request: HttpRequest, number: str, block_id: int) -> HttpResponse:
    """Unblocked, longer, or somebody else."""
    user, now = signed_in(request), clock.now()
    row = block_or_404(signed_in(request), number, block_id)
    require(any(one.id == user.pk for one in asked_of(row, now)) or access.can_report(user, row.work_item, now))
    form = AnswerBlockForm(request.POST, project=row.work_item.project)
    if form.is_valid():
        try:
            _answer(request, row, form.cleaned_data)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Your answer is kept, and whom it concerns is told."))
            if request.POST.get("next") == "queue":
                return queue_changed(request)
            return redirect("task", number, row.work_item_id)
    if request.POST.get("next") == "queue" and request.headers.get("HX-Request"):
        return render(request, FORM, queue_context(row, request.POST, form.errors), status=422)
    return _answering(request, row, form)


@require_safe
@access_declared(READ)
def block_page(request: HttpRequest, number: str, block_id: int) -> HttpResponse:
    """A block with what can be answered to it."""
    return _answering(request, block_or_404(signed_in(request), number, block_id), None)


@access_declared(ESCALATE)
@require_http_methods(["GET", "POST"])
def escalate(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """Escalate a task with a reason."""
    user = signed_in(request)
    item = item_or_404(user, number, item_id)
    require(can_escalate(standing(user, item.project), (item.department_id,), item.owner_id))
    form = EscalateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            case = actions.escalate_task(by=user, item=item, reason=form.cleaned_data["reason"], now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Escalated. Who answers this step is told."))
            return redirect("case", number, case.pk)
    context = {"project": item.project, "tab": "work", "form": form, "item": item}
    return render(request, "progress/escalate.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, row: Block, data: dict[str, Any]) -> None:
    user, now = signed_in(request), clock.now()
    if data["answer"] == "cleared":
        actions.unblock_task(by=user, block=row, outcome=data["outcome"], now=now)
    elif data["answer"] == "longer":
        if data["until"] is None:
            raise Refused("until-missing", _("Say until when."), "until")
        actions.put_off_block(by=user, block=row, until=data["until"], reason=data["reason"], now=now)
    else:
        person, department = whom(data["unblocker"])
        asking = actions.Asking(person, department)
        actions.pass_on_block(by=user, block=row, asking=asking, reason=data["reason"], now=now)


def _answering(request: HttpRequest, row: Block, form: AnswerBlockForm | None) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    wait = waits_of([row], now)[0]
    may = row.closed_at is None and (
        any(one.id == user.pk for one in wait.asked) or access.can_report(user, row.work_item, now)
    )
    context = {
        "project": row.work_item.project,
        "tab": "work",
        "wait": wait,
        "may": may,
        "case": row.open_case,  # type: ignore[attr-defined]
        "answers": queue_context(row, request.POST, form.errors if form is not None else None) if may else None,
    }
    return render(request, "progress/block_page.html", context, status=200 if form is None else 422)
