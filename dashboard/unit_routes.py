"""Pages of units: all of them, one, a few beside each other, and what changed.

They stand together at the place of :data:`UNIT_PAGES` in `dashboard/routes.py`.
"""

from __future__ import annotations

from dashboard.locale import _
from dashboard.pages.changes import GROUPS, changes_page, means_month
from dashboard.pages.compare import compare_page
from dashboard.pages.count import count_page
from dashboard.pages.flat import PLAIN, flat_page, means_rows
from dashboard.pages.flat_table import TABLES
from dashboard.pages.peers import means_group, means_peers
from dashboard.pages.unit import unit_page
from dashboard.pages.units import units_page
from dashboard.route import Route, a_moment, a_page, a_shape, a_unit, one_of
from dashboard.window.rail import RailLink
from metrics.publish.plan_parts import UNITS

_CODE = r"(?P<code>[\w.-]{1,64})"

UNIT_PAGES = (
    Route(
        r"/units",
        units_page,
        line="单位 Units: every unit, and how many targets it has met",
        example=("evaluator", "/units"),
        rail=RailLink("units", lambda: _("Units")),
        public=True,
        embeds=True,
        keeps={"page": a_page, **a_shape(UNITS, ())},
    ),
    Route(
        rf"/units/{_CODE}",
        unit_page,
        line="一个单位 One unit: its lights, trends and people, and what became of its submissions",
        example=("evaluator", "/units/441202"),
        rail="opened from the list",
        public=True,
        embeds=True,
        keeps={"group": means_group, "peer": means_peers},
    ),
    Route(
        rf"/units/{_CODE}/elements/(?P<element>[a-z][a-z0-9_]{{0,63}})",
        count_page,
        line="一个填报数 One count: every value that a unit sent of it, who sent and who checked each, and why",
        example=("evaluator", "/units/441202/elements/items_online"),
        rail="opened from what a figure is made of",
        public=True,
    ),
    Route(
        r"/compare",
        compare_page,
        line="对比 Compare: two to five units beside each other: every measured target, differences, a year of courses",
        example=("evaluator", "/compare?unit=441202&unit=441203"),
        rail=RailLink("compare", lambda: _("Compare")),
        public=True,
        embeds=True,
        keeps={"unit": a_unit},
        several=frozenset({"unit"}),
    ),
    Route(
        r"/changes",
        changes_page,
        line="变化 Changes: what changed since last month, or since any day or entry: verdicts, corrections, targets",
        example=("evaluator", "/changes"),
        rail=RailLink("changes", lambda: _("Changes")),
        public=True,
        embeds=True,
        keeps={"since": a_moment, "period_from": means_month, "show": one_of(*GROUPS)},
    ),
    Route(
        r"/flat",
        flat_page,
        line="全部单位 All units: every reporting unit below a level in one grid: sorted, filtered, printed",
        example=("evaluator", "/flat"),
        rail="opened from the levels of the tree",
        keeps={"show": one_of(*TABLES), "rows": means_rows, "layout": one_of(PLAIN), "page": a_page},
    ),
)
