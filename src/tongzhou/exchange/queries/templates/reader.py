"""The strict reader of template documents: every problem by its path, or the document. Pure: reads no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.exchange.queries.templates import document as parts
from tongzhou.exchange.queries.templates.document import FORMAT, READABLE, Document
from tongzhou.exchange.queries.templates.references import check_references
from tongzhou.exchange.queries.templates.shapes import (
    Problem,
    Reading,
    flag,
    key,
    number,
    one_of,
    or_nothing,
    record,
    rows,
    text,
)
from tongzhou.lib.access import Refused
from tongzhou.lib.params import strict_json
from tongzhou.meetings.queries.kinds import KICKOFF

LARGEST_FILE = 1024 * 1024
MOST_TASKS, MOST_ROWS, MOST_LINKS = 500, 100, 30
LONGEST_TEXT = 5000
SHOWN = tuple(line.key for line in KICKOFF.agenda)
"""The parts of a project that can stand under an item of the agenda."""
_offset = or_nothing(number(0, 5000, whole=True))
_ref = text(40)
_amount = or_nothing(number(0.01, 99_999_999_999))
_quantity = or_nothing(number(0.01, 99_999_999_999))

_PREDECESSOR = record(
    parts.Predecessor,
    task=text(40, needed=True),
    kind=one_of("FS", "SS", "FF", "SF"),
    lag=number(-1000, 1000),
    elapsed=flag,
    within=or_nothing(number(0, 1000)),
)
_SUPPORTER = record(parts.Supporter, department=_ref, position=_ref, content=text(300))
_TASK = record(
    parts.Task,
    key=key,
    name=text(300, needed=True),
    parent=_ref,
    code=text(60),
    milestone=flag,
    key_milestone=flag,
    start=_offset,
    days=number(0, 2000),
    fixed=flag,
    deadline=_offset,
    department=_ref,
    owner=_ref,
    stand_in=_ref,
    supporters=rows(_SUPPORTER, MOST_LINKS),
    predecessors=rows(_PREDECESSOR, MOST_LINKS),
    output=text(500),
    standard=text(LONGEST_TEXT),
    risk=text(LONGEST_TEXT),
    resource=text(300),
    urgency=one_of("regular", "urgent"),
    kickoff=flag,
    quantity=_quantity,
    unit=text(20),
    remark=text(LONGEST_TEXT),
)
_DEPARTMENT = record(
    parts.Department,
    key=key,
    name=text(80, needed=True),
    aliases=rows(text(80, needed=True), 20),
    part=one_of("lead", "support", "supervise", "none"),
    initiating=flag,
    duty=text(2000),
    deliverables=text(2000),
)
_POSITION = record(
    parts.Position,
    key=key,
    name=text(80, needed=True),
    department=_ref,
    seat=one_of("", "head", "liaison"),
    role=one_of(
        *("", "sponsor", "general_lead", "manager", "quality", "finance", "it_support", "adviser", "member", "observer")
    ),
    may_decide=text(500),
)
_OBJECTIVE = record(
    parts.Objective,
    name=text(200, needed=True),
    metric=text(200),
    baseline=or_nothing(number(-999_999_999_999, 999_999_999_999)),
    target=or_nothing(number(-999_999_999_999, 999_999_999_999)),
    unit=text(20),
    due=_offset,
    owner=_ref,
    is_kpi=flag,
    falls=flag,
)
_LINE = record(parts.ScopeLine, text=text(300, needed=True), department=_ref)
_SCOPE = record(parts.Scope, included=rows(_LINE, MOST_ROWS), excluded=rows(_LINE, MOST_ROWS))
_MECHANISM = record(
    parts.Mechanism,
    mechanism=text(120, needed=True),
    frequency=text(120),
    participants=text(300),
    form=text(200),
    channel=one_of("", "wecom", "dingtalk", "feishu", "tencent", "other"),
    link=text(500),
    minutes=number(0, 1440, whole=True),
    audience=one_of("everybody", "liaisons", "heads", "leads", "concerned"),
    silence_confirms=flag,
)
_AGENDA = record(
    parts.AgendaItem,
    title=text(200, needed=True),
    minutes=number(0, 1440, whole=True),
    note=text(LONGEST_TEXT),
    shows=one_of("", *SHOWN),
)
_DELIVERABLE = record(
    parts.Deliverable,
    name=text(200, needed=True),
    quantity=_quantity,
    unit=text(20),
    department=_ref,
    due=_offset,
    standard=text(LONGEST_TEXT),
    task=_ref,
)
_COMMITMENT = record(
    parts.Commitment,
    department=text(40, needed=True),
    kind=one_of("people", "hours", "budget", "tool"),
    what=text(200, needed=True),
    amount=_amount,
    unit=text(20),
    starts=_offset,
    ends=_offset,
    task=_ref,
)
_RISK = record(
    parts.Risk,
    text=text(500, needed=True),
    level=one_of("low", "medium", "high"),
    category=text(60),
    response=text(LONGEST_TEXT),
    contingency=text(LONGEST_TEXT),
    department=_ref,
    task=_ref,
)
_TEXTS = record(parts.Texts, background=text(LONGEST_TEXT), objective=text(LONGEST_TEXT), success=text(LONGEST_TEXT))
_DOCUMENT = record(
    Document,
    name=text(120, needed=True),
    description=text(500),
    kind=one_of("project", "process", "temporary", "long_term"),
    weight=one_of("light", "standard", "strict"),
    texts=_TEXTS,
    departments=rows(_DEPARTMENT, 50),
    positions=rows(_POSITION, MOST_ROWS),
    objectives=rows(_OBJECTIVE, MOST_ROWS),
    scope=_SCOPE,
    communication=rows(_MECHANISM, MOST_ROWS),
    agenda=rows(_AGENDA, MOST_ROWS),
    tasks=rows(_TASK, MOST_TASKS),
    deliverables=rows(_DELIVERABLE, MOST_ROWS),
    commitments=rows(_COMMITMENT, MOST_ROWS),
    risks=rows(_RISK, MOST_ROWS),
)


@dataclass(frozen=True)
class Read:
    """A document that can be used, or what is wrong with what was given."""

    document: Document | None
    problems: tuple[Problem, ...]


def read_document(value: object) -> Read:
    """Read a JSON value as a template; with any problem there is no document."""
    reading = Reading()
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        reading.say("format", _("This is no template: the field format must be “%(format)s”.") % {"format": FORMAT})
        return Read(None, tuple(reading.problems))
    if value.get("version") not in READABLE or isinstance(value.get("version"), bool):
        known = {"version": "、".join(map(str, READABLE))}
        reading.say("version", _("This product reads version %(version)s of the format.") % known)
        return Read(None, tuple(reading.problems))
    bare = {name: part for name, part in value.items() if name not in ("format", "version")}
    document: Document = _DOCUMENT(bare, "", reading)
    if not reading.problems:
        check_references(document, reading)
    problems = tuple(reading.problems)
    return Read(None if problems else document, problems)


def read_file(content: bytes) -> Read:
    """Read a file as a template.

    :raises Refused: if it is too large, too deep, or no JSON.
    """
    return read_document(strict_json(content, LARGEST_FILE))


def document_of(value: object) -> Document:
    """Return the template that a JSON value is.

    :raises Refused: naming every problem by its path.
    """
    return usable(read_document(value))


def usable(read: Read) -> Document:
    """Return the document.

    :raises Refused: naming every problem by its path, if it has any.
    """
    if read.document is None:
        errors: dict[str, Any] = {}
        for problem in read.problems:
            errors.setdefault(problem.path or "document", problem.text)
        words = {"count": len(read.problems), "first": f"{read.problems[0].path} {read.problems[0].text}"}
        raise Refused("template-invalid", _("%(count)s problems in the template: %(first)s") % words, errors=errors)
    return read.document
