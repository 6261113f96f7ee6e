"""Counts by cluster: of each item looked at its materials, as they are sent, read and summed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from metrics.commands.assessment_problems import read_number
from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.plan.limits import LARGEST
from metrics.plan.model import Indicator

MOST_CLUSTERS = 2000
Clusters = list[tuple[Decimal, Decimal]]


class ClustersGiven(Protocol):
    """What was sent of clusters."""

    @property
    def clusters(self) -> Sequence[Sequence[object]] | None: ...
    @property
    def clusters_in_all(self) -> int | None: ...
    @property
    def value(self) -> object: ...


def read_clusters(indicator: Indicator | None, given: ClustersGiven, problems: list[Problem]) -> Clusters | None:
    """Numerator and denominator of each cluster; None if none were sent or one is wrong, which goes into `problems`."""
    before = len(problems)
    if given.clusters is None:
        if given.clusters_in_all is not None:
            zh, en = "未填各群的分子和分母,不填总群数。", "Without clusters there is no number of clusters in all."
            problems.append(_problem("clusters_missing", zh, en, "/clusters"))
        return None
    if given.value is not None:
        zh, en = "只填指标值时不填各群的分子和分母。", "Beside a value there are no clusters."
        problems.append(_problem("clusters_beside_value", zh, en, "/clusters"))
    if not 1 <= len(given.clusters) <= MOST_CLUSTERS:
        zh, en = f"须有 1 至 {MOST_CLUSTERS} 群。", f"There are 1 to {MOST_CLUSTERS} clusters."
        problems.append(_problem("clusters_count", zh, en, "/clusters", given=str(len(given.clusters))))
        return None
    read = [_pair(indicator, pair, f"clusters/{place}", problems) for place, pair in enumerate(given.clusters)]
    whole = given.clusters_in_all
    if whole is not None and not len(read) <= whole <= LARGEST:
        zh, en = "总群数不少于所查群数。", "There are no fewer clusters in all than were looked at."
        problems.append(_problem("clusters_in_all_invalid", zh, en, "/clusters_in_all", given=as_given(whole)))
    pairs = [pair for pair in read if pair is not None]
    return pairs if len(problems) == before else None


def _pair(
    indicator: Indicator | None, pair: Sequence[object], at: str, problems: list[Problem]
) -> tuple[Decimal, Decimal] | None:
    if len(pair) != 2:
        zh, en = "每群须有分子和分母各一。", "A cluster has a numerator and a denominator."
        problems.append(_problem("cluster_malformed", zh, en, f"/{at}", given=as_given(str(list(pair)))))
        return None
    if None in pair:
        zh, en = "每群须有分子和分母。", "A cluster has both its figures."
        problems.append(_problem("cluster_malformed", zh, en, f"/{at}", given="null"))
        return None
    above = read_number("numerator", pair[0], indicator, problems, at=f"/{at}/0")
    below = read_number("denominator", pair[1], indicator, problems, at=f"/{at}/1")
    if above is None or below is None:
        return None
    if indicator is not None and indicator.share and above > below:
        zh, en = "比率的分子不能大于分母。", "A share's numerator is not above its denominator."
        problems.append(_problem("numerator_above_denominator", zh, en, f"/{at}/0", given=str(above)))
    return above, below


def check_sums(clusters: Clusters, numerator: Decimal | None, denominator: Decimal | None) -> list[Problem]:
    """What is wrong if the two are not the sums over the clusters."""
    sums = (sum(pair[0] for pair in clusters), sum(pair[1] for pair in clusters))
    if (numerator, denominator) == sums or numerator is None or denominator is None:
        return []
    zh = "分子、分母须等于各群之和,或不填。"
    en = "Numerator and denominator are the sums over the clusters, or are left out."
    return [_problem("clusters_do_not_sum", zh, en, "/clusters", given=f"{numerator}/{denominator}")]


def _problem(code: str, zh: str, en: str, pointer: str, *, given: str | None = None) -> Problem:
    return Problem(code, Message(zh, en), pointer, given=given)
