"""Leaves are canonical JSON, as RFC 8785 asks for, and each has a salt that nobody can give or leave out."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from metrics.database import WriteSession
from metrics.ledger.entry import append, append_all, canonical, newest_seq, next_place

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_canonical_json_is_byte_for_byte_that_of_the_standard(content: dict[str, object]) -> None:
    assert canonical(content) == rfc8785.dumps(content)  # type: ignore[arg-type]  # its own name for JSON


def test_the_same_said_again_at_the_same_place_and_moment_has_another_hash(session: WriteSession) -> None:
    place, hashes = next_place(session), []
    for _ in range(2):
        undone = session.begin_nested()
        hashes.append(append(session, kind="submission", place=place, content={"reason": "请核实"}))
        undone.rollback()
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize("name", ["kind", "recorded_at", "salt", "seq"])
def test_what_the_ledger_says_of_an_entry_itself_is_not_taken_from_its_content(
    session: WriteSession, name: str
) -> None:
    before = newest_seq(session)
    with pytest.raises(ValueError, match=name):
        append(session, kind="submission", place=next_place(session), content={"reason": "请核实", name: "given"})
    assert newest_seq(session) == before


def test_leaves_of_a_load_without_a_salt_are_refused(session: WriteSession) -> None:
    before = newest_seq(session)
    with pytest.raises(ValueError, match="salt"), session.begin_nested():
        append_all(session, kind="submission", place=next_place(session), leaves=[canonical({"reason": "请核实"})])
    assert newest_seq(session) == before
