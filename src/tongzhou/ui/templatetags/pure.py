"""Parts of a page that depend on a few values alone: the same values give the same text, which is rendered once a process.

    {% pure head=project_header tab=tab %}<h1>{{ head.name }}</h1>{% endpure %}

The body sees the values named and nothing else of the page, neither the request nor the reader, so that what it is made of and
what it is found by are one: a text of other values can never be shown. The values are hashable and compare by what is written
of them: texts, numbers, days, and frozen dataclasses or tuples of these.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 256


class PureNode(template.Node):
    """The part; keeps what it rendered last, for `MOST_KEPT` sets of values."""

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self.kept: OrderedDict[Hashable, SafeString] = OrderedDict()
        self.guard = Lock()

    def render(self, context: template.Context) -> SafeString:
        found = {name: value.resolve(context) for name, value in self.values.items()}
        # Equal values of two types may be written differently: 1 and True, a text and one that is markup.
        key = (get_language(), *[(type(value), value) for value in found.values()])
        with self.guard:
            text = self.kept.get(key)
            if text is not None:
                self.kept.move_to_end(key)
                return text
        text = self.nodelist.render(context.new(found))
        with self.guard:
            self.kept[key] = text
            while len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
        return text


@register.tag
def pure(parser: Parser, token: Token) -> PureNode:
    """`{% pure name=value … %} … {% endpure %}`: a text that depends on these values and the language alone."""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("pure: write {% pure name=value … %}")
    nodelist = parser.parse(("endpure",))
    parser.delete_first_token()
    return PureNode(values, nodelist)
