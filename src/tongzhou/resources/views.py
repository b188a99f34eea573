"""Screens: 资源承诺表: asking, answering several lines at once, changing, withdrawing, a line with its steps, the paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import answer as answer_file
from tongzhou.documents.queries.kinds import wording
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Outdated, Refused, access_declared, require
from tongzhou.lib.params import id_asked, text_asked
from tongzhou.lib.web import queue_changed
from tongzhou.papers import Paper
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.plan.queries.deliverables import choices_of
from tongzhou.projects.access import project_or_404, standing, while_open
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.projects.queries.team import standing_of
from tongzhou.resources import access, actions
from tongzhou.resources.actions.asking import FIELDS
from tongzhou.resources.forms import Given, LineForm, errors_of, read_answers
from tongzhou.resources.models import Commitment
from tongzhou.resources.papers import TITLE
from tongzhou.resources.papers import commitments_paper as paper_of
from tongzhou.resources.queries import Wanted, commitment_or_404, commitments_of, counts_of, readable
from tongzhou.resources.queries.listing import chosen
from tongzhou.resources.queries.load import loads_of
from tongzhou.resources.queries.waiting import FORM, Asking, load_words, queue_context, waiting_of

READ, EDIT, CONFIRM = "read project plan, tasks", "create/edit WBS", "resource commitment confirm"
State = Commitment.State
Typed = dict[int, dict[str, Any]]


@require_safe
@access_declared(READ)
def commitments(request: HttpRequest, number: str) -> HttpResponse:
    """The table, with what waits for the reader's answer first."""
    project = project_or_404(signed_in(request), number)
    if not access.are_asked(project):
        return redirect("project", number=project.number)
    return _page(request, project)


@require_GET
@access_declared(READ)
def commitments_paper(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The paper; who may not read all amounts of money takes one without them, which has a number of its own."""
    user = signed_in(request)
    project = project_or_404(user, number)
    if not access.are_asked(project):
        return redirect("project", number=project.number)
    seen = _sees(user, project)
    key = project.pk if seen.everything else -project.pk

    def paper() -> Paper:
        lines = readable(commitments_of(project), seen if seen.everything else access.Sees(False))
        return paper_of(project, lines, wording("commitments"))

    handing = Handing("commitments", key, TITLE, paper, ending)
    return answer_file(hand_out(by=user, project=project, handing=handing, now=clock.now()))


@require_POST
@access_declared(EDIT)
def commitment_new(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a department for something."""
    user = signed_in(request)
    project = project_or_404(user, number)
    at = standing(user, project)
    require(access.can_ask(at, None) or any(access.can_ask(at, key) for key in at.liaisons))
    form = _form(user, project, request.POST)
    if access.are_asked(project) and not form.is_valid():
        return _page(request, project, form)
    try:
        spec = actions.CommitmentSpec(**form.values) if access.are_asked(project) else None
        actions.ask_commitments(by=user, project=project, rows=[spec] if spec else [], now=clock.now())
    except Refused as refused:
        if isinstance(refused, Forbidden) or not access.are_asked(project):
            raise
        form.say(refused)
        return _page(request, project, form)
    messages.success(request, _("The department is asked."))
    return redirect("commitments", project.number)


@require_POST
@access_declared(CONFIRM)
def commitment_answers(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the lines for which an answer was chosen, all or none."""
    user = signed_in(request)
    project = project_or_404(user, number)
    mine = access.answers_of(user, timezone.localtime(clock.now()).date(), project)
    require(bool(mine.departments(project.pk)))
    given, queued = read_answers(request.POST), request.POST.get("next") == "queue"
    answers = [actions.Answer(one.line, one.answer, one.version, one.offered, one.reason) for one in given]
    try:
        rows = actions.answer_commitments(by=user, project=project, answers=answers, now=clock.now())
    except Forbidden:
        raise
    except Refused as refused:
        return _refused(request, project, given, refused, mine.departments(project.pk))
    messages.success(request, _("%(count)s lines are answered.") % {"count": len(rows)})
    return queue_changed(request) if queued else redirect("commitments", project.number)


@require_safe
@access_declared(READ)
def commitment(request: HttpRequest, number: str, commitment_id: int) -> HttpResponse:
    """A line with what happened to it."""
    user = signed_in(request)
    row = commitment_or_404(user, number, commitment_id)
    if not access.are_asked(row.project):
        return redirect("project", number=number)
    line = next(one for one in readable(commitments_of(row.project), _sees(user, row.project)) if one.id == row.pk)
    answers = access.answers_of(user, timezone.localtime(clock.now()).date(), row.project)
    load = loads_of(user, row.project_id, [line]).get(line.id) if answers.answers(row.project_id, row.department_id) else None
    at = while_open(standing(user, row.project), row.project)
    context = {
        "project": row.project,
        "tab": "start",
        "line": line,
        "load": load,
        "load_row": {"load": load, "says": load_words(line, load)},
        "can_edit": access.can_ask(at, row.department_id) and row.state != State.WITHDRAWN,
    }
    return render(request, "resources/commitment.html", context)


@access_declared(EDIT)
@require_http_methods(["GET", "POST"])
def commitment_edit(request: HttpRequest, number: str, commitment_id: int) -> HttpResponse:
    """Change what is asked for; a line that was answered is asked for anew."""
    user = signed_in(request)
    row = commitment_or_404(user, number, commitment_id)
    require(access.can_ask(standing(user, row.project), row.department_id))
    if not access.are_asked(row.project):
        return redirect("project", number=number)
    form = _form(user, row.project, request.POST if request.method == "POST" else None, row)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.change_commitment(by=user, commitment=row, values=form.values, version=version, now=clock.now())
        except Outdated as outdated:
            form.add_error(None, _("%(what)s Yours is not saved yet.") % {"what": outdated.message})
            form.show_difference(row.version, outdated.difference)
            return _edit_page(request, row, form, 409)
        except Refused as refused:
            if isinstance(refused, Forbidden):
                raise
            form.say(refused)
        else:
            messages.success(request, _("%(what)s is changed.") % {"what": row.what})
            return redirect("commitments", number)
    return _edit_page(request, row, form, 422 if form.is_bound else 200)


@require_POST
@access_declared(EDIT)
def commitment_withdrawal(request: HttpRequest, number: str, commitment_id: int) -> HttpResponse:
    """Ask for it no more."""
    row = commitment_or_404(signed_in(request), number, commitment_id)
    require(access.can_ask(standing(signed_in(request), row.project), row.department_id))
    version = id_asked(request.POST.get("version", ""))
    actions.withdraw_commitment(by=signed_in(request), commitment=row, version=version, now=clock.now())
    messages.success(request, _("%(what)s is no longer asked for.") % {"what": row.what})
    return redirect("commitments", number)


def _page(
    request: HttpRequest, project: Project, form: LineForm | None = None, typed: Typed | None = None, refused: str = ""
) -> HttpResponse:
    user, wanted = signed_in(request), _wanted(request)
    at = standing_of(user, project)
    answers = access.answers_of(user, timezone.localtime(clock.now()).date(), project)
    lines = readable(commitments_of(project), access.sees(at, answers, project))
    mine = [one for one in lines if answers.answers(project.pk, one.department_id)]
    mine = [one for one in mine if one.state == State.ASKED or (one.id in (typed or {}) and one.state != State.WITHDRAWN)]
    sent = form is not None or typed is not None
    mine = mine if sent or project.stage != Project.Stage.CLOSED else []
    may = while_open(at, project, refused=sent)
    can_ask = access.can_ask(may, None) or bool(may.liaisons)
    context = {
        "project": project,
        "tab": "start",
        "wanted": wanted,
        "rows": chosen(lines, wanted),
        "counts": counts_of(lines),
        "states": State.choices,
        "kinds": Commitment.Kind.choices,
        "departments": sorted({(one.department_id, one.department) for one in lines}, key=lambda pair: pair[1]),
        "waiting": waiting_of(user, project, mine, typed or {}),
        "instead_of": next(filter(None, (answers.instead_of(project.pk, one.department_id) for one in mine)), ""),
        "edits": [one.id for one in lines if access.can_ask(may, one.department_id) and one.state != State.WITHDRAWN],
        "can_ask": can_ask,
        "form": form or (_form(user, project) if can_ask else None),
        "asking": form is not None,
        "refused": refused,
        "filtered": wanted != Wanted(sort=wanted.sort),
        "all_amounts": access.sees(at, answers, project).everything,
    }
    status = 422 if form is not None or refused else 200
    return render(request, "resources/commitments.html", context, status=status)


def _refused(
    request: HttpRequest, project: Project, given: list[Given], refused: Refused, departments: frozenset[int]
) -> HttpResponse:
    """Show the answers again with what is wrong: in the queue the form alone. Another version is a conflict (409).

    :param departments: those for which she answers here; the form in the queue is shown of one of them only.
    """
    typed: Typed = {
        one.line: {
            "answer": one.answer,
            "offered": one.typed,
            "reason": one.reason,
            "errors": errors_of(refused.errors, one.line),
        }
        for one in given
    }
    words = _("Nothing is saved yet. Please look at what is marked.") if refused.errors else refused.message
    if isinstance(refused, Outdated):
        parts = [f"{part['label']}：{part['before'] or '—'} → {part['after'] or '—'}" for part in refused.difference]
        words = "\n".join([refused.message, *parts])
    queued = request.POST.get("next") == "queue" and request.headers.get("HX-Request")
    department = id_asked(request.POST.get("department", ""))
    if queued and department in departments:
        asking = Asking(project, department, access.Sees(False, departments))
        context = queue_context(signed_in(request), asking, typed, words)
        answer = render(request, FORM, context, status=422)
    else:
        answer = _page(request, project, typed=typed, refused=words)
    answer.status_code = 409 if isinstance(refused, Outdated) else 422
    return answer


def _edit_page(request: HttpRequest, row: Commitment, form: LineForm, status: int) -> HttpResponse:
    context = {"project": row.project, "tab": "start", "form": form, "row": row, "answered": row.state != State.ASKED}
    return render(request, "resources/edit.html", context, status=status)


def _sees(user: User, project: Project) -> access.Sees:
    answers = access.answers_of(user, timezone.localtime(clock.now()).date(), project)
    return access.sees(standing(user, project), answers, project)


def _wanted(request: HttpRequest) -> Wanted:
    department = id_asked(text_asked(request, "department", 20))
    return Wanted(
        text_asked(request, "state", 12), text_asked(request, "kind", 8), department or 0, text_asked(request, "sort", 20)
    )


def _form(user: User, project: Project, given: Any = None, row: Commitment | None = None) -> LineForm:
    at = standing(user, project)
    parts = [(part.department_id, part.department) for part in team_of(project).participations]
    # What is sent is looked at by the action: it says who may not.
    departments = [pair for pair in parts if given is not None or access.can_ask(at, pair[0])]
    items = choices_of(project)["work_item_id"]
    if row is None:
        return LineForm(given, departments=departments, items=items)
    values = {name: getattr(row, name) for name in FIELDS if name not in ("amount", "unit")}
    amount = f"{row.amount:f}".rstrip("0").rstrip(".") + row.unit
    form = LineForm(given, departments=departments, items=items, initial=values | {"amount": amount, "version": row.version})
    form.keep_fixed()
    return form
