"""Days, numbers and widths as papers write them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tongzhou.papers.wording import (
    chinese_amount,
    chinese_date,
    clean,
    day_words,
    line_count,
    number_text,
    percent_text,
    percent_units,
    pieces,
    printed,
    short_day,
    shortened,
    text_width,
    titled,
    written_day,
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


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.004", "零元整"),
        ("-0.004", "零元整"),
        ("0.005", "壹分"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("0.56", "伍角陆分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("11", "壹拾壹元整"),
        ("100", "壹佰元整"),
        ("101", "壹佰零壹元整"),
        ("110", "壹佰壹拾元整"),
        ("1001", "壹仟零壹元整"),
        ("1010", "壹仟零壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("10000", "壹万元整"),
        ("10001", "壹万零壹元整"),
        ("10050", "壹万零伍拾元整"),
        ("10500", "壹万零伍佰元整"),
        ("15000", "壹万伍仟元整"),
        ("100000", "壹拾万元整"),
        ("100100", "壹拾万零壹佰元整"),
        ("1000000", "壹佰万元整"),
        ("1001000", "壹佰万壹仟元整"),
        ("10000000", "壹仟万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("100100000", "壹亿零壹拾万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("1000010001", "壹拾亿零壹万零壹元整"),
        ("123456789.01", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        ("1000000000000", "壹万亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-3.05", "负叁元零伍分"),
        ("-100", "负壹佰元整"),
    ],
)
def test_amounts_in_capital_numerals(amount: str, words: str) -> None:
    assert chinese_amount(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e16", "9999999999999999.995", "-1e400"])
def test_an_amount_without_a_name_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        chinese_amount(Decimal(amount))


def test_days_and_titles() -> None:
    assert chinese_date(date(2026, 3, 2)) == "2026年3月2日"
    assert titled("项目章程") == "《项目章程》" == titled("《项目章程》")
    assert titled("关于《甲》和《乙》的备忘录") == "《关于〈甲〉和〈乙〉的备忘录》"
    assert titled("《甲》和《乙》") == "《〈甲〉和〈乙〉》"
    assert titled(" ") == ""


def test_what_turns_letters_around_is_not_printed() -> None:
    assert printed("a\u202ecba\u2066x\u200f") == "acbax\u200f"
    assert printed("a\x00\r\n\ud83d") == "a\ufffd\n\ufffd"


@pytest.mark.parametrize("text", ["", "短", "a\nb\n" * 40, "很长" * 500, "x" * 999 + "\n" + "甲" * 77, "\n" * 50])
@pytest.mark.parametrize(("width", "lines"), [(10.0, 3), (2.0, 1), (42.0, 22)])
def test_pieces_of_a_text_are_the_text_and_none_is_too_high(text: str, width: float, lines: int) -> None:
    found = pieces(text, width, lines)
    assert "".join(found) == text
    assert all(line_count(piece.removesuffix("\n"), width) <= lines for piece in found)


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("", 5, ""),
        ("abc", 3, "abc"),
        ("abcd", 3, "a…"),
        ("公司名称", 6, "公司…"),
        ("a\nb", 9, "a b"),
        ("字" * 9999, 8, "字字字…"),
    ],
)
def test_a_text_is_shortened_to_a_line(text: str, width: int, short: str) -> None:
    assert shortened(text, width) == short


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-02", "2026年3月2日"),
        ("2026-11-22 14:05", "2026年11月22日 14:05"),
        ("", ""),
        ("2026-03-02前", "2026-03-02前"),
        ("２０２６-03-02", "２０２６-03-02"),
        ("三月", "三月"),
    ],
)
def test_days_in_iso_form_are_written_as_papers_write_them(text: str, written: str) -> None:
    assert written_day(text) == written
