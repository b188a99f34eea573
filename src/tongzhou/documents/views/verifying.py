"""Screens for whoever holds a paper, signed in or not: what it is, how it stands, and whether a file is the one handed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.documents.models import IssuedFile
from tongzhou.documents.queries.codes import printed, typed
from tongzhou.documents.queries.verifying import Verified, verified
from tongzhou.lib.access import PUBLIC, access_declared
from tongzhou.lib.params import text_asked
from tongzhou.people.actions.guesses import count_guess_from, may_guess_from
from tongzhou.people.models import User
from tongzhou.projects.access import visible_project

GUESSES = "paper_code"
LARGEST = 20 * 2**20
RETRY_AFTER = "600"


@dataclass(frozen=True)
class Compared:
    """Whether a file is one that was handed out; `error` says why it was not looked at."""

    file: IssuedFile | None = None
    error: str = ""


@require_safe
@access_declared(PUBLIC)
def verify(request: HttpRequest) -> HttpResponse:
    """Type the code of a paper; a code leads to its page."""
    text = text_asked(request, "code", 200)
    if not text:
        return render(request, "documents/verify.html", {"text": ""})
    code = typed(text)
    return redirect("verify_paper", printed(code)) if code else _unknown(request, text)


@require_http_methods(["GET", "HEAD", "POST"])
@access_declared(PUBLIC)
def verify_paper(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says of a paper; a file that is sent is compared with it and not kept."""
    if not may_guess_from(request, GUESSES):
        return _too_many(request)
    found = verified(code)
    if found is None:
        return _unknown(request, code)
    compared = _compared(request, found) if request.method == "POST" else None
    context = {"paper": found, "compared": compared, "link": _link(request, found), "largest": LARGEST // 2**20}
    return render(request, "documents/verified.html", context, status=422 if compared and compared.error else 200)


def _unknown(request: HttpRequest, text: str) -> HttpResponse:
    """Answer alike to every code that no paper has, whatever is wrong with it."""
    if not may_guess_from(request, GUESSES):
        return _too_many(request)
    count_guess_from(request, GUESSES)
    return render(request, "documents/verify.html", {"text": text[:80].replace("\0", ""), "unknown": True}, status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    page = render(request, "documents/verify.html", {"text": "", "too_many": True}, status=429)
    page.headers["Retry-After"] = RETRY_AFTER
    return page


def _compared(request: HttpRequest, found: Verified) -> Compared:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return Compared(error=_("Choose a file to compare."))
    if (file.size or 0) > LARGEST:
        return Compared(error=_("A file of at most %(most)s MB can be compared here.") % {"most": LARGEST // 2**20})
    sum_ = hashlib.sha256()
    for chunk in file.chunks():
        sum_.update(chunk)
    return Compared(found.file_of(sum_.hexdigest()))


def _link(request: HttpRequest, found: Verified) -> str:
    """Return the number of the paper's project for a reader who sees it, else nothing."""
    user, project = request.user, found.paper.row.project_id
    if not isinstance(user, User) or project is None:
        return ""
    seen = visible_project(user, found.paper.row.project.number)  # type: ignore[union-attr]
    return seen.number if seen is not None and seen.pk == project else ""
