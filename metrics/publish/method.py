"""How each figure is computed, as a text that goes into a release: the plan's formulas and the rules of calculation."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from metrics.methods import PRESENT
from metrics.periods import format_period
from metrics.plan.model import Indicator, Plan, Target
from metrics.publish.plan_parts import formula
from metrics.queries.breaks import Breaks
from metrics.rounding import exact_decimal

_RULES = {
    "zh": """## 计算规则

1. **只填件数。** 各单位填报件数,从不填报比率。指标值 = 倍数 × 分子 ÷ 分母,按有理数精确计算,只在显示时取舍。
2. **显示。** 两位小数,四舍五入,但绝不越过尚未越过的线(比率的 100 % 以及该指标各目标值):69.996 % 显示为 69.99 %。
   每一行都附分子、分母,任何人都可复算。
3. **汇总。** 全市值 = 各单位分子之和 ÷ 分母之和,从不对比率求平均。存量指标未报时沿用前期,最多 {carry} 个月,并计入
   units_carried;流量从不沿用。填报单位自身的值从不沿用。
   按季、按年应报的,在两次应报之间以前一次的数为准,不算沿用,也不算未报;沿用的月数自应报月起算。
4. **未报、零、不适用是三件事。** 未报为空;分母为 0 为不适用,不参与汇总和排名。
5. **例外只属于目标的某一阶段。** 例外事项从分母中剔除,从不计为已完成。
6. **达标判断** 用精确值:以上、不低于、以内均含本数。期限之前,不差于基点至(期限、目标值)的直线(有议定路径的为该路径),
   或期限未到且目前进度不低于所需进度的,为按进度(on_track),否则为滞后(behind);期限之后,整改完善期内为整改中(rectifying),
   其后为逾期(overdue)。有单列目标的单位按其单列目标判定和计分,全市按总目标。期限前最后一个月末已达标的为按期(on_time),
   整改完善期内曾达标的为整改期内(in_window),其余为逾期后(late)。
7. **推算** 从最新值起,按目前进度(present_pace)推至期限:目前进度为最近 6 个已报月份(至少 3 个)数值的 Theil–Sen 斜率,
   沿用的月份与两次应报之间的月份不计,汇总单位须有半数应报单位已报;
   所需进度 = (目标值 − 现值)÷ 剩余月数(期限不在月末的按天折算)。
   推算值限于 0–100(分子为差数的只限 100);有 5 个月及以上的,给出各月之间最小、最大斜率所及的范围,它不是置信区间。
   尚差数量(shortfall)为按现分母计、分子以自身最小步长达到目标尚差的最小数量。
8. **榜单。** 得分 = 到期或进行中的核心目标达成度(限于 0–1)的加权平均,未另行设定时权重相等;并列者同名次,其后顺延;
   有应评目标未报的单位排在最后,不计名次。
9. **版本。** 本发布只含截至所述序号已入库的数据;口径 submitted 为全部已报,verified 为已审核。
10. **评估月份。** 未指定时,评估最近一个应报单位中至少一半(比例可设)已报的月份;没有的,取报得最全的,并列取最近的。
""",
    "en": """## Rules of calculation

1. **Counts only.** Units post counts, never percentages. A value = scale × numerator ÷ denominator, an exact rational
   until it is shown.
2. **Shown** with two decimals, half up, but never across a line it has not crossed (100 % for shares, and every
   threshold of the indicator's targets): 69.996 % shows 69.99 %. Numerator and denominator stand in every row, so
   that anyone can recompute it.
3. **Roll-up.** The city's value is the sum of numerators over the sum of denominators, never a mean of rates. A unit
   that has not reported a stock is carried from its last report for at most {carry} months and counted in
   units_carried; a flow is never carried, nor is a reporting unit's own value.
   What is owed each quarter or year stands until the next is owed: neither carried nor missing; months of carrying are
   counted from the month owed.
4. **Not reported, zero and not applicable are three things.** Not reported is empty; a denominator of 0 is not
   applicable and left out of roll-ups and rankings.
5. **Exclusions belong to one stage of a target.** They leave the denominator and are never counted as achieved.
6. **Status** is decided on exact values; "at least" and "at most" include the number. Up to the due date a unit is
   on_track if it is no worse than the straight line from its baseline point to (due date, threshold), or than the
   trajectory agreed in its place, or if months are left and its present pace is at least the required one, else behind;
   after it, rectifying inside the verification window and overdue after that. A unit with a target of its own is judged
   and scored by it, the city by the general one. A target that is met was met on_time if the value of the last month
   that ended by the due date met it, in_window if one within the verification window did, else late.
7. **Projection** starts at the newest value and runs at the present pace (present_pace) to the due date: the Theil–Sen
   slope of the last six months reported, at least three; carried months and those between owed ones do not count, and
   a rolled-up month counts if
   at least half of the expected units reported. Required pace = (threshold − value) ÷ months left, in fractions where
   the due date is no month's end. Projected values stay within 0–100 (only below 100 where the numerator is a
   difference). From five months on the range is given that the smallest and the largest slope between any two of them
   lead to; it is no confidence interval. The shortfall is the least number of the numerator's own steps that would meet
   the target at today's denominator.
8. **Leaderboard.** Score = the weighted mean of the shares reached, within 0 and 1 each, of the core targets due or
   running; weights are equal unless set otherwise. Ties share a rank and the next rank skips. A unit that has not
   reported one of them comes last, without a rank.
9. **Vintage.** The release holds what was recorded up to the sequence number it names; basis submitted: every
   submission, verified: only those the bureau has verified.
10. **Month judged.** Where none is asked for, the newest of which at least half (a setting) of the units that owe a
    submission have one; where no month has that, the fullest, of equals the newest.
""",
}
_CHECK = {
    "zh": """## 离线核对

本发布的压缩包可不联网核对,只需 Python 3.9 及以上,无需安装任何库:

```
python verify.py rates.csv --entries entry.jsonl --checkpoint checkpoint.txt --key 公钥
```

整个压缩包可直接核对,指标值、目标进度和榜单由 `observations.csv` 与 `facts.json` 逐格重算:

```
python verify.py biaochi-release-N.zip --key 公钥
```

`entry.jsonl` 是账本中本发布的条目及其通向检查点的路径,条目写明每个文件的 SHA-256;`checkpoint.txt` 是签名的检查点。
输出“属实”且退出码为 0,即文件与发布时一字不差;改动任何一个字节即被拒绝。
`entry.jsonl` 和 `checkpoint.txt` 本身由签名保证。
公钥须另行取得(公报、函件),不可取自压缩包;对包内的 `verify.py` 有疑虑的,可用自己保存的一份。
""",
    "en": """## Checking offline

The archive of this release can be checked without a network, with Python 3.9 or newer and no libraries:

```
python verify.py rates.csv --entries entry.jsonl --checkpoint checkpoint.txt --key KEY
```

The whole archive is checked as it came, and its rates, progress and leaderboard recomputed cell by cell from
`observations.csv` and `facts.json`:

```
python verify.py biaochi-release-N.zip --key KEY
```

`entry.jsonl` is the release's entry in the ledger, which states the SHA-256 of every file, with the path that leads
from it to `checkpoint.txt`, the signed checkpoint. RIGHT and exit code 0 say that the file is what was published, to
the byte; one changed byte is refused. `entry.jsonl` and `checkpoint.txt` themselves are held by the signature. Get KEY
by another way (a bulletin, a letter), never from the archive; whoever doubts the `verify.py` in it uses their own copy.
""",
}
_BREAKS = {
    "zh": {
        "title": "系列中断",
        "said": "自下列月份起,数与此前各月不可直接比较。",
        "none": "至本发布所知,没有单位撤并,也没有填报项改过口径。",
        "unit": "有单位并入,或所汇总的单位有增减",
        "count": "填报项的口径已改,涉及",
    },
    "en": {
        "title": "Breaks in series",
        "said": "From the month named on figures cannot be held against earlier ones as they stand.",
        "none": "As far as this release knows no unit was merged, and no count is defined otherwise than before.",
        "unit": "another unit was taken up, or what is added up changed",
        "count": "the count is defined otherwise, of",
    },
}
_WORDS = {
    "zh": {
        "title": "计算方法",
        "since": "自 {day} 起采用。",
        "indicators": "指标",
        "formula": "公式",
        "measure": "计量单位",
        "targets": "目标",
        "elements": "填报项",
        "due": "期限",
        "own": "单列目标,仅用于",
        "own_ended": "单列目标终止,恢复总目标:",
    },
    "en": {
        "title": "How each figure is computed: method",
        "since": "Adopted on {day}. ",
        "indicators": "Indicators",
        "formula": "Formula",
        "measure": "Unit of measure",
        "targets": "Targets",
        "elements": "Elements",
        "due": "due",
        "own": "a target of their own, only for",
        "own_ended": "back to the general target:",
    },
}


def method_text(plan: Plan, *, found: Breaks, language: str) -> str:
    """The method in Markdown, in `language` (zh or en): formulas and targets of `plan`, and what breaks were found."""
    words = _WORDS[language]
    parts = [
        f"# {words['title']} {PRESENT.number}\n\n"
        f"{plan.document.title.in_language(language)} · {plan.document.document_number}\n",
        f"{words['since'].format(day=PRESENT.since.isoformat())}{PRESENT.changes.in_language(language)}\n",
        _RULES[language].replace("{carry}", str(plan.document.carry_months)),
        _breaks(plan, found, language=language),
        _CHECK[language],
        f"## {words['indicators']}\n",
        *(_indicator(plan, indicator, language=language) for indicator in plan.indicators),
    ]
    return "\n".join(parts)


def _breaks(plan: Plan, found: Breaks, *, language: str) -> str:
    """A section in Markdown, in `language` (zh or en). Of counts those that a rate is made of are named."""
    words = _BREAKS[language]
    lines = [
        f"- {format_period(month)} `{code}` {plan.unit_by_code[code].name.in_language(language)}: {words['unit']}"
        for code, month in sorted(found.units, key=lambda each: (each[1], each[0]))
    ]
    units: dict[tuple[date, str], list[str]] = {}
    for unit, element, month in sorted(found.counts):
        if element in plan.published_elements:
            units.setdefault((month, element), []).append(f"`{unit}`")
    for (month, element), those in sorted(units.items()):
        name = plan.element_by_code[element].name.in_language(language)
        lines.append(f"- {format_period(month)} `{element}` {name}: {words['count']} {', '.join(those)}")
    said = "\n".join([words["said"], "", *lines]) if lines else words["none"]
    return f"## {words['title']}\n\n{said}\n"


def _indicator(plan: Plan, indicator: Indicator, *, language: str) -> str:
    words = _WORDS[language]
    value = f"{indicator.scale} × ({formula(indicator.numerator)}) ÷ ({formula(indicator.denominator)})"
    lines = [
        f"### {indicator.code} · {indicator.name.in_language(language)}\n",
        indicator.definition.in_language(language) + "\n",
        f"- {words['formula']}: `{value}`",
        f"- {words['measure']}: {indicator.unit_of_measure.in_language(language)}",
        f"- {words['elements']}:",
    ]
    for code in indicator.elements:
        lines.append(f"  - `{code}` {plan.element_by_code[code].name.in_language(language)}")
    targets = [target for target in plan.targets if target.indicator == indicator.code and target.measured]
    if targets:
        lines.append(f"- {words['targets']}:")
    lines += [f"  - `{target.code}` {_rule(target, language=language)}" for target in targets]
    if indicator.note is not None:
        lines.append(f"\n{indicator.note.in_language(language)}")
    return "\n".join(lines) + "\n"


def _rule(target: Target, *, language: str) -> str:
    threshold = "" if target.threshold is None else exact_decimal(Fraction(target.threshold))
    due = "" if target.due_on is None else f" ({_WORDS[language]['due']} {target.due_on.isoformat()})"
    cited = "; ".join(citation.quote for citation in target.citations)
    rule = f"{target.name.in_language(language)}: {target.comparator} {threshold}{due} — {cited}"
    if not target.for_units:
        return rule
    words = _WORDS[language]
    return f"{rule} [{words['own_ended' if target.ends_own else 'own']} {', '.join(target.for_units)}]"
