"""Who is told of blocks and exceptions."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.progress.models import Block, ExceptionReport
from tongzhou.progress.queries.blocks import RELATED
from tongzhou.progress.queries.exceptions import exception_address, lead_departments
from tongzhou.projects.access import Role
from tongzhou.projects.queries.asked import Answering
from tongzhou.timeline.models import Event

BLOCK, EXCEPTION = "block", "exception"


def told_of_block(event: Event) -> list[Told]:
    """Those who are asked to unblock a task, now or because somebody passed it on; then its owner, too."""
    block = _block(event)
    item = block.work_item
    words = {"task": item.name, "until": f"{timezone.localtime(block.until):%m-%d %H:%M}", "name": event.actor_name}
    link = reverse("block", args=[item.project.number, block.pk])
    asked = tuple(event.data["asked"])
    told = [Told(asked, BLOCK, _("Please unblock “%(task)s” by %(until)s") % words, block.reason, link, urgent=True)]
    if event.kind == "block-passed-on":
        told.append(_owner_told(block, asked, _("%(name)s says that somebody else unblocks “%(task)s”") % words, link))
    return [one for one in told if one.people]


def told_of_answer(event: Event) -> list[Told]:
    """The owner, and who reported it: that it takes longer, or that the way is clear."""
    block = _block(event)
    words = {"task": block.work_item.name, "until": f"{timezone.localtime(block.until):%m-%d %H:%M}", "name": event.actor_name}
    link = reverse("block", args=[block.work_item.project.number, block.pk])
    if event.kind == "block-put-off":
        text = _("%(name)s needs until %(until)s to unblock “%(task)s”")
    elif block.end == Block.End.CLEARED:
        text = _("“%(task)s” is unblocked: work can go on")
    else:
        text = _("“%(task)s” is not blocked any more")
    # Whoever was asked need not do anything any more when the owner reports another state.
    others = () if block.end == Block.End.CLEARED or event.kind == "block-put-off" else _asked_first(block)
    told = _owner_told(block, (), text % words, link)
    return [Told((*told.people, *others), BLOCK, told.title, told.text, link)]


def told_of_exception(event: Event) -> list[Told]:
    """At once the head and the liaison of the lead department and the manager; later who reported and who handles it."""
    related = ("project", "reported_by", "handler")
    row = ExceptionReport.objects.select_related(*related).get(pk=event.data["exception"])
    words = {"kind": row.get_kind_display(), "what": row.task_name or row.project.name, "name": event.actor_name}
    link = exception_address(row.project.number, row.pk)
    mine = tuple(dict.fromkeys(key for key in (row.reported_by_id, row.handler_id) if key is not None))
    if event.kind == "exception-reported":
        text = _("%(reason)s Impact: %(impact)s") % {"reason": row.reason, "impact": row.impact}
        people = _lead(row, event)
        title = _("%(name)s reports an exception (%(kind)s): %(what)s") % words
        return [Told((*people, *(key for key in mine if key not in people)), EXCEPTION, title, text, link, urgent=True)]
    titles = {
        "exception-handled": _("%(name)s wrote what is done about the exception: %(what)s"),
        "exception-closed": _("The exception is closed: %(what)s"),
        "exception-reopened": _("The exception is open again: %(what)s"),
    }
    text = row.result if event.kind == "exception-closed" else row.measure
    return [Told(mine, EXCEPTION, titles[event.kind] % words, text, link)]


def _lead(row: ExceptionReport, event: Event) -> tuple[int, ...]:
    answering = Answering([row.project_id], timezone.localtime(event.at).date())
    seated = [one.id for key in lead_departments(row.project) for one in answering.seated(row.project_id, key)]
    manager = answering.role(row.project_id, Role.MANAGER)
    return tuple(dict.fromkeys([*seated, *([manager.id] if manager else [])]))


def _owner_told(block: Block, but: tuple[int, ...], title: str, link: str) -> Told:
    people = dict.fromkeys(key for key in (block.work_item.owner_id, block.opened_by_id) if key is not None and key not in but)
    return Told(tuple(people), BLOCK, title, block.outcome or block.answer, link)


def _asked_first(block: Block) -> tuple[int, ...]:
    return (block.person_id,) if block.person_id is not None else ()


def _block(event: Event) -> Block:
    return Block.objects.select_related(*RELATED, "person__department").get(pk=event.data["block"])
