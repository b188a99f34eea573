"""Minutes speak the organisation's language: somebody whose pages are English changes nothing by looking or by taking part."""

from __future__ import annotations

from django.utils import translation

from meetings.ground import AFTER, answered, fresh, planned, sent, signed
from support.cast import Cast
from support.checks import refused
from tongzhou.lib import clock
from tongzhou.meetings.actions import take_minutes
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.queries.live import live_of
from tongzhou.meetings.queries.reading import meeting_page
from tongzhou.signoffs.queries.difference import snapshot_of

PARTS = ["objectives", "scope", "departments", "people", "process", "milestones", "communication", "risks", "resources"]


def test_what_minutes_keep_is_the_same_in_every_language(cast: Cast) -> None:
    with translation.override("en"):
        row = planned(cast)
        titles = list(row.items.values_list("title", flat=True))
        take_minutes(by=cast.member, meeting=row, now=AFTER)
        english = live_of(row.project, PARTS)
    assert (titles[1], english) == ("范围边界", live_of(row.project, PARTS))
    assert english["departments"]["rows"][0]["role"] == "牵头"
    assert take_minutes(by=cast.member, meeting=row, now=AFTER).items.get(key="departments").live == english["departments"]


def test_an_english_reader_sends_nothing_anew_and_voids_no_signature(cast: Cast) -> None:
    row = planned(cast)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    with translation.override("en"):
        answered(cast, row, cast.other_head)
        with refused("nothing-changed"):
            sent(cast, row, by=cast.manager)
        with clock.pretend(AFTER):
            page = meeting_page(meeting_or_404(cast.manager, "S-1", row.pk), cast.manager, AFTER)
    assert (page.draft, page.may_send) == (False, False)
    sheet = fresh(row).sheet
    assert sheet is not None
    assert [place.capacity for place in sheet.places.all()] == ["研发部负责人", "市场部负责人"]
    shown = bytes(sheet.html).decode()
    assert "地点" in shown and "Venue" not in shown
    assert snapshot_of(sheet)["labels"]["decisions"] == "决议"
    signed(sheet, cast.head)
    signed(sheet, cast.other_head)
    assert fresh(row).archived_at == AFTER


def test_what_people_confirm_is_told_in_the_language_of_the_organisation(cast: Cast) -> None:
    row = planned(cast)
    with translation.override("en"):
        sent(cast, row)
    question = fresh(row).confirmation
    assert question is not None and question.title == "启动会 第1版"
    assert row.editions.get().content["kind"] == "启动会纪要"
