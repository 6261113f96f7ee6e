"""How a bulletin writes figures, days and verdicts, in either language (after GB/T 15835). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from metrics.comparisons import PERIOD_WORDS
from metrics.plan.model import Direction, Indicator, Plan, Text
from metrics.results import Basis, Progress, Status
from metrics.rounding import exact_decimal, lines_of, shown, shown_distance
from metrics.task_reports import TaskStatus

DASH = "—"
_LEAST = "0.01"
STATUS_WORDS = {
    Status.MET: Text(zh="达标", en="met"),
    Status.ON_TRACK: Text(zh="按进度", en="on track"),
    Status.BEHIND: Text(zh="滞后", en="behind"),
    Status.RECTIFYING: Text(zh="整改中", en="rectifying"),
    Status.OVERDUE: Text(zh="逾期", en="overdue"),
    Status.NO_DATA: Text(zh="未报", en="not reported"),
    Status.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
}
TASK_WORDS = {
    TaskStatus.DONE: Text(zh="已完成", en="completed"),
    TaskStatus.IN_PROGRESS: Text(zh="推进中", en="in progress"),
    TaskStatus.NOT_STARTED: Text(zh="未开展", en="not started"),
    TaskStatus.BLOCKED: Text(zh="受阻", en="blocked"),
    TaskStatus.SILENT: Text(zh="两个月未更新", en="no update for two months"),
    TaskStatus.OVERDUE: Text(zh="逾期", en="overdue"),
    TaskStatus.TO_BE_CONFIRMED: Text(zh="待核实", en="to be confirmed"),
    TaskStatus.NOT_REPORTED: Text(zh="未报", en="not reported"),
}
BASIS_WORDS = {
    Basis.SUBMITTED: Text(zh="全部已报送月报", en="every submission"),
    Basis.VERIFIED: Text(zh="仅已审核月报", en="verified submissions only"),
}
_BEFORE = {1: "the month before", 3: "the quarter before", 12: "the year before"}
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class BulletinWording:
    """How things are written in `language` under `plan`."""

    plan: Plan
    language: str

    def say(self, zh: str, en: str) -> str:
        return Text(zh=zh, en=en).in_language(self.language)

    def text(self, text: Text) -> str:
        return text.in_language(self.language)

    def unit(self, code: str) -> str:
        return self.text(self.plan.unit_by_code[code].name)

    def listed(self, parts: Iterable[str]) -> str:
        return self.say("、", ", ").join(parts)

    def with_note(self, name: str, *notes: str) -> str:
        """`name`, and in brackets what there is to say of it."""
        said = self.say("，", ", ").join(note for note in notes if note)
        return name if not said else self.say(f"{name}（{said}）", f"{name} ({said})")

    def month(self, period: date) -> str:
        return self.say(f"{period.year}年{period.month}月", f"{_MONTHS[period.month - 1]} {period.year}")

    def day(self, day: date) -> str:
        return self.say(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(ZoneInfo(self.plan.document.timezone))
        return self.say(f"{self.day(local.date())}{local:%H:%M}", f"{self.day(local.date())}, {local:%H:%M}")

    def measured(self, indicator: Indicator, number: str) -> str:
        """`number` with the indicator's unit of measure."""
        measure = self.text(indicator.unit_of_measure)
        return number + measure if measure == "%" else self.say(f"{number}{measure}", f"{number} {measure}")

    def value(self, indicator: Indicator, value: Fraction | None) -> str:
        """The value as every page writes it."""
        if value is None:
            return DASH
        return self.measured(indicator, shown(value, lines=lines_of(self.plan, indicator)))

    def stands(self, month: date) -> str:
        """That a figure is the one owed in an earlier month."""
        return self.say(f"仍为{self.month(month)}数据", f"still the figure of {self.month(month)}")

    def change(self, indicator: Indicator, now: Fraction | None, before: Fraction | None) -> str:
        """The change in words since it was owed before, in percentage points for percentages; empty without a value."""
        if now is None or before is None:
            return ""
        zh = PERIOD_WORDS[self.plan.months_apart[indicator.code]].before.zh
        en = _BEFORE[self.plan.months_apart[indicator.code]]
        if now == before:
            return self.say(f"与{zh}持平", f"unchanged on {en}")
        by, rises = self._amount(now - before), now > before
        if self.text(indicator.unit_of_measure) == "%":
            return self.say(
                f"比{zh}{'提高' if rises else '下降'}{by}个百分点",
                f"{'up' if rises else 'down'} {by} percentage points on {en}",
            )
        by = self.measured(indicator, by)
        return self.say(f"比{zh}{'增加' if rises else '减少'}{by}", f"{by} {'more' if rises else 'less'} than {en}")

    def signed(self, indicator: Indicator, now: Fraction | None, before: Fraction | None) -> str:
        """The change as a table has it: +1.20, −0.40; a dash where either value is missing."""
        if now is None or before is None:
            return DASH
        sign = "+" if now > before else "−"
        by = shown_distance(abs(now - before))
        if now == before:
            return by
        return f"{sign}{by}" if by.strip("0.") else f"<{sign}{_LEAST}"

    def _amount(self, change: Fraction) -> str:
        """How much, without its sign; what would be written 0.00 is less than the least."""
        by = shown_distance(abs(change))
        return by if by.strip("0.") else self.say(f"不足{_LEAST}", f"less than {_LEAST}")

    def required(self, verdict: Progress) -> str:
        """What the target asks for: 不低于70%."""
        indicator = self.plan.indicator_by_code[verdict.indicator_code]
        number = self.measured(indicator, exact_decimal(verdict.threshold))
        if verdict.comparator == "==":
            return self.say(f"达到{number}", number)
        if indicator.direction is Direction.HIGHER:
            return self.say(f"不低于{number}", f"at least {number}")
        return self.say(f"不超过{number}", f"at most {number}")

    def short_of(self, verdict: Progress) -> str:
        """By how much a verdict's figure misses its threshold, in the numerator's own measure: 差49项."""
        if verdict.shortfall is None or not verdict.shortfall:
            return ""
        indicator = self.plan.indicator_by_code[verdict.indicator_code]
        measure = self.text(self.plan.element_by_code[indicator.numerator.terms[0].element].unit_of_measure)
        number = exact_decimal(verdict.shortfall)
        if indicator.direction is Direction.HIGHER:
            return self.say(f"差{number}{measure}", f"short by {number} {measure}")
        return self.say(f"超出{number}{measure}", f"over by {number} {measure}")
