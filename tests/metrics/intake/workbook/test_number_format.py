"""What a number shows under formats of every kind, each with many numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.intake.workbook.number_format import PLAIN, Look, number_look, text_look
from tests.matrices import every

WHOLE = [Decimal(n) for n in (0, 1, 7, 38, 98, 100, 999, 1000, 1234, 20114, 1234567, 99999999999)]
DECIMAL = [Decimal(n) for n in ("0.5", "38.5", "98.05", "0.005", "999.995", "1234.5")]
NOT_ZERO = WHOLE[1:]

THEMSELVES = [  # whole numbers look like themselves
    *(
        "General",
        "GENERAL",
        "G/通用格式",
        "",
        "0",
        "#,##0",
        "#,##0.00",
        "0.00",
        "0.",
        "0.0#",
        "@",
        "0_ ",
        "#,##0_);(#,##0)",
    ),
    *("[Red]0", "[红色]0", "[Color 12]0", "0;[Red]-0", "#,##0;[Red]\\-#,##0", "???0", "* 0", "_ * #,##0_ ", "0;-0;0;@"),
    *(
        "[$-804]0",
        "[$-409]#,##0",
        "[>=0]0",
        "[<0]\\-0;0",
        "0;@",
        "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * 0_ ;_ @_ ",
    ),
]
APPROXIMATE = ['"约"0', "\\约0", "!约0", "约0", '"约"General', '"约"#']
ADDED = {
    '0"0"': "0",
    '0"00"': "00",
    "0\\5": "5",
    '0"+"': "+",
    '0"."': ".",
    '0" 人次2"': " 人次2",
    "0-": "-",
    '0"(估)"': "(估)",
}
AHEAD = {'"1"0': "1", '"超"0': "超", "\\~0": "~", "$0": "$", "[$¥-804]0": "¥", "[$USD]0": "USD", '"第"0': "第"}
MEASURES = ["户", "项", "份", "工作日", "个", "以上", "余户", "家/月"]
HIDING = [";;;", ";;", ";", '"";"";""', "[=0]0;;", '"—"', '"无"']
UNKNOWN = [
    *("# ?/?", "# ??/100", "[DBNum1]General", "[DBNum2][$-804]0", "##0.0E+0", "0*-", "0*0", "*.0", "[Foo]0", "0,0.0.0"),
    *("0.0,0", '"open', "[h]", "0;0;0;0;0", "[$-2000404]0", "0 x", "k0", "[>1e5]0", "0\\"),
]


@every(code=THEMSELVES, number=WHOLE)
def test_formats_that_change_no_digit(code: str, number: Decimal) -> None:
    assert number_look(number, code) == PLAIN


@every(code=["General", "0.0##", "#.###", "#,##0.000", "0.000_ ", "@"], number=[*WHOLE, *DECIMAL])
def test_formats_with_places_enough(code: str, number: Decimal) -> None:
    if number == 0 and code == "#.###":
        assert number_look(number, code) == Look(shown=".")
    else:
        assert number_look(number, code) == PLAIN


@every(places=range(4), number=[*WHOLE, *DECIMAL], grouped=[False, True])
def test_rounding_shows_another_number(places: int, number: Decimal, grouped: bool) -> None:
    code = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    shown = None if rounded == number else f"{rounded:,f}" if grouped else f"{rounded:f}"
    assert number_look(number, code) == Look(shown=shown)


@every(code=APPROXIMATE, number=NOT_ZERO)
def test_words_before_a_number(code: str, number: Decimal) -> None:
    assert number_look(number, code) == Look(shown=f"约{number}")


@every(code=ADDED, number=WHOLE)
def test_what_is_added_behind(code: str, number: Decimal) -> None:
    look = number_look(number, code)
    if code == '0" 人次2"':
        assert look == Look(shown=f"{number} 人次2")
    else:
        assert look == Look(shown=f"{number}{ADDED[code]}")


@every(code=AHEAD, number=WHOLE)
def test_what_is_added_in_front(code: str, number: Decimal) -> None:
    assert number_look(number, code) == Look(shown=f"{AHEAD[code]}{number}")


@every(measure=MEASURES, core=["0", "General", "#,##0", "0_ ", "[Blue]0"], number=WHOLE)
def test_words_behind_an_exact_number_are_its_suffix(measure: str, core: str, number: Decimal) -> None:
    assert number_look(number, f'{core}"{measure}"') == Look(suffix=measure)


@every(code=['0"百户"', '0.0,"万"', "0,", "#,##0,,", '0"千份"', '0!.0,"万"', '0.00"亿"'], number=WHOLE)
def test_scaled_numbers(code: str, number: Decimal) -> None:
    assert number_look(number, code) == Look(scaled=True)


@every(code=["0%", "0.00%", '0"%"', "0％", "[Red]0%", "0.0%;-0.0%"], number=[*WHOLE, *DECIMAL])
def test_percentages(code: str, number: Decimal) -> None:
    assert number_look(number, code) == Look(percent=True)


@every(code=HIDING, number=NOT_ZERO)
def test_hidden_numbers(code: str, number: Decimal) -> None:
    shown = {'"—"': "—", '"无"': "无"}.get(code, "")
    assert number_look(number, code) == Look(shown=shown)


@pytest.mark.parametrize(
    ("code", "shown"),
    {
        "#": "", "#,###": "", "0;;": "", "0;-0;": "", '0;-0;"-"': "-", '0;-0;"零"': "零", "[=0]\"无\";0": "无",
        '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)': "-", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ': "-",
    }.items(),
)  # fmt: skip
def test_a_zero_that_is_not_shown_as_one(code: str, shown: str) -> None:
    assert number_look(Decimal(0), code) == Look(shown=shown)
    assert number_look(Decimal(7), code) == PLAIN


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("1000", "0.00E+00", "1.00E+03"), ("98", "0E+0", "1E+2"), ("0", "0.0E+00", "0.0E+00"), ("0.05", "0E-00", "5E-02"),
        ("98.25", "0.00E+00", "9.83E+01"), ("123456789012", "General", "1.23457E+11"), ("98", "000", "098"),
        ("98", "0,000", "0,098"), ("98", "0-00", "0-98"), ("98", '0","0', "9,8"), ("1234567", "# ##0", "1234 567"), ("98", '0"."0', "9.8"),
        ("1234", "00-00-00", "00-12-34"), ("0.5", "0", "1"), ("0.4", "0", "0"), ("99.5", "#", "100"), ("98", '[>=100]0;"少"', "少"),
        ("98", '[<100]"<100";0', "<100"), ("-5", "0;0", "5"), ("-5", '0;"负"0', "负5"), ("20114", "0!.0000", "2.0114"),
    ],
)  # fmt: skip
def test_other_changes(number: str, code: str, shown: str) -> None:
    assert number_look(Decimal(number), code) == Look(shown=shown)


@every(code=UNKNOWN, number=[*WHOLE, *DECIMAL])
def test_nobody_can_say_what_an_unknown_format_shows(code: str, number: Decimal) -> None:
    assert number_look(number, code) == Look(shown=code)


@given(st.text('0#?.,;"\\_*[]E+-@%约户 xG$>=<5', max_size=12), st.integers(0, 10**10).map(Decimal))
def test_no_format_breaks_and_none_without_places_shows_the_number(code: str, number: Decimal) -> None:
    look = number_look(number, code)
    if look == PLAIN and code:
        assert any(place in code for place in "0#?@"), code


@every(
    code=["0", "#,##0", "0.00", "General", "[Red]0", "0.0", "???0", "0;-0"],
    word=['"5"', '"约"', "\\7", '"十"', "*-", "*0", '"."', "$", "%", "E+00", "/8"],
)
def test_whatever_is_put_into_a_good_format_is_noticed(code: str, word: str) -> None:
    """At every place of it, also where the format becomes another one, or none at all."""
    for place in range(len(code.partition(";")[0]) + 1):
        changed = code[:place] + word + code[place:]
        assert number_look(Decimal(1234), changed) != PLAIN, changed


@pytest.mark.parametrize("text", ["98", "封开县", "2021年2月"])
@pytest.mark.parametrize(
    ("code", "shown"),
    {
        "General": None, "@": None, "0": None, '0"户"': None, "yyyy\\-mm\\-dd;@": None, ";;;@": None, '0;0;0;@"县"': "{}县",
        ";;;": "", '"约"@': "约{}", "@@": "{0}{0}", '0"@"': None, "# ?/?;@": None, "0;0;0;[DBNum1]@": "0;0;0;[DBNum1]@",
    }.items(),
)  # fmt: skip
def test_texts(text: str, code: str, shown: str | None) -> None:
    assert text_look(text, code).shown == (None if shown is None else shown.format(text))
