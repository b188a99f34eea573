"""What tests ask of the database: which event was recorded, and that a refusal wrote nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps

from tongzhou.lib.access import Refused
from tongzhou.timeline.models import Change, Event

# Sessions are the framework's; a request may open one without changing anything of ours.
NOT_OURS = {"sessions.Session", "migrations.Migration", "usersessions.UserSession"}


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of the product."""
    models = [model for model in apps.get_models() if model._meta.label not in NOT_OURS]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


@contextmanager
def unchanged() -> Iterator[None]:
    """Fail if any row changed within the context."""
    before = content()
    yield
    after = content()
    assert {label for label in before if before[label] != after[label]} == set()


@contextmanager
def refused(code: str, field: str = "", kind: type[Refused] = Refused) -> Iterator[None]:
    """Expect a refusal with this code, field and exact class, and nothing written."""
    with unchanged(), pytest.raises(Refused) as caught:
        yield
    assert (caught.value.code, caught.value.field, type(caught.value)) == (code, field, kind)
    assert caught.value.message


def said() -> tuple[str, dict[str, Any], list[tuple[str, int, dict[str, Any], dict[str, Any]]]]:
    """Return the last event: its kind, its data, its changes as (type, id, before, after)."""
    event = Event.objects.order_by("-pk")[0]
    return event.kind, event.data, changes_of(event)


def changes_of(event: Event) -> list[tuple[str, int, dict[str, Any], dict[str, Any]]]:
    rows = Change.objects.filter(event=event).order_by("pk")
    return [(row.object_type, row.object_id, row.before, row.after) for row in rows]


def kinds_since(count: int) -> list[str]:
    """Return the kinds of the events after the first `count`, in order."""
    return list(Event.objects.order_by("pk").values_list("kind", flat=True)[count:])
