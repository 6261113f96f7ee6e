"""The datasets of the plan: units, elements, indicators, targets."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import date

from metrics.database import ReadSession
from metrics.plan.model import LinearForm, Target, Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.queries.view import View


def formula(form: LinearForm) -> str:
    """A linear form as text: `materials_baseline - materials_current`."""
    text = ""
    for term in form.terms:
        sign = " - " if term.times < 0 else " + "
        times = "" if abs(term.times) == 1 else f"{abs(term.times)}*"
        text += (sign if text else sign.strip(" +")) + times + term.element
    return text + (f" + {form.constant}" if form.constant else "")


def iso(day: date | None) -> str | None:
    """A day as a cell."""
    return None if day is None else day.isoformat()


def _said(text: Text | None, language: str) -> str | None:
    return None if text is None else text.in_language(language)


def _unit_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    plan = view.plan
    for unit in plan.units:
        if pull.units and unit.code not in pull.units:
            continue
        yield (
            unit.code,
            unit.name.in_language(pull.language),
            unit.kind.value,
            unit.parent,
            unit.lies_in,
            unit.code not in plan.children,
            unit.figures_required,
            iso(unit.valid_from),
            iso(unit.valid_to),
            "; ".join(alias.name for alias in unit.aliases) or None,
            unit.order,
        )


def _element_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    blocks = {block.code: block.name for block in view.plan.blocks}
    for element in view.plan.elements:
        if pull.elements and element.code not in pull.elements:
            continue
        yield (
            element.code,
            element.name.in_language(pull.language),
            element.block,
            blocks[element.block].in_language(pull.language),
            element.unit_of_measure.in_language(pull.language),
            element.nature.value,
            element.decimals,
            element.order,
        )


def _indicator_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    for indicator in view.plan.indicators:
        if pull.indicators and indicator.code not in pull.indicators:
            continue
        yield (
            indicator.code,
            indicator.name.in_language(pull.language),
            formula(indicator.numerator),
            formula(indicator.denominator),
            indicator.scale,
            indicator.unit_of_measure.in_language(pull.language),
            indicator.direction.value,
            indicator.core,
            indicator.definition.in_language(pull.language),
        )


def _targets(view: View, pull: Pull) -> Iterator[Target]:
    """Every known revision, or the one in force on a day, or the newest."""
    if pull.history:
        yield from view.plan.targets
    elif pull.on is not None:
        yield from view.plan.targets_in_force(pull.on)
    else:
        yield from (revisions[-1] for revisions in view.plan.target_revisions.values())


def _target_rows(_: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    for target in _targets(view, pull):
        if pull.targets and target.code not in pull.targets:
            continue
        if pull.indicators and target.indicator not in pull.indicators:
            continue
        language, window, first = pull.language, target.verification_window, target.citations[0]
        yield (
            target.code,
            target.name.in_language(language),
            target.kind.value,
            ";".join(str(number) for number in target.tasks) or None,
            target.indicator,
            target.comparator,
            None if target.threshold is None else format(target.threshold, "f"),
            _said(target.unit_of_measure, language),
            target.threshold_implied,
            iso(target.due_on),
            None if window is None else iso(window.start),
            None if window is None else iso(window.end),
            _said(target.scope, language),
            "; ".join(exclusion.name.in_language(language) for exclusion in target.exclusions) or None,
            _said(target.qualifier, language),
            first.where,
            first.line,
            first.quote,
            target.revision,
            iso(target.effective_from),
            target.reason or None,
        )


ORDER = column("sort_order", Kind.INTEGER, "显示顺序", "Display order")

UNITS = Dataset(
    name="units",
    title=Text(zh="填报单位", en="Units"),
    grain=Text(zh="一行为一个单位", en="One row per unit"),
    columns=(
        c.UNIT_CODE,
        c.UNIT_NAME,
        column("kind", Kind.CODE, "类别", "Kind"),
        column("parent_code", Kind.CODE, "上级单位", "Unit into which it is rolled up"),
        column("lies_in", Kind.CODE, "所在县区(不计入其数据)", "County it lies in; no figures flow along this"),
        flag("reports", "填报(否则为汇总)", "Posts returns; otherwise it is rolled up"),
        flag("figures_required", "须报数据", "Is expected to report figures"),
        column("valid_from", Kind.DATE, "设立日", "Exists from"),
        column("valid_to", Kind.DATE, "撤销日", "Exists until"),
        column("aliases", Kind.TEXT, "别名", "Other names, separated by '; '"),
        ORDER,
    ),
    order=("sort_order", "unit_code"),
    parameters=EVERYWHERE | {"unit"},
    rows=_unit_rows,
)

ELEMENTS = Dataset(
    name="elements",
    title=Text(zh="填报项", en="Elements"),
    grain=Text(zh="一行为月报表中的一个填报项", en="One row per count of the monthly form"),
    columns=(
        c.ELEMENT_CODE,
        c.ELEMENT_NAME,
        column("block_code", Kind.CODE, "表块代码", "Block: filled whole or left out whole"),
        column("block_name", Kind.TEXT, "表块", "Block's name"),
        c.UNIT_OF_MEASURE,
        column("nature", Kind.CODE, "stock 期末存量、flow 当期发生", "stock: at the period's end; flow: within it"),
        column("decimals", Kind.INTEGER, "小数位数", "Decimals allowed"),
        ORDER,
    ),
    order=("sort_order", "element_code"),
    parameters=EVERYWHERE | {"element"},
    rows=_element_rows,
)

INDICATORS = Dataset(
    name="indicators",
    title=Text(zh="指标", en="Indicators"),
    grain=Text(zh="一行为一个指标", en="One row per indicator"),
    columns=(
        c.INDICATOR_CODE,
        c.INDICATOR_NAME,
        column("numerator", Kind.TEXT, "分子(填报项代码的线性式)", "Numerator, a linear form over element codes"),
        column("denominator", Kind.TEXT, "分母(填报项代码的线性式)", "Denominator, likewise"),
        column("scale", Kind.INTEGER, "倍率", "Scale: value = scale × numerator ÷ denominator"),
        c.UNIT_OF_MEASURE,
        column("direction", Kind.CODE, "higher 越高越好、lower 越低越好", "Which direction is better"),
        flag("core", "核心指标", "One of the headline commitments"),
        column("definition", Kind.TEXT, "口径", "Definition"),
    ),
    order=("indicator in display order",),
    parameters=EVERYWHERE | {"indicator"},
    rows=_indicator_rows,
)

TARGETS = Dataset(
    name="targets",
    title=Text(zh="目标", en="Targets"),
    grain=Text(
        zh="一行为一个目标的最新版本;on 为某日有效的版本,history=true 为全部版本",
        en="One row per target, its newest revision; with on the one in force that day, with history=true all",
    ),
    columns=(
        c.TARGET_CODE,
        c.TARGET_NAME,
        column("kind", Kind.CODE, "类别", "Kind"),
        column("task_numbers", Kind.TEXT, "任务序号,以 ; 分隔", "Task numbers, separated by ';'"),
        c.INDICATOR_CODE,
        c.COMPARATOR,
        c.THRESHOLD,
        c.UNIT_OF_MEASURE,
        flag("threshold_implied", "数值为推定", "The number is implied, not printed"),
        c.DUE_ON,
        column("window_start", Kind.DATE, "核查期起", "Verification window, first day"),
        column("window_end", Kind.DATE, "核查期止", "Verification window, last day"),
        column("scope", Kind.TEXT, "范围", "Scope"),
        column("exclusions", Kind.TEXT, "剔除", "Exclusions"),
        column("qualifier", Kind.TEXT, "限定语", "Qualifier"),
        column("section", Kind.TEXT, "出处", "Section of the plan"),
        c.LINE,
        column("quote", Kind.TEXT, "原文", "The clause, verbatim"),
        c.REVISION,
        column("effective_from", Kind.DATE, "生效日", "In force from; empty: from the beginning"),
        c.REASON,
    ),
    order=("target in display order", "revision"),
    parameters=EVERYWHERE | {"target", "indicator", "on", "history"},
    rows=_target_rows,
)
