"""The frame: workbench, project overview, record, health, error pages, gallery of components."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongzhou.lib.access import PUBLIC, SIGNED_IN, access_declared
from tongzhou.lib.params import day_asked
from tongzhou.lib.prepared import ask_ahead
from tongzhou.lib.problems import problem_answer
from tongzhou.lib.web import API, RETRY_AFTER, download, unavailable, wants_json
from tongzhou.papers import Paper, to_xlsx
from tongzhou.people.access import signed_in
from tongzhou.plan.queries import outlook, status_date
from tongzhou.plan.queries.outlook import page_questions
from tongzhou.projects.access import can_edit_basics, project_or_404, standing, while_open
from tongzhou.projects.queries.chart import Chart, chart_of
from tongzhou.projects.queries.comments import project_comments
from tongzhou.projects.queries.objectives import Measured, ObjectiveRow
from tongzhou.shell.access import AUDIT, audited_by
from tongzhou.shell.forms import SampleForm
from tongzhou.shell.papers import record_paper
from tongzhou.shell.queries.bench import bench_of
from tongzhou.shell.queries.feed import sentences
from tongzhou.shell.queries.overview import blocked_in, overview_of, overview_questions
from tongzhou.shell.queries.readiness import not_ready_because
from tongzhou.shell.queries.record import feed_of, whole_feed
from tongzhou.timeline.queries import latest_events
from tongzhou.ui.templatetags.ui import GALLERY, QueueRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@access_declared(SIGNED_IN)
def workbench(request: HttpRequest) -> HttpResponse:
    """我的工作台: what I owe, in one queue."""
    template = "shell/workbench.html#bench" if request.headers.get("HX-Request") else "shell/workbench.html"
    return render(request, template, {"bench": bench_of(request, signed_in(request))})


@require_safe
@access_declared("read project plan, tasks")
def overview(request: HttpRequest, number: str) -> HttpResponse:
    """总览: are we on time, who waits for whom, what deviates."""
    project = project_or_404(signed_in(request), number)
    ask_ahead(*overview_questions(signed_in(request), project))
    day = status_date(project, day_asked(request))
    context = {
        "project": project,
        "tab": "overview",
        "as_of": day,
        "view": overview_of(project, day),
        "blocked": blocked_in(project, day),
        "events": tuple(sentences(latest_events(project.pk))),
        "can_edit": lambda: can_edit_basics(while_open(standing(signed_in(request), project), project)),
        "panel": project_comments(request, project),
    }
    return render(request, "shell/overview.html", context)


@require_safe
@access_declared("read project plan, tasks")
def record(request: HttpRequest, number: str) -> HttpResponse:
    """动态: every change of the project, the latest first."""
    user = signed_in(request)
    project = project_or_404(user, number)
    ask_ahead(*page_questions(user, project))
    shown = feed_of(request.GET, [project.pk])
    return render(request, "shell/record.html", {"project": project, "tab": "overview", "feed": shown})


@require_safe
@access_declared("read project plan, tasks")
def record_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The same events as a workbook."""
    project = project_or_404(signed_in(request), number)
    return _workbook(record_paper(project.name, whole_feed(request.GET, [project.pk])))


@require_safe
@access_declared("read project plan, tasks")
def task_record(request: HttpRequest, number: str, item_id: int) -> HttpResponse:
    """动态 of one task: what changed it, in whatever action."""
    project = project_or_404(signed_in(request), number)
    # The head of the page asks the plan anyway.
    item = outlook(project, status_date(project, day_asked(request))).by_id.get(item_id)
    if item is None:
        raise Http404
    shown = feed_of(request.GET, [project.pk], ("work_item", item.id))
    return render(request, "shell/record.html", {"project": project, "tab": "overview", "feed": shown, "item": item})


@require_safe
@access_declared(AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """操作记录: what happened in the projects whose record the person keeps, and to the organisation."""
    reach = audited_by(signed_in(request))
    shown = feed_of(request.GET, list(reach.projects), outside=reach.organisation)
    return render(request, "shell/audit.html", {"feed": shown, "names": reach.projects})


@require_safe
@access_declared(AUDIT)
def audit_xlsx(request: HttpRequest) -> HttpResponse:
    """The same events as a workbook."""
    reach = audited_by(signed_in(request))
    return _workbook(record_paper("", whole_feed(request.GET, list(reach.projects), outside=reach.organisation)))


def _workbook(paper: Paper) -> HttpResponse:
    return download(to_xlsx(paper), XLSX, f"{paper.title}.xlsx")


@require_safe
@access_declared(SIGNED_IN)
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in its variants."""
    context = {
        "components": GALLERY,
        "gallery_form": SampleForm({"told": "on"}),
        "gallery_options": [("#a", _("Overview")), ("#b", _("Plan"))],
        "gallery_words": [_("Upload"), _("Preview"), _("Done")],
        "gallery_rows": [
            QueueRow(
                "activity",
                "同步进度",
                "固件联调",
                "#queue_row",
                "新产品上市项目　上次 55%，计划 70%",
                "昨天 17:00 已过",
                "block",
            ),
            QueueRow("lock-open", "解除阻塞", "接口协议 V1.2 定稿", "#queue_row", "销售部王五在等", "已等 2 天", "late"),
            QueueRow("signature", "会签", "项目章程 第 2 版", "#queue_row", "2 席同意，等你", "周五 17:00"),
        ],
        "gallery_trend": _sample_trend(),
        "gallery_facts": [(_("Name"), ""), (_("Role"), _("Lead"))],
    }
    return render(request, "shell/gallery.html", context)


def _sample_trend() -> Chart | None:
    """15% → 25% in three months, with three values on the way."""
    months = [date(2024, month, 1) for month in (3, 4, 5, 6)]
    found = zip((1, 2, 3), months, ("15.5", "19", "22"), strict=False)
    values = tuple(Measured(key, day, Decimal(value), "", "", 1) for key, day, value in found)
    about = (1, "提升复购率", "复购率", Decimal(15), Decimal(25), "%", False, months[3], None, "", None, False, 1)
    return chart_of(ObjectiveRow(*about, begins=months[0], measured=values))


@require_safe
@access_declared(SIGNED_IN)
def api_guide(request: HttpRequest) -> HttpResponse:
    """What the API can do: every operation of the schema, by room."""
    from tongzhou.shell.api import guide_groups

    return render(request, "shell/api_guide.html", {"groups": guide_groups(), "base": f"{settings.BASE_URL}/api/v1/"})


@require_safe
@access_declared(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. Whether it can work is asked of readyz."""
    return JsonResponse({"status": "ok"})


@require_safe
@access_declared(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready for requests: database, migrations, data folder. The reason otherwise, without saying where things are."""
    reason = not_ready_because()
    if reason:
        return JsonResponse({"status": "not-ready", "reason": reason}, status=503, headers={"Retry-After": RETRY_AFTER})
    return JsonResponse({"status": "ready"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What cannot be read at all: too large, cut off, for another host."""
    large = isinstance(exception, RequestDataTooBig)
    if _is_program(request) or wants_json(request):
        if large:
            return problem_answer(413, "body-too-large", _("The request is too large."))
        return problem_answer(400, "not-readable", _("The request cannot be read."))
    return render(request, "400.html", status=413 if large else 400)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(API)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same bytes for what never was and for what one may not see."""
    if _is_program(request):
        return problem_answer(404, "not-found", _("There is no such thing."))
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """What nothing else answered. An error of a middleware comes here without passing another one, the database's too."""
    away = unavailable(request, sys.exception())
    if away is None and _is_program(request):
        text = _(
            "It is not your fault. Nothing was saved halfway; the event is in the log of the server. Try again in a while."
        )
        return problem_answer(500, "server-error", text)
    return away or render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"csrf": True}, status=403)
