"""The loop over long lists gives the bytes of a plain loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.template import engines
from django.template.exceptions import TemplateSyntaxError
from django.utils import translation

BODY = """<li class="is-{{ one.state }}{% if one.inner.late %} is-late{% endif %}" title="{{ one.name }}">{{ one.name }}
{% if one.note %}<i>{{ one.note }}</i>{% endif %}{% translate "Done" %} {{ one.inner.id }}</li>"""


@dataclass(frozen=True)
class Inner:
    id: int
    late: bool


@dataclass(frozen=True)
class Line:
    state: str
    name: str
    note: str
    inner: Inner

    TEXTS: ClassVar[tuple[str, ...]] = ("name", "note", "inner.id")
    FACTS: ClassVar[tuple[str, ...]] = ("state", "inner.late")


NAMES = ("设计", "<b>\"&'</b>", "\ue0000\ue001", "{{ one.name }}", "", "0", "𠀀 {% endeach %}")
ROWS = [
    Line(state, name, note, Inner(at * 1000, late))
    for at, name in enumerate(NAMES)
    for state in ("todo", "done")
    for note in ("", "注")
    for late in (False, True)
]


def rendered(body: str, rows: list[Line], **more: object) -> str:
    return str(engines["django"].from_string(body).render({"rows": rows, **more}))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_gives_what_a_plain_loop_gives(language: str) -> None:
    fast = engines["django"].from_string(f"{{% each rows as one %}}{BODY}{{% endeach %}}")
    with translation.override(language):
        plain = rendered(f"{{% for one in rows %}}{BODY}{{% endfor %}}", ROWS)
        assert fast.render({"rows": ROWS}) == plain
        assert fast.render({"rows": ROWS[::-1]}) == rendered(f"{{% for one in rows %}}{BODY}{{% endfor %}}", ROWS[::-1])


def test_one_template_speaks_every_language() -> None:
    fast = engines["django"].from_string('{% each rows as one %}{% translate "Done" %}{% endeach %}')
    with translation.override("zh-hans"):
        chinese = fast.render({"rows": ROWS[:1]})
    with translation.override("en"):
        assert (chinese, fast.render({"rows": ROWS[:1]})) == ("已完成", "Done")


def test_the_body_sees_nothing_of_the_page() -> None:
    assert rendered("{% each rows as one %}{{ other }}{% endeach %}", ROWS[:1], other="x") == ""
    assert rendered("{% each rows as one %}x{% endeach %}", []) == ""


def test_a_loop_that_says_it_wrongly_is_refused() -> None:
    for text in ("{% each rows %}{% endeach %}", "{% each rows in one %}{% endeach %}"):
        with pytest.raises(TemplateSyntaxError):
            engines["django"].from_string(text)


def test_shapes_are_kept_within_bounds() -> None:
    fast = engines["django"].from_string("{% each rows as one %}{{ one.state }}{% endeach %}")
    states = [f"s{at}" for at in range(3000)]
    rows = [Line(state, "n", "", Inner(1, False)) for state in states]
    assert fast.render({"rows": rows}) == "".join(states)
