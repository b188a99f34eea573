"""The one way into the API: a token or a session, the token's scopes, and no write twice for one key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, BY_OPERATION
from tongzhou.lib.problems import problem_answer
from tongzhou.lib.rest import ToldOnce
from tongzhou.people.actions import note_token_use
from tongzhou.people.models import ApiToken, IdempotentAnswer, User
from tongzhou.people.queries.tokens import ADMIN, READ, WRITE, token_by_text

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_KEY = 200
KEPT_HEADERS = ("ETag", "Location")


def guarded(view: View, rows: Mapping[str, str | None]) -> View:
    """Put a view of the API behind the guard. `rows`: method → the row of the table of rights that its operation declares."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        refusal = _enter(request, rows.get(request.method or "", None))
        if refusal is not None:
            return refusal
        if request.method in SAFE or "Idempotency-Key" not in request.headers:
            return view(request, *args, **kwargs)
        return _once(request, lambda: view(request, *args, **kwargs))

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    answer.declared_access = BY_OPERATION  # type: ignore[attr-defined]
    return answer


def _enter(request: HttpRequest, row: str | None) -> HttpResponse | None:
    """Sign the request in by token or session; return the answer that turns it away, or None."""
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    if kind:
        token = token_by_text(text.strip(), clock.now()) if kind.lower() == "bearer" else None
        if token is None:
            return _turned_away(_("This token is not valid, or no longer."))
        request.user = token.user
        request.api_token = token  # type: ignore[attr-defined]
        note_token_use(token=token, now=clock.now())
        return _out_of_scope(request, token, row)
    if not isinstance(request.user, User):
        return _turned_away(_("Sign in, or send a token."))
    return _forged(request)


def _turned_away(text: str) -> HttpResponse:
    answer = problem_answer(401, "sign-in-required", text)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="tongzhou"'
    return answer


def _out_of_scope(request: HttpRequest, token: ApiToken, row: str | None) -> HttpResponse | None:
    needed = {READ} if request.method in SAFE else {ADMIN} if row == ADMINISTRATOR else {WRITE}
    if needed & set(token.scopes):
        return None
    return problem_answer(403, "scope", _("This token does not include “%(scope)s”.") % {"scope": needed.pop()})


def _forged(request: HttpRequest) -> HttpResponse | None:
    """Return the refusal of an unsafe request by session without the token of our own pages."""
    if request.method in SAFE:
        return None
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    if check.process_view(request, _once, (), {}) is None:
        return None
    return problem_answer(403, "csrf", _("The request does not come from a page of ours."))


def _once(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """Write once for a key, however often it is sent: write and answer are kept in one transaction, or neither."""
    assert isinstance(request.user, User)
    key = request.headers["Idempotency-Key"]
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        return problem_answer(422, "idempotency-key", _("An Idempotency-Key has 1 to 200 printable characters."))
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            kept = IdempotentAnswer.objects.create(
                user=request.user, key=key, fingerprint=fingerprint, status=0, body="", at=clock.now()
            )
            answer = ask()
            if answer.status_code >= 400:
                # Nothing was written; the same key may be sent again with what was wrong put right.
                transaction.set_rollback(True)
            else:
                headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
                # What is shown once is not kept: who asks again is told that it was made.
                body = answer.told_again if isinstance(answer, ToldOnce) else answer.content
                kept.status, kept.headers, kept.body = answer.status_code, headers, body.decode()
                kept.save()
            return answer
    except IntegrityError:
        known = IdempotentAnswer.objects.filter(user=request.user, key=key).first()
        if known is None:
            raise
        return _again(known, fingerprint)


def _fingerprint(request: HttpRequest) -> str:
    body = hashlib.sha256(request.body).hexdigest()
    return hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n{body}".encode()).hexdigest()


def _again(known: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if known.fingerprint != fingerprint:
        return problem_answer(422, "idempotency-key-reused", _("This Idempotency-Key was sent with another request."))
    answer = HttpResponse(known.body, status=known.status, content_type="application/json; charset=utf-8")
    for name, value in known.headers.items():
        answer.headers[name] = value
    answer.headers["Idempotent-Replayed"] = "true"
    return answer
