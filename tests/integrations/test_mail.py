"""Mail against a real server: that takes it, hangs, answers 4xx or 5xx, dies in DATA, wants TLS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.cast import NOW, Cast, small_project
from support.mailserver import MailServer, certificate, mail_server
from tongzhou.lib.due import ATTEMPTS_OF_THREE_DAYS, Later
from tongzhou.lib.telling import Told
from tongzhou.notifications.actions import mark_read, notify, send_again
from tongzhou.notifications.actions.delivering import hand_over
from tongzhou.notifications.models import Delivery, Notice, NoticeChoice
from tongzhou.notifications.queries.deliveries import parcel_of_notice
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.rhythm.actions.taking import take
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.jobs.ticking import do
from tongzhou.rhythm.models import Due

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(cast: Cast, settings: Any) -> Iterator[MailServer]:
    with mail_server() as found:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "localhost", found.port, 0.5
        settings.BASE_URL, settings.DEFAULT_FROM_EMAIL = "https://ts.example", "同舟 <ts@example.com>"
        for person in (cast.owner, cast.member):
            person.email = f"{person.login}@example.com"
            person.save()
        yield found


def told(cast: Cast, source: str = "event:1", project: int | None = None, **more: Any) -> Notice:
    title, text = more.pop("title", "陈一 提到你"), more.pop("text", "请看")
    notify(
        told=Told((cast.owner.pk,), "mention", title, text, "/projects/S-1/comments/", **more),
        source=source,
        project=project,
        now=NOW,
    )
    return Notice.objects.get(source=source)


def work(now: datetime) -> None:
    """Do what is due; what is put off is tried again another time."""
    with suppress(Later):
        settle(now)


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "tries"))


@pytest.mark.due_kind("delivery")
def test_a_notice_goes_out_once(cast: Cast, server: MailServer) -> None:
    told(cast)
    settle(NOW)
    told(cast)
    settle(NOW + MINUTE)
    assert (len(server.mails), states()) == (1, [("sent", 1)])
    mail = server.mails[0]
    assert (mail["Subject"], mail["To"], mail["From"]) == (
        "[同舟] 陈一 提到你",
        "zhengshi@example.com",
        "同舟 <ts@example.com>",
    )
    assert mail["List-Unsubscribe"] == "<https://ts.example/inbox/choices/>"
    assert mail["Message-ID"].endswith("@example.com>") and mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and html
    assert "https://ts.example/projects/S-1/comments/" in plain.get_content() and "请看" in plain.get_content()
    assert 'href="https://ts.example/projects/S-1/comments/"' in html.get_content()


def test_what_somebody_wrote_is_no_markup_and_no_header(cast: Cast, server: MailServer) -> None:
    told(cast, title="甲\r\nBcc: x@example.com", text="<script>alert(1)</script>")
    work(NOW)
    mail = server.mails[0]
    assert mail["Bcc"] is None and mail["Subject"] == "[同舟] 甲 Bcc: x@example.com"
    html = mail.get_body(("html",))
    assert html and "<script>" not in html.get_content()
    assert len(server.recipients) == 1


@pytest.mark.parametrize("address", ["", "x", "a@b\r\nBcc: c@example.com", "a b@example.com", "<a@example.com>", "a@例子"])
def test_what_is_no_address_gets_no_mail(cast: Cast, server: MailServer, address: str) -> None:
    cast.owner.email = address
    cast.owner.save()
    told(cast)
    work(NOW)
    assert (server.mails, states()) == ([], [])


@pytest.mark.parametrize(
    "behaviour",
    [
        {"hangs_at": "CONNECT"},
        {"hangs_at": "DATA"},
        {"hangs_at": "END"},
        {"dies_at": "DATA"},
        {"answers": {"MAIL": "421 busy"}},
        {"answers": {"RCPT": "451 try later"}},
        {"answers": {"END": "452 full"}},
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again_with_the_same_id(cast: Cast, server: MailServer, behaviour: dict[str, Any]) -> None:
    for name, value in behaviour.items():
        setattr(server, name, value)
    told(cast)
    began = time.monotonic()
    work(NOW)
    assert time.monotonic() - began < 5
    assert (server.mails, states()) == ([], [("waiting", 1)])
    assert Delivery.objects.get().error
    server.hangs_at, server.dies_at, server.answers = "", "", {}
    work(NOW + timedelta(hours=7))
    assert (len(server.mails), states()) == (1, [("sent", 2)])


def test_a_mail_that_was_taken_unheard_comes_again_with_the_same_id(cast: Cast, server: MailServer) -> None:
    server.dies_at = "END"
    told(cast)
    work(NOW)
    server.dies_at = ""
    work(NOW + timedelta(hours=7))
    assert len(server.mails) == 2
    assert server.mails[0]["Message-ID"] == server.mails[1]["Message-ID"]


def test_a_lease_that_ended_with_a_jump_of_the_clock_sends_nothing_twice(cast: Cast, server: MailServer) -> None:
    """Two workers hold one mail: the first was slow, the clock jumped three days, the second one sent it."""
    told(cast)
    (row,) = take(Due.Lane.APART, NOW, 1)
    parcel = parcel_of_notice(row.key)
    assert parcel is not None
    settle(NOW + timedelta(days=3))
    assert (len(server.mails), states()) == (1, [("sent", 1)])
    do(row, NOW + timedelta(days=3))
    hand_over(parcel, now=NOW + timedelta(days=3))
    settle(NOW + timedelta(days=6))
    assert (len(server.mails), states()) == (1, [("sent", 1)])


def test_who_is_still_trying_is_not_overtaken_by_what_was_read_before(cast: Cast, server: MailServer) -> None:
    told(cast)
    (row,) = take(Due.Lane.APART, NOW, 1)
    parcel = parcel_of_notice(row.key)
    assert parcel is not None
    server.answers = {"MAIL": "421 busy"}
    work(NOW + timedelta(days=3))
    server.answers = {}
    hand_over(parcel, now=NOW + timedelta(days=3))
    assert (server.mails, states()) == ([], [("waiting", 1)])
    work(NOW + timedelta(days=4))
    assert (len(server.mails), states()) == (1, [("sent", 2)])


@pytest.mark.parametrize("answers", [{"RCPT": "550 nobody"}, {"END": "554 refused"}], ids=str)
def test_what_never_passes_has_failed_and_can_be_sent_again(cast: Cast, server: MailServer, answers: dict[str, str]) -> None:
    server.answers = answers
    told(cast)
    work(NOW)
    work(NOW + timedelta(days=4))
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.error[:3]) == ("failed", 1, next(iter(answers.values()))[:3])
    server.answers = {}
    send_again(by=cast.administrator, delivery=row.pk, now=NOW + timedelta(days=5))
    work(NOW + timedelta(days=5))
    assert (len(server.mails), states()) == (1, [("sent", 1)])


def test_after_three_days_it_has_failed(cast: Cast, server: MailServer) -> None:
    server.answers = {"MAIL": "421 busy"}
    told(cast)
    for hours in range(0, 24 * 8, 7):
        work(NOW + timedelta(hours=hours))
    assert states() == [("failed", ATTEMPTS_OF_THREE_DAYS)] and server.tried == ATTEMPTS_OF_THREE_DAYS


@pytest.mark.parametrize("secure", ["EMAIL_USE_TLS"])
def test_starttls(cast: Cast, server: MailServer, settings: Any, tmp_path: Path, monkeypatch: Any, secure: str) -> None:
    server.tls, trusted = certificate(tmp_path)
    setattr(settings, secure, True)
    told(cast)
    work(NOW)
    assert (server.mails, states()) == ([], [("waiting", 1)])  # nobody vouches for the certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    work(NOW + timedelta(hours=7))
    assert (server.encrypted, states()) == ([True], [("sent", 2)])


def test_what_one_may_not_see_any_more_is_not_sent(cast: Cast, server: MailServer) -> None:
    project = small_project(cast)
    ProjectRole.objects.create(project=project, user=cast.owner, kind="member")
    told(cast, project=project.pk)
    ProjectRole.objects.filter(user=cast.owner).delete()
    Seat.objects.filter(holder=cast.owner).delete()
    work(NOW)
    assert (server.mails, states()) == ([], [("dropped", 0)])


def test_quiet_hours_hold_it_back_and_drop_what_was_read(cast: Cast, server: MailServer) -> None:
    night = NOW.replace(hour=13)  # 21:00 in Shanghai
    NoticeChoice.objects.create(person=cast.owner, quiet=True)
    for number in (1, 2):
        mention = Told((cast.owner.pk,), "mention", f"第 {number} 条")
        notify(told=mention, source=f"event:{number}", project=None, now=night)
    urgent = Told((cast.owner.pk,), "block", "紧急", urgent=True)
    notify(told=urgent, source="event:3", project=None, now=night)
    work(night)
    assert [mail["Subject"] for mail in server.mails] == ["[同舟] 紧急"]
    mark_read(by=cast.owner, notices=[Notice.objects.get(source="event:1").pk], now=night)
    work(night + timedelta(hours=11))
    assert [mail["Subject"] for mail in server.mails] == ["[同舟] 紧急", "[同舟] 第 2 条"]
    assert sorted(states()) == [("dropped", 0), ("sent", 1), ("sent", 1)]


@pytest.mark.due_kind("digest")
def test_a_digest_holds_what_is_still_unread(cast: Cast, server: MailServer) -> None:
    NoticeChoice.objects.create(person=cast.owner, pace="daily", hour=17)
    first, second, third = (told(cast, f"event:{number}", title=f"第 {number} 条") for number in (1, 2, 3))
    settle(NOW)
    assert server.mails == []
    mark_read(by=cast.owner, notices=[first.pk], now=NOW)
    settle(NOW + timedelta(hours=8))
    settle(NOW + timedelta(hours=9))
    assert len(server.mails) == 1 and server.mails[0]["Subject"] == "[同舟] 2 条消息"
    body = server.mails[0].get_body(("plain",))
    assert body and second.title in body.get_content() and third.title in body.get_content()
    assert first.title not in body.get_content()
    assert sorted(states()) == [("dropped", 0), ("sent", 1), ("sent", 1)]


def test_nothing_unread_makes_no_digest(cast: Cast, server: MailServer) -> None:
    NoticeChoice.objects.create(person=cast.owner, pace="weekly", hour=9, weekday=0)
    notice = told(cast)
    mark_read(by=cast.owner, notices=[notice.pk], now=NOW)
    work(NOW + timedelta(days=7))
    assert (server.mails, states()) == ([], [("dropped", 0)])


def test_without_a_mail_server_the_channel_is_off(cast: Cast, server: MailServer, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    told(cast)
    assert states() == []
