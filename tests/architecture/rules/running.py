"""Rules about what Django has loaded: foreign keys, addresses, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db.models import Model
from django.urls import URLPattern, URLResolver

from architecture.rules.house import reachable
from tongzhou.lib.access import BY_OPERATION, PUBLIC, SIGNED_IN, declared_access


def climbing_keys(models: Iterable[type[Model]], ladder: list[list[str]]) -> list[str]:
    """Name every foreign key that points to a room which the model's own room may not know."""
    found = []
    for model in models:
        room = model._meta.app_label
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or not isinstance(field.related_model, type):
                continue
            other = field.related_model._meta.app_label
            if any(other in step for step in ladder) and other not in reachable(room, ladder):
                found.append(f"{room}.{model.__name__}.{field.name} points to {other}")
    return found


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Yield each address below `resolver` as written in the urls files, with its pattern."""
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, address)
        else:
            yield address, pattern


def undeclared(resolver: URLResolver, rows: set[str]) -> list[str]:
    """Name every address whose view declares no access, or a row that the table of rights does not have."""
    found = []
    for address, pattern in addresses(resolver):
        row = declared_access(pattern.callback)
        if row is None:
            found.append(f"{address}: declares no access")
        elif row not in rows | {PUBLIC, SIGNED_IN, BY_OPERATION}:
            found.append(f"{address}: “{row}” is no row of docs/roles.md")
    return found


def undeclared_operations(operations: Iterable[tuple[str, str, Callable[..., object]]], rows: set[str]) -> list[str]:
    """Name every operation of the API that declares no access, or a row that the table of rights does not have."""
    found = []
    for method, route, function in operations:
        row = declared_access(function)
        if row is None:
            found.append(f"{method} {route}: declares no access")
        elif row not in rows | {SIGNED_IN}:
            found.append(f"{method} {route}: “{row}” is no row of docs/roles.md")
    return found


def rows_of_rights(roles: Path) -> set[str]:
    """Return the names of the rows of the table of rights."""
    lines = re.findall(r"^\| ([^|]+?) \|", roles.read_text(encoding="utf-8"), re.MULTILINE)
    return set(lines) - {"Action"}


def unknown_nouns(models: Iterable[type[Model]], glossary: Path) -> list[str]:
    """Name every model whose name is no term of the glossary (WorkItem is the term “work item”)."""
    terms = glossary.read_text(encoding="utf-8").lower().replace("-", " ")
    found = []
    for model in models:
        noun = " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", model.__name__)).lower()
        if not re.search(rf"(?<![a-z]){re.escape(noun)}(?![a-z])", terms):
            found.append(f"{model._meta.app_label}.{model.__name__}: “{noun}” is not in docs/glossary.md")
    return found
