"""Filters that one person saves and removes in several tabs at the same moment: none is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from support.cast import make_cast
from tongzhou.people.models import User
from tongzhou.projects import actions
from tongzhou.projects.queries.filters import SavedFilter, filters_of
from tongzhou.timeline.models import Event

NOW = datetime(2024, 4, 18, 9, tzinfo=UTC)


def at_once(*tabs: Callable[[], None]) -> None:
    """Run what the tabs do in threads that start together, each on a connection of its own."""
    barrier = Barrier(len(tabs))

    def one(tab: Callable[[], None]) -> None:
        barrier.wait()
        try:
            tab()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tabs)) as threads:
        list(threads.map(one, tabs))


def saving(by: User, name: str) -> Callable[[], None]:
    return lambda: actions.save_filter(by=by, wanted=SavedFilter(name, f"q={name}"), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_filters_saved_in_many_tabs_at_once_are_all_kept() -> None:
    manager = make_cast().manager
    before = Event.objects.filter(kind="filters-changed").count()
    at_once(*[saving(manager, str(number)) for number in range(6)])
    assert sorted(one.name for one in filters_of(manager)) == ["0", "1", "2", "3", "4", "5"]
    assert Event.objects.filter(kind="filters-changed").count() == before + 6


@pytest.mark.django_db(transaction=True)
def test_one_is_removed_while_another_is_saved() -> None:
    manager = make_cast().manager
    for name in ("甲", "乙"):
        saving(manager, name)()
    at_once(lambda: actions.remove_filter(by=manager, name="甲", now=NOW), saving(manager, "丙"), saving(manager, "丁"))
    assert sorted(one.name for one in filters_of(manager)) == sorted(["乙", "丙", "丁"])
