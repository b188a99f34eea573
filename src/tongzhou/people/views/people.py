"""Screens: one-time way in, the organisation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, PUBLIC, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.people import actions, queries
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.forms import DepartmentForm, PersonForm
from tongzhou.people.models import User


@access_declared(PUBLIC)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show who would sign in, and sign her in on POST: opening the link changes nothing."""
    link = queries.link_by_token(token, clock.now())
    if link is None:
        return render(request, "people/enter.html", {"person": None}, status=410)
    if request.method == "GET":
        return render(request, "people/enter.html", {"person": link.user})
    try:
        person = actions.use_sign_in_link(link=link, now=clock.now())
    except Refused:
        return render(request, "people/enter.html", {"person": None}, status=410)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_safe
@access_declared(SIGNED_IN)
def departments(request: HttpRequest) -> HttpResponse:
    search = text_asked(request, "q")
    context = {
        "departments": queries.departments(),
        "people": queries.people(search),
        "q": search,
        "can_manage": can_manage_people(signed_in(request)),
    }
    return render(request, "people/departments.html", context)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def department_new(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    form = DepartmentForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_department(by=signed_in(request), now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Department %(name)s added.") % {"name": form.cleaned_data["name"]})
            return redirect("departments")
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    return render(request, "people/department_form.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    form = PersonForm(request.POST or None)
    if form.is_valid():
        details = {name: form.cleaned_data[name] for name in ("employee_number", "title", "email", "phone")}
        core = {name: form.cleaned_data[name] for name in ("name", "login", "department")}
        try:
            actions.add_person(by=signed_in(request), now=clock.now(), details=details, **core)
            messages.success(
                request, _("%(name)s added. Make a sign-in link so that they can come in.") % {"name": core["name"]}
            )
            return redirect("departments")
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
    return render(request, "people/person_form.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(ADMINISTRATOR)
@require_POST
def sign_in_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a new one-time way in for a person, once."""
    require(can_manage_people(signed_in(request)))
    person = get_object_or_404(User, pk=person_id, is_active=True)
    token = actions.make_sign_in_link(by=signed_in(request), person=person, now=clock.now())
    return render(request, "people/link.html", {"person": person, "link": f"{settings.BASE_URL}/enter/{token}/"})
