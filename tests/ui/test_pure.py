"""Parts of a page that depend on a few values alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import HttpRequest
from django.template import engines
from django.template.exceptions import TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import mark_safe

from tongzhou.ui.templatetags import pure


@dataclass(frozen=True)
class Told:
    times: list[int]
    name: str

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and other.name == self.name

    @property
    def count(self) -> int:
        self.times.append(1)
        return len(self.times)


def made(body: str, **values: object) -> str:
    return str(engines["django"].from_string(body).render(values))


def test_the_same_values_are_rendered_once() -> None:
    page, times = engines["django"].from_string("{% pure told=one %}{{ told.name }} {{ told.count }}{% endpure %}"), list[int]()
    assert [page.render({"one": Told(times, name)}) for name in ("a", "b", "a", "b")] == ["a 1", "b 2", "a 1", "b 2"]


def test_the_body_sees_nothing_but_its_values() -> None:
    body = "{% pure told=one %}{{ told }}{{ one }}{{ other }}{{ request.path }}{{ user }}{% endpure %}{{ other }}"
    request = HttpRequest()
    assert engines["django"].from_string(body).render({"one": 1, "other": 2}, request) == "12"


def test_what_is_written_differently_is_kept_apart() -> None:
    page = engines["django"].from_string("{% pure one=one %}{{ one }}{% endpure %}")
    values = [1, True, 1.0, "<b>", mark_safe("<b>"), "1"]
    for _again in range(2):
        assert [page.render({"one": value}) for value in values] == ["1", "True", "1.0", "&lt;b&gt;", "<b>", "1"]


def test_every_language_has_its_own() -> None:
    page = engines["django"].from_string('{% pure %}{% translate "Done" %}{% endpure %}')
    for _again in range(2):
        with translation.override("zh-hans"):
            assert page.render({}) == "已完成"
        with translation.override("en"):
            assert page.render({}) == "Done"


def test_only_so_many_are_kept_and_the_latest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pure, "MOST_KEPT", 2)
    page, times = engines["django"].from_string("{% pure told=one %}{{ told.count }}{% endpure %}"), list[int]()
    asked = "abacb"
    assert [page.render({"one": Told(times, name)}) for name in asked] == ["1", "2", "1", "3", "4"]


def test_values_that_nothing_can_be_found_by_are_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        made("{% pure one=one %}{% endpure %}", one=[1])
    for wrong in ("{% pure one %}{% endpure %}", "{% pure one=1 two %}{% endpure %}", "{% pure one=1 %}"):
        with pytest.raises(TemplateSyntaxError):
            made(wrong)
