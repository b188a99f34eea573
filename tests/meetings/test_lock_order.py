"""Minutes go out once more while the last one confirms, or signs, those before: nobody is sent away by a deadlock."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction

from meetings.ground import AFTER, UNTIL, answered, confirmed, fresh, planned, sent, signed, write
from support.cast import Cast, make_cast
from support.slowed import Slow, slowly_at_once
from tongzhou.confirmations.actions import confirm, end_confirmation
from tongzhou.confirmations.models import Confirmation
from tongzhou.meetings.models import Meeting
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import ending_of

QUESTION, SHEET = 'FROM "confirmations_confirmation"', 'FROM "signoffs_sheet"'


def written_anew(cast: Cast, row: Meeting, mark: str) -> Slow:
    """The next edition goes out, slow when it has the meeting and wants what `mark` says."""
    write(cast, row, "scope", "不含售后培训")
    return Slow(partial(sent, cast, row, note="改正"), mark, before=True)


@pytest.mark.django_db(transaction=True)
def test_minutes_go_out_once_more_while_the_last_one_confirms() -> None:
    cast = make_cast()
    row = planned(cast)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    question = fresh(row).confirmation
    assert question is not None
    again = written_anew(cast, row, QUESTION)
    confirming = Slow(partial(confirm, by=cast.other_head, confirmation=question, edition=1, now=AFTER), QUESTION)
    code, sending = slowly_at_once(AFTER, confirming, again)
    assert sending == ""
    assert code in ("", "text-changed")
    asked = Confirmation.objects.get(pk=question.pk)
    assert (asked.edition, asked.closed_at, fresh(row).confirmed_at) == (2, None, None)


@pytest.mark.django_db(transaction=True)
def test_minutes_go_out_once_more_while_the_time_to_confirm_ends() -> None:
    cast = make_cast()
    row = planned(cast)
    sent(cast, row)
    question = fresh(row).confirmation
    assert question is not None
    Confirmation.objects.filter(pk=question.pk).update(due=AFTER, silence=Confirmation.Silence.CONFIRMED)
    again = written_anew(cast, row, QUESTION)

    def end() -> None:
        with transaction.atomic():
            end_confirmation(question.pk, now=AFTER)

    ending = Slow(end, QUESTION)
    assert slowly_at_once(AFTER, ending, again) == ["", ""]
    asked = Confirmation.objects.get(pk=question.pk)
    assert (asked.edition, asked.closed_at, asked.due, fresh(row).confirmed_at) == (2, None, UNTIL, None)


@pytest.mark.django_db(transaction=True)
def test_minutes_go_out_once_more_while_the_last_head_signs() -> None:
    cast = make_cast()
    row, sheet = confirmed(cast)
    signed(sheet, cast.head)
    again = written_anew(cast, row, SHEET)
    signing = Slow(partial(signed, sheet, cast.other_head), SHEET)
    codes = slowly_at_once(AFTER, signing, again)
    assert codes in (["", "archived"], ["sheet-ended", ""])
    ended = ending_of(Sheet.objects.select_related("ending").get(pk=sheet.pk))
    assert ended == ("voided" if codes[0] else "final")
    assert (fresh(row).archived_at is None) == bool(codes[0])
