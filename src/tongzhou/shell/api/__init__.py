"""The API of the product: every room's operations at /api/v1."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from tongzhou.charters.api import router as charters
from tongzhou.confirmations.api import router as confirmations
from tongzhou.documents.api import router as documents
from tongzhou.escalations.api import router as escalations
from tongzhou.exchange.api import router as exchange
from tongzhou.lib.access import PUBLIC, SIGNED_IN, declared_access
from tongzhou.lib.rest import StrictParser, hang_problems
from tongzhou.meetings.api import router as meetings
from tongzhou.notifications.api import router as notices
from tongzhou.people.api import router as people
from tongzhou.plan.api import router as plan
from tongzhou.progress.api import router as progress
from tongzhou.projects.api import router as projects
from tongzhou.reports.api import router as reports
from tongzhou.resources.api import router as resources
from tongzhou.rhythm.api import router as rhythm
from tongzhou.shell.access import AUDIT
from tongzhou.shell.api.guard import View, guarded
from tongzhou.shell.api.queue import router as queue
from tongzhou.shell.api.record import router as record
from tongzhou.signoffs.api import router as signoffs

DESCRIPTION = """同舟的程序接口。

登录：`Authorization: Bearer tz_…`（个人令牌，在「程序令牌」页生成），或浏览器会话加 `X-CSRFToken`。
出错：一律为 `application/problem+json`（RFC 9457），`title` 供程序判断，`detail` 与 `errors` 供人阅读。
并发：对象带 `ETag`；修改时带 `If-Match`，对象已被他人改动则答 412 并在 `current` 中给出现状。
重试：写操作带 `Idempotency-Key`，同一键只执行一次，再次发送得到同一答复；只显示一次的内容（令牌、登录链接）再次发送时为 null。
分页：`limit`（至多 200）与 `offset`，答复含 `items`、`count`、`next`。
"""


class ChineseRenderer(JSONRenderer):
    """JSON in UTF-8 as people read it."""

    json_dumps_params = {"ensure_ascii": False}


# Who holds the rights that the rows of docs/roles.md name, for a reader of the guide.
WHO = {
    SIGNED_IN: _("everybody who is signed in"),
    "read project plan, tasks": _("who takes part in the project"),
    "edit charter draft": _("project manager"),
    "create/edit WBS": _("project manager; liaisons for their department"),
    "claim/assign task in department": _("project manager; head and liaison of the department"),
    "update progress/blocked": _("owner, liaison, project manager"),
    "users, roles, org tree": _("administrators"),
    "approve task list for release (总负责人审批后发布)": _("who holds the seat that signs, or her delegate"),
    "file exception report": _(
        "general lead, manager, quality and finance; heads and liaisons for their department; owners for their own tasks"
    ),
    "escalate step 1/2/3": _(
        "general lead, manager, quality; heads and liaisons for their department; owners for their own tasks"
    ),
    "decide at GL level": _("general lead; below the last step also who answers it"),
    "sign charter / memo": _("general lead and heads of departments, for their own seats"),
    "resource commitment confirm": _("head of the department"),
    "deliverable acceptance sign": _("general lead, quality; head of the department"),
    "archive project / case library publish": _("project manager, general lead"),
    AUDIT: _("administrators; project manager, general lead and quality supervisor for their projects"),
}

api = NinjaAPI(
    title="同舟 Tongzhou",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    renderer=ChineseRenderer(),
    parser=StrictParser(),
)
hang_problems(api)
ROUTERS = (
    *(people, notices, projects, plan, progress, confirmations, escalations, resources, meetings),
    *(exchange, reports, charters, signoffs, documents, rhythm, queue, record),
)
for _router in ROUTERS:
    api.add_router("", _router)


def operations() -> list[tuple[str, str, View]]:
    """Return every operation as (method, route below /api/v1/, function)."""
    found = []
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                found += [(method, path.lstrip("/"), operation.view_func) for method in operation.methods]
    return found


def guarded_patterns() -> list[URLPattern | URLResolver]:
    """Return the addresses of the API, each behind the guard."""
    patterns, _app, _namespace = api.urls
    rows: dict[str, dict[str, str | None]] = {}
    for method, path, function in operations():
        rows.setdefault(path.replace("{", "<").replace("}", ">"), {})[method] = declared_access(function)
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        known = rows.get(str(pattern.pattern))
        if known is None:
            pattern.callback.declared_access = PUBLIC  # type: ignore[attr-defined]
        else:
            pattern.callback = guarded(pattern.callback, known)
    return list(patterns)


def guide_groups() -> list[tuple[str, list[dict[str, str]]]]:
    """Return the operations as the guide lists them, by room: method, path, summary, row of the table of rights."""
    rooms = {"people": _("People"), "projects": _("Projects"), "plan": _("Plan"), "progress": _("Progress")}
    rooms |= {
        "exchange": _("Import and export"),
        "templates": _("Project templates"),
        "reports": _("Weekly report"),
        "record": _("Record"),
        "signoffs": _("Sign-off"),
        "confirmations": _("Confirmations"),
        "charters": _("Charter"),
        "documents": _("Papers"),
        "resources": _("Resources"),
        "escalations": _("Escalations"),
        "meetings": _("Meetings"),
        "notices": _("Notices"),
        "queue": _("My workbench"),
        "rhythm": _("Background jobs"),
    }
    found: dict[str, list[dict[str, str]]] = {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                name = (bound.template.tags or [""])[0]
                entry = {
                    "method": operation.methods[0],
                    "path": path,
                    "summary": operation.summary or "",
                    "row": str(WHO[declared_access(operation.view_func) or ""]),
                }
                found.setdefault(str(rooms[name]), []).append(entry)
    return list(found.items())
