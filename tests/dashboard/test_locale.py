"""Nothing the pages say is missing from a catalog, and no catalog holds what nobody says."""

from __future__ import annotations

import re
import string
from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from babel.messages.extract import extract_from_file

import dashboard
from dashboard.locale import (
    LANGUAGES,
    _,
    catalog,
    count_text,
    date_text,
    instant_text,
    month_text,
    ngettext,
    pgettext,
    speaking,
)

HERE = Path(dashboard.__file__).parent


KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def said_by_the_code() -> set[tuple[str, str]]:
    found = set()
    for path in HERE.rglob("*.py"):
        if path.parent.name == "locale":
            continue
        for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            found.add((context or "", message if isinstance(message, str) else message[0]))
    for path in HERE.rglob("*.html"):
        found |= {("", message) for message in re.findall(r'_\("([^"]+)"\)', path.read_text(encoding="utf-8"))}
    return found


def test_the_catalog_holds_what_is_said_and_nothing_else() -> None:
    said, known = said_by_the_code(), catalog()
    assert said - set(known) == set(), "missing"
    assert set(known) - said == set(), "unused"
    assert [message for message, forms in known.items() if not all(forms)] == [], "untranslated"


def test_each_message_of_the_catalog_has_one_translation() -> None:
    """A second one, left over from two changes at once, is passed over in silence, and may be the newer."""
    lines = (HERE / "locale" / "zh" / "messages.po").read_text(encoding="utf-8").splitlines()
    kinds = [found[0] for line in lines if (found := re.match(r"msgid(?!_)|msgid_plural|msgstr(?:\[\d+\])?", line))]
    follow = {
        "msgid": {"msgstr", "msgid_plural"},
        "msgid_plural": {"msgstr[0]"},
        "msgstr": {"msgid"},
        "msgstr[0]": {"msgid"},
    }
    assert [(one, after) for one, after in pairwise(kinds) if after not in follow[one]] == []


def test_translations_have_the_same_placeholders() -> None:
    def names(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    differing = [
        message
        for (_context, message), forms in catalog().items()
        if any(names(form) - {"n"} != names(message) - {"n"} for form in forms)
    ]
    assert differing == []


def test_a_message_stands_in_the_catalog_once() -> None:
    text = (HERE / "locale" / "zh" / "messages.po").read_text(encoding="utf-8")
    named = re.findall(r'^(?:msgctxt "(.+)"\n)?msgid "(.+)"$', text, flags=re.MULTILINE)
    assert [message for message, times in Counter(named).items() if times > 1] == []


def test_a_context_tells_two_texts_apart() -> None:
    said = {language: _said_twice(language) for language in LANGUAGES}
    assert said == {"zh": ("较上月", "变化"), "en": ("Change", "Change")}


def _said_twice(language: str) -> tuple[str, str]:
    with speaking(language):
        return _("Change"), pgettext("how much", "Change")


def test_counts_in_sentences_have_their_thousands_grouped_and_numbers_of_things_have_not() -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert "2,177" in ngettext("{n} day late", "{n} days late", 2177)
            assert "12,850" in _("All {n} measured targets", n=np.int64(12850))
            assert "2019" in _("Work plan {year}", year=2019)
            assert "15094" in _("entry {seq} of the ledger", seq=15094)
            assert "10000" in _("Task {number}", number=10000)


def test_chinese_texts_are_chinese() -> None:
    latin_only = [
        message
        for (_context, message), forms in catalog().items()
        if not re.search(r"[一-鿿、]", forms[0]) and not re.fullmatch(r"[\W\d]*", forms[0])
    ]
    assert latin_only == []


def test_chinese_texts_have_chinese_punctuation() -> None:
    half = re.compile(r"[一-鿿“”][,;:?!(]|[,;:?!)][一-鿿“”]|^[,;:] ?$|^[,;:]\{")
    assert [forms[0] for forms in catalog().values() if half.search(forms[0])] == []


def test_chinese_texts_have_no_space_between_a_number_and_what_is_counted() -> None:
    counted = "个项版号次条份行列页位分天日月年秒群层期轮"
    # and one between it and %
    apart = re.compile(
        rf"[}}\d]%|(\{{\w+\}}|(?<![A-Za-z\d])\d+) [{counted}]|第 [{{\d]|[一-鿿] \d|(?<![A-Za-z\d])\d+ [一-鿿]"
    )
    assert [form for forms in catalog().values() for form in forms if apart.search(form)] == []


def test_no_message_hides_in_an_f_string() -> None:
    hidden = [path.name for path in HERE.rglob("*.py") if re.search(r"\{_\(", path.read_text(encoding="utf-8"))]
    assert hidden == []


def test_dates_counts_and_plurals_follow_the_language() -> None:
    moment = datetime(2019, 10, 5, 10, 0, tzinfo=UTC)
    with speaking("zh"):
        assert date_text(date(2019, 9, 30)) == "2019年9月30日"
        assert month_text(date(2019, 9, 1)) == "2019年9月"
        assert instant_text(moment, timezone="Asia/Shanghai") == "2019年10月5日 18:00"
        assert ngettext("{n} day late", "{n} days late", 1) == "迟1天"
    with speaking("en"):
        assert date_text(date(2019, 9, 30)) == "30 Sep 2019"
        assert month_text(date(2019, 9, 1)) == "Sep 2019"
        assert instant_text(moment, timezone="Asia/Shanghai") == "5 Oct 2019, 18:00"
        assert ngettext("{n} day late", "{n} days late", 1) == "1 day late"
        assert ngettext("{n} day late", "{n} days late", 3) == "3 days late"
        assert count_text(Fraction(1234567)) == "1,234,567"
        assert count_text(Fraction("38.5")) == "38.5"


def test_an_unknown_language_is_chinese() -> None:
    with speaking("fr"):
        assert _("Met") == "达标"


NOT_ENGLISH = (
    r"weighed",  # a mean is weighted
    r"anew",  # again
    r"(has|have) come",  # has fallen due, has been received
    r"any more",  # no longer
    r"rolls? on",  # is ongoing
    r"fits? this choice",  # matches
    r"answers? to this",  # matches
    r"(still )?holds? until",  # is valid until
    r"hold every figure",  # check every figure
    r"stands so",  # says so
    r"takes a restart",  # takes effect after one
    r"less (reported|first)",  # minus
    r"has all$|has all\.",  # has them all
    r"look whether",  # check whether
    r"cannot be told",  # is not known, cannot be judged
    r"way to what is ahead",  # path to the next stage
    r"(status|verdict)\w* .*turned(?! worse| better)",  # has changed
    r"serves? to|do as well",  # can be used to, work too
)
"""Words that stood in the pages and that no native would write; beside each what is written instead."""


def test_the_english_is_what_a_native_writes() -> None:
    found = {
        (message, word)
        for _context, message in catalog()
        for word in NOT_ENGLISH
        if re.search(rf"\b(?:{word})\b", message, re.IGNORECASE)
    }
    assert found == set()
