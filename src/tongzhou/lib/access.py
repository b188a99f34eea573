"""How a screen declares who may use it, and how an action refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

View = TypeVar("View", bound=Callable[..., HttpResponse])

PUBLIC = "public"
SIGNED_IN = "signed in"
ADMINISTRATOR = "users, roles, org tree"
BY_OPERATION = "by operation"
"""Of the addresses of the API: each of its operations declares a row of its own."""


class Reason(str):
    """Why a gate refuses, in words; `link` is where what stands in the way is seen."""

    link: str

    def __new__(cls, words: str, link: str = "") -> Reason:
        made = super().__new__(cls, words)
        made.link = link
        return made


class Refused(Exception):
    """An action does not take place. `code` is stable for programs; `message` is for the person, in her language.

    `field` names the input that is wrong, where one is; `errors` names several, each with its words.
    """

    def __init__(self, code: str, message: str = "", field: str = "", errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.field = field
        self.errors = dict(errors or {})

    @property
    def link(self) -> str:
        """Where what stands in the way is seen; "" where the message names no such place."""
        return self.message.link if isinstance(self.message, Reason) else ""


class Forbidden(Refused):
    """The person sees the object but may not do this with it."""


class Stale(Refused):
    """Somebody else changed the object since it was shown. `current` says what it is now, where that is known."""

    def __init__(self, code: str, message: str = "", field: str = "", current: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, message, field)
        self.current = dict(current or {})


class Outdated(Refused):
    """What was shown is not what stands there now. `difference` says in which fields, each with before and after."""

    def __init__(self, code: str, message: str = "", difference: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(code, message)
        self.difference = [dict(part) for part in difference]


class Busy(Refused):
    """The server has as much of this to do as it can bear; a little later it may have time."""


def status_of(error: Refused) -> int:
    """Return the HTTP status of a refusal."""
    known: tuple[tuple[type[Refused], int], ...] = ((Forbidden, 403), (Outdated, 409), (Stale, 412), (Busy, 503))
    return next((status for kind, status in known if isinstance(error, kind)), 422)


def require(allowed: bool, message: str = "") -> None:
    """Go on only if `allowed`.

    :raises Forbidden: otherwise.
    """
    if not allowed:
        raise Forbidden("forbidden", message or _("Your role does not include this."))


def access_declared(row: str) -> Callable[[View], View]:
    """Declare which row of the table of rights (docs/roles.md) a view belongs to; a view without one fails the tests."""

    def declare(view: View) -> View:
        view.declared_access = row  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(view: Callable[..., object]) -> str | None:
    """Return the row that `view` declared, or None."""
    return getattr(view, "declared_access", None)
