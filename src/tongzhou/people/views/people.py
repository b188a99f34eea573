"""Screens: people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import id_asked, say_refused, text_asked
from tongzhou.people import actions
from tongzhou.people.access import can_manage_people, phone_shown, signed_in
from tongzhou.people.forms import LeaveForm, PersonEditForm, PersonForm, SuccessorForm
from tongzhou.people.forms.people import plain_phone
from tongzhou.people.models import Leave, User
from tongzhou.people.queries.factors import factors_of
from tongzhou.people.queries.leave import leaves_of
from tongzhou.people.queries.open_work import open_work, panels_of
from tongzhou.people.queries.organisation import suggestions
from tongzhou.people.queries.sessions import sessions_of


@require_safe
@access_declared(SIGNED_IN)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: facts, leave, projects."""
    user = signed_in(request)
    row = get_object_or_404(User.objects.select_related("department__head", "stand_in"), pk=person_id)
    manages, leaves, today = can_manage_people(user), leaves_of(row), clock.today()
    context = {
        "person": row,
        "facts": _facts(user, row),
        "leaves": leaves,
        "away": any(leave.first <= today <= leave.last for leave in leaves),
        "today": today,
        "panels": panels_of(request, row),
        "can_manage": manages,
        "leave_form": LeaveForm(auto_id="leave_%s"),
        "successor_form": SuccessorForm(initial={"successor": row.stand_in}),
        "factors": factors_of(row) if manages else None,
        "sessions": sessions_of(row, clock.now()) if manages else None,
        "links": row.sign_in_links.filter(used_at=None, expires_at__gt=clock.now()).count() if manages else 0,
    }
    return render(request, "people/person.html", context)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    form = PersonForm(
        request.POST if request.method == "POST" else None, initial={"department": id_asked(text_asked(request, "department"))}
    )
    if form.is_valid():
        values = _values(form)
        core = {name: values.pop(name) for name in ("name", "login", "department")}
        try:
            made = actions.add_person(by=signed_in(request), now=clock.now(), details=values, **core)
            messages.success(request, _("%(name)s added. Make a sign-in link so that they can come in.") % {"name": made.name})
            return redirect("person", made.pk)
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    return render(request, "people/person_form.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User.objects.select_related("stand_in"), pk=person_id)
    form = PersonEditForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(row, name) for name in PersonEditForm.base_fields},
    )
    if form.is_valid():
        try:
            actions.change_person(by=signed_in(request), person=row, values=_values(form), now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("person", row.pk)
        except Refused as refused:
            say_refused(form, refused)
    context = {"form": form, "person": row}
    return render(request, "people/person_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@access_declared(ADMINISTRATOR)
def person_disabled(request: HttpRequest, person_id: int) -> HttpResponse:
    """Disable an account, then show what is still open."""
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User.objects.select_related("stand_in"), pk=person_id)
    form = SuccessorForm(request.POST)
    if form.is_valid():
        try:
            successor = form.cleaned_data["successor"]
            actions.disable_person(by=signed_in(request), person=row, successor=successor, now=clock.now())
            messages.success(request, _("%(name)s is disabled: signed out everywhere.") % {"name": row.name})
            return redirect("hand_over", row.pk)
        except Refused as refused:
            say_refused(form, refused)
    return _hand_over_page(request, row, form, 422)


@require_POST
@access_declared(ADMINISTRATOR)
def person_enabled(request: HttpRequest, person_id: int) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User, pk=person_id)
    actions.enable_person(by=signed_in(request), person=row, now=clock.now())
    messages.success(request, _("%(name)s may sign in again.") % {"name": row.name})
    return redirect("person", row.pk)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show what is open in a person's name, and give it to somebody else."""
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User.objects.select_related("stand_in"), pk=person_id)
    form = SuccessorForm(request.POST if request.method == "POST" else None, initial={"successor": row.stand_in})
    if form.is_bound and form.is_valid():
        successor, chosen = form.cleaned_data["successor"], frozenset(request.POST.getlist("chosen")[:5000])
        try:
            if successor is None:
                raise Refused("successor-unfit", _("Choose a successor who works here."), "successor")
            actions.hand_over_work(by=signed_in(request), person=row, successor=successor, chosen=chosen, now=clock.now())
            messages.success(request, _("Handed over to %(name)s.") % {"name": successor.name})
            return redirect("hand_over", row.pk)
        except Refused as refused:
            say_refused(form, refused)
    return _hand_over_page(request, row, form, 422 if form.is_bound else 200)


@require_POST
@access_declared(ADMINISTRATOR)
def person_leave(request: HttpRequest, person_id: int) -> HttpResponse:
    """Enter a leave for somebody."""
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User, pk=person_id)
    return take_leave(request, row, "person", row.pk)


@require_POST
@access_declared(ADMINISTRATOR)
def person_leave_cancel(request: HttpRequest, person_id: int, leave_id: int) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    leave = get_object_or_404(Leave.objects.select_related("user"), pk=leave_id, user_id=person_id)
    actions.cancel_leave(by=signed_in(request), leave=leave, now=clock.now())
    messages.success(request, _("Leave cancelled."))
    return redirect("person", person_id)


@require_POST
@access_declared(ADMINISTRATOR)
def person_sessions(request: HttpRequest, person_id: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    require(can_manage_people(signed_in(request)))
    row = get_object_or_404(User, pk=person_id)
    here = request.session.session_key if row.pk == signed_in(request).pk else None
    count = actions.end_other_sessions(by=signed_in(request), person=row, here=here, now=clock.now())
    messages.success(request, _("%(count)s sessions ended.") % {"count": count})
    return redirect("person", person_id)


@require_safe
@access_declared(SIGNED_IN)
def people_suggestions(request: HttpRequest) -> HttpResponse:
    """Propose people for what is being typed: the one parameter of the address, whatever its name."""
    text = text_asked(request, next(iter(request.GET), "q"))
    return render(request, "people/suggestions.html", {"found": suggestions(text)})


def take_leave(request: HttpRequest, row: User, page: str, *args: Any) -> HttpResponse:
    """Enter a leave from a form, and go to `page`; what is wrong is shown in the form alone."""
    form = LeaveForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.take_leave(
                by=signed_in(request),
                person=row,
                days=(given["first"], given["last"]),
                stand_in=given["stand_in"],
                note=given["note"],
                now=clock.now(),
            )
            messages.success(request, _("Leave entered."))
            return redirect(page, *args)
        except Refused as refused:
            say_refused(form, refused)
    return render(request, "people/leave_form.html", {"form": form, "person": row, "back": (page, args)}, status=422)


def _values(form: forms.Form) -> dict[str, Any]:
    return form.cleaned_data | {"phone": plain_phone(form.cleaned_data["phone"])}


def _facts(user: User, row: User) -> list[tuple[str, Any]]:
    head = row.department.head if row.department else None
    phone = phone_shown(user, row.pk, head.pk if head else None, row.phone)
    return [
        (_("Department"), row.department),
        (_("Title"), row.title),
        (_("Employee number"), row.employee_number),
        (_("Login"), row.login),
        (_("Head of the department"), head),
        (_("Phone"), phone),
        (_("E-mail"), row.email),
        (_("Stand-in"), row.stand_in),
    ]


def _hand_over_page(request: HttpRequest, row: User, form: forms.Form, status: int) -> HttpResponse:
    groups = open_work(request, row)
    context = {"person": row, "groups": groups, "count": sum(len(group.rows) for group in groups), "form": form}
    return render(request, "people/hand_over.html", context, status=status)
