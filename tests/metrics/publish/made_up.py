"""A dataset of one's own, for cells that no plan would hold."""

from __future__ import annotations

from collections.abc import Callable

from metrics.cli.plan import CITY_PLAN
from metrics.plan.files import read_plan
from metrics.plan.model import Text
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Kind, Pull, Row, Wording
from metrics.publish.edition import Edition
from metrics.queries.view import View
from metrics.results import Basis


def edition_of(*names: str, kind: Kind = Kind.TEXT) -> Edition:
    """An edition of a dataset `made_up` whose columns are `names`, all of one kind."""
    dataset = Dataset[Row](
        name="made_up",
        title=Text(zh="虚构", en="Made up"),
        grain=Text(zh="一行", en="One row"),
        columns=tuple(column(name, kind, name, name, _cell(place)) for place, name in enumerate(names)),
        order=("none",),
        parameters=EVERYWHERE,
        records=lambda *_: (),
    )
    plan = read_plan(CITY_PLAN)
    view = View(plan=plan, seq=1, is_now=True, basis=Basis.SUBMITTED, recorded_at=None)
    return Edition(dataset, view=view, pull=Pull(), synthetic=False)


def _cell(place: int) -> Callable[[Row, Wording], Cell]:
    return lambda row, _: row[place]
