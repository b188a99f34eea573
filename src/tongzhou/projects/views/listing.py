"""The list of projects with its filters and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.params import text_asked
from tongzhou.lib.prepared import ask_ahead
from tongzhou.lib.web import download
from tongzhou.papers import to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.people.models import User
from tongzhou.projects import actions, queries
from tongzhou.projects.models import Project
from tongzhou.projects.papers import light_words, list_csv, list_paper, state_words
from tongzhou.projects.queries.filters import LONGEST_QUERY, SavedFilter, filters_of
from tongzhou.projects.queries.listing import (
    DEFAULT_SORT,
    LARGEST_PAGE,
    LIGHTS,
    SORTS,
    STATES,
    Asked,
    Page,
    choices_of,
    list_of,
    list_questions,
)
from tongzhou.projects.views.rows import Listed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_ID = 2**31


@require_safe
@access_declared(SIGNED_IN)
def projects(request: HttpRequest) -> HttpResponse:
    """项目: all that I take part in; without anything asked for, what my default filter says."""
    user = signed_in(request)
    ask_ahead(*list_questions(user))
    filters = filters_of(user)
    chosen = next((one.query for one in filters if one.default), "")
    if chosen and not request.GET:
        return redirect(f"{reverse('projects')}?{chosen}")
    settings = queries.organisation()
    asked = asked_of(request, names_visible=settings.names_visible)
    page = list_of(user, asked, clock.today())
    query = query_of(asked)
    context = {
        "asked": asked,
        "page": page,
        "projects": page.rows,
        "rows": tuple(map(Listed, page.rows)),
        "query": query,
        "scopes": _scopes(asked, settings.names_visible),
        "filters": [(one, one.query == query) for one in filters],
        "selects": _selects(asked, user),
        "heads": _heads(asked),
        "filtered": bool(query_of(asked, sort=DEFAULT_SORT)),
        **_pages(asked, page),
    }
    return render(request, "projects/list.html", context)


@require_safe
@access_declared(SIGNED_IN)
def projects_export(request: HttpRequest) -> HttpResponse:
    """The whole list as it is filtered and sorted, as a workbook or as CSV (`?format=csv`)."""
    user, settings = signed_in(request), queries.organisation()
    asked = asked_of(request, names_visible=settings.names_visible)
    kind = request.GET.get("format", "xlsx")
    if kind not in ("csv", "xlsx"):
        raise Http404
    rows = list_of(user, asked, clock.today(), whole=True).rows
    name = f"{_('Projects')} {clock.today():%Y-%m-%d}.{kind}"
    if kind == "csv":
        return download(list_csv(rows), "text/csv; charset=utf-8", name)
    return download(to_xlsx(list_paper(rows)), XLSX, name)


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def project_filters(request: HttpRequest) -> HttpResponse:
    """Keep the filter that the list shows under a name, or forget one (`remove`)."""
    if request.method == "GET":
        return redirect("projects")
    user = signed_in(request)
    query = request.POST.get("query", "").replace("\0", "")[: LONGEST_QUERY + 1]
    if "remove" in request.POST:
        actions.remove_filter(by=user, name=request.POST["remove"], now=clock.now())
        messages.success(request, _("Filter removed."))
    else:
        wanted = SavedFilter(request.POST.get("name", "").replace("\0", ""), query, "default" in request.POST)
        actions.save_filter(by=user, wanted=wanted, now=clock.now())
        messages.success(request, _("Filter “%(name)s” saved.") % {"name": wanted.name.strip()})
    return redirect(f"{reverse('projects')}?{query or urlencode({'sort': DEFAULT_SORT})}")


def asked_of(request: HttpRequest, *, names_visible: bool) -> Asked:
    """Read what is asked for; what the list does not know filters nothing."""

    def one_of(name: str, known: Any) -> str:
        value = request.GET.get(name, "")
        return value if value in known else ""

    sort = request.GET.get("sort", "")
    return Asked(
        search=text_asked(request, "q"),
        kind=one_of("kind", Project.Kind.values),
        weight=one_of("weight", Project.Weight.values),
        light=one_of("light", LIGHTS),
        state=one_of("state", STATES),
        department=_number(request, "department"),
        manager=_number(request, "manager"),
        mine=request.GET.get("scope") == "mine",
        everybody=names_visible and request.GET.get("scope") == "all",
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=min(_number(request, "page") or 1, LARGEST_PAGE),
    )


def query_of(asked: Asked, **other: str) -> str:
    """Return the address's part after the question mark for what is asked, without what asks for nothing."""
    values = {
        "q": asked.search,
        "kind": asked.kind,
        "weight": asked.weight,
        "light": asked.light,
        "state": asked.state,
        "department": asked.department or "",
        "manager": asked.manager or "",
        "scope": "mine" if asked.mine else "all" if asked.everybody else "",
        "sort": asked.sort,
    } | other
    if values["sort"] == DEFAULT_SORT:
        values["sort"] = ""
    return urlencode({name: value for name, value in values.items() if value != ""})


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    number = int(text) if text.isdecimal() and len(text) < 11 else 0
    return number if 0 < number < LARGEST_ID else None


def _scopes(asked: Asked, names_visible: bool) -> dict[str, Any]:
    """Return the choice whose projects are listed, as links: mine, those that I take part in, all names."""
    words = [("", _("I take part")), ("mine", _("I manage"))] + ([("all", _("All names"))] if names_visible else [])
    options = [(f"?{query_of(asked, scope=scope) or 'sort=-new'}", word) for scope, word in words]
    place = 1 if asked.mine else 2 if asked.everybody else 0
    return {"label": _("Whose projects"), "options": tuple(options), "current": options[place][0]}


def _selects(asked: Asked, user: User) -> tuple[tuple[str, str, str, tuple[tuple[Any, Any], ...]], ...]:
    """Return the filters as (name, word, current value, choices)."""
    choices = choices_of(user)
    lights = tuple((key, word) for key, word in light_words().items() if key)
    states = tuple((key, word) for key, word in state_words().items() if key)
    departments = tuple((str(key), word) for key, word in choices.departments)
    managers = tuple((str(key), word) for key, word in choices.managers)
    return (
        ("kind", _("Kind"), asked.kind, tuple(Project.Kind.choices)),
        ("weight", _("Weight"), asked.weight, tuple(Project.Weight.choices)),
        ("department", _("Lead department"), str(asked.department or ""), departments),
        ("manager", _("Project manager"), str(asked.manager or ""), managers),
        ("light", _("Status light"), asked.light, lights),
        ("state", _("State"), asked.state, states),
    )


@dataclass(frozen=True)
class Head:
    """The head of a column: the address that sorts by it, and how it is sorted now."""

    key: str
    label: str
    href: str
    direction: str


def _heads(asked: Asked) -> tuple[Head, ...]:
    return tuple(
        Head(
            key,
            word,
            f"?{query_of(asked, sort=f'-{key}' if asked.sort == key else key)}",
            {key: "ascending", f"-{key}": "descending"}.get(asked.sort, ""),
        )
        for key, word in _columns()
    )


def _columns() -> list[tuple[str, str]]:
    return [
        ("number", _("Number")),
        ("name", _("Project")),
        ("kind", _("Kind")),
        ("weight", _("Weight")),
        ("lead", _("Lead department")),
        ("manager", _("Project manager")),
        ("start", _("Starts on")),
        ("end", _("Ends on")),
        ("progress", _("Progress")),
        ("light", _("Status light")),
        ("state", _("State")),
    ]


def _pages(asked: Asked, page: Page) -> dict[str, str]:
    """Return the addresses of the pages before and after."""
    links = {"before": "", "after": ""}
    if page.number > 1:
        links["before"] = "?" + query_of(asked, page=str(page.number - 1))
    if page.number < page.pages:
        links["after"] = "?" + query_of(asked, page=str(page.number + 1))
    return links
