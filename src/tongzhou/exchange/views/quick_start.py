"""从清单开始: a project within a minute from a pasted list, previewed as it is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.exchange.actions.quick_start import QuickStart, start_from_list
from tongzhou.exchange.queries.notice import start_notice
from tongzhou.exchange.queries.pasting import NOBODY, Line, Pasted, pasted
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared
from tongzhou.lib.params import say_refused
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404

READ = "read project plan, tasks"
WHO = "who-"
MOST_CHOICES = 200
EXAMPLE = "设计海报 张三 3天\n印刷 李四 2天 依赖1\n采购物料 @王五 下周五前\n现场布置 市场部 1天 依赖2、3\n开幕 里程碑 依赖4"


class QuickForm(forms.Form):
    """A name and a list; what the list says is checked line by line."""

    name = forms.CharField(label=_("Project name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True}))
    text = forms.CharField(
        label=_("Task list"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": EXAMPLE, "spellcheck": "false"}),
    )


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def quick_start(request: HttpRequest) -> HttpResponse:
    """The form; htmx asks for the preview with each pause in typing, a plain POST starts the project."""
    user = signed_in(request)
    posted = request.method == "POST"
    if posted and request.headers.get("HX-Request"):
        return render(request, "exchange/quick_preview.html", _preview(request))
    form = QuickForm(request.POST if posted else None)
    if form.is_valid():
        wanted = QuickStart(form.cleaned_data["name"], form.cleaned_data["text"], _choices(request))
        try:
            project = start_from_list(by=user, wanted=wanted, now=clock.now())
            return redirect("quick_notice", number=project.number)
        except Refused as refused:
            say_refused(form, refused)
    context = {"form": form, **_preview(request)}
    return render(request, "exchange/quick_start.html", context, status=422 if posted else 200)


@require_safe
@access_declared(READ)
def quick_notice(request: HttpRequest, number: str) -> HttpResponse:
    """What was made, with the notice ready to copy."""
    project = project_or_404(signed_in(request), number)
    address = request.build_absolute_uri(reverse("plan", args=[project.number]))
    context = {"project": project, "tab": "plan", "notice": start_notice(project, address)}
    return render(request, "exchange/quick_done.html", context)


def _choices(request: HttpRequest) -> dict[str, str]:
    pairs = [(name[len(WHO) :], value) for name, value in request.POST.items() if name.startswith(WHO)]
    return {name: str(value) for name, value in pairs[:MOST_CHOICES] if "\0" not in name and len(name) <= 40}


def _preview(request: HttpRequest) -> dict[str, Any]:
    text = request.POST.get("text", "")[:100_000]
    found = pasted(text, clock.today(), _choices(request)) if text.strip() else None
    if found is None:
        return {"found": None}
    everybody = list(User.objects.filter(is_active=True).values_list("pk", "name")[:500]) if found.unknown else []
    asked = [(one, [*one.candidates] or everybody) for one in found.unknown]
    rows = [_row(line, found) for line in found.lines]
    return {"found": found, "rows": rows, "asked": asked, "wrong": len(found.wrong), "nobody": NOBODY, "who": WHO}


def _row(line: Line, found: Pasted) -> dict[str, Any]:
    """Return a line of the preview as ready texts."""
    names = found.known.names
    departments = {pk: name for name, pk in found.known.departments.items()}
    days = "–".join(dict.fromkeys(_short(day) for day in (line.start, line.finish) if day))
    length = f"{line.minutes / 480:g}" if line.minutes else ""
    return {
        "number": line.number,
        "code": line.code,
        "name": line.name,
        "depth": min(line.depth, 4),
        "owner": names.get(line.owner or 0, ""),
        "others": "、".join(names.get(user, "") for user in line.supporters),
        "department": departments.get(line.department or 0, ""),
        "days": days,
        "by": line.by,
        "length": length,
        "milestone": line.milestone,
        "waits": "、".join(found.lines[place].code for place, _reference in line.waits_for),
        "remark": " ".join(line.remark),
        "faults": " ".join(line.faults),
        "leaf": line.leaf,
    }


def _short(day: date) -> str:
    """Return a day without its year where that is this one."""
    return f"{day.month}/{day.day}" if day.year == clock.today().year else f"{day.year}/{day.month}/{day.day}"
