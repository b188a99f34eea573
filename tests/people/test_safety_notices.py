"""Whose password or ways of saying who she is change is told, in the product and always by mail; never what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from people.test_factors import CODE, PASSWORD, SECRET, totp, with_totp
from people.test_leaving import sign_in
from people.test_proof_pages import with_passkey
from support.cast import NOW, Cast
from support.checks import refused
from support.mailserver import MailServer, mail_server
from support.softkey import SoftKey
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.actions import choose
from tongzhou.notifications.models import Delivery, Notice, NoticeChoice
from tongzhou.notifications.queries import Choices
from tongzhou.people import actions
from tongzhou.people.actions import sessions
from tongzhou.people.models import User
from tongzhou.rhythm.jobs import settle

Act = Callable[[Cast, User], Any]


@pytest.fixture
def server(cast: Cast, settings: Any) -> Iterator[MailServer]:
    with mail_server() as found:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "localhost", found.port, 5
        cast.owner.email = "zhengshi@example.com"
        cast.owner.save()
        yield found


def passkey(person: User) -> Authenticator:
    data = {"name": "公司电脑", "credential": SoftKey().made("AAAA")}
    row: Authenticator = Authenticator.objects.create(user=person, type="webauthn", data=data, created_at=NOW)
    return row


def set_code(_cast: Cast, person: User) -> None:
    actions.set_signing_code(by=person, code=CODE, proven=True, now=NOW)


def add_app(_cast: Cast, person: User) -> list[str]:
    return with_totp(person)


def remove_app(cast: Cast, person: User) -> None:
    with_totp(person)
    Notice.objects.all().delete()
    actions.remove_factor(by=person, factor=Authenticator.objects.get(user=person, type="totp"), proven=True, now=NOW)


def remove_passkey(_cast: Cast, person: User) -> None:
    actions.remove_factor(by=person, factor=passkey(person), proven=True, now=NOW)


def new_codes(_cast: Cast, person: User) -> list[str]:
    passkey(person)
    return actions.renew_recovery_codes(by=person, proven=True, now=NOW)


def clear_code(cast: Cast, person: User) -> None:
    set_code(cast, person)
    actions.clear_signing_code(by=cast.administrator, person=person, now=NOW)


def clear_all(cast: Cast, person: User) -> None:
    passkey(person)
    actions.clear_second_factors(by=cast.administrator, person=person, now=NOW)


def set_password(_cast: Cast, person: User) -> None:
    person.set_password(PASSWORD)
    person.save()
    sessions.record_password(person=person, here=None, now=NOW)


ACTS: list[tuple[Act, str, str]] = [
    (set_code, "你的签名码已设置", "郑十"),
    (add_app, "你的账号添加了验证器应用", "郑十"),
    (remove_app, "你的账号移除了验证器应用", "郑十"),
    (remove_passkey, "你的账号移除了通行密钥“公司电脑”", "郑十"),
    (new_codes, "你的恢复码已重新生成", "郑十"),
    (clear_code, "你的签名码已被清除", "管理员"),
    (clear_all, "你的验证器应用、通行密钥和恢复码已被清除", "管理员"),
    (set_password, "你的登录密码已更改", "郑十"),
]


@pytest.mark.parametrize(("act", "title", "actor"), ACTS)
def test_the_person_is_told_whoever_did_it(cast: Cast, act: Act, title: str, actor: str) -> None:
    act(cast, cast.owner)
    settle(NOW)
    row = Notice.objects.filter(person=cast.owner).latest("pk")
    name = cast.administrator.name if actor == "管理员" else actor
    assert (row.kind, row.title, row.link, row.urgent) == ("security", title, "/me/factors/", True)
    assert row.text == f"操作人：{name}。如非本人操作，请立即修改密码，退出其他登录，并告知管理员。"
    assert not Notice.objects.exclude(person=cast.owner).exists()


def test_a_passkey_that_is_added_is_told_by_its_name(cast: Cast) -> None:
    assert with_passkey(sign_in(cast.head), SoftKey(), "手机").status_code == 200
    settle(clock.now())
    assert [row.title for row in Notice.objects.filter(person=cast.head)] == ["你的账号添加了通行密钥“手机”"]


def test_mail_goes_out_at_once_although_she_chose_none_a_digest_and_quiet_hours(cast: Cast, server: MailServer) -> None:
    NoticeChoice.objects.create(
        person=cast.owner,
        switched={"mail": {"security": False, "mention": False}},
        pace="weekly",
        quiet=True,
        quiet_from=time(0),
        quiet_to=time(23, 59),
    )
    set_password(cast, cast.owner)
    settle(NOW)
    assert [(mail["To"], mail["Subject"]) for mail in server.mails] == [("zhengshi@example.com", "[同舟] 你的登录密码已更改")]
    assert list(Delivery.objects.values_list("state", "digest", "held")) == [("sent", None, False)]
    settle(NOW + timedelta(days=8))
    assert len(server.mails) == 1


def test_nothing_that_is_told_carries_a_secret(cast: Cast, server: MailServer) -> None:
    codes = add_app(cast, cast.owner)
    settle(NOW)
    Authenticator.objects.all().delete()
    codes += new_codes(cast, cast.owner)
    set_code(cast, cast.owner)
    set_password(cast, cast.owner)
    settle(NOW)
    texts = [f"{row.title} {row.text} {row.link}" for row in Notice.objects.all()]
    texts += [part.get_content() for mail in server.mails for part in mail.iter_parts()]
    texts += [mail.as_string() for mail in server.mails]
    assert (len(server.mails), len(codes)) == (4, 20)
    secrets = [SECRET, CODE, PASSWORD, totp(NOW), *codes, cast.owner.password]
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []


def test_who_is_disabled_is_not_told(cast: Cast) -> None:
    set_password(cast, cast.owner)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    settle(NOW)
    assert not Notice.objects.exists()


def test_nobody_chooses_not_to_be_told(cast: Cast) -> None:
    with refused("always-sent", "kinds"):
        choose(by=cast.owner, choices=Choices(switched={"mail": {"security": False}}), now=NOW)
    with refused("always-sent", "kinds"):
        choose(by=cast.administrator, choices=Choices(switched={"mail": {"security": False}}), now=NOW, for_all=True)
    choose(by=cast.owner, choices=replace(Choices(), switched={"mail": {"security": True, "mention": False}}), now=NOW)
    assert NoticeChoice.objects.get().switched == {"mail": {"mention": False}}


def test_the_page_offers_no_box_for_it(cast: Cast) -> None:
    client = client_of(cast.owner)
    page = client.get("/inbox/choices/").content.decode()
    assert "账号安全" in page and 'name="mail-mention"' in page
    assert 'name="mail-security"' not in page
    fields = {"pace": "now", "hour": "9", "weekday": "0", "quiet_from": "20:00", "quiet_to": "08:00", "mail-shown": "1"}
    assert client.post("/inbox/choices/", fields).status_code == 302
    switched = NoticeChoice.objects.get().switched["mail"]
    assert (switched["mention"], "security" in switched) == (False, False)
