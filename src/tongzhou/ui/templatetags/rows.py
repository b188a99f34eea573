"""Long lists without the cost of a template a row: the body is rendered once a shape, then only the texts are put in.

    {% each tasks as task %}<li>{{ task.name }}</li>{% endeach %}

A row is an object whose class names in `TEXTS` what is only written out (attributes as text or whole numbers, dots allowed)
and in `FACTS` what the body decides by. The body sees the row and nothing else of the page; texts pass through no filter,
and beside being written only their emptiness may be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from itertools import chain
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.translation import get_language

register = template.Library()


class Row(Protocol):
    """What a row's class says: what is written out, and what decides."""

    TEXTS: ClassVar[tuple[str, ...]]
    FACTS: ClassVar[tuple[str, ...]]


# Characters for private use stand for a text while the shape is rendered; what people wrote is put in only afterwards.
MARK, HOLE = "\ue000{}\ue001", re.compile("\ue000(\\d+)\ue001")
MOST_SHAPES = 1024
Shape = tuple[list[str], list[int]]
Getter = Callable[[Any], tuple[Any, ...]]


class EachNode(template.Node):
    """The loop; keeps the shapes that it has rendered."""

    def __init__(self, rows: FilterExpression, name: str, nodelist: NodeList) -> None:
        self.rows, self.name, self.nodelist = rows, name, nodelist
        self.shapes: dict[object, Shape] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        written: list[str] = []
        rows: Iterable[Row] = self.rows.resolve(context) or ()
        for row in rows:
            texts_of, facts_of = getters(type(row))
            texts, facts = texts_of(row), facts_of(row)
            key = (language, type(row), facts, tuple([True if text else text for text in texts]))
            parts, holes = self.shapes.get(key) or self._shape(context, key, row)
            written.extend(chain.from_iterable(zip(parts, [escape(str(texts[at])) for at in holes], strict=False)))
            written.append(parts[-1])
        return "".join(written)

    def _shape(self, context: template.Context, key: object, row: Row) -> Shape:
        texts_of, facts_of = getters(type(row))
        marks = [MARK.format(at) if text else text for at, text in enumerate(texts_of(row))]
        values = [*zip(row.TEXTS, marks, strict=True), *zip(row.FACTS, facts_of(row), strict=True)]
        found = HOLE.split(self.nodelist.render(context.new({self.name: _row(values)})))
        shape = found[::2], [int(at) for at in found[1::2]]
        if len(self.shapes) >= MOST_SHAPES:
            self.shapes.clear()
        self.shapes[key] = shape
        return shape


@cache
def getters(kind: type[Row]) -> tuple[Getter, Getter]:
    """Return what reads the texts and the facts of a row of this class, each as a tuple; at least two of each."""
    return attrgetter(*kind.TEXTS), attrgetter(*kind.FACTS)


def _row(values: Iterable[tuple[str, Any]]) -> SimpleNamespace:
    row = SimpleNamespace()
    for path, value in values:
        *parents, name = path.split(".")
        at = row
        for parent in parents:
            if not hasattr(at, parent):
                setattr(at, parent, SimpleNamespace())
            at = getattr(at, parent)
        setattr(at, name, value)
    return row


@register.tag
def each(parser: Parser, token: Token) -> EachNode:
    """`{% each rows as row %} … {% endeach %}`: a loop over rows that have `TEXTS` and `FACTS`."""
    words = token.split_contents()
    if len(words) != 4 or words[2] != "as":
        raise template.TemplateSyntaxError("each: write {% each rows as row %}")
    nodelist = parser.parse(("endeach",))
    parser.delete_first_token()
    return EachNode(parser.compile_filter(words[1]), words[3], nodelist)
