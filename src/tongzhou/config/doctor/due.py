"""Checks of what is due: is it done, and did it fail too often."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tongzhou.config.doctor.findings import NOTE, Finding, ok, wrong
from tongzhou.lib import clock
from tongzhou.rhythm.queries import due_at
from tongzhou.rhythm.queries.background import dead_by_kind, overdue_since

LATE = timedelta(minutes=5)
HINT = "请确认 tongzhou serve 或 tongzhou worker 正在运行（TONGZHOU_WORKER）"


def background_jobs() -> list[Finding]:
    """What failed too often, what nobody takes, and whether anybody ticks at all."""
    return [_failed(), _queue(), _tick()]


def _failed() -> Finding:
    found = dead_by_kind()
    if not found:
        return ok("后台任务")
    words = "、".join(f"{label} {count}" for _kind, label, count in found)
    return Finding("后台任务", NOTE, f"多次失败、等待处理：{words}；请在 系统管理 → 后台任务 查看")


def _queue() -> Finding:
    since = overdue_since(clock.now() - LATE)
    return ok("到期队列") if since is None else wrong("到期队列", f"从 {_said(since)} 起有到期的任务没有处理；{HINT}")


def _tick() -> Finding:
    """The row by which the rhythm cares for itself moves on each hour."""
    care = due_at("rhythm-care", 0)
    if care is None:
        return Finding("后台线程", NOTE, "尚未运行过：服务启动后自动开始")
    return ok("后台线程") if care > clock.now() - LATE else wrong("后台线程", f"从 {_said(care)} 起停止；{HINT}")


def _said(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
