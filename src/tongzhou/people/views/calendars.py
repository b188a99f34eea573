"""Screens: working calendars. Everybody reads them; the administrator writes, and sees before what would move."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR, say_refused
from tongzhou.people import actions
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.forms.calendars import CalendarForm, DepartmentCalendarForm, NoticeForm
from tongzhou.people.models import StatutoryYear, WorkCalendar
from tongzhou.people.queries import calendar_book, yearview
from tongzhou.people.queries.calendar_text import initial_of
from tongzhou.people.queries.moves import moves_of
from tongzhou.people.queries.notices import differing_days, known_days, notice_days, problem_texts, source_of
from tongzhou.workbooks.notices import read_notice


@require_safe
@access_declared(SIGNED_IN)
def calendars(request: HttpRequest) -> HttpResponse:
    book, year = calendar_book(), _year_asked(request)
    context = _year(book.organisation, year) | {
        "calendars": yearview.named_calendars(),
        "departments": yearview.department_calendars(book),
        "form": DepartmentCalendarForm(),
        "can_manage": can_manage_people(signed_in(request)),
    }
    return render(request, "people/calendars.html", context)


@require_safe
@access_declared(SIGNED_IN)
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    row = _calendar_or_404(calendar_id)
    context = _year(row.pk, _year_asked(request)) | {
        "calendar": row,
        "layer": calendar_book().layers[row.pk],
        "weeks": yearview.weeks_ahead(calendar_book(), (row.pk,), clock.today()),
        "used": row.is_organisation or actions.is_used(row),
        "can_manage": can_manage_people(signed_in(request)),
    }
    return render(request, "people/calendar.html", context)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def calendar_new(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    return _edit(request, None)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def calendar_edit(request: HttpRequest, calendar_id: int) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    return _edit(request, _calendar_or_404(calendar_id))


@access_declared(ADMINISTRATOR)
@require_POST
def calendar_remove(request: HttpRequest, calendar_id: int) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    row = _calendar_or_404(calendar_id)
    actions.remove_calendar(by=signed_in(request), calendar=row, now=clock.now())
    messages.success(request, _("Calendar “%(name)s” removed.") % {"name": row.name})
    return redirect("calendars")


@access_declared(ADMINISTRATOR)
@require_POST
def calendar_department(request: HttpRequest) -> HttpResponse:
    """Choose the calendar of a department: first what would move, then, confirmed, the choice."""
    require(can_manage_people(signed_in(request)))
    form, context = DepartmentCalendarForm(request.POST), {}
    if form.is_valid():
        department, chosen = form.cleaned_data["department"], form.cleaned_data["calendar"]
        concerned = {key for key in (department.calendar_id, chosen.pk if chosen else None) if key is not None}

        def choose() -> None:
            actions.choose_department_calendar(by=signed_in(request), department=department, calendar=chosen, now=clock.now())

        if "confirm" in request.POST:
            choose()
            messages.success(request, _("The calendar of %(name)s is chosen.") % {"name": department.name})
            return redirect("calendars")
        context = {"department": department, "chosen": chosen, "panels": actions.as_if(choose, _moves(request, concerned))}
    status = 422 if form.errors else 200
    return render(request, "people/calendar_department.html", {"form": form, **context}, status=status)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def calendar_notice(request: HttpRequest) -> HttpResponse:
    """Paste the notice of a year: first day by day what it says, then, confirmed, the year is known."""
    require(can_manage_people(signed_in(request)))
    form, context, status = NoticeForm(request.POST or None), {}, 200
    if form.is_valid():
        known = known_days()
        found = read_notice(form.cleaned_data["text"], form.cleaned_data["year"] or 0, known)
        days = [(one.day, one.worked, one.name) for one in found.days]

        def announce() -> None:
            source = source_of(found, form.cleaned_data["source"])
            actions.announce_year(by=signed_in(request), year=found.year, days=days, source=source, now=clock.now())

        context = {"notice": found, "days": notice_days(found), "problems": problem_texts(found)}
        context["differs"] = differing_days(found, known)
        if days:
            try:
                if "confirm" in request.POST and not found.problems:
                    announce()
                    messages.success(request, _("The days off of %(year)s are known now.") % {"year": found.year})
                    return redirect(f"/calendars/?year={found.year}")
                context["panels"] = actions.as_if(announce, _moves(request, None))
            except Refused as refused:
                say_refused(form, refused)
        status = 422 if form.errors or found.problems else 200
    elif form.is_bound:
        status = 422
    return render(request, "people/calendar_notice.html", {"form": form, **context}, status=status)


def _edit(request: HttpRequest, row: WorkCalendar | None) -> HttpResponse:
    start = initial_of(calendar_book().layers[row.pk]) if row is not None else {"pattern": "inherited"}
    form = CalendarForm(request.POST if request.method == "POST" else None, initial=start)
    context: dict[str, Any] = {}
    if form.is_valid():
        made: list[WorkCalendar] = []

        def change() -> None:
            made.append(actions.change_calendar(by=signed_in(request), calendar=row, spec=form.spec(), now=clock.now()))

        def look() -> dict[str, Any]:
            weeks = yearview.weeks_ahead(calendar_book(), (made[-1].pk,), clock.today())
            return {"weeks": weeks, "panels": _moves(request, {made[-1].pk})()}

        try:
            if "confirm" in request.POST:
                change()
                messages.success(request, _("Calendar “%(name)s” saved.") % {"name": made[-1].name})
                return redirect("calendar", made[-1].pk)
            context = actions.as_if(change, look)
        except Refused as refused:
            say_refused(form, refused)
    status = 422 if form.errors else 200
    return render(request, "people/calendar_form.html", {"form": form, "calendar": row, **context}, status=status)


def _moves(request: HttpRequest, concerned: Collection[int] | None) -> Callable[[], list[Any]]:
    """Return what asks the rooms above what would move; None concerns every calendar."""
    return lambda: moves_of(request, concerned)


def _year(key: int | None, year: int) -> dict[str, Any]:
    levels = () if key is None else (key,)
    return {
        "year": year,
        "months": yearview.year_view(calendar_book(), levels, year, clock.today()),
        "state": StatutoryYear.objects.filter(year=year).first(),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
    }


def _year_asked(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else clock.today().year


def _calendar_or_404(key: int) -> WorkCalendar:
    """Return a calendar that is offered to everybody.

    :raises Http404: alike for an unknown id and for the calendar of one project.
    """
    row = WorkCalendar.objects.filter(pk=key, is_private=False).first() if key < 2**63 else None
    if row is None:
        raise Http404
    return row
