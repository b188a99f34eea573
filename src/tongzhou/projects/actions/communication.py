"""Writes: the communication plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import locked, may_change, next_place, place_before, shorter
from tongzhou.projects.events import CommunicationChanged
from tongzhou.projects.models import CommunicationRule, Project
from tongzhou.projects.queries.communication import Rule, communication_of, slot_words, usual_rules
from tongzhou.rhythm.queries.slots import slot_as_json, slot_of_json
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

LENGTHS = {"mechanism": 120, "frequency": 120, "participants": 300, "form": 200, "link": 500}
FIELDS = (
    *("mechanism", "frequency", "slot", "minutes", "audience", "participants", "form", "channel", "link"),
    "silence_confirms",
)
LONGEST_MEETING = 24 * 60
SCHEME = "https"


def add_rule(*, by: User | System, project: Project, rule: Rule, now: datetime) -> CommunicationRule:
    """Add a mechanism behind the others.

    :raises Refused: if `by` may not, a value cannot be used, or the communication plan is signed.
    """
    _may(by, project)
    rule = _checked(rule)
    with transaction.atomic():
        may_change(project, "communication")
        row = _made(project, rule)
        change = ChangeOf("communication_rule", row.pk, row.mechanism, {}, _told(rule))
        _record(project, [change], by=by, now=now)
    return row


def add_usual_rules(*, by: User | System, project: Project, now: datetime) -> list[CommunicationRule]:
    """Add the usual mechanisms; one whose name is there already is left as it is.

    :raises Refused: if `by` may not, or the communication plan is signed.
    """
    _may(by, project)
    with transaction.atomic():
        may_change(project, "communication")
        there = {rule.mechanism for rule in communication_of(project)}
        wanted = [_checked(rule) for rule in usual_rules() if rule.mechanism not in there]
        rows = [_made(project, rule) for rule in wanted]
        changes = [
            ChangeOf("communication_rule", row.pk, row.mechanism, {}, _told(rule))
            for row, rule in zip(rows, wanted, strict=True)
        ]
        if changes:
            _record(project, changes, by=by, now=now)
    return rows


def change_rule(
    *, by: User | System, row: CommunicationRule, rule: Rule, version: int | None = None, now: datetime
) -> CommunicationRule:
    """Change a mechanism.

    :raises Refused: as add_rule, and (Stale) if somebody else changed it since `version`.
    """
    project = row.project
    _may(by, project)
    rule = _checked(rule)
    with transaction.atomic():
        kept = locked(row, version)
        before, after = differences(_told(_rule_of(kept)), _told(rule))
        if not after:
            return kept
        may_change(project, "communication")
        for name, value in _values(rule).items():
            setattr(kept, name, value)
        kept.version += 1
        kept.save()
        _record(project, [ChangeOf("communication_rule", kept.pk, kept.mechanism, before, after)], by=by, now=now)
    return kept


def move_rule(*, by: User, row: CommunicationRule, before: int | None, now: datetime) -> None:
    """Put a mechanism before another one (by id), or at the end.

    :raises Refused: if `by` may not, there is no such row, or the communication plan is signed.
    """
    project = row.project
    _may(by, project)
    with transaction.atomic():
        may_change(project, "communication")
        place_before(list(project.communication_rules.select_for_update()), row, before)
        _record(project, [], by=by, now=now)


def remove_rule(*, by: User, row: CommunicationRule, version: int | None = None, now: datetime) -> None:
    """Remove a mechanism; the record keeps it.

    :raises Refused: if `by` may not, the communication plan is signed, or (Stale) somebody else changed it since `version`.
    """
    project = row.project
    _may(by, project)
    with transaction.atomic():
        kept = locked(row, version)
        may_change(project, "communication")
        before = {name: value for name, value in _told(_rule_of(kept)).items() if value not in (None, "", False)}
        change = ChangeOf("communication_rule", kept.pk, kept.mechanism, before, dict.fromkeys(before))
        kept.delete()
        _record(project, [change], by=by, now=now)


def _may(by: User | System, project: Project) -> None:
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))


def _made(project: Project, rule: Rule) -> CommunicationRule:
    place = next_place(CommunicationRule, project)
    return CommunicationRule.objects.create(project=project, place=place, **_values(rule))


def _checked(rule: Rule) -> Rule:
    texts = {name: shorter(getattr(rule, name), longest, name) for name, longest in LENGTHS.items()}
    if not is_seen(texts["mechanism"]):
        raise Refused("mechanism-missing", _("Name the mechanism, like a weekly meeting."), "mechanism")
    if rule.audience not in CommunicationRule.Audience.values:
        raise Refused("audience-unknown", _("Choose who takes part."), "audience")
    if rule.channel not in CommunicationRule.Channel.values:
        raise Refused("channel-unknown", _("Choose a channel of the list."), "channel")
    if rule.minutes is not None and not 1 <= rule.minutes <= LONGEST_MEETING:
        raise Refused("minutes-range", _("A meeting takes 1 to 1440 minutes."), "minutes")
    if texts["link"] and not is_secure(texts["link"]):
        raise Refused("link-unfit", _("A link begins with https:// and names a server."), "link")
    return replace(
        rule,
        mechanism=texts["mechanism"],
        frequency=texts["frequency"],
        participants=texts["participants"],
        form=texts["form"],
        link=texts["link"],
    )


def is_secure(link: str) -> bool:
    """True for an https address that names a server, and neither a person nor anything that cannot be seen."""
    if any(sign.isspace() or not sign.isprintable() or sign in "\\\"'<>" for sign in link):
        return False
    try:
        parts = urlsplit(link)
        host, user, _port = parts.hostname, parts.username, parts.port
    except ValueError:
        return False
    return parts.scheme == SCHEME and bool(host) and user is None


def _rule_of(row: CommunicationRule) -> Rule:
    values = {name: getattr(row, name) for name in FIELDS}
    return Rule(**values | {"slot": slot_of_json(row.slot) if row.slot else None})


def _values(rule: Rule) -> dict[str, object]:
    values = {name: getattr(rule, name) for name in FIELDS}
    return values | {"slot": slot_as_json(rule.slot) if rule.slot else None}


def _told(rule: Rule) -> dict[str, object]:
    values = {name: getattr(rule, name) for name in FIELDS}
    return values | {"slot": slot_words(rule.slot) if rule.slot else ""}


def _record(project: Project, changes: list[ChangeOf], *, by: User | System, now: datetime) -> None:
    subject = Subject("project", project.pk, project.name)
    record(CommunicationChanged(project.pk), by=by, now=now, subject=subject, project=project.pk, changes=changes)
