"""Templates: which there are, what one brings, starting from one, keeping one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.exchange.access import can_save_template, can_share_template
from tongzhou.exchange.actions.starting import Source, start_from_template
from tongzhou.exchange.actions.templates import (
    About,
    archive_template,
    change_template,
    remove_template,
    save_edition,
    save_template,
)
from tongzhou.exchange.forms.templates import FileForm, SaveForm, StartForm, TemplateForm
from tongzhou.exchange.queries.templates.document import facts_of
from tongzhou.exchange.queries.templates.guessing import organisation
from tongzhou.exchange.queries.templates.listing import (
    Offered,
    document_or_404,
    file_of,
    key_of,
    offered_templates,
    own_or_refused,
    template_or_404,
)
from tongzhou.exchange.queries.templates.outline import outline_of
from tongzhou.exchange.queries.templates.planning import plan_of
from tongzhou.exchange.queries.templates.preview import preview_of
from tongzhou.exchange.queries.templates.reader import read_file, usable
from tongzhou.exchange.queries.templates.taking import PARTS, USUAL, document_from
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, Stale, access_declared, require
from tongzhou.lib.params import blame, id_asked, say_refused, text_asked
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project

JSON = "application/json"
SAVE = "archive project / case library publish"


@access_declared(SIGNED_IN)
@require_safe
def template_choice(request: HttpRequest) -> HttpResponse:
    """The templates to start from, by words and kind; the archived ones with `?archived=1`."""
    user = signed_in(request)
    text, kind = text_asked(request, "q"), text_asked(request, "kind")
    archived = request.GET.get("archived") == "1"
    found = offered_templates(user, text=text, kind=kind if kind in Project.Kind.values else "", archived=archived)
    context = {"found": found, "q": text, "kind": kind, "kinds": Project.Kind.choices, "archived": archived}
    part = "exchange/template_cards.html" if request.headers.get("HX-Request") else "exchange/template_choice.html"
    return render(request, part, context)


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def template_start(request: HttpRequest, template: str) -> HttpResponse:
    """The form with what is guessed; htmx asks for the preview with each change, a plain POST starts the project."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    document = document_or_404(chosen)
    posted = request.method == "POST"
    form = StartForm(
        request.POST if posted else None,
        document=document,
        known=organisation(),
        me=user.pk,
        name=chosen.name,
        day=clock.today(),
        weight=document.weight,
    )
    if posted and request.headers.get("HX-Request"):
        return render(request, "exchange/template_preview.html", _preview(form))
    if form.is_valid():
        source = Source(chosen.key, chosen.name, chosen.edition, form.appointed())
        try:
            project = start_from_template(by=user, source=source, wanted=form.wanted(), now=clock.now())
            messages.success(request, _("The project has started from the template. Fill in what is open."))
            return redirect("project_start", number=project.number)
        except Refused as refused:
            _say_all(form, refused)
    context = {"form": form, "template": chosen, "me": user, "known": form.known, **_preview(form)}
    return render(request, "exchange/template_start.html", context, status=422 if posted else 200)


def _say_all(form: StartForm, refused: Refused) -> None:
    """Say what was refused, with each value that an action found wrong in what the template brings."""
    say_refused(form, refused)
    for text in dict.fromkeys(refused.errors.values()):
        if text != refused.message:
            form.add_error(None, text)


def _preview(form: StartForm) -> dict[str, Any]:
    """Return the preview of what the form says; of a form that nobody sent yet, what its guesses say."""
    if not form.is_bound:
        data = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
        form = StartForm(data, document=form.document, known=form.known, me=form.me)
    if not form.is_valid():
        return {"preview": None, "form_errors": form}
    wanted, document = form.wanted(), form.appointed()
    try:
        planned = plan_of(document, wanted, clock.now())
    except Refused as refused:
        say_refused(form, refused)
        return {"preview": None, "form_errors": form}
    weight = wanted.weight or document.weight
    return {"preview": preview_of(document, wanted.chosen, weight, planned, wanted.day), "backwards": wanted.backwards}


@access_declared(SIGNED_IN)
@require_safe
def template_page(request: HttpRequest, template: str) -> HttpResponse:
    """What a template brings, and for whom may change it, its settings and editions."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    return render(request, "exchange/template_page.html", _page(user, chosen, _edition_asked(request)))


def _page(user: User, chosen: Offered, edition: int | None, **other: Any) -> dict[str, Any]:
    document = document_or_404(chosen, edition)
    row = chosen.row
    about = {"name": chosen.name, "description": chosen.description, "shared": chosen.shared}
    shown = about | {"version": row.version if row is not None else 0}
    return {
        "template": chosen,
        "edition": edition or chosen.edition,
        "outline": outline_of(document),
        "form": TemplateForm(initial=shown) if chosen.editable else None,
        "file_form": FileForm() if chosen.editable else None,
        "can_share": can_share_template(user) if chosen.editable else False,
        "editions": list(row.editions.select_related("saved_by").defer("document")) if row is not None else [],
    } | other


@access_declared(SIGNED_IN)
@require_safe
def template_file(request: HttpRequest, template: str) -> HttpResponse:
    """The template as a file."""
    chosen = template_or_404(signed_in(request), template)
    document = document_or_404(chosen, _edition_asked(request))
    return download(file_of(chosen, document), JSON, f"{chosen.name}.json")


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def template_import(request: HttpRequest) -> HttpResponse:
    """A file becomes one's own template; every fault of it is listed."""
    user = signed_in(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        try:
            document = usable(read_file(form.cleaned_data["file"].read()))
            about = About(document.name, document.description)
            row = save_template(by=user, about=about, document=document, now=clock.now())
            messages.success(request, _("The template is kept. Only you see it until you offer it to everybody."))
            return redirect("template_page", template=key_of(row))
        except Refused as refused:
            blame(form, refused)
            return render(request, "exchange/template_import.html", {"form": form, "problems": refused.errors}, status=422)
    return render(request, "exchange/template_import.html", {"form": form}, status=422 if form.is_bound else 200)


@access_declared(SAVE)
@require_http_methods(["GET", "POST"])
def template_save(request: HttpRequest, number: str) -> HttpResponse:
    """A project is kept as a template: what is taken along is chosen."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_save_template(user, project))
    parts = [(name, str(word)) for name, word in PARTS.items()]
    posted = request.method == "POST"
    form = SaveForm(request.POST if posted else None, parts=parts, initial={"name": project.name, "parts": USUAL})
    if form.is_valid():
        said = form.cleaned_data
        try:
            document = document_from(project, said["name"].strip()[:120], said["parts"])
            about = About(said["name"], said["description"], said["shared"])
            row = save_template(by=user, about=about, document=document, project=project, now=clock.now())
            messages.success(request, _("The project is kept as a template."))
            return redirect("template_page", template=key_of(row))
        except Refused as refused:
            blame(form, refused)
    facts = facts_of(document_from(project, project.name, USUAL))
    context = {"project": project, "tab": "start", "form": form, "facts": facts, "can_share": can_share_template(user)}
    return render(request, "exchange/template_save.html", context, status=422 if posted else 200)


@access_declared(SIGNED_IN)
@require_POST
def template_edition(request: HttpRequest, template: str) -> HttpResponse:
    """A file becomes the newest edition of a template."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    form = FileForm(request.POST, request.FILES)
    problems: dict[str, str] = {}
    if form.is_valid() and chosen.row is not None:
        try:
            document = usable(read_file(form.cleaned_data["file"].read()))
            save_edition(by=user, template=chosen.row, document=document, now=clock.now())
            messages.success(request, _("The new edition is kept."))
            return redirect("template_page", template=chosen.key)
        except Refused as refused:
            blame(form, refused)
            problems = refused.errors
    context = _page(user, chosen, None, file_form=form, problems=problems)
    return render(request, "exchange/template_page.html", context, status=422)


@access_declared(SIGNED_IN)
@require_POST
def template_settings(request: HttpRequest, template: str) -> HttpResponse:
    """Name, description, and who may use it."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    form, status = TemplateForm(request.POST), 422
    if form.is_valid() and chosen.row is not None:
        said = form.cleaned_data
        about = About(said["name"], said["description"], said["shared"])
        try:
            change_template(by=user, template=chosen.row, about=about, version=said["version"], now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("template_page", template=chosen.key)
        except Stale as stale:
            # What was typed stays, on the page as it is now: saving again is a decision.
            chosen, status = template_or_404(user, template), 412
            form.add_error(None, stale.message)
            form.data = {**request.POST.dict(), "version": str(chosen.row.version if chosen.row is not None else 0)}
        except Refused as refused:
            blame(form, refused)
    return render(request, "exchange/template_page.html", _page(user, chosen, None, form=form), status=status)


@access_declared(SIGNED_IN)
@require_POST
def template_archive(request: HttpRequest, template: str) -> HttpResponse:
    """Offer it no more, or again."""
    user = signed_in(request)
    chosen = template_or_404(user, template)
    archive_template(by=user, template=own_or_refused(chosen), back=request.POST.get("back") == "1", now=clock.now())
    return redirect("template_page", template=chosen.key)


@access_declared(SIGNED_IN)
@require_POST
def template_removal(request: HttpRequest, template: str) -> HttpResponse:
    """Remove it with all its editions."""
    user = signed_in(request)
    remove_template(by=user, template=own_or_refused(template_or_404(user, template)), now=clock.now())
    messages.success(request, _("The template was removed."))
    return redirect("template_choice")


def _edition_asked(request: HttpRequest) -> int | None:
    number = id_asked(request.GET.get("edition", ""))
    return number if number and number < 2**31 else None
