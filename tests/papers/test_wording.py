"""Days, numbers and widths as papers write them."""

from datetime import date
from fractions import Fraction

import pytest

from tongzhou.papers.wording import (
    clean,
    day_words,
    line_count,
    number_text,
    percent_text,
    percent_units,
    short_day,
    text_width,
)


def test_a_day_is_written_out_with_its_weekday() -> None:
    assert day_words(date(2026, 3, 2)) == "2026年3月2日（星期一）"
    assert day_words(date(2024, 3, 10)) == "2024年3月10日（星期日）"
    assert day_words(date(2024, 3, 10), date(2024, 3, 4)) == "3月10日（星期日）"
    assert day_words(date(2025, 1, 5), date(2024, 12, 30)) == "2025年1月5日（星期日）"


def test_a_day_in_a_sentence_carries_the_year_only_where_it_differs() -> None:
    assert short_day(date(2024, 6, 7), date(2024, 4, 18)) == "6月7日"
    assert short_day(date(2025, 1, 3), date(2024, 12, 30)) == "2025年1月3日"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0%"),
        (Fraction(24, 100), "24%"),
        (Fraction(1, 6), "16.67%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(1), "100%"),
        (Fraction(99999, 100000), "99.99%"),
        (Fraction(3, 2), "150%"),
    ],
)
def test_percent_has_no_needless_decimals_and_never_rounds_up_to_the_whole(share: Fraction, text: str) -> None:
    assert percent_text(share) == text


def test_percent_units_are_hundredths_of_a_percent() -> None:
    assert [percent_units(share) for share in (Fraction(1, 6), Fraction(1), 0)] == [1667, 10000, 0]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(10), 2, "10.00"),
        (Fraction(50, 3), 2, "16.67"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(-1, 1000), 2, "0.00"),
        (7, 0, "7"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(1, 20), 1, "0.1"),
    ],
)
def test_numbers_show_exactly_the_decimals_asked_for(value: Fraction, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text


def test_chinese_characters_and_emoji_take_two_places() -> None:
    assert [text_width(text) for text in ("ab", "同舟", "𠮷a", "🚢", "a\n同舟共济\nb", "")] == [2, 4, 3, 2, 8, 0]


def test_lines_follow_from_the_width() -> None:
    assert [line_count("同舟共济", width) for width in (8, 7, 2)] == [1, 2, 4]
    assert line_count("一\n\n二", 10) == 3


def test_what_cannot_be_printed_is_replaced_not_passed_on() -> None:
    assert clean("a\x00b\ud800c\x1bd\r\ne\tf") == "a\ufffdb\ufffdc\ufffdd\ne\tf"
