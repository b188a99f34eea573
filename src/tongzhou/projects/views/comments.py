"""Comments: a section that htmx keeps up to date on any page, and a page of its own without scripts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared
from tongzhou.lib.params import text_asked
from tongzhou.people.access import signed_in
from tongzhou.projects import access, actions
from tongzhou.projects.models import Comment, Project
from tongzhou.projects.queries.comments import About, about, found_people, panel_of

READ = "read project plan, tasks"


@access_declared(READ)
@require_http_methods(["GET", "POST"])
def comments(request: HttpRequest, number: str) -> HttpResponse:
    """The comments on the project or on what `type` and `id` name; POST adds one."""
    project = access.project_or_404(signed_in(request), number)
    given = request.POST if request.method == "POST" else request.GET
    on = _about(project, given.get("type", "project"), given.get("id", ""))
    if request.method == "GET":
        return _shown(request, project, on)
    text = request.POST.get("text", "").replace("\0", "")
    return _done(
        request,
        project,
        on,
        lambda: actions.add_comment(by=signed_in(request), project=project, on=on, text=text, now=clock.now()),
    )


@access_declared(READ)
@require_POST
def comment(request: HttpRequest, number: str, comment_id: int) -> HttpResponse:
    """Edit one's own comment, or (`remove`) take it back."""
    user = signed_in(request)
    project = access.project_or_404(user, number)
    row = get_object_or_404(Comment.objects.select_related("project"), pk=comment_id, project=project)
    on = about(project, row.subject_type, row.subject_id) or About(row.subject_type, row.subject_id, "")
    if "remove" in request.POST:
        return _done(request, project, on, lambda: actions.remove_comment(by=user, comment=row, now=clock.now()))
    text = request.POST.get("text", "").replace("\0", "")
    return _done(request, project, on, lambda: actions.edit_comment(by=user, comment=row, text=text, now=clock.now()))


@access_declared(READ)
@require_safe
def project_people(request: HttpRequest, number: str) -> JsonResponse:
    """Who may be mentioned, for the completion of @."""
    project = access.project_or_404(signed_in(request), number)
    return JsonResponse({"people": found_people(project, text_asked(request, "q", 40))})


def _about(project: Project, type_: str, id_: str) -> About:
    key = int(id_) if id_.isdecimal() and len(id_) < 19 else None
    on = about(project, type_[:40], key) if key is not None or not id_ else None
    if on is None:
        raise Http404
    return on


def _done(request: HttpRequest, project: Project, on: About, action: Callable[[], object]) -> HttpResponse:
    try:
        action()
    except Refused as refused:
        if refused.field != "text":
            raise
        return _shown(request, project, on, error=refused.message, text=request.POST.get("text", ""))
    if request.headers.get("HX-Request"):
        return _shown(request, project, on)
    return redirect(f"{reverse('comments', args=[project.number])}?{urlencode({'type': on.type, 'id': str(on.id)})}")


def _shown(request: HttpRequest, project: Project, on: About, **said: str) -> HttpResponse:
    context = {"project": project, "tab": "overview", "panel": panel_of(request, project, on) | said}
    template = "projects/comments.html" if request.headers.get("HX-Request") else "projects/comments_page.html"
    return render(request, template, context, status=422 if said else 200)
