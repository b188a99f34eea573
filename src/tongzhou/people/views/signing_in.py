"""Screens: ways in and out, what is recorded of them, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from tongzhou.lib import clock
from tongzhou.lib.access import PUBLIC, Refused, access_declared
from tongzhou.people import actions, queries
from tongzhou.people.actions import sessions
from tongzhou.people.models import User
from tongzhou.people.queries.factors import factors_of

NOTED_EVERY = timedelta(minutes=5)
SEEN, LANGUAGE = "seen", "language"


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the administrator; nobody signs up. Coming in, going out and guessing are on the record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["login", "name", "email"]

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        assert isinstance(user, User)
        sessions.record_sign_in(person=user, address=self.get_client_ip(request), now=clock.now())
        settle(request, user)
        answer: HttpResponse = super().post_login(request, user, **options)
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        login_typed = str(credentials.get("username") or credentials.get("login") or "")
        sessions.record_failed_sign_in(login=login_typed, address=self.get_client_ip(request), now=clock.now())

    def logout(self, request: HttpRequest) -> None:
        user, key = request.user, request.session.session_key
        super().logout(request)
        if isinstance(user, User):
            UserSession.objects.filter(session_key=key).delete()
            sessions.record_sign_out(person=user, address=self.get_client_ip(request), now=clock.now())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        assert isinstance(user, User)
        here = self.request.session.session_key if self.request else None
        sessions.record_password(person=user, here=here, now=clock.now())


class Presence:
    """Speak the person's language, and keep every five minutes when her session was last seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        seen, language = request.session.get(SEEN), request.session.get(LANGUAGE)
        now = clock.now()
        if isinstance(seen, float) and now.timestamp() - seen > NOTED_EVERY.total_seconds() and request.user.is_authenticated:
            request.session[SEEN] = now.timestamp()
            key, agent = request.session.session_key or "", request.headers.get("User-Agent", "")
            sessions.note_presence(key=key, address=Door(request).get_client_ip(request), agent=agent, now=now)
        with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return self.get_response(request)


@access_declared(PUBLIC)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show who would sign in, and sign her in on POST: opening the link changes nothing."""
    link = queries.link_by_token(token, clock.now())
    if link is None or not actions.link_holds(link):
        return render(request, "people/enter.html", {"person": None}, status=410)
    if request.method == "GET":
        return render(request, "people/enter.html", {"person": link.user})
    try:
        person = actions.use_sign_in_link(link=link, now=clock.now())
    except Refused:
        return render(request, "people/enter.html", {"person": None}, status=410)
    if factors_of(person).second:
        answer: HttpResponse = perform_login(request, Login(user=person))
        return answer
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    settle(request, person)
    UserSession.objects.create_from_request(request)
    return redirect(settings.LOGIN_REDIRECT_URL)


def settle(request: HttpRequest, person: User) -> None:
    """Begin a session: it is seen from now on, and speaks the language that the person chose."""
    request.session[SEEN] = clock.now().timestamp()
    language = queries.preference(person, "language")
    # Preferences are any JSON value: a list is in no dictionary, but cannot be looked for there either.
    if isinstance(language, str) and language in dict(settings.LANGUAGES):
        request.session[LANGUAGE] = language
