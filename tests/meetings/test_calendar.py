"""A meeting in people's own calendars: the file of RFC 5545, and the invitation by mail that carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from meetings.ground import START, fresh, plan_of, planned
from support.cast import NOW, Cast, planned_project
from support.mailserver import mail_server
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.meetings.actions import Sending, cancel_meeting, change_meeting, send_minutes
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.calendar import calendar_of, enclosures_of
from tongzhou.rhythm.jobs import settle

HARD = "启动会；样机,价格\\方案 𠮷 😀 <b>\r\nBEGIN:VALARM"


def entry(content: bytes) -> icalendar.Event:
    (found,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(found, icalendar.Event)
    return found


def file_of(row: Meeting) -> str:
    return f"/projects/S-1/meetings/{row.pk}/meeting.ics"


def test_a_meeting_is_put_into_ones_calendar(cast: Cast) -> None:
    row = planned(cast)
    with clock.pretend(NOW):
        answer = client_of(cast.head).get(file_of(row))
        page = client_of(cast.head).get(f"/projects/S-1/meetings/{row.pk}/").content.decode()
    assert file_of(row) in page and "加入我的日历" in page
    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and answer["Content-Disposition"].startswith("attachment")
    found = entry(answer.content)
    assert (found.start, found.end) == (START, START + timedelta(hours=1))
    assert (found["SUMMARY"], found["LOCATION"], found["STATUS"], found["SEQUENCE"]) == ("启动会", "三楼会议室", "CONFIRMED", 0)
    assert found["URL"].endswith(f"/projects/S-1/meetings/{row.pk}/")
    assert "https://meeting.example.com/1" in found["DESCRIPTION"] and "1. 重申合作目标" in found["DESCRIPTION"]


def test_the_file_is_as_the_standard_says(cast: Cast) -> None:
    row = planned(cast)
    row.title, row.place = (HARD * 3)[:120], HARD
    content = calendar_of(row, NOW)
    lines = content.split(b"\r\n")
    assert (
        lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""] and b"\n" not in content.replace(b"\r\n", b"")
    )
    assert max(len(line) for line in lines) <= 75, "longer lines are folded"
    for line in lines:
        line.removeprefix(b" ").decode()
    assert {b"VERSION:2.0", b"DTSTART:20240301T020000Z", b"DTSTAMP:20240301T010000Z"} <= set(lines)
    found = entry(content)
    assert found["SUMMARY"] == " ".join(row.title.split())
    assert b"\r\nBEGIN:VALARM" not in content


def test_a_change_is_the_same_entry_again_and_a_newer_one(cast: Cast) -> None:
    row = planned(cast)
    first = entry(calendar_of(row, NOW))
    plan = replace(plan_of(cast), starts_at=START + timedelta(hours=2))
    change_meeting(by=cast.manager, meeting=row, plan=plan, now=NOW)
    moved = entry(calendar_of(fresh(row), NOW))
    cancel_meeting(by=cast.manager, meeting=fresh(row), reason="改期", now=NOW)
    over = entry(calendar_of(fresh(row), NOW))
    assert first["UID"] == moved["UID"] == over["UID"]
    assert [one["SEQUENCE"] for one in (first, moved, over)] == [0, 1, 2]
    assert (moved.start, over["STATUS"]) == (START + timedelta(hours=2), "CANCELLED")


def test_who_may_not_see_the_meeting_gets_no_file(cast: Cast) -> None:
    row = planned(cast)
    assert client_of(cast.stranger).get(file_of(row)).status_code == 404
    assert client_of(cast.head).get(file_of(row).replace(str(row.pk), "999999")).status_code == 404


@pytest.mark.due_kind("delivery")
def test_the_invitation_by_mail_carries_it(cast: Cast, settings: Any) -> None:
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "localhost", server.port, 2
        settings.BASE_URL, settings.DEFAULT_FROM_EMAIL = "https://ts.example", "同舟 <ts@example.com>"
        cast.head.email = "lisi@example.com"
        cast.head.save()
        row = planned(cast)
        with clock.pretend(NOW):
            settle(NOW)
        after = row.ends_at
        with clock.pretend(after):
            send_minutes(by=cast.manager, meeting=fresh(row), sending=Sending(datetime(2024, 3, 5, 10, tzinfo=UTC)), now=after)
            settle(after)
    sent = [mail for mail in server.mails if mail["To"] == "lisi@example.com"]
    invitation = next(mail for mail in sent if "邀请" in mail["Subject"])
    (enclosed,) = invitation.iter_attachments()
    assert (enclosed.get_content_type(), enclosed.get_filename()) == ("text/calendar", f"meeting-{row.pk}.ics")
    found = entry(enclosed.get_payload(decode=True))
    assert (found["UID"], found.start) == (f"meeting-{row.pk}@ts.example", START)
    others = [mail for mail in sent if mail is not invitation]
    assert not [part for mail in others for part in mail.iter_attachments()]


def test_other_notices_carry_nothing(cast: Cast) -> None:
    planned_project(cast)
    assert [enclosures_of(source, NOW) for source in ("event:1", "event:x", "event:999999", "test:mail:1", "")] == [[]] * 5
