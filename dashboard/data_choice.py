"""What the data page was asked for: its address read as a pull, and the pull's own address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard.reading import Reading
from metrics.periods import format_period
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Dataset, Pull
from metrics.publish.pull import LISTS, check_codes, parse_pull, within_own_units
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.view import View

FIRST = "rates"
CHOSEN = (
    "unit",
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
    "basis",
    "history",
    "after_seq",
)


@dataclass(frozen=True, slots=True)
class DataChoice:
    """`asked`: the pull's parameters, name and value, in the order of its address. `form`: the kind of file."""

    dataset: Dataset
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

    Raises BadRequest for what no pull can mean, and Forbidden if a clerk chose another unit's figures.
    """
    place = reading.place
    dataset = DATASETS.get(place.keeps("dataset") or FIRST, DATASETS[FIRST])
    form = place.keeps("format") or "csv"
    asked = tuple(_asked(reading, dataset))
    given: dict[str, list[str]] = {}
    for name, value in asked:
        given.setdefault(name, []).append(value)
    pull = within_own_units(parse_pull(dataset, given), dataset, principal=reading.principal)
    view = view_for(reading.session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
    view = own_units_view(view, principal=reading.principal)
    check_codes(pull, view.plan)
    return DataChoice(dataset, asked, pull, view, form if form in MEDIA_TYPES else "csv")


def _asked(reading: Reading, dataset: Dataset) -> list[tuple[str, str]]:
    """The parameters that the dataset takes, from what the page keeps and from the two time controls."""
    place, parts = reading.place, []
    for name in CHOSEN:
        value = place.keeps(name)
        if value and name in dataset.parameters:
            parts += [(name, part) for part in (value.split(",") if name in LISTS else [value]) if part]
    if place.month is not None and "on" in dataset.parameters and place.on is not None:
        parts.append(("on", place.on.isoformat()))
    elif place.month is not None and "period" in dataset.single:
        parts.append(("period", format_period(place.month)))
    return [*parts, *place.vintage, ("lang", place.language)]
