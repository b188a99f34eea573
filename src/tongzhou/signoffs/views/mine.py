"""Screens: my signatures, and several papers signed one after the other after one proof of identity."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Outdated, Refused, access_declared, status_of
from tongzhou.lib.params import id_asked
from tongzhou.people.access import signed_in
from tongzhou.people.actions import authenticate
from tongzhou.people.queries import authenticated_since, proof_asked
from tongzhou.signoffs import actions
from tongzhou.signoffs.access import sheet_or_404
from tongzhou.signoffs.queries.mine import delegations_of, signatures_of, signed_by, waiting_for
from tongzhou.signoffs.queries.walking import MOST, WAITING, Stop, seen_paper, stops_of, walked
from tongzhou.signoffs.views.signing import origin_of

PAGE = 30


@require_safe
@access_declared(SIGNED_IN)
def my_signatures(request: HttpRequest) -> HttpResponse:
    """我的签署: what waits for me and what changed since I saw it, what I signed, who signs for whom."""
    user = signed_in(request)
    page = Paginator(signatures_of(user), PAGE).get_page(request.GET.get("page"))
    waiting = waiting_for(user, clock.now())
    context = {
        "waiting": waiting,
        "most": MOST,
        "signed": signed_by(user, page.object_list),
        "page": page,
        "delegations": delegations_of(user, clock.today()),
        "now": clock.now(),
    }
    return render(request, "signoffs/mine.html", context)


@require_http_methods(["GET", "POST"])
@access_declared(SIGNED_IN)
def signing_walk(request: HttpRequest) -> HttpResponse:
    """1 / 5: the papers one after the other; each was shown to its end before it is signed, one proof serves them all."""
    given = request.POST if request.method == "POST" else request.GET
    keys, at = _asked(given.getlist("place"), given.get("of", "")), given.get("at", "")
    stops = stops_of(signed_in(request), keys, clock.now())
    place = int(at) if at.isascii() and at.isdecimal() and len(at) < 4 else 0
    if request.method != "POST":
        return _shown(request, stops, place)
    if place >= len(stops):
        raise Http404
    return _signed(request, stops, place)


@require_POST
@access_declared("read project plan, tasks")
def sheet_seen(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """Keep that the sheet was shown to who asks; `whole`: down to its end."""
    user, given = signed_in(request), request.POST
    sheet = sheet_or_404(user, number, sheet_id)
    actions.see_sheet(by=user, sheet=sheet, digest=given.get("digest", ""), whole=given.get("whole") == "1", now=clock.now())
    back = given.get("of", "")
    if back:
        keys = ",".join(map(str, _asked([], back)))
        return redirect(f"{reverse('signing_walk')}?{urlencode({'of': keys, 'at': given.get('at', '')[:3]})}")
    return HttpResponse(status=204)


def _asked(chosen: list[str], listed: str) -> list[int]:
    """Return the places that are named, each once: as they were ticked, or as the way already is."""
    texts = chosen or listed[: MOST * 20].split(",")
    found = dict.fromkeys(key for text in texts if (key := id_asked(text)))
    return list(found)[:MOST]


def _signed(request: HttpRequest, stops: list[Stop], at: int) -> HttpResponse:
    user, given, stop = signed_in(request), request.POST, stops[at]
    try:
        if stop.state != WAITING or stop.place is None:
            raise Refused("not-waiting", _("This paper does not wait for you any more: nothing was signed."))
        known = authenticated_since(request) or authenticate(request=request, given=given.dict(), now=clock.now())
        said = actions.Said(given.get("decision", ""), given.get("digest", ""), given.get("opinion", ""))
        actions.sign_seen(by=user, place=stop.place, said=said, origin=origin_of(request, known), now=clock.now())
    except Refused as error:
        # What was signed before stays; this paper is shown as it stands now.
        return _shown(request, stops_of(user, [stop.key for stop in stops], clock.now()), at, error)
    messages.success(request, _("Signed: “%(title)s”.") % {"title": stop.title})
    return redirect(_address([stop.key for stop in stops], at + 1))


def _shown(request: HttpRequest, stops: list[Stop], at: int, error: Refused | None = None) -> HttpResponse:
    user, given = signed_in(request), request.POST
    # What is settled already is passed by, unless something was just refused there.
    while error is None and at < len(stops) and stops[at].state != WAITING:
        at += 1
    keys = [stop.key for stop in stops]
    context = {
        "stops": stops,
        "of": ",".join(map(str, keys)),
        "at": at,
        "place": at + 1,
        "count": len(stops),
        "next": _address(keys, at + 1),
        "error": error,
        "difference": error.difference if isinstance(error, Outdated) else None,
        "given": given,
        "said": walked(stops),
        "first_left": next((place for place, stop in enumerate(stops) if stop.state == WAITING), None),
    }
    if at < len(stops):
        stop = stops[at]
        context["stop"] = stop
        if stop.state == WAITING:
            wrong = error.message if error is not None and error.field == "proof" else ""
            context["paper"] = seen_paper(user, stop)
            context["proof"] = proof_asked(request, given.get("proof_method", ""), wrong)
    return render(request, "signoffs/walk.html", context, status=status_of(error) if error else 200)


def _address(keys: list[int], at: int) -> str:
    return f"{reverse('signing_walk')}?{urlencode({'of': ','.join(map(str, keys)), 'at': at})}"
