"""The city's plan as a part of a larger tree of units, and with more units than fit on a page."""

from __future__ import annotations

from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.plan.model import Plan, Text, Unit, UnitKind
from metrics.plan.store import plan_at

NATION, PROVINCE, OTHER_PROVINCE, CITY, OTHER_CITY = "100000", "440000", "450000", "441200", "450100"


def _unit(code: str, kind: UnitKind, name: str, *, order: int, parent: str | None = None) -> Unit:
    return Unit(code=code, kind=kind, name=Text(zh=name, en=f"Unit {code}"), order=order, parent=parent)


def in_a_nation(plan: Plan) -> Plan:
    """A nation of two provinces: the city with its units in the first, a city of two counties in the second."""
    above = (
        _unit(NATION, UnitKind.NATION, "全国", order=-10),
        _unit(PROVINCE, UnitKind.PROVINCE, "甲省", order=-9, parent=NATION),
        _unit(OTHER_PROVINCE, UnitKind.PROVINCE, "乙省", order=900, parent=NATION),
        _unit(OTHER_CITY, UnitKind.CITY, "乙市", order=901, parent=OTHER_PROVINCE),
        _unit("450102", UnitKind.COUNTY, "乙一县", order=902, parent=OTHER_CITY),
        _unit("450103", UnitKind.COUNTY, "乙二县", order=903, parent=OTHER_CITY),
    )
    own = [unit.model_copy(update={"parent": PROVINCE}) if unit.code == CITY else unit for unit in plan.units]
    document = plan.document.model_copy(update={"root_unit": NATION})
    return plan.model_copy(update={"document": document, "units": (*own, *above)})


def with_counties(plan: Plan, number: int) -> Plan:
    """The plan with that many counties more directly below its root."""
    root = plan.document.root_unit
    more = [_unit(f"9{n:05d}", UnitKind.COUNTY, f"第{n}县", order=1000 + n, parent=root) for n in range(number)]
    return plan.model_copy(update={"units": (*plan.units, *more)})


def load(session: WriteSession, plan: Plan) -> Plan:
    """Load a changed plan; answers it as it is read then."""
    load_plan(session, plan, actor="test")
    session.flush()
    return plan_at(session)
