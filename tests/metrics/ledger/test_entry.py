"""Leaves are canonical JSON: what the standard library writes of them is what RFC 8785 asks for."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from metrics.ledger.entry import canonical

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_canonical_json_is_byte_for_byte_that_of_the_standard(content: dict[str, object]) -> None:
    assert canonical(content) == rfc8785.dumps(content)  # type: ignore[arg-type]  # its own name for JSON
