"""Component tags: complete in the gallery, strict about arguments and values, free of inline style and script."""

import json
import re
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory

from tongzhou.ui.templatetags.ui import GALLERY, ICON_NAMES

SOURCE = Path(__file__).parents[2] / "src" / "tongzhou"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
# Programs that show mail know no style sheets; no policy of ours reaches there.
MAIL = {SOURCE / "integrations/templates/integrations/mail.html"}


def shown(text: str, **values: object) -> str:
    return Template(text).render(Context(values))


def test_every_tag_has_a_gallery_entry_and_no_entry_is_left_over() -> None:
    entries = {path.stem for path in (SOURCE / "ui/templates/ui/gallery").glob("*.html")}
    assert entries == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_a_misspelt_argument_fails_when_the_template_is_compiled(name: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(f'{{% {name} colour="red" %}}{{% end{name} %}}')


@pytest.mark.parametrize(
    "text",
    [
        '{% icon "no-such-icon" %}',
        '{% icon "x" size=15 %}',
        '{% state "finished" %}',
        '{% state "done" variant="big" %}',
        '{% light "green" %}',
        '{% toast "…" level="loud" %}',
        '{% notice tone="red" %}{% endnotice %}',
    ],
)
def test_an_unknown_value_fails_instead_of_showing_nothing(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        shown(text)


@pytest.mark.parametrize(
    ("actual", "planned", "words"),
    [(54, 62, "落后 8"), (64, 61, "超前 3"), (100, 100, "持平"), (0, 100, "落后 100"), (72.35, 82.35, "落后 10")],
)
def test_the_meter_says_the_gap_in_words(actual: float, planned: float, words: str) -> None:
    assert words in shown("{% meter actual planned %}", actual=actual, planned=planned)


def test_the_meter_stays_inside_its_track_and_uses_points_for_decimals() -> None:
    html = shown("{% meter 130.5 -4 %}{% meter 12.5 30.25 %}")
    assert 'width="100%" height="6" rx="3"/><rect class="plan" x="0%"' in html.replace(".0%", "%")
    assert 'width="12.5%"' in html
    assert 'x="30.25%"' in html


def test_text_is_escaped_and_block_content_is_not_escaped_twice() -> None:
    html = shown("{% button %}{{ name }}{% endbutton %}{% avatar name %}", name="<b>&")
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html
    assert "&amp;lt;" not in html


def test_a_sort_head_turns_round_and_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/", {"q": "样机", "sort": "name", "page": "3"})
    html = engines["django"].from_string('{% sort_head label="名称" key="name" %}').render({}, request)
    assert 'aria-sort="ascending"' in html
    assert 'href="?q=%E6%A0%B7%E6%9C%BA&amp;sort=-name"' in html


def test_the_icon_list_is_sorted_and_every_icon_of_a_template_is_in_it() -> None:
    listed = json.loads((SOURCE / "ui/icons.json").read_text(encoding="utf-8"))
    assert listed == sorted(set(listed))
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))}
    assert used <= ICON_NAMES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path in MAIL or not re.search(r"<[a-z][^>]*\sstyle=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text)
