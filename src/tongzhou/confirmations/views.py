"""Screens: conclusions in writing, who confirmed them, asking, answering, changing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.confirmations import access, actions
from tongzhou.confirmations.forms import AnswerForm, AskForm, TextForm, WithdrawForm
from tongzhou.confirmations.models import Confirmation
from tongzhou.confirmations.papers import confirmations_paper
from tongzhou.confirmations.queries import confirmation_or_404, may_answer, stands
from tongzhou.confirmations.queries.listing import Wanted, confirmations_of, summary_of
from tongzhou.confirmations.queries.queue import FORM, queue_context
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.params import blame, text_asked
from tongzhou.lib.registry import PANELS
from tongzhou.lib.web import download, queue_changed
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.projects.access import project_or_404, standing
from tongzhou.rhythm.queries import calendar_for, working_days_after

READ = "read project plan, tasks"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE, MOST, USUAL_DAYS = 50, 2000, 2


@require_safe
@access_declared(READ)
def confirmations(request: HttpRequest, number: str) -> HttpResponse:
    user = signed_in(request)
    project, wanted = project_or_404(user, number), _wanted(request)
    page = Paginator(confirmations_of(project, user, wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "tab": "work",
        "wanted": wanted,
        "rows": stands(page.object_list, clock.now()),
        "says": summary_of(project, user, clock.now()),
        "page": page,
        "can_ask": access.can_ask(standing(user, project)),
        "filtered": wanted != Wanted(sort=wanted.sort),
    }
    return render(request, "confirmations/confirmations.html", context)


@require_safe
@access_declared(READ)
def confirmations_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The list as it is filtered, as a workbook."""
    user = signed_in(request)
    project = project_or_404(user, number)
    rows = stands(confirmations_of(project, user, _wanted(request))[:MOST], clock.now())
    paper = confirmations_paper(project.name, rows, clock.today())
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@access_declared(READ)
@require_http_methods(["GET", "POST"])
def confirmation_new(request: HttpRequest, number: str) -> HttpResponse:
    """Write a conclusion and name who must confirm it."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(access.can_ask(standing(user, project)))
    calendar = calendar_for(project_calendar=project.calendar_id)
    due = timezone.localtime(working_days_after(clock.now(), USUAL_DAYS, calendar)).replace(hour=17, minute=0)
    given = request.POST if request.method == "POST" else None
    form = AskForm(given, project=project, asker=user, initial={"due": due})
    if form.is_valid():
        data = form.cleaned_data
        people = [person.pk for person in data["people"]]
        asking = actions.Asking(data["title"], data["text"], people, data["due"], data["silence"])
        try:
            row = actions.ask_confirmation(by=user, project=project, asking=asking, now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Those who are named are asked."))
            return redirect("confirmation", number, row.pk)
    context = {"project": project, "tab": "work", "form": form}
    return render(request, "confirmations/new.html", context, status=422 if form.is_bound else 200)


@require_safe
@access_declared(READ)
def confirmation(request: HttpRequest, number: str, confirmation_id: int) -> HttpResponse:
    return _shown(request, confirmation_or_404(signed_in(request), number, confirmation_id))


@require_POST
@access_declared(READ)
def answer(request: HttpRequest, number: str, confirmation_id: int) -> HttpResponse:
    """Confirm or object."""
    user = signed_in(request)
    row = confirmation_or_404(user, number, confirmation_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        given = {"by": user, "confirmation": row, "edition": data["edition"], "now": clock.now()}
        try:
            if data["answer"] == "confirmed":
                actions.confirm(**given)
            else:
                actions.object_to(reason=data["reason"], **given)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Your answer is kept."))
            return queue_changed(request) if _queued(request) else redirect("confirmation", number, row.pk)
    if _queued(request) and request.headers.get("HX-Request"):
        error = str(next(iter(form.errors.values()))[0])
        context = queue_context(row, request.POST.get("reason", ""), error)
        return render(request, FORM, context, status=422)
    return _shown(request, row, answered=form)


@access_declared(READ)
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, number: str, confirmation_id: int) -> HttpResponse:
    """Give the text anew; what was answered is void then."""
    row = confirmation_or_404(signed_in(request), number, confirmation_id)
    if not access.is_asker(signed_in(request), row):
        raise Refused("not-asker", _("Only who asked can change or withdraw it."))
    initial = {"title": row.title, "text": row.text, "due": timezone.localtime(row.due)}
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.change_text(by=signed_in(request), confirmation=row, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("The new text is out; all are asked again."))
            return redirect("confirmation", number, row.pk)
    given = sum(bool(one.answer) for one in stands([row], clock.now())[0].answers)
    context = {"project": row.project, "tab": "work", "form": form, "row": row, "given": given}
    return render(request, "confirmations/text.html", context, status=422 if form.is_bound else 200)


@require_POST
@access_declared(READ)
def withdrawal(request: HttpRequest, number: str, confirmation_id: int) -> HttpResponse:
    """Take the question back."""
    row = confirmation_or_404(signed_in(request), number, confirmation_id)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.withdraw_confirmation(by=signed_in(request), confirmation=row, reason=reason, now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("The question is withdrawn."))
            return redirect("confirmation", number, row.pk)
    return _shown(request, row, withdrawn=form)


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted(text_asked(request, "state", 12), text_asked(request, "q"), text_asked(request, "sort", 20))


def _queued(request: HttpRequest) -> bool:
    return request.POST.get("next") == "queue"


def _shown(
    request: HttpRequest,
    row: Confirmation,
    answered: AnswerForm | None = None,
    withdrawn: WithdrawForm | None = None,
) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    view = stands([row], now)[0]
    place = may_answer(user, now, row) if view.open else None
    context = {
        "project": row.project,
        "tab": "work",
        "row": row,
        "view": view,
        "place": place if place is not None and place.answer != "assumed" else None,
        "instead_of": place.person.name if place is not None and place.person_id != user.pk else "",
        "subject": next((found for about in PANELS.at("confirmation_subject") if (found := about(row))), None),
        "is_asker": view.open and access.is_asker(user, row),
        "answered": answered,
        "withdrawn": withdrawn or WithdrawForm(),
    }
    # What was refused together with its form, because she is not asked any more, is said above.
    kept = (answered if row.whole_at or not context["place"] else None, withdrawn if not context["is_asker"] else None)
    context["lost"] = [str(text) for form in kept if form is not None for texts in form.errors.values() for text in texts]
    status = 422 if answered is not None or withdrawn is not None else 200
    return render(request, "confirmations/confirmation.html", context, status=status)
