"""Screens: 后台任务, for administrators."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Forbidden, Refused, access_declared, require
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.rhythm import access, actions
from tongzhou.rhythm.queries import background as queries

LATE = timedelta(minutes=5)
"""What has been due for so long and was not taken: nobody ticks, or too few do."""


@require_safe
@access_declared(ADMINISTRATOR)
def background(request: HttpRequest) -> HttpResponse:
    """What failed, what is tried again, what waits."""
    require(access.can_look_after(signed_in(request)))
    now, kind, state = clock.now(), text_asked(request, "kind"), text_asked(request, "state")
    counts = queries.counts(now, kind)
    if state not in queries.STATES:
        state = "dead" if counts["dead"] or not counts["retried"] else "retried"
    page = _page(request)
    rows = queries.listed(state, now, kind, offset=(page - 1) * queries.PAGE, limit=queries.PAGE + 1)
    context = {
        "rows": rows[: queries.PAGE],
        "state": state,
        "kind": kind,
        "kinds": queries.kinds(),
        "tabs": [(_address(name, kind), _counted(word, counts[name])) for name, word in queries.STATES.items()],
        "here": _address(state, kind),
        "groups": queries.dead_by_kind() if state == "dead" and counts["dead"] else [],
        "earlier": _address(state, kind, page - 1) if page > 1 else "",
        "later": _address(state, kind, page + 1) if len(rows) > queries.PAGE else "",
        "overdue": queries.overdue_since(now - LATE),
        "now": now,
    }
    return render(request, "rhythm/background.html", context)


@require_POST
@access_declared(ADMINISTRATOR)
def background_again(request: HttpRequest) -> HttpResponse:
    """Try again one row, or all that failed of a kind."""
    kind, row = request.POST.get("kind", "").replace("\0", "")[:80], _row_of(request)
    try:
        count = actions.try_again(by=signed_in(request), kind=kind, row=row, now=clock.now())
        said = ngettext("%(count)s job is tried again.", "%(count)s jobs are tried again.", count)
        messages.success(request, said % {"count": count})
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("background")


@require_POST
@access_declared(ADMINISTRATOR)
def background_drop(request: HttpRequest) -> HttpResponse:
    """Give up one row that failed."""
    try:
        actions.drop_due(by=signed_in(request), row=_row_of(request) or 0, now=clock.now())
        messages.success(request, _("The job was given up."))
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("background")


def _page(request: HttpRequest) -> int:
    text = text_asked(request, "page", 6)
    page = int(text) if text.isascii() and text.isdecimal() else 1
    return min(max(page, 1), queries.MOST_COUNTED // queries.PAGE)


def _row_of(request: HttpRequest) -> int | None:
    """The number of the row that was sent; one that is none names no row."""
    text = request.POST.get("id", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _address(state: str, kind: str, page: int = 1) -> str:
    asked = {"state": state} | ({"kind": kind} if kind else {}) | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('background')}?{urlencode(asked)}"


def _counted(word: object, count: int) -> str:
    shown = f"{queries.MOST_COUNTED}+" if count > queries.MOST_COUNTED else str(count)
    return f"{word} {shown}"
