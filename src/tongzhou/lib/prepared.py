"""Queries that are asked on every page: put together and compiled once, then asked with other values.

    @prepared
    def roles(project: Given, user: Given) -> QuerySet[ProjectRole, tuple[str]]:
        return ProjectRole.objects.filter(project=project, user=user).values_list("kind")

    roles(project.pk, user.pk)      # [("manager",)]

Django spends about six times as long on writing such a statement as the database on answering it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Sequence
from contextlib import ExitStack
from datetime import date
from functools import update_wrapper
from typing import Any, Generic, TypeVar, cast

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Lookup, QuerySet, Value
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from tongzhou.lib.reading import within_request

Row = TypeVar("Row")
Converters = list[tuple[int, list[Callable[..., Any]], Any]]
LARGEST = 2**63


class Given(Value):
    """Stands in a prepared query for a value that is given when it is asked: a number, a text, a day, or ids."""

    def __init__(self, place: int) -> None:
        super().__init__(place, output_field=Field())
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [self]


@models.ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`pk__among=ids`: as `pk__in`, but the statement is the same for any number of ids, so that it can be prepared."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [ids(value, connection)]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, before = self.process_lhs(compiler, connection)
        _text, after = self.process_rhs(compiler, connection)
        among = "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*before, *after]


def ids(keys: Collection[int], connection: BaseDatabaseWrapper) -> Any:
    """Return ids as one parameter of a statement."""
    listed = sorted(keys)
    return f"{{{','.join(map(str, listed))}}}" if connection.vendor == "postgresql" else json.dumps(listed)


def cursor_of(connection: BaseDatabaseWrapper) -> Any:
    """Return a cursor for statements that are asked again and again: on PostgreSQL one that has the server plan them once."""
    preparing = getattr(connection, "preparing_cursor", connection.cursor)
    return preparing()


class Prepared(Generic[Row]):
    """A query of rows (`values_list`), or of objects with relations and annotations, compiled at its first use."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make
        self._statements: dict[str, _Statement] = {}
        update_wrapper(self, make)

    def __call__(self, *values: int | str | date | Collection[int], using: str = "default") -> list[Row]:
        """Return the rows for the values given, in the order of the query. One query."""
        connection = connections[using]
        if connection.vendor == "postgresql" and using == "default":
            kept = within_request()
            answered = kept.pop(_question(self, values), None) if kept else None
            if answered is not None:
                return cast(list[Row], answered)
        return self.statement(connection).rows(values, connection)

    def of(self, *values: int | str | date | Collection[int]) -> Question:
        """Return the query with its values, to be asked ahead."""
        return self, values

    def statement(self, connection: BaseDatabaseWrapper) -> _Statement:
        """Return the statement for this kind of database."""
        made = self._statements.get(connection.vendor)
        if made is None:
            given = [Given(place) for place in range(self._make.__code__.co_argcount)]
            made = self._statements[connection.vendor] = _Statement(self._make(*given), connection)
        return made

    def first(self, *values: int | str | date | Collection[int]) -> Row | None:
        """Return the first of the rows, or None. One query."""
        return next(iter(self(*values)), None)


def prepared(make: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Prepare the query that `make` returns; its parameters stand for the values, which are given in the same order."""
    return Prepared(make)


Question = tuple[Prepared[Any], tuple[int | str | date | Collection[int], ...]]


def ask_ahead(*questions: Question) -> None:
    """Ask what a page is known to ask in one way to the database and back; the answers wait for who asks within the request.

    Only for PostgreSQL, where the way costs more than the answer, and only while a safe request is answered.
    """
    kept, connection = within_request(), connections["default"]
    if kept is None or connection.vendor != "postgresql":
        return
    asked = [(query.statement(connection), query, values) for query, values in questions if not _is_too_large(values)]
    connection.ensure_connection()
    with ExitStack() as opened, connection.connection.pipeline():
        cursors = [opened.enter_context(cursor_of(connection)) for _each in asked]
        for cursor, (statement, _query, values) in zip(cursors, asked, strict=True):
            statement.send(cursor, values, connection)
        for cursor, (statement, query, values) in zip(cursors, asked, strict=True):
            kept[_question(query, values)] = statement.made(cursor.fetchall(), connection)


def _question(query: Prepared[Any], values: tuple[Any, ...]) -> Hashable:
    plain = [value if isinstance(value, int | str | date) else tuple(sorted(value)) for value in values]
    return query, *plain


def _is_too_large(values: tuple[Any, ...]) -> bool:
    return any(isinstance(value, int) and abs(value) >= LARGEST for value in values)


class _Statement:
    def __init__(self, query: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> None:
        compiler = query.query.get_compiler(connection.alias)
        self.sql, self.parameters = compiler.as_sql()
        columns = [selected[0] for selected in compiler.select[: compiler.col_count]]
        self.converters: Converters = [(place, *found) for place, found in compiler.get_converters(columns).items()]
        kind = query._iterable_class
        if kind not in (ModelIterable, ValuesListIterable):
            raise TypeError("a prepared query gives rows as tuples, or objects")
        self.model: type[models.Model] | None = query.model if kind is ModelIterable else None
        if self.model is None:
            return
        fields = compiler.klass_info["select_fields"]
        self.own = slice(fields[0], fields[-1] + 1)
        self.names = [column.target.attname for column in columns[self.own]]
        # The stubs describe a later Django, whose function takes one argument more.
        self.relations = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
        self.annotations = compiler.annotation_col_map or {}

    def rows(self, values: tuple[Any, ...], connection: BaseDatabaseWrapper) -> list[Any]:
        if _is_too_large(values):
            # No column holds such a number, and SQLite refuses to compare with one.
            return []
        with cursor_of(connection) as cursor:
            self.send(cursor, values, connection)
            found: list[Any] = cursor.fetchall()
        return self.made(found, connection)

    def send(self, cursor: Any, values: tuple[Any, ...], connection: BaseDatabaseWrapper) -> None:
        """Execute the statement with these values."""
        cursor.execute(self.sql, [_filled(one, values, connection) for one in self.parameters])

    def made(self, found: list[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        """Return rows as they came from the database as what the query gives."""
        if self.converters:
            found = self._converted(found, connection)
        model = self.model
        return [self._object(model, row, connection) for row in found] if model else found

    def _object(self, model: type[models.Model], row: tuple[Any, ...], connection: BaseDatabaseWrapper) -> models.Model:
        made = model.from_db(connection.alias, self.names, row[self.own])
        for relation in self.relations:
            relation.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made

    def _converted(self, rows: list[tuple[Any, ...]], connection: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        """Convert column by column: of many rows most say the same few days, each of which is read once."""
        if not rows:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, converters, expression in self.converters:

            def converted(value: Any, converters: Any = converters, expression: Any = expression) -> Any:
                for convert in converters:
                    value = convert(value, expression, connection)
                return value

            column = columns[place]
            if isinstance(expression.output_field, JSONField):
                # Each row gets an object of its own.
                columns[place] = [converted(value) for value in column]
            else:
                known = {value: converted(value) for value in set(column)}
                columns[place] = [known[value] for value in column]
        return list(zip(*columns, strict=True))


def _filled(parameter: Any, values: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Any:
    if not isinstance(parameter, Given):
        return parameter
    value = values[parameter.place]
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, int):
        # Of one type whatever the number: a statement is kept by the types of its values.
        return connection.ops.adapt_integerfield_value(value, "BigIntegerField")
    return value if isinstance(value, str) else ids(value, connection)
