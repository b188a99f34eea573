"""The templates that a person can start from: those that come with the product, her own, the organisation's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from tongzhou.exchange.access import can_edit_template, visible_templates
from tongzhou.exchange.models import ProjectTemplate, TemplateEdition
from tongzhou.exchange.queries.templates.document import Document, facts_of, written
from tongzhou.exchange.queries.templates.reader import document_of
from tongzhou.lib.access import Refused
from tongzhou.lib.params import id_asked
from tongzhou.people.models import User, name_keys

BUILT_IN = ("new-product-launch", "yearly-campaign", "service-improvement", "digital-transformation", "complaint-response")
"""The names of the files beside this module, in the order in which they are offered."""
OWN = "own-"


@dataclass(frozen=True)
class Offered:
    """A template as a card shows it. `edition` is 0 for what comes with the product, `row` is None then."""

    key: str
    name: str
    description: str
    facts: Mapping[str, Any]
    row: ProjectTemplate | None = None
    edition: int = 0
    mine: bool = False
    editable: bool = False
    shared: bool = True
    archived: bool = False
    saved_at: datetime | None = None
    owner: str = ""
    heard: str = field(default="", repr=False)
    """Pinyin and initials of the name, by which it is found, too."""

    @property
    def built_in(self) -> bool:
        return self.row is None


@cache
def built_in(key: str) -> Document:
    """Return a template that comes with the product; read once."""
    path = Path(__file__).parent / "built_in" / f"{key}.json"
    return document_of(json.loads(path.read_text(encoding="utf-8")))


def offered_templates(user: User, *, text: str = "", kind: str = "", archived: bool = False) -> list[Offered]:
    """Return the templates that `user` may start from and that a text and a kind of project select. One query."""
    rows = visible_templates(user).filter(archived_at__isnull=not archived).select_related("owner")
    own = [_of_row(row, user) for row in rows]
    found: Iterable[Offered] = own if archived else [*(_built_in(key) for key in BUILT_IN), *own]
    return [one for one in found if (not kind or one.facts["kind"] == kind) and _is_meant(one, text)]


def template_or_404(user: User, key: str) -> Offered:
    """Return a template by its key; alike for one that she may not see and one that never was. At most one query.

    :raises Http404: if there is none for her.
    """
    if key in BUILT_IN:
        return _built_in(key)
    number = id_asked(key.removeprefix(OWN)) if key.startswith(OWN) else None
    row = visible_templates(user).select_related("owner").filter(pk=number).first() if number is not None else None
    if row is None:
        raise Http404
    return _of_row(row, user)


def own_or_refused(template: Offered) -> ProjectTemplate:
    """Return the row of a template.

    :raises Refused: if it comes with the product, and so cannot be changed.
    """
    if template.row is None:
        raise Refused("built-in", _("A template that comes with the product cannot be changed: keep it as your own first."))
    return template.row


def document_or_404(template: Offered, edition: int | None = None) -> Document:
    """Return the content of a template, of its newest edition unless another is asked for. At most one query.

    :raises Http404: if there is no such edition.
    """
    if template.row is None:
        return built_in(template.key)
    row = TemplateEdition.objects.filter(template=template.row, number=edition or template.row.latest).first()
    if row is None:
        raise Http404
    return document_of(row.document)


def file_of(template: Offered, document: Document) -> bytes:
    """Return a template as the file that the strict reader takes back."""
    told = written(document) | {"name": template.name, "description": template.description}
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def key_of(row: ProjectTemplate) -> str:
    return f"{OWN}{row.pk}"


@cache
def _built_in(key: str) -> Offered:
    document = built_in(key)
    return Offered(key, document.name, document.description, facts_of(document), heard=_heard(document.name))


def _of_row(row: ProjectTemplate, user: User) -> Offered:
    return Offered(
        key_of(row),
        row.name,
        row.description,
        row.facts,
        row,
        row.latest,
        mine=row.owner_id == user.pk,
        editable=can_edit_template(user, row),
        shared=row.shared,
        archived=row.archived_at is not None,
        saved_at=row.created_at,
        owner=row.owner.name,
        heard=_heard(row.name),
    )


@lru_cache(maxsize=1024)
def _heard(name: str) -> str:
    keys = name_keys(name)
    return f"{keys['pinyin']} {keys['initials']}"


def _is_meant(one: Offered, text: str) -> bool:
    words = text.lower().split()
    searched = " ".join([one.name, one.description, *one.facts["departments"], *one.facts["phases"], one.heard]).lower()
    return all(word in searched for word in words)
