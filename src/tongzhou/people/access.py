"""Who may sign in, and who may manage the organisation."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from tongzhou.people.models import User


class ClosedSignUp(DefaultAccountAdapter):
    """Accounts are made by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["login", "name", "email"]


def can_manage_people(user: User) -> bool:
    """Users, departments, sign-in links: the system administrator."""
    return user.is_active and user.is_administrator


def signed_in(request: HttpRequest) -> User:
    """Return who asks; the sign-in of the request was required before."""
    assert isinstance(request.user, User)
    return request.user
