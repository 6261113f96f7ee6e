"""A dataset of one's own, for cells that no plan would hold."""

from __future__ import annotations

from collections.abc import Generator

from metrics.cli.plan import CITY_PLAN
from metrics.database import ReadSession
from metrics.plan.files import read_plan
from metrics.plan.model import Text
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.edition import Edition
from metrics.queries.view import View
from metrics.results import Basis


def edition_of(*names: str, kind: Kind = Kind.TEXT) -> Edition:
    """An edition of a dataset `made_up` whose columns are `names`, all of one kind."""

    def no_rows(_: ReadSession, __: View, ___: Pull) -> Generator[Row, None, None]:
        yield from ()

    dataset = Dataset(
        name="made_up",
        title=Text(zh="虚构", en="Made up"),
        grain=Text(zh="一行", en="One row"),
        columns=tuple(column(name, kind, name, name) for name in names),
        order=("none",),
        parameters=EVERYWHERE,
        rows=no_rows,
    )
    plan = read_plan(CITY_PLAN)
    view = View(plan=plan, seq=1, is_now=True, basis=Basis.SUBMITTED, recorded_at=None)
    return Edition(dataset, view=view, pull=Pull(), synthetic=False)
