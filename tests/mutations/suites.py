"""Which modules are changed, and which files of tests must notice: the same path under tests/, and named ones."""

from __future__ import annotations

from collections.abc import Mapping

_BESIDES: Mapping[str, tuple[str, ...]] = {
    "metrics.projection": (),
    "metrics.rates": (),
    "metrics.rounding": (),
    "metrics.ranking": (),
    "metrics.timeliness": (),
    "metrics.checks": ("test_checks_told.py", "test_checks_over_months.py", "test_checks_against_last_month.py"),
    "metrics.forms": (),
    "metrics.verdicts.ratios": (),
    "metrics.verdicts.rate_table": (),
    "metrics.verdicts.known_figures": (),
    "metrics.verdicts.target_table": (),
    "metrics.verdicts.verdict_figures": (),
    "metrics.verdicts.single_verdicts": (),
    "metrics.verdicts.single_rates": (),
    "metrics.verdicts.scores": (),
    "metrics.verdicts.tallies": (),
    "metrics.progress": ("test_shortfall.py",),
    "metrics.due_line": (),
    "metrics.checks_over_months": ("test_checks_against_last_month.py", "test_checks_of_seldom.py"),
    "metrics.roll_up": (),
    "metrics.verdicts.paces": (),
    "metrics.verdicts.verdict_table": ("test_progress.py", "verdicts/test_denominator_watch.py"),
    "metrics.verdicts.rounded_columns": (),
    "metrics.verdicts.attention_table": ("verdicts/test_attention_by_hand.py",),
}
MODULES = tuple(_BESIDES)


def own_tests(module: str) -> tuple[str, ...]:
    """The tests of a module as pytest names them, from the root on: its own file, then what holds it against others."""
    *folders, leaf = module.split(".")
    return ("/".join(["tests", *folders, f"test_{leaf}.py"]), *(f"tests/metrics/{path}" for path in _BESIDES[module]))
