"""Screens: letting somebody sign for one's seat."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.signoffs import actions
from tongzhou.signoffs.access import own_seats, seats_held
from tongzhou.signoffs.forms import DelegationForm
from tongzhou.signoffs.models import Delegation

SIGN = "sign charter / memo"


@require_http_methods(["GET", "POST"])
@access_declared(SIGN)
def delegations(request: HttpRequest, number: str) -> HttpResponse:
    """代签授权: my seats in this project, and who signs for them when."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(bool(own_seats(user, project)))
    form = DelegationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        grant = actions.Grant(given["delegate"], given["first"], given["last"], given["note"])
        try:
            actions.delegate_seat(by=user, project=project, seat=given["seat"], grant=grant, now=clock.now())
        except Forbidden:
            raise
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("%(name)s signs for you on these days.") % {"name": grant.delegate.name})
            return redirect("delegations", number=number)
    return _shown(request, user, project, form)


@require_POST
@access_declared(SIGN)
def delegation_end(request: HttpRequest, number: str, delegation_id: int) -> HttpResponse:
    """End a delegation before its time."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(bool(own_seats(user, project)))
    row = Delegation.objects.filter(project=project, pk=delegation_id).select_related("delegate").first()
    if row is None:
        raise Http404
    actions.end_delegation(by=user, delegation=row, now=clock.now())
    messages.success(request, _("The delegation was ended."))
    return redirect("delegations", number=number)


def _shown(request: HttpRequest, user: User, project: Project, form: DelegationForm) -> HttpResponse:
    rows = Delegation.objects.filter(project=project, principal=user).select_related("delegate")
    held = seats_held(project, own_seats(user, project))
    today = clock.today()
    context = {
        "project": project,
        "tab": "start",
        "form": form,
        "seats": [(seat, found.capacity) for seat, found in held.items()],
        "rows": [
            {"row": row, "seat": held[row.seat].capacity if row.seat in held else row.seat, "state": _state(row, today)}
            for row in rows
        ],
        "people": _by_department(user),
        "today": today,
    }
    return render(request, "signoffs/delegations.html", context, status=422 if form.errors else 200)


def _by_department(user: User) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return whom a person may let sign: departments with their people, her own department first."""
    rows = User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("department__name", "sort_key", "pk")
    found: dict[str, list[tuple[int, str]]] = {user.department.name: []} if user.department else {}
    for key, name, department in rows.values_list("pk", "name", "department__name"):
        found.setdefault(department or _("No department"), []).append((key, name))
    return [(name, people) for name, people in found.items() if people]


def _state(row: Delegation, today: object) -> str:
    if row.ended_at is not None or row.last < today:  # type: ignore[operator]
        return "over"
    return "coming" if row.first > today else "now"  # type: ignore[operator]
