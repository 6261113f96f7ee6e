"""What is declared of a page: its address, what answers there, whose it is, where it is named, and what it keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from dashboard.window.content import Content
from dashboard.window.rail import RailLink
from dashboard.window.reading import Reading
from dashboard.window.shapes import PARAMETERS, means_shape
from metrics.moments import read_as_of
from metrics.periods import parse_period
from metrics.plan.level import Paged
from metrics.principal import Principal, Role, Scope
from metrics.publish.dataset import AnyDataset
from metrics.queries.leaderboard import core_targets
from metrics.queries.releases import releases
from metrics.supervision.bodies import reporting_bodies

_LONGEST_PAGE = 6  # digits

Means = Callable[[Reading, str], bool]  # a value means something at a reading
Keeps = Mapping[str, Means]  # what a page keeps, by name


@dataclass(frozen=True, slots=True)
class Route:
    """One page, declared once: what answers it, its place on the rail, in docs/pages.md and in the accessibility walk.

    `answer` gets the reading and what the pattern's groups matched. `line`: in docs/pages.md, the name first.
    `example`: a role and an address at which the walk looks at it. `unwalked`: why the tests do not, empty if they do;
    the benchmark walks all. `rail`: its link there, or why it has none.
    `concerns`: whose page it is; the others do not find it on the rail, and at its address it says what they see.
    `public`: shown to anyone where released data is open; it must show nothing of single submissions.
    `blind`: shown to an assessor while reported figures are kept from it (无感评估).
    `present`: the page knows no other time than now; a time in its address means nothing to it.
    `embeds`: may stand in somebody else's page (`embed=1`), where it only shows.
    `keeps`: what the page keeps in its address for itself; nothing else there means anything to it. `several`: of
    which of these it takes more than one.
    """

    pattern: str
    answer: Callable[..., Content]
    line: str
    example: tuple[str, str]
    rail: RailLink | str
    unwalked: str = ""
    concerns: Callable[[Principal], bool] = lambda _principal: True
    public: bool = False
    blind: bool = False
    present: bool = False
    embeds: bool = False
    keeps: Keeps = field(default_factory=dict)
    several: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """The pattern as people write it: `/units/{code}`."""
        return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", self.pattern)

    def match(self, path: str) -> re.Match[str] | None:
        """What the pattern's groups have in `path`; None if another page answers it."""
        return re.fullmatch(self.pattern, path)

    def without_meaning(self, reading: Reading) -> tuple[tuple[str, str], ...]:
        """What the address keeps, name and value, that means nothing on the page."""
        address = reading.address
        return tuple(
            (name, value)
            for name, value in address.kept
            if name not in self.keeps
            or not self.keeps[name](reading, value)
            or (name not in self.several and value != address.keeps(name))
        )

    def is_for(self, principal: Principal | None) -> bool:
        """True if the page is this reader's; None is anyone while released data is open."""
        return self.public if principal is None else self.concerns(principal)


def may(scope: Scope) -> Callable[[Principal], bool]:
    """Whose the page is: everybody's who may do what `scope` names."""
    return lambda principal: principal.may(scope)


def one_of(*values: str) -> Means:
    """Exactly these."""
    return lambda _reading, value: value in values


def a_number(_reading: Reading, value: str) -> bool:
    """A page's number; one beyond the last shows the last."""
    return value.isascii() and value.isdigit() and len(value) < _LONGEST_PAGE and int(value) > 1


def refused_by_the_page(_reading: Reading, _value: str) -> bool:
    """Whatever it is: the page itself says what is wrong with it."""
    return True


def a_unit(reading: Reading, value: str) -> bool:
    return value in reading.plan.unit_by_code


def a_reporting_unit(reading: Reading, value: str) -> bool:
    return any(unit.code == value for unit in reading.plan.reporting_units)


def a_page(reading: Reading, value: str) -> bool:
    most = Paged(reading.plan.reporting_units_under(reading.level.under.code)).pages
    return value.isascii() and value.isdigit() and len(value) < _LONGEST_PAGE and 1 < int(value) <= most


def owes_the_task(reading: Reading, value: str) -> bool:
    """True if the unit or department reports on the task that the page is about."""
    number, plan = reading.address.path.rpartition("/")[2], reading.plan
    return any(str(task.number) == number and value in reporting_bodies(plan, task) for task in plan.tasks)


def a_shape(dataset: AnyDataset, names: Collection[str], *, across: str | None = None) -> Keeps:
    """The order, the columns and the conditions of a table with these columns."""

    def means(parameter: str, reading: Reading, value: str) -> bool:
        return means_shape(reading, parameter, value, dataset, names, across)

    return {parameter: partial(means, parameter) for parameter in PARAMETERS}


def an_indicator(reading: Reading, value: str) -> bool:
    return value in reading.plan.indicator_by_code


def a_target(reading: Reading, value: str) -> bool:
    return value in reading.plan.general_targets


def a_task(reading: Reading, value: str) -> bool:
    return value in {str(task.number) for task in reading.plan.tasks}


def a_place(_reading: Reading, value: str) -> bool:
    """A number that is given once, from 1; whether there is such a thing, the page itself says."""
    return value.isascii() and value.isdigit() and len(value) < _LONGEST_PAGE and int(value) > 0


def a_core_target(reading: Reading, value: str) -> bool:
    return reading.on is not None and value in {target.code for target in core_targets(reading.view, on=reading.on)}


def a_release(reading: Reading, value: str) -> bool:
    return value in {str(published.number) for published in releases(reading.session)}


def a_period(_reading: Reading, value: str) -> bool:
    return parse_period(value) is not None


def a_moment(reading: Reading, value: str) -> bool:
    return read_as_of(value, timezone=lambda: reading.timezone) is not None


def a_revision(_reading: Reading, value: str) -> bool:
    return value in ("verified", "previous") or (value.isascii() and value.isdigit())


def _of_accounts(means: Means) -> Means:
    return lambda reading, value: reading.address.keeps("show") == "accounts" and means(reading, value)


SEARCHED_ACCOUNTS: Keeps = {
    "user": _of_accounts(refused_by_the_page),
    "unit": _of_accounts(refused_by_the_page),
    "role": _of_accounts(one_of(*Role)),
    "page": _of_accounts(a_number),
}
"""By what the accounts of `/admin` are searched (dashboard/pages/admin_accounts.py)."""
