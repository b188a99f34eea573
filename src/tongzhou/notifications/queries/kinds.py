"""The kinds of notices: what people choose by. A room that tells something new adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NoticeKind:
    """`what` says in a sentence when one is told; `sent`: goes out by the other channels, too, unless somebody chose not.

    `always`: nobody can choose not to be told of it by every channel that reaches her.
    """

    word: str | Promise
    what: str | Promise
    icon: str
    sent: bool = True
    always: bool = False


KINDS: dict[str, NoticeKind] = {
    "mention": NoticeKind(_("Mentions"), _("Somebody names you in a comment."), "at"),
    "task": NoticeKind(_("Tasks given to me"), _("You become the owner of a task, or are no longer."), "list-check"),
    "claim": NoticeKind(
        _("Claims and task lists"), _("Your department is to claim tasks, or a published list changes for you."), "list-check"
    ),
    "sync": NoticeKind(_("Progress reports due"), _("A report is due soon, or is overdue."), "activity"),
    "block": NoticeKind(_("Blocks"), _("You are asked to unblock a task, or yours is unblocked."), "lock-open"),
    "exception": NoticeKind(_("Exceptions"), _("An exception of a task is reported, answered or closed."), "alert-triangle"),
    "escalation": NoticeKind(_("Escalations"), _("A case climbs to you, or comes back decided."), "arrow-up"),
    "confirmation": NoticeKind(_("Confirmations"), _("You are asked to confirm, or somebody objects."), "file-check"),
    "meeting": NoticeKind(_("Meetings"), _("You are invited, or minutes are due, sent or in the archive."), "users"),
    "sign": NoticeKind(_("Sign-off"), _("Your signature is asked, or a sheet is settled."), "signature"),
    "deliverable": NoticeKind(
        _("Deliverables"), _("Your department is asked for one, or one is submitted, accepted or returned."), "package"
    ),
    "commitment": NoticeKind(
        _("Resources"), _("Your department is asked to provide something, or your question is answered."), "users-group"
    ),
    "start": NoticeKind(
        _("Start of a project"), _("A project with you in it begins: what you are there, your tasks, what is asked."), "flag"
    ),
    "seat": NoticeKind(_("Seats and roles"), _("You gain or lose a seat or a role; a seat of your project changes."), "users"),
    "objective": NoticeKind(
        _("Objectives"), _("An objective is given to you or changed; a value reaches it, or lies behind."), "target"
    ),
    "stage": NoticeKind(_("Stage of a project"), _("A project of yours goes on to its next stage, or back."), "flag"),
    "leave": NoticeKind(_("Leave and hand-over"), _("You stand in for somebody, or take over her work."), "user-check"),
    "calendar": NoticeKind(
        _("Days off"), _("Your plan reaches into a year whose days off are not announced, or they are."), "calendar"
    ),
    "security": NoticeKind(
        _("Account security"),
        _("Your password, or a way in which you say who you are, is changed."),
        "shield-check",
        always=True,
    ),
    "import": NoticeKind(_("Imports"), _("A plan of your project was imported."), "file-import", sent=False),
    "report": NoticeKind(_("Weekly reports"), _("A weekly report of your project is drafted or sent."), "report", sent=False),
}
