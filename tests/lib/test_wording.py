"""One tone in every text: what Django and allauth say to people as well as what the product says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from babel.messages.pofile import read_po
from django import forms
from django.contrib.auth import password_validation
from django.core import validators
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise

import tongzhou
from support.cast import Cast
from support.web import client_of

ROOMS = sorted(Path(tongzhou.__file__).parent.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
# Keys of allauth for e-mail, phone and sign-up: nobody meets them here, the product has none of the three.
NEVER = re.compile("email|phone|username_taken|username_blacklisted|incorrect_code|key|reset|select_only_one|same_as_current")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,.:;!?()]|[,:;!?()][\u4e00-\u9fff]")
PARAMETERS = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w+\}")


def _of_classes(module: Any) -> Iterator[tuple[str, Any]]:
    for name, one in inspect.getmembers(module, inspect.isclass):
        found = dict(getattr(one, "default_error_messages", {}))
        own = getattr(one, "messages", {})
        found |= own if isinstance(own, dict) else {}
        if isinstance(getattr(one, "message", None), (str, Promise)):
            found["message"] = one.message
        yield from ((f"{name}.{key}", text) for key, text in found.items())


def _plain(text: Any) -> str:
    """Return a message in Chinese with its parameters left in, also one with a plural."""
    with translation.override("zh-hans"):
        return str(text) or str(text % dict.fromkeys(("max", "length", "limit_value", "show_value", "num"), 3))


def _met() -> Iterator[tuple[str, str]]:
    for module in (forms.fields, forms.models, forms.formsets, validators):
        for name, text in _of_classes(module):
            if name.split(".")[0] not in ("DomainNameValidator", "ManagementForm"):
                yield name, _plain(text)
    for key, text in DefaultAccountAdapter.error_messages.items():
        if not NEVER.search(key):
            yield f"allauth.{key}", _plain(text)
    for one in password_validation.get_default_password_validators():
        with translation.override("zh-hans"):
            yield f"{type(one).__name__}.error", str(one.get_error_message())
            yield f"{type(one).__name__}.help", str(one.get_help_text())


MET = dict(_met())


def test_the_frameworks_messages_are_found() -> None:
    assert len(MET) > 80
    assert MET["Field.required"] == "请填写此项。"
    assert MET["allauth.too_many_login_attempts"].startswith("登录失败")


@pytest.mark.parametrize("name", sorted(MET))
def test_what_the_frameworks_say_is_a_chinese_sentence_of_ours(name: str) -> None:
    text = MET[name]
    assert re.search("[\u4e00-\u9fff]", text), text
    assert "您" not in text and text.endswith("。") and not HALF_WIDTH.search(PARAMETERS.sub("", text)), text


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.parents[3].name)
def test_no_room_mixes_ways_to_address_people(path: Path) -> None:
    texts = [one for message in read_po(path.open("rb"), locale="zh_Hans") for one in _strings(message.string)]
    assert [text for text in texts if "您" in text] == []
    assert [text for text in texts if re.search("[\u4e00-\u9fff][.!?,;]$", text)] == []


def _strings(found: Any) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"login": "lisi", "password": "falsch"}, "登录名或密码不正确。"),
        ({"login": "", "password": ""}, "请填写此项。"),
    ],
)
def test_the_sign_in_page_says_it_in_these_words(cast: Cast, fields: dict[str, str], said: str) -> None:
    assert said in Client().post("/accounts/login/", fields).content.decode()


@pytest.mark.django_db
def test_a_weak_password_is_refused_in_these_words(cast: Cast) -> None:
    page = client_of(cast.owner).post("/accounts/password/set/", {"password1": "1234", "password2": "12345"}).content.decode()
    for said in ("密码太短，至少 8 个字符。", "这个密码太常见，容易被猜到。", "密码不能全是数字。"):
        assert said in page
