"""A comparison of many targets: those on which all units are level are folded, where these are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dash import html

from dashboard.locale import ngettext

Component = Any
One = TypeVar("One")

_FEWEST_FOLDED = 4  # targets on which all are level


def level_charts(level: int) -> str:
    """What a fold of so many charts says."""
    return ngettext("{n} more chart, on which all are level now", "{n} more charts, on which all are level now", level)


def _targets(level: int) -> str:
    return ngettext("All are level on {n} target", "All are level on {n} targets", level)


def level_folded(
    ones: Sequence[One],
    *,
    is_level: Callable[[One], bool],
    table: Callable[[Sequence[One]], Component],
    said: Callable[[int], str] = _targets,
) -> list[Component]:
    """A `table` of the targets on which the units lie apart and one, folded, of the others; one of all where few are
    level, or none is not. `said`: what the fold says, of so many.
    """
    level = [one for one in ones if is_level(one)]
    if len(level) < _FEWEST_FOLDED or len(level) == len(ones):
        return [table(ones)]
    apart = [one for one in ones if not is_level(one)]
    return [table(apart), html.Details([html.Summary(said(len(level))), table(level)], className="fold")]
