"""Which passwords are accepted under each profile, and the list of common ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.password_rules import common_passwords, is_common, password_problems
from metrics.settings import settings
from tests.guessed_passwords import ENDINGS, ENGLISH, FILE, PINYIN, lines, text


@pytest.fixture
def mlps3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BIAOCHI_PASSWORD_PROFILE", "mlps3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("long river, quiet boat", set()),
        ("肇庆的江水向东流到海边去", set()),
        ("elevenchar1", {"password_short"}),
        ("twelvechars!", set()),
        ("my name is chen-02!", {"password_contains_username"}),
        ("MY NAME IS CHEN-02!", {"password_contains_username"}),
        ("1qaz2wsx3edc", {"password_common"}),
        ("Password-2019!", {"password_common"}),
        ("190212190212", {"password_common"}),
        ("aaaaaaaaaaaab", {"password_common"}),
        ("", {"password_short", "password_common"}),
        ("quiet river " * 22, {"password_long"}),
    ],
)
def test_the_rule_refuses_short_long_common_and_own_name(password: str, codes: set[str]) -> None:
    assert {problem.code for problem in password_problems(password, username="chen-02")} == codes


def test_a_refusal_does_not_repeat_the_password() -> None:
    for problem in password_problems("Password-1", username="pass"):
        assert problem.given is None
        assert "Password-1" not in problem.message.zh + problem.message.en


@pytest.mark.usefixtures("mlps3")
@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Ab-4mzru", set()),
        ("江水Ab4流到海边", set()),
        ("Ab-4mzr", {"password_short"}),
        ("river-boat", {"password_kinds"}),
        ("river4boat", {"password_kinds"}),
        ("River4boat", set()),
        ("Aa123456", {"password_common"}),
        ("P@ssw0rd", {"password_common"}),
        ("Admin@123", {"password_common"}),
        ("Zhaoqing@2026", {"password_common"}),
        ("1qaz@WSX", {"password_common"}),
        ("!QAZ2wsx", {"password_common"}),
        ("My-chen-02", {"password_contains_username"}),
    ],
)
def test_under_mlps3_eight_characters_of_three_kinds_are_asked_for(password: str, codes: set[str]) -> None:
    assert {problem.code for problem in password_problems(password, username="chen-02")} == codes


def test_the_list_is_what_its_rules_make_and_long_enough() -> None:
    assert FILE.read_text(encoding="ascii") == text()
    assert len(common_passwords()) == len(set(lines()))
    assert sum(len(line) >= 12 for line in common_passwords()) >= 3000  # those that the default profile would accept


def test_every_line_of_the_list_is_refused_in_any_casing() -> None:
    for line in common_passwords():
        if len(line) >= 8:
            assert all(map(is_common, (line, line.upper(), line.capitalize()))), line


@given(
    word=st.sampled_from(sorted({word for word in [*ENGLISH.split(), *PINYIN.split()] if len(word) >= 4})),
    before=st.text("0123456789!@#-_.", max_size=6),
    after=st.text("0123456789!@#-_.", max_size=12),
)
def test_digits_and_signs_around_a_common_word_help_nothing(word: str, before: str, after: str) -> None:
    assert is_common(before + word.title() + after)


@pytest.mark.parametrize("password", ["P@ssw0rd2026!", "Pa$$word#2026", "w3lcome-2026-06", "ｐａｓｓｗｏｒｄ２０２６"])
def test_signs_for_letters_and_full_width_letters_help_nothing(password: str) -> None:
    assert is_common(password)


def test_what_is_not_of_the_list_passes() -> None:
    for password in ("long river, quiet boat", "correct horse battery", "admin of the river", f"tree{ENDINGS[4]}moss"):
        assert not is_common(password)
