"""What the data page was asked for: its address read as a pull, and the pull's own address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard.window.reading import Reading
from metrics.periods import JudgedMonth, format_period
from metrics.publish.catalogue import DATASETS
from metrics.publish.closed_counts import refuse_closed_counts, within_own_units
from metrics.publish.dataset import AnyDataset, Pull
from metrics.publish.going_on import refuse_other_history
from metrics.publish.pull import LISTS, check_pull, parse_pull
from metrics.publish.rendering import MEDIA_TYPES
from metrics.publish.shape import SHAPE
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.view import View

FIRST = "rates"
CHOSEN = (
    "under",
    "unit",
    "peer",
    "element",
    "indicator",
    "target",
    "group",
    "lead",
    "kind",
    "phase",
    "task",
    "period_from",
    "period_to",
    "since",
    "state",
    "basis",
    "history",
    "after_seq",
    *SHAPE,
)


@dataclass(frozen=True, slots=True)
class DataChoice:
    """`asked`: the pull's parameters, name and value, in the order of its address. `form`: the kind of file."""

    dataset: AnyDataset
    asked: tuple[tuple[str, str], ...]
    pull: Pull
    view: View
    form: str

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.asked if key == name]

    @property
    def address(self) -> str:
        """The pull's address on this site; the same for equal choices."""
        asked = (*self.asked, *((("bom", "1"),) if self.form == "csv" else ()))
        return f"/api/v1/{self.dataset.name}.{self.form}" + (f"?{urlencode(asked)}" if asked else "")


def data_choice(reading: Reading) -> DataChoice:
    """The choice that the address makes; unknown datasets and forms fall back to the first.

    Raises BadRequest for what no pull can mean, Conflict for what comes after an entry that there is not, and Forbidden
    if a clerk chose another unit's figures.
    """
    address = reading.address
    dataset = DATASETS.get(address.keeps("dataset") or FIRST, DATASETS[FIRST])
    form = address.keeps("format") or "csv"
    asked = tuple(_asked(reading, dataset))
    given: dict[str, list[str]] = {}
    for name, value in asked:
        given.setdefault(name, []).append(value)
    pull = parse_pull(dataset, given, timezone=lambda: reading.timezone)
    pull = within_own_units(pull, dataset, principal=reading.principal)
    view = view_for(reading.session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
    view = own_units_view(view, principal=reading.principal)
    check_pull(pull, view)
    refuse_closed_counts(pull, dataset, view)
    refuse_other_history(reading.session, pull, view)
    return DataChoice(dataset, asked, pull, view, form if form in MEDIA_TYPES else "csv")


def _asked(reading: Reading, dataset: AnyDataset) -> list[tuple[str, str]]:
    """The parameters that the dataset takes, from what the page keeps and from the two time controls."""
    address, parts = reading.address, []
    for name in CHOSEN:
        value = _level(reading) if name == "under" else address.keeps(name)
        if value and name in dataset.parameters and name in SHAPE:
            parts.append((name, value))
        elif value and name in dataset.parameters:
            given = value.split(",") if name in LISTS else [value]
            parts += [(name, part) for part in given if part and _is_meant_for(dataset, name, part)]
    if address.month is not None and "on" in dataset.parameters:
        parts.append(("on", JudgedMonth.of(address.month).on.isoformat()))
    elif address.month is not None and "period" in dataset.single:
        parts.append(("period", format_period(address.month)))
    return [*parts, *address.vintage, ("lang", address.language)]


def _level(reading: Reading) -> str | None:
    """The unit that the address names as the level shown, if it adds up others."""
    under = reading.address.under
    return under if under in reading.plan.children else None


def _is_meant_for(dataset: AnyDataset, name: str, value: str) -> bool:
    """False for what was chosen for another dataset, in which the parameter is something else."""
    if name in dataset.choices:
        return value in dataset.choices[name]
    if name == "state":
        return value in dataset.states
    return all(value not in other.choices.get(name, ()) for other in DATASETS.values())
