"""The random tamperings themselves: what they change is another value each time."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from tests.trust.campaign import another


def test_every_value_has_another() -> None:
    """A tampering that changes nothing would be missed, and one that cannot be made ends the thousand."""
    draw = random.Random(1)
    for value in (None, "", "met", "submitted", 0, Decimal("0.50"), True, b"", b"x", {}, {"a": 1}, date(2019, 9, 1)):
        for held in (value, [value], [value, value]):
            assert another(held, draw) != held
    assert another([], draw) != []
