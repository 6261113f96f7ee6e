"""What headings and labels mean, in any plan: whose figures, which month, which element, which column is the figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from metrics.intake.vocabulary import template_names
from metrics.intake.vocabulary.comparable_texts import folded


class HeadingRole(StrEnum):
    """What a column, or a labelled cell, is for."""

    UNIT = "unit"
    PERIOD = "period"
    ELEMENT = "element"
    VALUE = "value"
    CORRECTION = "correction"  # figures that may take the place of the value: asked about
    MEASURE = "measure"  # held against the element's own, never converted
    REASON = "reason"  # why a submission is revised, as our template asks
    OTHER = "other"  # figures of another kind, known and not read: last month's, differences, cumulative
    REMARK = "remark"
    NUMBER = "number"  # a row's number, and what an export says of a row: never tells two rows apart


_WORDS: Mapping[HeadingRole, str] = {
    HeadingRole.UNIT: (
        "填报单位 单位 单位名称 填报单位名称 报送单位 上报单位 单位代码 填报单位代码 行政区划代码 区划代码 "
        "行政区划 县(市、区) 县市区 区县 地区 县区 县 unit unit_code unit_name reporting_unit "
        "reporting_unit_code"
    ),
    HeadingRole.PERIOD: (
        "报告期 报告期别 期间 月份 报告月份 报送月份 所属期 所属月份 数据期 填报月份 统计月份 报表期 "
        "数据月份 统计期 统计时间 年月 period month reporting_period"
    ),
    HeadingRole.ELEMENT: (
        "填报项 填报项目 填报项名称 填报项代码 填报内容 指标 指标名称 指标代码 指标项 项目 项目名称 项目代码 "
        "统计项 代码 编码 element element_code element_name code item"
    ),
    HeadingRole.VALUE: (
        "本期数 本月数 本期 本月 本期值 本月值 数值 值 填报数 报送数 上报数 完成数 本月完成数 本期完成数 "
        "本月报送数 本月填报数 当月数 当月 数量 数据 本期数值 本月数值 本月数据 实际数 value this_period "
        "this_month count figure"
    ),
    HeadingRole.CORRECTION: (
        "更正数 更正后 更正值 订正数 修正数 修正后 修订数 调整数 调整后 核定数 核实数 审核数 复核数 核减后 "
        "最终数 correction corrected corrected_value"
    ),
    HeadingRole.MEASURE: "计量单位 度量单位 单位量 unit_of_measure measure",
    HeadingRole.OTHER: (
        "上月数 上期数 上月 上期 上月值 上期值 上月完成数 差异 增减 增减数 增减额 增幅 校验 累计 累计数 "
        "本年累计 年累计 累计完成数 去年同期 去年同期数 上年同期 上年同期数 同比 同比增减 环比 环比增减 "
        "增长率 年初数 期初数 基数 目标 目标值 目标数 计划数 年度目标 完成率 占比 last_month last_period "
        "difference change check cumulative target"
    ),
    HeadingRole.REMARK: "备注 说明 备注说明 填报说明 情况说明 note notes remark remarks",
    HeadingRole.NUMBER: "序号 编号 行号 行次 栏次 no no. # number seq revision state recorded_at submission_id reason",
}
_FROM_LAYOUT = {
    HeadingRole.UNIT: (template_names.UNIT_LABEL,),
    HeadingRole.PERIOD: (template_names.PERIOD_LABEL,),
    HeadingRole.ELEMENT: (template_names.ELEMENT_HEADING, template_names.CODE_HEADING),
    HeadingRole.VALUE: (template_names.VALUE_HEADING,),
    HeadingRole.MEASURE: (template_names.MEASURE_HEADING,),
    HeadingRole.OTHER: (template_names.BEFORE_HEADING, template_names.DIFFERENCE_HEADING, template_names.CHECK_HEADING),
    HeadingRole.REASON: (template_names.REASON_LABEL,),
}
_ROLES = {folded(word): role for role, words in _WORDS.items() for word in words.split()} | {
    folded(word): role for role, texts in _FROM_LAYOUT.items() for text in texts for word in (text.zh, text.en)
}
THIS_MONTHS = re.compile(
    r"(?:本|当)[月期]份?(?:实绩|实际|完成|办结|报送|填报|上报|发生|统计)?(?:情况)?(?:数|值|量|数据|情况)?"
)
OTHERS = re.compile(
    r"同比|环比|同期|累计|上[年月期]|去年|年初|增[长减幅]|占比|排名|位次|计划|目标|预[计测]"
    r"|target|forecast|planned|lastyear|lastmonth|previous|cumulative|ytd|estimate"
)
OTHER_TITLES = re.compile(
    r"累计|上月|上年|去年|同期|计划表|计划数|预[计测]|估[计算]|暂估|作废|样表|示例|草稿|测试|备份"
)
_SAMPLES = re.compile(r"示例|样[表例本]|作废|备份|旧表|旧数|草稿|测试|sample|example|draft|old")
_TEMPLATE_OTHERS = {folded(word) for text in _FROM_LAYOUT[HeadingRole.OTHER] for word in (text.zh, text.en)}
_BARE_UNIT = folded("单位")  # of what is reported, or of measure
_CODES = {folded("代码"), folded("编码"), folded("code")}  # of an element, or of a unit
_TOTALS = {
    folded(word) for word in ("合计", "小计", "总计", "共计", "累计", "汇总", "全市合计", "total", "sum", "subtotal")
}
_LONGEST_TITLE = 10  # characters of a title that is about its figures alone
_LONGEST_TOTAL = 6  # characters: 各县区合计
_NOTES = (
    *("注:", "注：", "备注", "说明", "填表", "填报人", "填报日期", "填报时间", "报送日期", "报出日期", "制表"),
    *("审核人", "审核:", "审核：", "负责人", "分管领导", "主要领导", "单位负责人", "统计负责人", "联系", "电话"),
    *("经办", "签字", "盖章", "(盖章", "（盖章", "公章", "表号", "批准文号", "备案文号", "文号", "有效期", "日期"),
    *("邮编", "手机", "页码", "第", "note"),
)


def role_of(text: str) -> HeadingRole | None:
    """What a heading or label means, None if it is none that we know."""
    return _ROLES.get(folded(text))


def heading_roles() -> Mapping[str, HeadingRole]:
    """Every heading that we know, folded, and what it means."""
    return _ROLES


def column_role(text: str) -> HeadingRole | None:
    """As :func:`role_of`, of a column's heading: its unit of measure in brackets behind it does not matter here."""
    bare = folded(text)
    found = _ROLES.get(bare)
    if found is None and bare.endswith(")"):
        found = _ROLES.get(bare.rpartition("(")[0])
    return found


def long_role(text: str) -> HeadingRole | None:
    """As :func:`column_role`, of a heading beside 填报项, where ways of naming this and other months are many."""
    bare = folded(text)
    found = column_role(text)
    if found is None and THIS_MONTHS.fullmatch(bare.partition("(")[0]):
        return HeadingRole.VALUE
    return HeadingRole.OTHER if found is None and OTHERS.search(bare) else found


def is_other_figures(text: str) -> bool:
    """True for a short title of figures that are not this month's: 上月数, 附表:上年同期数, 累计."""
    bare = folded(text)
    return len(bare) <= _LONGEST_TITLE and role_of(text) is not HeadingRole.VALUE and OTHERS.search(bare) is not None


def is_other_title(text: str) -> bool:
    """True for a title of any length that says its figures are others: 累计报送表, 计划表, 报送表(作废)."""
    return OTHER_TITLES.search(folded(text)) is not None


def is_no_form(name: str) -> bool:
    """True for a sheet's name, or a word beside figures, that says they are not to be sent: 样表, 作废, 上年同期."""
    return is_other_figures(name) or (len(folded(name)) <= _LONGEST_TITLE and bool(_SAMPLES.search(folded(name))))


def is_template_other(text: str) -> bool:
    """True for the columns of our own form that are not read, which nobody needs to be told of."""
    return folded(text) in _TEMPLATE_OTHERS


def is_bare_unit(text: str) -> bool:
    return folded(text) == _BARE_UNIT


def is_code_heading(text: str) -> bool:
    return folded(text) in _CODES


def is_total(text: str) -> bool:
    """True for what names the sum over units: 合计, 总计, `本页小计`, `合计(全市)`."""
    bare = folded(text).partition("(")[0]
    return bare in _TOTALS or (len(bare) <= _LONGEST_TOTAL and bare.endswith(("合计", "小计", "总计")))


def is_sum_of_elements(text: str) -> bool:
    """True for 合计 and the like alone: some elements have the word in their names (法定时限合计)."""
    return folded(text) in _TOTALS


def is_rate(text: str) -> bool:
    """True for what names a rate, whether the plan knows it or not: rates are computed, never read."""
    bare = folded(text)
    return bare.partition("(")[0].endswith(("率", "占比", "比例", "百分比"))


def is_note(text: str) -> bool:
    return text.strip().casefold().startswith(_NOTES)


def is_contact_label(text: str) -> bool:
    """True for a label whose content is digits and no figure, wherever it stands: 联系电话, 填表日期:."""
    return text.strip().endswith((":", "：")) or any(word in text for word in ("电话", "手机", "邮编", "日期", "时间"))


def is_note_label(text: str) -> bool:
    """True for a label whose content, in the next cell, is no figure: 联系电话, 表号, anything that ends in a colon."""
    return text.strip().endswith((":", "：")) or is_note(text)
