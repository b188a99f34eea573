"""Minutes that are longer than a question can be: they are confirmed where they stand whole."""

from __future__ import annotations

from typing import Any

import pytest

from meetings.ground import AFTER, answers, fresh, part, planned, sent, told, write
from support.api import program_of
from support.cast import Cast
from support.web import client_of
from tongzhou.confirmations.models import Confirmation
from tongzhou.confirmations.queries.queue import confirmations_owed
from tongzhou.lib import clock
from tongzhou.lib.telling import Owed
from tongzhou.meetings.models import Meeting
from tongzhou.notifications.models import Notice
from tongzhou.rhythm.jobs import settle

LONG = "逐项说明职责边界与交付标准。" * 1000


@pytest.fixture
def row(cast: Cast) -> Meeting:
    found = planned(cast)
    write(cast, found, "scope", LONG)
    sent(cast, found)
    return fresh(found)


def question_of(row: Meeting) -> Confirmation:
    question = fresh(row).confirmation
    assert question is not None
    return question


def owed(cast: Cast) -> Owed:
    with clock.pretend(AFTER):
        (found,) = confirmations_owed(cast.other_head, AFTER)
    return found


def test_the_text_says_that_it_is_cut_and_leads_to_where_it_is_answered(cast: Cast, row: Meeting, settings: Any) -> None:
    here, question = f"/projects/S-1/meetings/{row.pk}/", question_of(row)
    assert question.text.endswith(f"…\n\n这里只是纪要的开头部分，请到以下页面阅读全文并答复：{settings.BASE_URL}{here}")
    assert (len(question.text), question.whole_at) == (9000, here)
    found = owed(cast)
    assert (found.link, found.quick, found.form_template, found.word) == (here, None, None, "查看")
    settle(AFTER)
    assert Notice.objects.get(person=cast.other_head, title=told(cast.other_head)[-1]).link == here


def test_it_is_answered_on_the_page_of_the_meeting_alone(cast: Cast, row: Meeting) -> None:
    client, question = client_of(cast.other_head), question_of(row)
    with clock.pretend(AFTER):
        page = client.get(f"/projects/S-1/confirmations/{question.pk}/").content.decode()
        assert 'name="answer"' not in page and f'href="{question.whole_at}">' in page and "阅读全文" in page
        assert 'name="answer"' not in client.get("/").content.decode()
        told_so = program_of(cast.other_head).ask("GET", "me/confirmations").json()["items"]
        assert [one["whole_at"] for one in told_so] == [question.whole_at]
        whole = client.get(question.whole_at).content.decode()
        assert LONG in whole and 'name="answer" value="confirmed"' in whole
        assert client.post(f"{question.whole_at}answer/", {"answer": "confirmed", "edition": "1"}).status_code == 302
    assert answers(row)["吴八"] == "confirmed"


def test_what_stands_whole_again_is_answered_everywhere(cast: Cast, row: Meeting) -> None:
    item = part(row, "scope")
    write(cast, row, item.key, "不含售后培训")
    sent(cast, row)
    assert (question_of(row).whole_at, owed(cast).quick is None, owed(cast).form_template is None) == ("", False, False)
