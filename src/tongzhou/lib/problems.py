"""Problem documents (RFC 9457): what is wrong, for programs and for people."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse


def problem_answer(status: int, code: str, detail: str, **members: object) -> HttpResponse:
    """Return an RFC 9457 problem document; `code` is stable for programs, `detail` is for people."""
    body = {"type": f"about:{code}", "title": code, "status": status, "detail": detail} | members
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})
