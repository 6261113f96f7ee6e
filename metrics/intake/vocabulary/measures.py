"""Units of measure that a text says: 单位:百户, 企业开办(万份), 以万份为单位. They are held against the element's own.

Nothing is ever converted: a count in another measure is refused, in words.
"""

from __future__ import annotations

import re
import unicodedata

from metrics.intake.vocabulary.comparable_texts import folded

_SCALES = "十百千万亿"
_COMMON = (
    "项 户 份 个 件 人 次 天 日 工作日 小时 家 条 宗 元 台 套 处 例 名 页 本 人次 户次 百分比 % ‰ "
    "item items household households piece pieces day days working_days copies"
)
_WHO = "填报 报送 上报 责任 牵头 配合 主管 编制 制表 负责 建设 使用 所在 审核 联系"
_OTHER_UNITS = "".join(f"(?<!{word})" for word in _WHO.split())
_LABELLED = re.compile(rf"{_OTHER_UNITS}单位\s*[:：为是]\s*([^\s,，。;；)）(（]+)")
_COUNTED_IN = re.compile(
    r"[以按]\s*([^\s,，。;；以按]{1,5}?)\s*(?:为(?:计量)?单位|计(?![算划入量])|计算|填报|填列|填写|统计|折算|报送)"
)
_SCALED = re.compile(r"[百千万亿][^百千万亿]{0,2}$|元$")
_SAID = re.compile(r"单位\s*[为是]\s*([^\s,，。;；)）(（]+)")
_LONGEST = 4  # characters of a measure that we do not know
_BRACKETED = re.compile(r"[(（]([^()（）]{1,8})[)）]")
_AT_END = re.compile(r"\(([^()]+)\)$")
_SEVERAL = re.compile(r"[、/,，和或]")
_THOUSANDS_EN = re.compile(r"in\s+(hundreds|thousands|ten\s+thousands|millions)", re.IGNORECASE)


class Measures:
    """The measures of one plan, and how they are written elsewhere."""

    def __init__(self, own: set[str]) -> None:
        """`own`: folded units of measure of the plan's elements."""
        self._known = own | {folded(word) for word in _COMMON.split()}

    @property
    def known(self) -> frozenset[str]:
        """Every unscaled measure that we know, folded."""
        return frozenset(self._known)

    def is_measure(self, text: str) -> bool:
        """True if the whole text is a measure, scaled or not: 项, 百户, 万."""
        bare = folded(text)
        return bare in self._known or (bare[:1] in _SCALES and bare.lstrip(_SCALES) in self._known | {""})

    def said(self, text: str) -> list[str]:
        """Every measure that `text` says, as written; empty if it says none.

        `单位:端州区` says a unit that reports: whoever asks looks for that first.
        """
        plain = unicodedata.normalize("NFKC", text)
        found = [part for match in _LABELLED.findall(plain) for part in _SEVERAL.split(match) if self._may_be(part)]
        found += [part for match in _SAID.findall(plain) for part in _SEVERAL.split(match) if self.is_measure(part)]
        found += [
            part for match in _COUNTED_IN.findall(plain) for part in _SEVERAL.split(match) if self.is_measure(part)
        ]
        found += [
            part for match in _BRACKETED.findall(plain) if self._all_measures(match) for part in _SEVERAL.split(match)
        ]
        found += _THOUSANDS_EN.findall(plain)
        if not found and self.is_measure(plain):
            found = [plain.strip()]
        return list(dict.fromkeys(part.strip() for part in found if part.strip()))

    def bracketed(self, heading: str) -> list[str]:
        """What stands in brackets behind a heading of figures, which can only be their measure: 本期数(亩)."""
        match = _AT_END.search(unicodedata.normalize("NFKC", heading).strip())
        return [] if match is None else [part.removeprefix("单位:") for part in _SEVERAL.split(match[1])]

    def _may_be(self, text: str) -> bool:
        return len(text) <= _LONGEST or self.is_measure(text) or _SCALED.search(text) is not None

    def _all_measures(self, text: str) -> bool:
        return all(self.is_measure(part) for part in _SEVERAL.split(text))
