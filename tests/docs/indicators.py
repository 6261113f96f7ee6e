"""The sections of docs/indicators.md that are drawn from the city's plan: every indicator, and numbers without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metrics.plan.model import Direction, Indicator, LinearForm, Plan, Target
from tests.plan_folders import SEED, plan_in, written

_SIGN = {">=": "≥", "<=": "≤", "==": "="}


def indicators() -> str:
    """A section for each indicator: what it is, its formula and elements, the targets that it decides, its pitfalls."""
    plan = plan_in(SEED)
    return "\n\n".join("\n\n".join(_parts(plan, indicator)) for indicator in plan.indicators)


def unmeasured() -> str:
    """The targets with a number that no indicator decides: a table."""
    targets = [target for target in plan_in(SEED).targets if target.indicator is None and target.threshold is not None]
    return _table(targets, with_window=False)


def _parts(plan: Plan, indicator: Indicator) -> Iterator[str]:
    yield f"### {indicator.code} · {indicator.name.zh} · {indicator.name.en}{' ★' if indicator.core else ''}"
    yield f"{indicator.definition.zh}  \n{indicator.definition.en}"
    measure = " / ".join(dict.fromkeys([indicator.unit_of_measure.zh, indicator.unit_of_measure.en]))
    better = "越高越好 / higher is better" if indicator.direction is Direction.HIGHER else "越低越好 / lower is better"
    yield f"**`{_formula(indicator)}`** · {measure} · {better}"
    elements = [plan.element_by_code[code] for code in indicator.elements]
    yield "\n".join(
        f"- `{e.code}` {e.name.zh} / {e.name.en} ({e.unit_of_measure.zh}, {e.nature.value})" for e in elements
    )
    bound = [target for target in plan.targets if target.indicator == indicator.code]
    yield _table(bound, with_window=True) if bound else "方案没有这项目标 / the plan sets no target for it."
    yield from (
        f"Exclusion of {target.code}: `{left_out.element}` {left_out.code}, {left_out.name.zh} / {left_out.name.en}. "
        f"{left_out.effect.zh}。 {left_out.effect.en}."
        for target in bound
        for left_out in target.exclusions
    )
    if indicator.note is not None:
        yield f"注意 · Pitfalls: {indicator.note.zh} {indicator.note.en}"


def _formula(indicator: Indicator) -> str:
    def side(form: LinearForm) -> str:
        return f"({written(form)})" if " " in written(form) else written(form)

    scale = "" if indicator.scale == 1 else f"{indicator.scale} × "
    return f"{scale}{side(indicator.numerator)} ÷ {side(indicator.denominator)}"


def _table(targets: Sequence[Target], *, with_window: bool) -> str:
    head = ["target", "目标", "line", "due", *(["verification window"] if with_window else []), "clause"]
    rows = [head, ["---"] * len(head), *(_row(target, with_window=with_window) for target in targets)]
    first, rule, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([first, rule.replace(" ", ""), *rest])


def _row(target: Target, *, with_window: bool) -> list[str]:
    window = target.verification_window
    clause = "<br>".join(f"{citation.line}: {citation.quote}" for citation in target.citations)
    cells = [target.code, f"{target.name.zh}<br>{target.name.en}", _line(target), str(target.due_on or "—")]
    return [*cells, *([f"{window.start} … {window.end}" if window else "—"] if with_window else []), clause]


def _line(target: Target) -> str:
    """``≥ 70 %``, and whether and how the document prints it."""
    if target.comparator is None or target.unit_of_measure is None:
        raise ValueError(f"{target.code} has a number without a sign or a measure")
    text = f"{_SIGN[target.comparator]} {target.threshold} {target.unit_of_measure.en}"
    if target.printed:
        printed = target.printed
        return f"{text} (implied; printed {_SIGN[printed.comparator]} {printed.threshold} {printed.unit_of_measure.en})"
    return f"{text} (implied)" if target.threshold_implied else text
