"""The record is never changed: the database refuses, whoever asks and however."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from support.cast import NOW
from tongzhou.people.models import System
from tongzhou.timeline.actions import ChangeOf, Subject, lifted, put_up_guards, record, standing_guards, take_down_guards
from tongzhou.timeline.actions.guards import REFUSAL, TABLES
from tongzhou.timeline.models import Change, Event


class KettleBoiled:
    """An event without fields."""


@pytest.fixture
def kept(db: None) -> Event:
    change = ChangeOf("kettle", 7, "壶", {}, {"at": 1})
    made = record(KettleBoiled(), by=System(), now=NOW, subject=Subject("kettle", 7, "壶"), changes=[change])
    # Foreign keys are checked late; a check still to come would refuse TRUNCATE before the guard does.
    connection.check_constraints()
    return made


def rows() -> list[Any]:
    return [*Event.objects.order_by("pk").values_list(), *Change.objects.order_by("pk").values_list()]


def sql(text: str) -> Callable[[], object]:
    def run() -> object:
        with connection.cursor() as cursor:
            return cursor.execute(text)

    return run


def bulk_update() -> object:
    event = Event.objects.get()
    event.kind = "other"
    return Event.objects.bulk_update([event], ["kind"])


def written_over() -> object:
    event = Event.objects.get()
    return Event.objects.bulk_create([event], update_conflicts=True, update_fields=["kind"], unique_fields=["id"])


ORM: dict[str, Callable[[], object]] = {
    "save": lambda: Event.objects.get().save(),
    "save of a change": lambda: Change.objects.get().save(),
    "update": lambda: Event.objects.update(kind="other"),
    "update of changes": lambda: Change.objects.update(object_label="other"),
    "delete of a change": lambda: Change.objects.get().delete(),
    "delete of changes": lambda: Change.objects.all().delete(),
    "raw delete": lambda: Event.objects.all()._raw_delete("default"),  # type: ignore[attr-defined]
    "bulk update": bulk_update,
    "bulk create over it": written_over,
}
SQL = [
    statement.format(table=table)
    for table in TABLES
    for statement in (
        "UPDATE {table} SET id = id",
        "UPDATE {table} SET id = id + 1 WHERE id > 0",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE id IN (SELECT max(id) FROM {table})",
    )
]
OF_ONE_VENDOR = {
    "sqlite": [f"REPLACE INTO {table} SELECT * FROM {table}" for table in TABLES]
    + [f"UPDATE OR REPLACE {table} SET id = 1" for table in TABLES],
    "postgresql": [f"TRUNCATE {table} CASCADE" for table in TABLES]
    + [f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id" for table in TABLES],
}


def assert_refused(attempt: Callable[[], object]) -> None:
    before = rows()
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        attempt()
    assert rows() == before != []


@pytest.mark.parametrize("name", ORM)
def test_the_orm_is_refused(kept: Event, name: str) -> None:
    assert_refused(ORM[name])


@pytest.mark.parametrize("statement", SQL)
def test_plain_sql_is_refused(kept: Event, statement: str) -> None:
    assert_refused(sql(statement))


def test_what_one_database_alone_knows_is_refused(kept: Event) -> None:
    for statement in OF_ONE_VENDOR[connection.vendor]:
        assert_refused(sql(statement))


@pytest.mark.django_db(transaction=True)
def test_committed_rows_are_guarded_too() -> None:
    record(KettleBoiled(), by=System(), now=NOW, subject=Subject("kettle", 7), changes=[ChangeOf("kettle", 7)])
    assert_refused(sql("DELETE FROM timeline_change"))
    before = rows()
    take_down = (
        "TRUNCATE timeline_event, timeline_change" if connection.vendor == "postgresql" else "DELETE FROM timeline_event"
    )
    with pytest.raises(DatabaseError, match=REFUSAL):
        sql(take_down)()
    assert rows() == before


def test_every_guard_stands_after_the_migrations(db: None) -> None:
    """A migration that rebuilds a table of the record must put them up again."""
    assert set(standing_guards(connection).values()) == {True}


def test_guards_can_be_put_up_again(kept: Event) -> None:
    take_down_guards(connection)
    assert set(standing_guards(connection).values()) == {False}
    put_up_guards(connection)
    assert_refused(ORM["update"])
    with lifted(connection):
        assert Change.objects.all().delete()[0] == 1
    assert set(standing_guards(connection).values()) == {True}


@pytest.mark.django_db(transaction=True)
def test_a_test_leaves_an_empty_record_behind() -> None:
    """The one before recorded something and committed it; emptying between tests goes on working."""
    assert rows() == []


def test_the_statements_of_flush_are_refused(kept: Event) -> None:
    """Outside of tests nothing lifts the guards."""
    statements = connection.ops.sql_flush(no_style(), list(TABLES))
    assert_refused(lambda: [sql(statement)() for statement in statements])
