"""Writes of the progress room."""

from tongzhou.progress.actions.beats import follow_calendar_of_project, keep_beats, set_sync_rhythm
from tongzhou.progress.actions.blocks import (
    Asking,
    block_is_overdue,
    block_task,
    close_block,
    pass_on_block,
    put_off_block,
    unblock_task,
    why_block_is_open,
)
from tongzhou.progress.actions.escalating import escalate_task
from tongzhou.progress.actions.exceptions import (
    Filed,
    Handling,
    close_exception,
    exception_is_overdue,
    handle_exception,
    keep_decision,
    reopen_exception,
    report_exception,
)
from tongzhou.progress.actions.reporting import Words, report_progress, report_unchanged, update_to_keep
from tongzhou.progress.actions.syncing import close_sync, remind_of_sync

__all__ = [
    "Asking",
    "Filed",
    "Handling",
    "Words",
    "block_is_overdue",
    "block_task",
    "close_block",
    "close_exception",
    "close_sync",
    "escalate_task",
    "exception_is_overdue",
    "follow_calendar_of_project",
    "handle_exception",
    "keep_beats",
    "keep_decision",
    "pass_on_block",
    "put_off_block",
    "remind_of_sync",
    "reopen_exception",
    "report_exception",
    "report_progress",
    "report_unchanged",
    "set_sync_rhythm",
    "unblock_task",
    "update_to_keep",
    "why_block_is_open",
]
