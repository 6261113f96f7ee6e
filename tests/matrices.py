"""Matrices of cases: one test for all combinations, where a test for each of them would cost more than the check."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import product
from typing import Any


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
