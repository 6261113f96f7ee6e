"""What pages keep in their address for themselves: which values mean something on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.pages.leaderboard import COUNTIES, ZONES
from dashboard.pages.tasks import REPORTS, TABLE
from dashboard.place import PULL
from dashboard.reading import Reading
from dashboard.return_words import STATES
from dashboard.task_choice import CHOSEN, SILENT
from metrics.periods import parse_period
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.leaderboard import core_targets
from metrics.queries.releases import releases
from metrics.results import Basis
from metrics.task_reports import owing_units

Means = Callable[[Reading, str], bool]  # a value means something at a reading
Keeps = Mapping[str, Means]  # what a page keeps, by name


def one_of(*values: str) -> Means:
    """Exactly these."""
    return lambda _reading, value: value in values


def refused_by_the_page(_reading: Reading, _value: str) -> bool:
    """Whatever it is: the page itself says what is wrong with it."""
    return True


def _unit(reading: Reading, value: str) -> bool:
    return value in reading.plan.unit_by_code


def _owes_the_task(reading: Reading, value: str) -> bool:
    """True if the unit reports on the task that the page is about."""
    number = reading.place.path.rpartition("/")[2]
    return any(str(task.number) == number and value in owing_units(reading.plan, task) for task in reading.plan.tasks)


def _indicator(reading: Reading, value: str) -> bool:
    return value in reading.plan.indicator_by_code


def _core_target(reading: Reading, value: str) -> bool:
    return reading.on is not None and value in {target.code for target in core_targets(reading.view, on=reading.on)}


def _release(reading: Reading, value: str) -> bool:
    return value in {str(published.number) for published in releases(reading.session)}


def _period(_reading: Reading, value: str) -> bool:
    return parse_period(value) is not None


def _revision(_reading: Reading, value: str) -> bool:
    return value in ("verified", "previous") or (value.isascii() and value.isdigit())


OVERVIEW: Keeps = {"targets": one_of("all"), "map": _core_target}
TARGET: Keeps = {"unit": _unit}
TASKS: Keeps = dict.fromkeys(CHOSEN, refused_by_the_page) | {"show": one_of(TABLE, REPORTS), "state": one_of(SILENT)}
TASK: Keeps = {"unit": _owes_the_task}
LEADERBOARD: Keeps = {"show": one_of(COUNTIES, ZONES)}
RELEASE: Keeps = {"since": _release}
RELEASES: Keeps = {"compare": one_of(*Basis)}
DATA: Keeps = dict.fromkeys((*PULL, *CHOSEN), refused_by_the_page) | {
    "dataset": one_of(*DATASETS),
    "format": one_of(*MEDIA_TYPES),
}
ASSESS: Keeps = {"unit": _unit, "show": _indicator, "sample": refused_by_the_page}
REVIEW: Keeps = {"state": one_of(*STATES)}
RETURN: Keeps = {"base": _revision, "show": one_of("differences")}
COLLECT: Keeps = {"unit": refused_by_the_page, "period": _period}


def without_meaning(reading: Reading, keeps: Keeps) -> tuple[tuple[str, str], ...]:
    """What the address keeps, name and value, that means nothing on a page that keeps `keeps`."""
    return tuple(
        (name, value) for name, value in reading.place.kept if name not in keeps or not keeps[name](reading, value)
    )
