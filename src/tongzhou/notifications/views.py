"""Screens: the inbox, how one wants to be told, and what an administrator sees of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, SIGNED_IN, Refused, access_declared, require
from tongzhou.lib.params import json_body, say_refused, text_asked
from tongzhou.notifications import actions
from tongzhou.notifications.access import can_manage_delivery
from tongzhou.notifications.forms import ChoicesForm, initial_of
from tongzhou.notifications.queries import KINDS, Choices, choices_of
from tongzhou.notifications.queries.channels import channels
from tongzhou.notifications.queries.choices import defaults
from tongzhou.notifications.queries.deliveries import deliveries
from tongzhou.notifications.queries.inbox import LARGEST, Wanted, inbox_of, unread_count
from tongzhou.people.access import signed_in
from tongzhou.people.models import User


@require_safe
@access_declared(SIGNED_IN)
def inbox(request: HttpRequest) -> HttpResponse:
    """消息: what I was told, the latest first."""
    kind = text_asked(request, "kind", 40)
    wanted = Wanted(
        unread=request.GET.get("show") != "all",
        kind=kind if kind in KINDS else "",
        project=_id(request.GET.get("project", "")),
        before=_id(request.GET.get("before", "")),
    )
    template = "notifications/inbox.html#list" if request.headers.get("HX-Request") else "notifications/inbox.html"
    return render(request, template, {"inbox": inbox_of(signed_in(request), wanted), "here": _here(wanted)})


def _here(wanted: Wanted) -> str:
    """Return the address of what is wanted, without the page, to which a link adds its part."""
    parts = ["show=all"] if not wanted.unread else []
    parts += [f"kind={wanted.kind}"] if wanted.kind else []
    parts += [f"project={wanted.project}"] if wanted.project is not None else []
    return "&".join(parts)


@require_POST
@access_declared(SIGNED_IN)
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark as read: `notice` (one or more), or all until `until`; `unread` takes one back."""
    user, now = signed_in(request), clock.now()
    if request.content_type == "application/json":
        key = json_body(request).get("notice")
        actions.mark_read(by=user, notices=[key] if type(key) is int and 0 < key <= LARGEST else [], now=now)
        return HttpResponse(status=204)
    until, back = _id(request.POST.get("until", "")), _id(request.POST.get("unread", ""))
    if until is not None:
        actions.mark_all_read(by=user, until=until, now=now)
    elif back is not None:
        actions.mark_unread(by=user, notice=back)
    else:
        found = [_id(text) for text in request.POST.getlist("notice")[:200]]
        actions.mark_read(by=user, notices=[key for key in found if key is not None], now=now)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "inbox-changed"})
    return redirect("inbox")


@require_safe
@access_declared(SIGNED_IN)
def inbox_count(request: HttpRequest) -> HttpResponse:
    """The number beside the inbox in the navigation."""
    return JsonResponse({"unread": unread_count(signed_in(request))})


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_choices(request: HttpRequest) -> HttpResponse:
    """通知设置: which kinds come by which way, how often, and when not."""
    user = signed_in(request)
    if request.method == "POST" and "reset" in request.POST:
        actions.follow_defaults(by=user, now=clock.now())
        messages.success(request, _("The organisation's defaults hold again."))
        return redirect("my_choices")
    return _choose(request, user, choices_of([user.pk])[user.pk], for_all=False)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def choice_defaults(request: HttpRequest) -> HttpResponse:
    """The same for everybody who did not choose."""
    user = signed_in(request)
    require(can_manage_delivery(user))
    return _choose(request, user, defaults(), for_all=True)


def _choose(request: HttpRequest, user: User, choices: Choices, *, for_all: bool) -> HttpResponse:
    form = ChoicesForm(request.POST if request.method == "POST" else None, initial=initial_of(choices))
    if form.is_valid():
        try:
            actions.choose(by=user, choices=form.choices(), now=clock.now(), for_all=for_all)
        except Refused as refused:
            say_refused(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("choice_defaults" if for_all else "my_choices")
    shown = form.choices() if form.is_bound and form.is_valid() else choices
    context = {"form": form, "choices": choices, "for_all": for_all, "table": _table(shown, user, for_all=for_all)}
    return render(request, "notifications/choices.html", context, status=422 if form.is_bound else 200)


def _table(choices: Choices, user: User, *, for_all: bool) -> dict[str, Any]:
    """The table of kinds and channels: a column says why it does nothing, where it does not."""
    ways = channels()
    columns = [
        {
            "name": name,
            "word": way.word,
            "icon": way.icon,
            "off": not way.is_on(),
            "unreachable": not for_all and way.is_on() and not way.reaches(user),
        }
        for name, way in ways.items()
    ]
    rows = [(name, kind, [(way, choices.wants(name, way)) for way in ways]) for name, kind in KINDS.items()]
    return {"columns": columns, "rows": rows}


@require_safe
@access_declared(ADMINISTRATOR)
def delivery_list(request: HttpRequest) -> HttpResponse:
    """投递: whether channels are set up, and what did not go out."""
    require(can_manage_delivery(signed_in(request)))
    context = {
        "ways": [{"name": name, "word": way.word, "icon": way.icon, "on": way.is_on()} for name, way in channels().items()],
        "rows": deliveries(),
        "host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else "",
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "notifications/deliveries.html", context)


@require_POST
@access_declared(ADMINISTRATOR)
def delivery_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """再发一次."""
    row = actions.send_again(by=signed_in(request), delivery=delivery_id, now=clock.now())
    messages.success(request, _("It goes out to %(name)s again.") % {"name": row.notice.person.name})
    return redirect("deliveries")


@require_POST
@access_declared(ADMINISTRATOR)
def test_message(request: HttpRequest) -> HttpResponse:
    """Try a channel; the worker sends it, so that a hanging server keeps nobody waiting."""
    try:
        actions.send_test(by=signed_in(request), channel=request.POST.get("channel", "")[:20], now=clock.now())
    except Refused as refused:
        if refused.code not in ("channel-off", "no-address"):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("A test message is on its way to you. If it does not arrive, this page says why."))
    return redirect("deliveries")


def _id(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > 19:
        return None
    return int(text) if int(text) <= LARGEST else None
