"""A form for one row of what was agreed, as a page or within a dialog; who saves an older version sees both texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Refused, Stale
from tongzhou.lib.differing import Differing, Values, beside
from tongzhou.lib.params import id_asked, say_refused
from tongzhou.projects.models import Project

Row = TypeVar("Row")


@dataclass(frozen=True)
class Door:
    """A form, where it posts to and leads back to, and what saves it.

    `now`: what stands in the row now (the form's fields and `version`), asked when somebody else changed it; None where the
    row is gone.
    """

    project: Project
    title: str
    post_to: str
    back: str
    form: forms.Form
    save: Callable[[dict[str, Any]], object]
    said: str
    now: Callable[[], Values | None] = lambda: None


def through(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the form, or save it and lead back. 422 says what is wrong, 412 what somebody else wrote meanwhile."""
    form, status = door.form, 200
    theirs: Differing = ()
    if form.is_bound:
        status = 422
    if form.is_valid():
        try:
            door.save(form.cleaned_data)
        except Forbidden:
            raise
        except Stale as stale:
            now = door.now()
            status, theirs = 412, () if now is None else beside(form, now)
            form.add_error(None, stale.message)
        except Refused as refused:
            say_refused(form, refused)
        else:
            messages.success(request, door.said)
            return redirect(door.back)
    name = "projects/row_form.html#sheet" if request.headers.get("HX-Request") else "projects/row_form.html"
    context = {"project": door.project, "tab": "start", "door": door, "form": form, "theirs": theirs}
    return render(request, name, context, status=status)


def with_above(rows: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """Return each row with the one above it, before which it can be put."""
    return [(row, rows[at - 1] if at else None) for at, row in enumerate(rows)]


def with_moves(rows: Sequence[Row], key: Callable[[Row], int]) -> list[tuple[Row, str | None, str | None]]:
    """Return each row with the `before` that puts it one place up, and down ("": at the end); None where it cannot go."""
    keys = [str(key(row)) for row in rows]
    last = len(rows) - 1
    return [(row, keys[at - 1] if at else None, None if at == last else (*keys, "")[at + 2]) for at, row in enumerate(rows)]


def before_asked(request: HttpRequest) -> int | None:
    """Return the id of the row before which one is put; None: at the end.

    :raises Refused: if it names none.
    """
    text = request.POST.get("before", "")
    if not text:
        return None
    key = id_asked(text)
    if key is None:
        raise Refused("row-unknown", _("There is no such row any more."), "before")
    return key
