"""What every answer of the server has in common: headers, sign-in, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from tongzhou.lib.access import BY_OPERATION, PUBLIC, Forbidden, Refused, Stale, declared_access

Answer = Callable[[HttpRequest], HttpResponse]

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
        if request.user.is_authenticated or declared_access(view) in (PUBLIC, BY_OPERATION):
            return None
        if request.headers.get("HX-Request") or wants_json(request):
            return JsonResponse({"detail": "sign-in required", "status": 401}, status=401)
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.get_full_path())}")


class RefusalsAsAnswers:
    """Turn a refusal that no view handled into an answer that a person or a program understands."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        return refusal(request, error)


def refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal: 403, 412 or 422 as problem+json for programs, as a page for people."""
    status = 403 if isinstance(error, Forbidden) else 412 if isinstance(error, Stale) else 422
    if wants_json(request):
        return problem(status, error)
    return render(request, "shell/refused.html", {"message": error.message, "status": status}, status=status)


def problem(status: int, error: Refused) -> JsonResponse:
    """Return an RFC 9457 problem document."""
    body: dict[str, object] = {"type": f"about:{error.code}", "title": error.code, "status": status, "detail": error.message}
    if error.errors or error.field:
        body["errors"] = error.errors or {error.field: error.message}
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or request.headers.get("Accept", "").startswith("application/json")


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to be kept under `name`; characters that no file system takes become underscores."""
    safe = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]+', "_", name)
    headers = {"Content-Disposition": content_disposition_header(True, safe) or "attachment"}
    return HttpResponse(content, content_type=kind, headers=headers)
