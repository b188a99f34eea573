"""Screens for the administrator: letterhead, numbering and fixed texts of papers, with how they would look."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.documents.access import can_set_papers
from tongzhou.documents.actions import Head, Wording, change_kind, change_letterhead
from tongzhou.documents.forms import KindForm, LetterheadForm
from tongzhou.documents.queries.dressing import letterhead, rendered
from tongzhou.documents.queries.handed import TYPES
from tongzhou.documents.queries.kinds import TEXTS, ending_or_404, kind_or_404, numbering, setting_of, wording
from tongzhou.documents.queries.settings import example, kind_rows, sample
from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, Stale, access_declared, require
from tongzhou.lib.params import blame
from tongzhou.lib.web import download
from tongzhou.papers import to_html
from tongzhou.papers.logo import MOST_BYTES
from tongzhou.people.access import signed_in

Theirs = list[tuple[str, str, str]]


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def paper_settings(request: HttpRequest) -> HttpResponse:
    """文件设置: what stands at the head of every paper, and the kinds."""
    require(can_set_papers(signed_in(request)))
    stored = letterhead()
    initial = {name: getattr(stored, name) for name in ("organisation", "header", "version")}
    posted = request.method == "POST"
    form = LetterheadForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    theirs: Theirs = []
    status = 422 if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        head = Head(data["organisation"], data["header"], _logo(data))
        try:
            change_letterhead(by=signed_in(request), head=head, version=data["version"], now=clock.now())
            messages.success(request, _("Settings saved."))
            return redirect("paper_settings")
        except Stale as stale:
            theirs, status = _meanwhile(form, stale, initial) + _other_logo(data, head.logo, bytes(stored.logo)), 412
        except Refused as refused:
            blame(form, refused)
    _ask_for_the_file_again(request, form)
    context = {
        "form": form,
        "theirs": theirs,
        "logo": _shown_logo(bytes(stored.logo)),
        "rows": kind_rows(clock.today()),
    }
    return render(request, "documents/settings.html", context, status=status)


def _logo(data: dict[str, Any]) -> bytes | None:
    """Return the picture that was brought, b"" to take the logo away, None to leave it."""
    if data["logo"] is not None:
        # One byte more than fits: so what is too large is told so without reading all of it.
        return bytes(data["logo"].read(MOST_BYTES + 1))
    return b"" if data["remove_logo"] else None


def _other_logo(data: dict[str, Any], mine: bytes | None, stored: bytes) -> Theirs:
    """Say which logo stands there now, where a form that came too late has another or takes it away."""
    if mine is None or mine == stored:
        return []
    return [(_("Logo"), _("The picture shown below") if stored else "", data["logo"].name if mine else _("Take the logo away"))]


def _ask_for_the_file_again(request: HttpRequest, form: forms.Form) -> None:
    """A form that is shown again comes without its file: saved so, it would leave the logo as it was."""
    brought = request.FILES.get("logo")
    if brought and "logo" not in form.errors:
        form.add_error("logo", _("“%(name)s” is not saved yet: choose the picture again.") % {"name": brought.name})


def _shown_logo(logo: bytes) -> str:
    """Return the logo as an address that holds it; "" without one."""
    return f"data:image/png;base64,{base64.b64encode(logo).decode()}" if logo else ""


def _meanwhile(form: forms.Form, stale: Stale, stored: dict[str, Any]) -> Theirs:
    """Say what somebody else wrote since the form was shown; whoever has seen it may save over it."""
    form.add_error(None, stale.message)
    found = [
        (str(form.fields[name].label), str(stored[name]), str(form.cleaned_data[name]))
        for name in stored
        if name != "version" and form.cleaned_data.get(name) != stored[name]
    ]
    form.data = {name: form.data.get(name, "") for name in form.fields} | {"version": stored["version"]}
    return found


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def paper_kind(request: HttpRequest, paper_kind: str) -> HttpResponse:
    """文种设置: how papers of a kind are numbered, and their fixed texts."""
    require(can_set_papers(signed_in(request)))
    kind = paper_kind
    known, stored = kind_or_404(kind), setting_of(kind)
    initial = {"numbering": numbering(kind), **wording(kind), "version": stored.version}
    form = KindForm(request.POST if request.method == "POST" else None, initial=initial)
    theirs: Theirs = []
    status = 422 if form.is_bound else 200
    if request.POST.get("default"):
        form, status = _with_default(request, kind), 200
    elif form.is_valid():
        data = form.cleaned_data
        try:
            said = Wording(data["numbering"], form.texts())
            change_kind(by=signed_in(request), kind=kind, wording=said, version=data["version"], now=clock.now())
            messages.success(request, _("Settings saved."))
            return redirect("paper_kind", kind)
        except Stale as stale:
            theirs, status = _meanwhile(form, stale, initial), 412
        except Refused as refused:
            blame(form, refused)
    context = {"kind": known, "form": form, "theirs": theirs, "texts": _texts(kind, form), **_preview(kind, form)}
    return render(request, "documents/kind.html", context, status=status)


def _with_default(request: HttpRequest, kind: str) -> KindForm:
    """Return the form as it was sent, with the product's own text in the field that is asked for; nothing is saved yet."""
    known, name = kind_or_404(kind), request.POST.get("default", "")
    values = request.POST.dict()
    for field in ("numbering", *TEXTS):
        if name in (field, "all"):
            values[field] = known.numbering if field == "numbering" else known.texts.get(field, "")
    return KindForm(initial=values)


def _texts(kind: str, form: KindForm) -> list[tuple[forms.BoundField, bool]]:
    """Return the fields with whether each says something else than the product's own."""
    known = kind_or_404(kind)
    defaults = {"numbering": known.numbering, **{name: known.texts.get(name, "") for name in TEXTS}}
    return [(form[name], (form[name].value() or "").replace("\r\n", "\n").strip() != text) for name, text in defaults.items()]


@require_POST
@access_declared(ADMINISTRATOR)
def paper_preview(request: HttpRequest, paper_kind: str) -> HttpResponse:
    """How a paper would look with what stands in the form."""
    require(can_set_papers(signed_in(request)))
    kind_or_404(paper_kind)
    return render(request, "documents/preview.html", {**_preview(paper_kind, KindForm(request.POST)), "is_anew": True})


def _preview(kind: str, form: KindForm) -> dict[str, str]:
    values = {name: str(form[name].value() or "") for name in ("numbering", *TEXTS)}
    number = example(kind, values["numbering"].strip(), clock.today())
    return {"preview": to_html(sample(kind, values, number, letterhead()), level=2), "number": number}


@require_safe
@access_declared(ADMINISTRATOR)
def paper_sample(request: HttpRequest, paper_kind: str, ending: str) -> HttpResponse:
    """A sample of a kind as a file, with the settings as they are saved."""
    require(can_set_papers(signed_in(request)))
    known = ending_or_404(paper_kind, ending)
    number = example(paper_kind, numbering(paper_kind), clock.today())
    content = rendered(sample(paper_kind, wording(paper_kind), number, letterhead()), ending)
    return download(content, TYPES[ending], f"{known.title}（样张）.{ending}")
