"""How a screen declares who may use it, and how an action refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

View = TypeVar("View", bound=Callable[..., HttpResponse])

PUBLIC = "public"
SIGNED_IN = "signed in"
ADMINISTRATOR = "users, roles, org tree"


class Refused(Exception):
    """An action does not take place. `code` is stable for programs; `message` is for the person, in her language.

    `field` names the input that is wrong, where one is.
    """

    def __init__(self, code: str, message: str = "", field: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.field = field


class Forbidden(Refused):
    """The person sees the object but may not do this with it."""


class Stale(Refused):
    """Somebody else changed the object since it was shown."""


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
