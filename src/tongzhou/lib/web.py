"""What every answer of the server has in common: headers, sign-in, refusals."""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongzhou.lib.access import BY_OPERATION, PUBLIC, Outdated, Refused, declared_access, status_of

Answer = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER = "5"
API = "/api/v1/"
NOT_ALLOWED = 405
WRITTEN = re.compile(
    r"(text|reason|opinion|note|duty|deliverables|remark|problem|solution|impact|done|said|words|result|may_decide)(-\d+)?"
)
"""Names of fields in which people write sentences; a row's number may follow after a hyphen."""
log = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class SecurityHeaders:
    """Strict content security policy and its companions on every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SignInRequired:
    """Deny by default: a view that did not declare itself public asks for sign-in first."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        if declared_access(view) in (PUBLIC, BY_OPERATION) or request.user.is_authenticated:
            return None
        if request.headers.get("HX-Request") or wants_json(request):
            return JsonResponse({"detail": "sign-in required", "status": 401}, status=401)
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")


class RefusalsAsAnswers:
    """Turn a refusal that no view handled into an answer that a person or a program understands."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == NOT_ALLOWED and request.method == "GET" and not answer.streaming and not answer.content:
            # An address that only takes a form was opened by hand, or after signing in again.
            page = HttpResponse(render_to_string("shell/not_allowed.html"), status=NOT_ALLOWED)
            page.headers["Allow"] = answer.headers.get("Allow", "")
            return page
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        return refusal(request, error)


class DatabaseAway:
    """Answer 503 in words while the database cannot be reached, is locked, or its disk is full."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error)


AWAY, BUSY, FULL = "database-away", "database-busy", "disk-full"
_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_PROTOCOL: AWAY,
    sqlite3.SQLITE_READONLY: AWAY,
}
_POSTGRESQL = {"53100": FULL, "55P03": BUSY, "40P01": BUSY, "40001": BUSY, "57014": BUSY}


def raised_as(*errors: type[Exception]) -> tuple[type[Exception], ...]:
    """Errors of Django, and what psycopg and its pool raise where Django does not stand between.

    psycopg is loaded only where it is used.
    """
    loaded: Any = sys.modules.get("psycopg")
    return errors if loaded is None else (*errors, loaded.OperationalError)


def trouble_of(error: BaseException | None) -> str:
    """Return what keeps the database from answering (AWAY, BUSY, FULL); "" where the error is another one.

    SQLite calls a missing table operational, too: there its own code decides.
    """
    if error is None or not isinstance(error, raised_as(OperationalError, InterfaceError)):
        return ""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "")
    return _POSTGRESQL.get(getattr(cause, "sqlstate", None) or "", AWAY)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Answer 503 to what the database kept from being answered; None for any other error."""
    code = trouble_of(error)
    if not code:
        return None
    log.warning("%s %s: %s", request.method, request.path, code)
    text = {
        AWAY: _("The database does not answer at the moment. Nothing of this request was saved."),
        BUSY: _("The database is busy with other work. Nothing of this request was saved."),
        FULL: _("The disk of the server is full. Nothing of this request was saved; tell an administrator."),
    }[code]
    if wants_json(request) or request.path.startswith(API):
        body = {"type": f"about:{code}", "title": code, "status": 503, "detail": text}
        kind = "application/problem+json"
        answer: HttpResponse = JsonResponse(body, status=503, content_type=kind, json_dumps_params={"ensure_ascii": False})
    else:
        # Without the request: what every page is told of its reader would ask the database.
        answer = HttpResponse(render_to_string("503.html", {"trouble": text}), status=503)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal: 403, 409, 412, 422 or 503 as problem+json for programs, as a page for people."""
    status = status_of(error)
    if wants_json(request):
        answer: HttpResponse = problem(status, error)
    else:
        told: dict[str, object] = {"message": error.message, "link": error.link, "status": status}
        told |= {"back": _came_from(request), "written": _written(request)}
        answer = render(request, "shell/refused.html", told, status=status)
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _written(request: HttpRequest) -> list[str]:
    """Return the free texts of a form that was refused: its page may be gone, and with it what was written there."""
    given = request.POST.items() if request.method == "POST" else ()
    return [str(text) for name, text in given if WRITTEN.fullmatch(name) and str(text).strip()]


def _came_from(request: HttpRequest) -> str:
    """Return the page of ours from which the request was sent, or nothing."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}) else ""


def problem(status: int, error: Refused) -> JsonResponse:
    """Return an RFC 9457 problem document."""
    body: dict[str, object] = {"type": f"about:{error.code}", "title": error.code, "status": status, "detail": error.message}
    if error.errors or error.field:
        body["errors"] = error.errors or {error.field: error.message}
    if isinstance(error, Outdated):
        body["difference"] = error.difference
    if error.link:
        body["link"] = error.link
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or request.headers.get("Accept", "").startswith("application/json")


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to be kept under `name`; characters that no file system takes become underscores."""
    safe = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]+', "_", name)
    headers = {"Content-Disposition": content_disposition_header(True, safe) or "attachment"}
    return HttpResponse(content, content_type=kind, headers=headers)


def queue_changed(request: HttpRequest) -> HttpResponse:
    """Answer to what was done in place on the workbench: its queue is read again; without scripts the whole page is."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "queue-changed"})
    return HttpResponseRedirect("/")


PLACE = "98765432101234"


@lru_cache(maxsize=4096)
def project_address(name: str, number: str) -> str:
    """Return the address `name` of a project; long lists ask for the same ones again and again."""
    return reverse(name, kwargs={"number": number})


def item_address(name: str, number: str, key: int) -> str:
    """Return the address `name` of a project's item."""
    before, after = _around_id(name, number)
    return f"{before}{key}{after}"


@lru_cache(maxsize=4096)
def _around_id(name: str, number: str) -> tuple[str, str]:
    before, _id, after = reverse(name, kwargs={"number": number, "item_id": int(PLACE)}).rpartition(PLACE)
    return before, after
