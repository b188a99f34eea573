"""沟通机制: the communication plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.projects import access, actions
from tongzhou.projects.forms import CommunicationForm
from tongzhou.projects.models import CommunicationRule, Project
from tongzhou.projects.queries.communication import Rule, communication_of, rule_by_id, usual_rules
from tongzhou.projects.views.agreed import Door, before_asked, through, with_above

READ, EDIT = "read project plan, tasks", "edit charter draft"
TOLD = ("mechanism", "frequency", "minutes", "audience", "participants", "form", "channel", "link", "silence_confirms")


@access_declared(READ)
@require_safe
def communication(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = access.project_or_404(user, number)
    rows = communication_of(project)
    there = {row.mechanism for row in rows}
    context = {
        "project": project,
        "tab": "start",
        "rows": with_above(rows),
        "usual": [rule for rule in usual_rules() if rule.mechanism not in there],
        "can_edit": access.can_edit_basics(access.while_open(access.standing(user, project), project)),
    }
    return render(request, "projects/communication.html", context)


@access_declared(EDIT)
@require_POST
def communication_usual(request: HttpRequest, number: str) -> HttpResponse:
    """Put the usual mechanisms into the plan."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    actions.add_usual_rules(by=user, project=project, now=clock.now())
    messages.success(request, _("The usual mechanisms are there; change what is different here."))
    return redirect("communication", number)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def communication_new(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    form = CommunicationForm(_given(request))

    def save(data: dict[str, Any]) -> None:
        actions.add_rule(by=user, project=project, rule=_rule(form), now=clock.now())

    post_to, back = reverse("communication_new", args=[number]), reverse("communication", args=[number])
    return through(request, Door(project, _("New mechanism"), post_to, back, form, save, _("Saved.")))


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def communication_rule(request: HttpRequest, number: str, rule_id: int) -> HttpResponse:
    """Change a mechanism."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    require(access.can_edit_basics(access.standing(user, project)))
    row = _row(project, rule_id)
    form = CommunicationForm(_given(request), initial=_typed(rule_by_id(row.pk)))

    def save(data: dict[str, Any]) -> None:
        actions.change_rule(by=user, row=row, rule=_rule(form), version=data["version"], now=clock.now())

    def now() -> dict[str, Any] | None:
        fresh = rule_by_id(row.pk)
        return None if fresh is None else _typed(fresh)

    post_to, back = reverse("communication_rule", args=[number, row.pk]), reverse("communication", args=[number])
    return through(request, Door(project, row.mechanism, post_to, back, form, save, _("Saved."), now))


@access_declared(EDIT)
@require_POST
def communication_move(request: HttpRequest, number: str, rule_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _row(access.project_or_404(user, number), rule_id)
    actions.move_rule(by=user, row=row, before=before_asked(request), now=clock.now())
    return redirect("communication", number)


@access_declared(EDIT)
@require_POST
def communication_remove(request: HttpRequest, number: str, rule_id: int) -> HttpResponse:
    user = signed_in(request)
    row = _row(access.project_or_404(user, number), rule_id)
    actions.remove_rule(by=user, row=row, now=clock.now())
    messages.success(request, _("“%(name)s” is removed; the record keeps what it said.") % {"name": row.mechanism})
    return redirect("communication", number)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _row(project: Project, key: int) -> CommunicationRule:
    return get_object_or_404(CommunicationRule.objects.select_related("project"), pk=key, project=project)


def _rule(form: CommunicationForm) -> Rule:
    data = form.cleaned_data
    return Rule(**{name: data[name] for name in TOLD}, slot=form.slot())


def _typed(rule: Rule | None) -> dict[str, Any]:
    """Return a mechanism as the form's fields have it."""
    if rule is None:
        return {}
    slot = rule.slot
    when = {"pattern": slot.pattern, "weekday": slot.weekday, "day": slot.day, "at": slot.at} if slot else {}
    return {name: getattr(rule, name) for name in (*TOLD, "version")} | when
