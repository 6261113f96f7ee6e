"""Reading the form: every bad cell is named, nothing is guessed, nothing passes through float."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.forms import OddNumber, as_given, incomplete_blocks, parse_values, plain, pointer_to, refuse_value
from metrics.plan.files import read_plan
from tests.builders import whole_values

PLAN = read_plan(Path(__file__).parents[2] / "seed" / "plan")

REFUSED: list[tuple[object, str, str]] = [
    (None, "value_blank", "null"),
    ("", "value_blank", ""),
    ("  ", "value_blank", "  "),
    ("　", "value_blank", "　"),
    (True, "value_not_a_number", "true"),
    (False, "value_not_a_number", "false"),
    ([], "value_not_a_number", "[]"),
    ({"a": 1}, "value_not_a_number", "{'a': 1}"),
    (3.5, "value_not_a_number", "3.5"),
    ("abc", "value_not_a_number", "abc"),
    ("NaN", "value_not_a_number", "NaN"),
    (OddNumber("Infinity"), "value_not_a_number", "Infinity"),
    (" 812", "value_not_a_number", " 812"),
    ("+5", "value_not_a_number", "+5"),
    ("007", "value_not_a_number", "007"),
    ("1 234", "value_not_a_number", "1 234"),
    ("约 800", "value_not_a_number", "约 800"),
    (-1, "value_negative", "-1"),
    ("-1", "value_negative", "-1"),
    ("-0.5", "value_negative", "-0.5"),
    (Decimal("-0.0"), "value_negative", "-0.0"),
    ("−5", "value_negative", "−5"),
    (Decimal("812.5"), "value_fractional", "812.5"),
    (Decimal("812.0"), "value_fractional", "812.0"),
    ("812.5", "value_fractional", "812.5"),
    (10**9 + 1, "value_too_large", "1000000001"),
    ("9" * 5000, "value_too_large", "9" * 100 + "…"),
    (OddNumber("9" * 5000), "value_too_large", "9" * 100 + "…"),
    (10**5000, "value_too_large", "…"),
    ("85%", "value_percentage", "85%"),
    ("85.3 ％", "value_percentage", "85.3 ％"),
    ("1e3", "value_exponent", "1e3"),
    (OddNumber("1E400"), "value_exponent", "1E400"),
    ("1,234", "value_thousands_separator", "1,234"),
    ("１２", "value_full_width", "１２"),
]


@pytest.mark.parametrize(("value", "code", "shown"), REFUSED, ids=range(len(REFUSED)))
def test_a_bad_cell_is_refused_with_its_place_and_name(value: object, code: str, shown: str) -> None:
    parsed = parse_values(PLAN, {"items_total": value})
    (problem,) = parsed.problems
    assert (problem.code, problem.pointer, problem.given) == (code, "/values/items_total", shown)
    assert "事项总数" in problem.message.zh
    assert "事项总数" in problem.message.en
    assert parsed.values == {}
    assert parsed.posted == {"items_total"}


@pytest.mark.parametrize("value", [0, 812, "812", 10**9, "0"])
def test_a_count_is_read_exactly(value: object) -> None:
    parsed = parse_values(PLAN, {"items_total": value})
    assert parsed.problems == ()
    assert parsed.values == {"items_total": Decimal(str(value))}


@pytest.mark.parametrize("value", [Decimal("38.5"), "38.5", 38, "38.0", "0.1"])
def test_decimals_are_read_where_the_element_allows_them(value: object) -> None:
    parsed = parse_values(PLAN, {"startup_days": value})
    assert parsed.values == {"startup_days": Decimal(str(value))}


@pytest.mark.parametrize("value", ["38.55", Decimal("38.50")])
def test_more_decimal_places_than_the_element_has_are_refused(value: object) -> None:
    assert [p.code for p in parse_values(PLAN, {"startup_days": value}).problems] == ["value_fractional"]


def test_every_bad_cell_is_listed() -> None:
    parsed = parse_values(PLAN, whole_values(items_total=-1, items_online="", systems_due="85%", no_such=1))
    assert {(p.pointer, p.code) for p in parsed.problems} == {
        ("/values/items_total", "value_negative"),
        ("/values/items_online", "value_blank"),
        ("/values/systems_due", "value_percentage"),
        ("/values/no_such", "element_unknown"),
    }


def test_nothing_at_all_is_refused() -> None:
    assert [p.code for p in parse_values(PLAN, {}).problems] == ["values_empty"]


def test_values_come_in_the_order_of_the_form() -> None:
    posted = dict(reversed(whole_values().items()))
    assert list(parse_values(PLAN, posted).values) == [element.code for element in PLAN.elements]


def test_the_pointer_to_an_odd_code_is_escaped() -> None:
    (problem,) = parse_values(PLAN, {"a/b~c": 1}).problems
    assert problem.pointer == "/values/a~1b~0c"
    assert pointer_to("values", "x") == "/values/x"


def test_half_a_block_is_refused_and_says_what_is_missing() -> None:
    (problem,) = incomplete_blocks(PLAN, posted={"systems_due"}, known=())
    assert (problem.code, problem.given) == ("block_incomplete", "systems_connected")
    assert "自建系统已接数" in problem.message.zh


def test_half_a_block_completes_what_is_known() -> None:
    assert incomplete_blocks(PLAN, posted={"systems_due"}, known={"systems_connected"}) == []


def test_blocks_left_out_whole_are_no_problem() -> None:
    assert incomplete_blocks(PLAN, posted={"systems_due", "systems_connected"}, known=()) == []


@pytest.mark.parametrize(("value", "written"), [("38.50", "38.5"), ("40.0", "40"), ("100", "100"), ("0", "0")])
def test_figures_are_written_without_trailing_zeros(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1, "1"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 100 + "…"),
        (OddNumber("1E400"), "1E400"),
        (2**1000 - 1, str(2**1000 - 1)[:100] + "…"),  # 1,000 bits are still written
        (2**1000, "…"),
        (Decimal("812.50"), "812.50"),
    ],
)
def test_a_value_is_shown_as_it_was_given_and_a_long_one_short(value: object, given: str) -> None:
    assert as_given(value) == given


@pytest.mark.parametrize(
    ("element", "zh", "en"),
    [
        (
            "startup_days",
            "数量(工作日),最多 1 位小数,如 38.5",
            "a count (working days) with at most 1 decimal place, like 38.5",
        ),
        ("items_total", "整数(项),如 850", "a whole number (items), like 850"),
    ],
)
def test_a_refusal_says_what_was_expected(element: str, zh: str, en: str) -> None:
    (problem,) = parse_values(PLAN, {element: "abc"}).problems
    assert problem.expected is not None
    assert (problem.expected.zh, problem.expected.en) == (zh, en)


def test_a_refusal_says_how_many_decimals_there_may_be() -> None:
    few, none = (parse_values(PLAN, {code: "1.55"}).problems[0].message for code in ("startup_days", "items_total"))
    assert few.zh.endswith("小数位数过多:最多 1 位小数。")
    assert none.zh.endswith("小数位数过多:只能填整数。")
    assert few.en.endswith("has too many decimal places: at most 1 decimal place.")
    assert none.en.endswith("has too many decimal places: whole numbers only.")


def test_two_decimal_places_are_places() -> None:
    element = PLAN.element_by_code["startup_days"].model_copy(update={"decimals": 2})
    problem = refuse_value(element, "1.555", "value_fractional")
    assert problem.message.en.endswith("at most 2 decimal places.")
    assert problem.expected is not None
    assert problem.expected.en == "a count (working days) with at most 2 decimal places, like 38.5"


def test_a_refusal_can_say_what_the_eye_sees() -> None:
    element = PLAN.element_by_code["items_total"]
    problem = refuse_value(element, 850, "value_shown_otherwise", seen="85.0")
    assert (problem.pointer, problem.given) == ("/values/items_total", "850")
    assert "存的是 850,看到的却不是它(显示或格式为“85.0”)" in problem.message.zh
    assert "holds 850, but" in problem.message.en
    too_large = refuse_value(element, 10**10, "value_too_large")
    assert too_large.message.en.endswith("is beyond 1000000000; check it.")


def test_a_block_that_is_not_first_is_looked_at_too_and_each_says_its_own() -> None:
    problems = incomplete_blocks(PLAN, posted={"systems_due", "net_town_ok"}, known={"net_county_due"})
    given = ("net_town_ok", "net_county_due")
    network = [code for code in whole_values() if code.startswith("net_") and code not in given]
    assert [problem.given for problem in problems] == ["systems_connected", ", ".join(network)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.builds(OddNumber, st.text()),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
NUMBERS = st.integers(-5, 10**10) | st.decimals(-5, 10**10, places=2).map(str) | st.from_regex(r"[0-9.,%eE-]{1,8}")


@given(code=st.sampled_from([e.code for e in PLAN.elements]), value=JSON | NUMBERS)
def test_any_value_is_read_exactly_or_refused_with_its_pointer(code: str, value: object) -> None:
    parsed = parse_values(PLAN, {code: value})
    if parsed.problems:
        assert [p.pointer for p in parsed.problems] == [f"/values/{code}"]
        assert parsed.values == {}
    else:
        assert isinstance(value, int | str | Decimal | OddNumber)
        assert parsed.values[code] == Decimal(value.text if isinstance(value, OddNumber) else value)
        assert 0 <= parsed.values[code] <= PLAN.element_by_code[code].maximum
