"""Matrices of cases: one test for all combinations, where a test for each of them would cost more than the check."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from itertools import product
from typing import Any, TypeVar

WHOLE = os.environ.get("MATRIX") == "whole"  # as `make torture` does: minutes

Value = TypeVar("Value")


def dealt(values: Sequence[Value], turn: int) -> Sequence[Value]:
    """One of `values`, the next with every `turn`; with MATRIX=whole all of them.

    For what each of many things is tried with where one mechanism answers for all of them: every thing and every value
    is met in each run, and every pair in `make torture`.
    """
    return values if WHOLE or not values else [values[turn % len(values)]]


def every(**axes: Collection[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Makes of a check a test that calls it with every combination of its arguments, and names each one that fails."""

    def whole(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            cases, failed = 0, []
            for case in product(*axes.values()):
                given, cases = dict(zip(axes, case, strict=True)), cases + 1
                try:
                    check(**given)
                except Exception as failure:
                    failed.append(f"{given}: {type(failure).__name__}: {failure}")
            assert cases, "an axis is empty"
            assert not failed, f"{len(failed)} of {cases} cases fail:\n" + "\n".join(failed)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return whole
