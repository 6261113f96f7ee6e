"""The datasets of the plan: units, elements, indicators, targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from metrics.database import ReadSession
from metrics.plan.model import Element, Indicator, LinearForm, Plan, Target, Text, Unit
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, iso
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.view import View


def formula(form: LinearForm) -> str:
    """A linear form as text: `materials_baseline - materials_current`."""
    text = ""
    for term in form.terms:
        sign = " - " if term.times < 0 else " + "
        times = "" if abs(term.times) == 1 else f"{abs(term.times)}*"
        text += (sign if text else sign.strip(" +")) + times + term.element
    return text + (f" + {form.constant}" if form.constant else "")


def _units(_: ReadSession, view: View, pull: Pull) -> Iterator[Unit]:
    return (unit for unit in view.plan.units if not pull.units or unit.code in pull.units)


def _elements(_: ReadSession, view: View, pull: Pull) -> Iterator[Element]:
    return (element for element in view.plan.elements if not pull.elements or element.code in pull.elements)


def _block_name(element: Element, words: Wording) -> str:
    return next(words.say(block.name) for block in words.view.plan.blocks if block.code == element.block)


def _indicators(_: ReadSession, view: View, pull: Pull) -> Iterator[Indicator]:
    return (found for found in view.plan.indicators if not pull.indicators or found.code in pull.indicators)


def _targets(_: ReadSession, view: View, pull: Pull) -> Iterator[Target]:
    for target in _revisions(view, pull):
        if (not pull.targets or target.code in pull.targets) and (
            not pull.indicators or target.indicator in pull.indicators
        ):
            yield target


def _revisions(view: View, pull: Pull) -> Iterator[Target]:
    """Every known revision, or the one in force on a day, or the newest."""
    if pull.history:
        yield from view.plan.targets
    elif pull.on is not None:
        yield from _with_own(view.plan, view.plan.targets_in_force(pull.on), on=pull.on)
    else:
        newest = tuple(revisions[-1] for revisions in view.plan.general_targets.values())
        yield from _with_own(view.plan, newest, on=date.max)


def _with_own(plan: Plan, general: Sequence[Target], *, on: date) -> Iterator[Target]:
    """Each general target, followed by those that units have of their own on that day, each once."""
    for target in general:
        yield target
        own: dict[int, Target] = {}
        for unit in plan.own_targets:
            standing = plan.target_in_force(target.code, on, unit=unit)
            if standing is not None and standing.for_units:
                own[standing.revision] = standing
        yield from (own[revision] for revision in sorted(own))


def _said(text: Text | None, words: Wording) -> str | None:
    return None if text is None else words.say(text)


ORDER = c.heading("sort_order", Kind.INTEGER, "显示顺序", "Display order")

UNITS = Dataset[Unit](
    name="units",
    title=Text(zh="填报单位", en="Units"),
    grain=Text(zh="一行为一个单位", en="One row per unit"),
    columns=(
        c.UNIT_CODE.of(lambda unit, _: unit.code),
        c.UNIT_NAME.of(lambda unit, words: words.say(unit.name)),
        column("kind", Kind.CODE, "类别", "Kind", lambda unit, _: unit.kind.value),
        column("parent_code", Kind.CODE, "上级单位", "Unit into which it is rolled up", lambda unit, _: unit.parent),
        column(
            "lies_in",
            Kind.CODE,
            "所在县区(不计入其数据)",
            "County it lies in; no figures flow along this",
            lambda unit, _: unit.lies_in,
        ),
        flag(
            "reports",
            "填报(否则为汇总)",
            "Posts submissions; otherwise it is rolled up",
            lambda unit, words: unit.code not in words.view.plan.children,
        ),
        flag("figures_required", "须报数据", "Is expected to report figures", lambda unit, _: unit.figures_required),
        column("valid_from", Kind.DATE, "设立日", "Exists from", lambda unit, _: iso(unit.valid_from)),
        column("valid_to", Kind.DATE, "撤销日", "Exists until", lambda unit, _: iso(unit.valid_to)),
        column(
            "merged_into",
            Kind.CODE,
            "撤销后并入",
            "Unit that took it up after that day",
            lambda unit, _: unit.merged_into,
        ),
        column(
            "aliases",
            Kind.TEXT,
            "别名",
            "Other names, separated by '; '",
            lambda unit, _: "; ".join(alias.name for alias in unit.aliases) or None,
        ),
        ORDER.of(lambda unit, _: unit.order),
    ),
    order=("sort_order", "unit_code"),
    parameters=EVERYWHERE | {"unit"},
    records=_units,
)

ELEMENTS = Dataset[Element](
    name="elements",
    title=Text(zh="填报项", en="Elements"),
    grain=Text(zh="一行为月报表中的一个填报项", en="One row per count of the monthly form"),
    columns=(
        c.ELEMENT_CODE.of(lambda element, _: element.code),
        c.ELEMENT_NAME.of(lambda element, words: words.say(element.name)),
        column(
            "block_code",
            Kind.CODE,
            "表块代码",
            "Block: filled whole or left out whole",
            lambda element, _: element.block,
        ),
        column("block_name", Kind.TEXT, "表块", "Block's name", _block_name),
        c.UNIT_OF_MEASURE.of(lambda element, words: words.say(element.unit_of_measure)),
        column(
            "nature",
            Kind.CODE,
            "stock 期末存量、flow 当期发生",
            "stock: at the period's end; flow: within it",
            lambda element, _: element.nature.value,
        ),
        column("decimals", Kind.INTEGER, "小数位数", "Decimals allowed", lambda element, _: element.decimals),
        ORDER.of(lambda element, _: element.order),
        column(
            "owed",
            Kind.CODE,
            "何月应报:month 每月、quarter 每季末月、year 每年12月",
            "When it is owed: month, quarter (its last month), year (December)",
            lambda element, _: element.owed.value,
        ),
    ),
    order=("sort_order", "element_code"),
    parameters=EVERYWHERE | {"element"},
    records=_elements,
)

INDICATORS = Dataset[Indicator](
    name="indicators",
    title=Text(zh="指标", en="Indicators"),
    grain=Text(zh="一行为一个指标", en="One row per indicator"),
    columns=(
        c.INDICATOR_CODE.of(lambda row, _: row.code),
        c.INDICATOR_NAME.of(lambda row, words: words.say(row.name)),
        column(
            "numerator",
            Kind.TEXT,
            "分子(填报项代码的线性式)",
            "Numerator, a linear form over element codes",
            lambda row, _: formula(row.numerator),
        ),
        column(
            "denominator",
            Kind.TEXT,
            "分母(填报项代码的线性式)",
            "Denominator, likewise",
            lambda row, _: formula(row.denominator),
        ),
        column(
            "scale", Kind.INTEGER, "倍率", "Scale: value = scale × numerator ÷ denominator", lambda row, _: row.scale
        ),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.say(row.unit_of_measure)),
        column(
            "direction",
            Kind.CODE,
            "higher 越高越好、lower 越低越好",
            "Which direction is better",
            lambda row, _: row.direction.value,
        ),
        flag("core", "核心指标", "One of the headline commitments", lambda row, _: row.core),
        column("definition", Kind.TEXT, "口径", "Definition", lambda row, words: words.say(row.definition)),
    ),
    order=("indicator in display order",),
    parameters=EVERYWHERE | {"indicator"},
    records=_indicators,
)

TARGETS = Dataset[Target](
    name="targets",
    title=Text(zh="目标", en="Targets"),
    grain=Text(
        zh="一行为一个目标的最新版本,单位的单列目标另成一行;on 为某日有效的版本,history=true 为全部版本",
        en="One row per target, its newest revision, and one per target that units have of their own; with on those in "
        "force that day, with history=true all",
    ),
    columns=(
        c.TARGET_CODE.of(lambda row, _: row.code),
        c.TARGET_NAME.of(lambda row, words: words.say(row.name)),
        column("kind", Kind.CODE, "类别", "Kind", lambda row, _: row.kind.value),
        column(
            "task_numbers",
            Kind.TEXT,
            "任务序号,以 ; 分隔",
            "Task numbers, separated by ';'",
            lambda row, _: ";".join(map(str, row.tasks)) or None,
        ),
        c.INDICATOR_CODE.of(lambda row, _: row.indicator),
        c.COMPARATOR.of(lambda row, _: row.comparator),
        c.THRESHOLD.of(lambda row, _: None if row.threshold is None else format(row.threshold, "f")),
        c.UNIT_OF_MEASURE.of(lambda row, words: _said(row.unit_of_measure, words)),
        flag(
            "threshold_implied",
            "数值为推定",
            "The number is implied, not printed",
            lambda row, _: row.threshold_implied,
        ),
        c.DUE_ON.of(lambda row, _: iso(row.due_on)),
        column(
            "window_start",
            Kind.DATE,
            "整改完善期起",
            "Verification window, first day",
            lambda row, _: None if row.verification_window is None else iso(row.verification_window.start),
        ),
        column(
            "window_end",
            Kind.DATE,
            "整改完善期止",
            "Verification window, last day",
            lambda row, _: None if row.verification_window is None else iso(row.verification_window.end),
        ),
        column("scope", Kind.TEXT, "范围", "Scope", lambda row, words: _said(row.scope, words)),
        column(
            "exclusions",
            Kind.TEXT,
            "剔除",
            "Exclusions",
            lambda row, words: "; ".join(words.say(exclusion.name) for exclusion in row.exclusions) or None,
        ),
        column("qualifier", Kind.TEXT, "限定语", "Qualifier", lambda row, words: _said(row.qualifier, words)),
        column("section", Kind.TEXT, "出处", "Section of the plan", lambda row, _: row.citations[0].where),
        c.LINE.of(lambda row, _: row.citations[0].line),
        column("quote", Kind.TEXT, "原文", "The clause, verbatim", lambda row, _: row.citations[0].quote),
        c.REVISION.of(lambda row, _: row.revision),
        column(
            "effective_from",
            Kind.DATE,
            "生效日",
            "In force from; empty: from the beginning",
            lambda row, _: iso(row.effective_from),
        ),
        c.REASON.of(lambda row, _: row.reason or None),
        column(
            "for_units",
            Kind.TEXT,
            "单列目标所属单位代码,以 ; 分隔,空为总目标",
            "Units whose own target it is, codes separated by ';'; empty: the general target",
            lambda row, _: ";".join(row.for_units) or None,
        ),
        flag(
            "ends_own",
            "所列单位恢复总目标",
            "The units go back to the general target",
            lambda row, _: row.ends_own,
        ),
        column(
            "trajectory",
            Kind.TEXT,
            "议定路径,日期=数值,以 ; 分隔,空为直线",
            "Agreed trajectory, date=value, separated by ';'; empty: the straight line",
            lambda row, _: ";".join(f"{point.on.isoformat()}={point.value:f}" for point in row.trajectory) or None,
        ),
    ),
    order=("target in display order", "revision"),
    parameters=EVERYWHERE | {"target", "indicator", "on", "history"},
    records=_targets,
)
