"""What one page looks at: one snapshot of the database, at the place its address names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboard.place import Place
from dashboard.theme import PALETTES, Palette, Theme
from metrics.database import ReadSession
from metrics.periods import last_day
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.display_names import display_names
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.releases import newest_numbers
from metrics.queries.view import View

_RELEASES_OFFERED = 6


@dataclass(frozen=True)
class Reading:
    """`months`: the first and the newest month with data, None if there are none. `principal` None: open to anyone.

    `releases`: the numbers of the newest releases, newest first.
    """

    session: ReadSession
    view: View
    place: Place
    theme: Theme
    principal: Principal | None
    months: tuple[date, date] | None
    demonstration: bool
    releases: tuple[int, ...] = ()

    @property
    def plan(self) -> Plan:
        return self.view.plan

    @property
    def palette(self) -> Palette:
        return PALETTES[self.theme]

    @cached_property
    def on(self) -> date | None:
        """The day on which targets are judged; None while nothing is known and no month was chosen."""
        if self.place.on is not None:
            return self.place.on
        return None if self.months is None else last_day(self.months[1])

    @property
    def timezone(self) -> str:
        return self.plan.document.timezone

    def names(self, logins: Collection[str]) -> dict[str, str]:
        """What the people with these logins are called."""
        return display_names(self.session, logins)


def reading_at(session: ReadSession, place: Place, *, theme: Theme, principal: Principal | None) -> Reading:
    """The reading of `place`. Raises what :func:`metrics.queries.reader_view.view_for` raises."""
    view = view_for(session, public=principal is None, as_of=place.as_of, numbered=place.release)
    view = own_units_view(view, principal=principal)
    return Reading(
        session=session,
        view=view,
        place=place,
        theme=theme,
        principal=principal,
        months=known_periods(session, view),
        releases=newest_numbers(session, most=_RELEASES_OFFERED),
        demonstration=is_demonstration_loaded(session),
    )
