"""The dataset `peers`: every unit beside a group of others, target by target."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from metrics.database import ReadSession
from metrics.peers import Peers, Span
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, exact, iso
from metrics.publish.dataset import EVERYWHERE, Cell, Column, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.queries.peer_standings import PeerStanding, members, peer_standings
from metrics.queries.view import View
from metrics.ranking import RankGroup
from metrics.rounding import shown


@dataclass(frozen=True, slots=True)
class PulledPeer:
    """A standing, and among whom: `own` for a list of units, `all`, or the group's name."""

    among: str
    row: PeerStanding


def _peers(session: ReadSession, view: View, pull: Pull) -> Iterator[PulledPeer]:
    group = pull.among
    named = {*pull.peers}
    among = "own" if named else "all" if group is None else group.value
    for row in peer_standings(
        session,
        view,
        month=month_asked_for(pull),
        among=members(view.plan, group=group, named=named),
        units=pull.units or None,
        targets=pull.targets or None,
    ):
        yield PulledPeer(among, row)


def _of(pulled: PulledPeer, cell: Callable[[Peers, str], Cell]) -> Cell:
    return None if pulled.row.peers is None else cell(pulled.row.peers, pulled.row.verdict.unit_code)


def _rank(peers: Peers, unit: str) -> int | None:
    return peers.ranks.get(unit)


def _value(pulled: PulledPeer, value: Fraction | None, words: Wording) -> str | None:
    return None if value is None else shown(value, lines=words.lines[pulled.row.verdict.indicator_code])


def _span(
    name: str, span: Callable[[Peers, str], Span | None], zh: tuple[str, str], en: tuple[str, str]
) -> tuple[Column[PulledPeer], ...]:
    """The better and the worse end of a span of values."""

    def end(place: int) -> Callable[[PulledPeer, Wording], str | None]:
        def cell(pulled: PulledPeer, words: Wording) -> str | None:
            peers = pulled.row.peers
            found = None if peers is None else span(peers, pulled.row.verdict.unit_code)
            return None if found is None else _value(pulled, found[place], words)

        return cell

    return (
        column(f"{name}_better", Kind.NUMBER, zh[0], en[0], end(0)),
        column(f"{name}_worse", Kind.NUMBER, zh[1], en[1], end(1)),
    )


PEERS = Dataset[PulledPeer](
    name="peers",
    title=Text(zh="同组比较", en="Peers"),
    grain=Text(zh="一行为一个单位的一个目标,与所选组比较", en="One row per unit and target, beside the group chosen"),
    columns=(
        c.UNIT_CODE.of(lambda row, _: row.row.verdict.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units[row.row.verdict.unit_code]),
        c.TARGET_CODE.of(lambda row, _: row.row.verdict.target_code),
        c.INDICATOR_CODE.of(lambda row, _: row.row.verdict.indicator_code),
        c.EVALUATED_ON.of(lambda row, _: iso(row.row.verdict.evaluated_on)),
        c.PERIOD_JUDGED.of(
            lambda row, _: None if row.row.verdict.period is None else format_period(row.row.verdict.period)
        ),
        column(
            "among",
            Kind.CODE,
            "所比较的组:all 全部、county 县(市、区)、zone 功能区、pilot 试点、own 自选",
            "Among whom: all, county, zone, pilot, own list",
            lambda row, _: row.among,
        ),
        c.VALUE.of(lambda row, words: _value(row, row.row.verdict.value, words)),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.indicators[row.row.verdict.indicator_code][1]),
        column("rank", Kind.INTEGER, "名次,并列同名次", "Rank; ties share it", lambda row, _: _of(row, _rank)),
        column(
            "ranked",
            Kind.INTEGER,
            "有数值的单位数,含本单位",
            "Units with a value, this one included",
            lambda row, _: _of(row, lambda peers, _unit: len(peers.values)),
        ),
        column(
            "bands",
            Kind.INTEGER,
            "分组数:10 十分位(至少10个单位)、4 四分位(至少4个)、0 不分",
            "Bands: 10 (from ten units on), 4 (from four), 0: too few",
            lambda row, _: _of(row, lambda peers, _unit: peers.bands),
        ),
        column("band", Kind.INTEGER, "所在档,1 为最好", "Band, 1 the best", lambda row, _: _of(row, Peers.band)),
        *_span(
            "band",
            Peers.band_ends,
            ("所在档的最好值", "所在档的最差值"),
            ("Best value in its band", "Worst value in its band"),
        ),
        *_span(
            "middle",
            lambda peers, _unit: peers.middle,
            ("居中值(个数为偶数时为较好的一个)", "居中值(个数为偶数时为较差的一个)"),
            ("Middle value; of an even number the better one", "Middle value; of an even number the worse one"),
        ),
        *_span("end", lambda peers, _unit: peers.ends, ("最好值", "最差值"), ("Best value", "Worst value")),
        column(
            "group_numerator",
            Kind.NUMBER,
            "该组分子合计(本月已报)",
            "Numerators of the group, summed; of what was reported",
            lambda row, _: exact(row.row.numerator),
        ),
        column(
            "group_denominator",
            Kind.NUMBER,
            "该组分母合计(本月已报)",
            "Denominators of the group, summed",
            lambda row, _: exact(row.row.denominator),
        ),
        column(
            "group_value",
            Kind.NUMBER,
            "该组的率:分子合计除以分母合计",
            "The group's rate: sum over sum",
            lambda row, words: _value(row, row.row.together, words),
        ),
    ),
    order=("unit in display order", "target in display order"),
    parameters=EVERYWHERE | {"unit", "target", "group", "peer", "on", "period", "basis"},
    records=_peers,
    by_method=True,
    single=frozenset({"period", "group"}),
    choices={"group": tuple(RankGroup)},
)
