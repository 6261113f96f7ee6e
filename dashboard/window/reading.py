"""What one page looks at: one snapshot of the database, as its address asks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from dashboard.theme import PALETTES, Palette, Theme
from dashboard.window.address import Address
from dashboard.window.ask import Refused
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.periods import JudgedMonth
from metrics.plan.level import MOST_SHOWN, Level, Paged, Row, level_of
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.accounts import display_names
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.judged_month import JudgedByDefault, MonthCounts, judged_by_default, month_counts
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.releases import newest_numbers
from metrics.queries.view import View

_RELEASES_OFFERED = 6
_LONGEST_PAGE = 6  # digits


@dataclass(frozen=True)
class Reading:
    """`months`: the first and the newest month with data, None if there are none. `principal` None: open to anyone.
    `default`: the month judged where none is chosen, and the newer ones that are not.

    `releases`: the numbers of the newest releases, newest first. `refused`: what was just asked on this page in vain.
    """

    session: ReadSession
    view: View
    address: Address
    theme: Theme
    principal: Principal | None
    months: tuple[date, date] | None
    demonstration: bool
    default: JudgedByDefault
    releases: tuple[int, ...] = ()
    refused: Refused | None = None

    def refusals(self, do: str) -> tuple[Problem, ...]:
        """What was wrong with what the form for `do` just asked; nothing where it asked nothing, or it was done."""
        return self.refused.problems if self.refused is not None and self.refused.ask.do == do else ()

    def typed(self, do: str, name: str) -> str:
        """What stood in a field of the form for `do` when that was refused; empty otherwise."""
        return self.refused.ask.field(name) if self.refused is not None and self.refused.ask.do == do else ""

    @property
    def plan(self) -> Plan:
        return self.view.plan

    @property
    def palette(self) -> Palette:
        return PALETTES[self.theme]

    @property
    def month(self) -> JudgedMonth | None:
        """The month that is judged: the one chosen, else the one judged by default; None while there is neither."""
        return self.default.month if self.address.month is None else JudgedMonth.of(self.address.month)

    @cached_property
    def counts(self) -> MonthCounts | None:
        """The submissions of the month that is judged."""
        chosen = self.address.month
        if chosen is None:
            return self.default.counts
        return month_counts(self.session, self.view, first=chosen, last=chosen)[0]

    @property
    def newer(self) -> tuple[MonthCounts, ...]:
        """The months that are not judged yet, oldest first; none where an earlier month than the default is chosen."""
        default, chosen = self.default.month, self.address.month
        earlier = default is not None and chosen is not None and chosen < default.period
        return () if earlier else self.default.newer

    @property
    def moment(self) -> datetime:
        """The moment at which things stand as shown: now, or that of the newest entry known."""
        past = None if self.address.present and not self.view.public else self.view.recorded_at
        return past or datetime.now(UTC)

    @property
    def on(self) -> date | None:
        """The day on which targets are judged."""
        return None if self.month is None else self.month.on

    @cached_property
    def level(self) -> Level:
        """The level of the tree of units that is shown."""
        return level_of(self.plan, self.address.under)

    def paged(self, rows: Sequence[Row], *, most: int = MOST_SHOWN) -> Paged[Row]:
        """`rows` at the page that the address asks for, `most` on each."""
        page = self.address.keeps("page") or ""
        return Paged(rows, int(page) if page.isascii() and page.isdigit() and len(page) < _LONGEST_PAGE else 1, most)

    @property
    def timezone(self) -> str:
        return self.plan.document.timezone

    def names(self, logins: Collection[str]) -> dict[str, str]:
        """What the people with these logins are called."""
        return display_names(self.session, logins)


def reading_at(session: ReadSession, address: Address, *, theme: Theme, principal: Principal | None) -> Reading:
    """The reading of `address`. Raises what :func:`metrics.queries.reader_view.view_for` raises."""
    view = view_for(session, public=principal is None, as_of=address.as_of, numbered=address.release)
    view = own_units_view(view, principal=principal)
    return Reading(
        session=session,
        view=view,
        address=address,
        theme=theme,
        principal=principal,
        months=known_periods(session, view),
        releases=newest_numbers(session, most=_RELEASES_OFFERED),
        demonstration=is_demonstration_loaded(session),
        default=judged_by_default(session, view),
    )
