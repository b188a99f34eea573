"""Who may manage the organisation, and who sees a phone number."""

from __future__ import annotations

from django.http import HttpRequest

from tongzhou.people.models import ApiToken, User

SHOWN_FIRST, SHOWN_LAST = 3, 4


def can_manage_people(user: User) -> bool:
    """Users, departments, sign-in links: the system administrator."""
    return user.is_active and user.is_administrator


def can_change_leave(user: User, person: User) -> bool:
    """Leave and stand-in: the person herself, and the administrator."""
    return user.is_active and (user.pk == person.pk or can_manage_people(user))


def can_see_phone(user: User, person: int, head: int | None) -> bool:
    """Whole phone numbers are for the person, the head of her department, and the administrator."""
    return user.pk == person or (head is not None and user.pk == head) or can_manage_people(user)


def phone_shown(user: User, person: int, head: int | None, phone: str) -> str:
    """Return the phone number as `user` may see it: whole, or `138****5678`.

    `head` is the head of the person's department.
    """
    if can_see_phone(user, person, head):
        return phone
    if len(phone) <= SHOWN_FIRST + SHOWN_LAST:
        return "*" * len(phone)
    return f"{phone[:SHOWN_FIRST]}{'*' * (len(phone) - SHOWN_FIRST - SHOWN_LAST)}{phone[-SHOWN_LAST:]}"


def signed_in(request: HttpRequest) -> User:
    """Return who asks; the sign-in of the request was required before."""
    assert isinstance(request.user, User)
    return request.user


def token_of(request: HttpRequest) -> ApiToken | None:
    """Return the token by which a program asks; None for a person at a page of ours."""
    found = getattr(request, "api_token", None)
    return found if isinstance(found, ApiToken) else None


def can_open_sessions(token: ApiToken | None) -> bool:
    """Whether who asks by this token (None: a person) may hand out ways in: by one, people do all that the scopes name."""
    return token is None or {"read", "write", "admin"} <= set(token.scopes)
