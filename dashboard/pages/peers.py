"""A unit beside others on its page: target by target its value, the group's rate, its rank and its band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.grids.level_folded import level_folded
from dashboard.grids.progress_rows import in_display_order
from dashboard.locale import _, language
from dashboard.pages.leaderboard import group_words
from dashboard.parts import csv_link, plain_table, scrolled, section, why_href
from dashboard.window.choices import carried
from dashboard.window.reading import Reading
from dashboard.words.comparison_findings import peers_found
from dashboard.words.figures import NOTHING, measure, target_name, target_rule, unit_name, value_text, with_measure
from metrics.peers import Peers, Span
from metrics.plan.level import MOST_SHOWN
from metrics.plan.model import Indicator, Plan, Unit
from metrics.queries.peer_standings import PeerStanding, members, peer_standings
from metrics.ranking import RankGroup
from metrics.results import Status

Component = Any

_MOST_OFFERED = 200  # units to choose from: of more, those below the same unit


def peers_section(reading: Reading, unit: Unit) -> Component:
    """The section; nothing for a unit that adds up others, or where nobody has a value.

    `group` in the address chooses counties, zones or pilots, `peer` a list of units of one's own.
    """
    if unit.code in reading.plan.children or reading.principal is None:
        return None
    named = named_peers(reading)
    group = RankGroup(kept) if (kept := reading.address.keeps("group")) in list(RankGroup) and not named else None
    among = _among(reading, unit, group=group, named=named)
    rows = _standings(reading, unit, among) if len(among) <= MOST_SHOWN else []
    if len(among) > MOST_SHOWN:
        return _too_many(reading, unit, among, group=group)
    if not rows:
        return None
    headings = [
        _("Target"),
        _("Value"),
        _("Group (sum ÷ sum)"),
        _("Middle"),
        _("Worst to best"),
        _("Rank"),
        _("Band"),
    ]
    words = _(
        "Exact values, the unit's own included; the group's rate is a sum over a sum, not a mean of rates, and leaves "
        "out carried values."
    )

    def table(ones: Sequence[PeerStanding]) -> Component:
        shown = [_row(reading.plan, one) for one in ones]
        return scrolled(plain_table(_("Beside its peers"), headings, shown, labelled=True))

    return section(
        peers_found(unit.code, [one.peers for one in rows]),
        html.P(words, className="note"),
        *level_folded(rows, is_level=_all_level, table=table),
        _choice(reading, unit, named),
        aside=[*_groups(reading, unit, group, named), _csv(reading, unit, among, group=group)],
        name="peers",
    )


def _all_level(standing: PeerStanding) -> bool:
    """True if the unit and all others have the same value."""
    assert standing.peers is not None  # noqa: S101  those without are left out
    return standing.verdict.value is not None and len(standing.peers.values) > 1 and len(set(standing.peers.ends)) == 1


def _too_many(reading: Reading, unit: Unit, among: tuple[str, ...], *, group: RankGroup | None) -> Component:
    words = _("{n} units are too many to show side by side on a page: choose a group, or take the file.", n=len(among))
    aside = [*_groups(reading, unit, group, named_peers(reading)), _csv(reading, unit, among, group=group)]
    return section(_("Beside its peers"), html.P(words, className="note"), aside=aside)


def _standings(reading: Reading, unit: Unit, among: tuple[str, ...]) -> list[PeerStanding]:
    """What applies to the unit and has a value in the group, in display order of the targets."""
    standings = peer_standings(reading.session, reading.view, month=reading.month, among=among, units=[unit.code])
    found = {
        one.verdict.target_code: one
        for one in standings
        if one.peers is not None and one.verdict.status is not Status.NOT_APPLICABLE
    }
    judged = [reading.plan.target_revision(code, one.verdict.target_revision) for code, one in found.items()]
    return [found[target.code] for target in in_display_order(reading.plan, judged)]


def _among(reading: Reading, unit: Unit, *, group: RankGroup | None, named: frozenset[str]) -> tuple[str, ...]:
    """Whom the unit is held beside: those named, those of the group, else what reports below the same unit as it."""
    if named or group is not None:
        return members(reading.plan, group=group, named=named)
    below = reading.plan.reporting_units_under(unit.parent or reading.plan.root.code)
    return members(reading.plan, group=None, named={one.code for one in below})


def _csv(reading: Reading, unit: Unit, among: tuple[str, ...], *, group: RankGroup | None) -> Component:
    """The file of the same rows; of all units, and of very many, it names none."""
    parameters: dict[str, str | list[str]] = {"unit": unit.code}
    if reading.on is not None:
        parameters["on"] = reading.on.isoformat()
    if group is not None:
        parameters["group"] = group.value
    elif len(among) < len(reading.plan.reporting_units) and len(among) <= MOST_SHOWN:
        parameters["peer"] = list(among)
    return csv_link(reading.address.csv("peers", **parameters))


def named_peers(reading: Reading) -> frozenset[str]:
    """The reporting units that the address names to compare with; empty for none, and where one of them is none."""
    kept = reading.address.keeps("peer")
    return frozenset(kept.split(",")) if kept and means_peers(reading, kept) else frozenset()


def means_peers(reading: Reading, value: str) -> bool:
    """True if every part of `value` is a reporting unit."""
    known = {unit.code for unit in reading.plan.reporting_units}
    return set(value.split(",")) <= known


def means_group(reading: Reading, value: str) -> bool:
    """True if `value` is a group to compare with: beside a list of one's own none is."""
    return value in list(RankGroup) and not named_peers(reading)


def _row(plan: Plan, standing: PeerStanding) -> list[Component]:
    verdict, peers = standing.verdict, standing.peers
    target = plan.target_revision(verdict.target_code, verdict.target_revision)
    indicator = plan.indicator_by_code[verdict.indicator_code]
    name = [target_name(target), " ", html.Span(target_rule(target, indicator), className="unbroken")]
    value = _("Not reported") if verdict.status is Status.NO_DATA else value_text(plan, indicator, verdict.value)
    assert peers is not None  # noqa: S101  those without are left out
    rank, together = peers.ranks.get(verdict.unit_code), value_text(plan, indicator, standing.together)
    return [
        name,
        html.A(value, href=why_href(verdict)),
        NOTHING if standing.together is None else with_measure(together, measure(indicator)),
        _span(plan, indicator, (peers.middle[1], peers.middle[0])),
        _span(plan, indicator, (peers.ends[1], peers.ends[0])),
        _place(rank, of=len(peers.values)),
        _band(plan, indicator, peers, verdict.unit_code),
    ]


def _place(rank: int | None, *, of: int) -> str:
    """Of a value that stands alone nobody is first."""
    if rank is None:
        return NOTHING
    return _("the only value") if of == 1 else _("{rank} of {of}", rank=rank, of=of)


def _band(plan: Plan, indicator: Indicator, peers: Peers, unit: str) -> str:
    """The decile or quartile, and from where to where its values go; that there are too few."""
    band, ends = peers.band(unit), peers.band_ends(unit)
    if not peers.bands:
        return _("fewer than 4 values")
    if band is None or ends is None:
        return NOTHING
    told = {"band": band, "span": _span(plan, indicator, (ends[1], ends[0]))}
    return _("decile {band}: {span}", **told) if peers.bands == 10 else _("quartile {band}: {span}", **told)


def _span(plan: Plan, indicator: Indicator, span: Span) -> str:
    """One value, or two with a dash between."""
    return " – ".join(dict.fromkeys(value_text(plan, indicator, value) for value in span))


def _groups(reading: Reading, unit: Unit, group: RankGroup | None, named: frozenset[str]) -> list[Component]:
    """The ways to the other groups."""
    above = reading.plan.unit_by_code[unit.parent] if unit.parent else reading.plan.root
    choices = [(None, _("All of {unit}", unit=unit_name(above))), *group_words(reading.plan).items()]
    found: list[Component] = []
    for value, word in choices:
        if value is group and not named:
            found.append(html.Span(word, className="quiet-link chosen", **{"aria-current": "true"}))
        else:
            href = reading.address.keeping(group=None if value is None else value.value, peer=None)
            found.append(dcc.Link(word, href=href, className="quiet-link"))
    return found


def _choice(reading: Reading, unit: Unit, named: frozenset[str]) -> Component:
    """A list of one's own, sent as an address."""
    address = reading.address
    offered = reading.plan.reporting_units
    if len(offered) > _MOST_OFFERED:
        offered = reading.plan.reporting_units_under(unit.parent or reading.plan.root.code)
    options = [
        {"value": one.code, "label": f"{one.name.in_language(language())} {one.code}"}
        for one in offered
        if one.code != unit.code
    ]
    form = html.Form(
        [
            *carried(address),
            dmc.MultiSelect(
                label=_("Beside these units"),
                name="peer",
                data=options,
                value=sorted(named),
                searchable=True,
                clearable=True,
                nothingFoundMessage=_("Nothing has this name"),
                size="xs",
                className="data-many",
            ),
            html.Button(_("Compare"), type="submit", className="button"),
        ],
        method="get",
        action=f"/units/{unit.code}",
        className="data-form",
        key=address.href(),
    )
    return html.Details([html.Summary(_("Choose units to compare with")), form], className="table-view")
