"""Pages about targets: the list, one of them, why it moved, revising it, and what became of what people follow."""

from __future__ import annotations

from dashboard.locale import _
from dashboard.pages.following import following_page
from dashboard.pages.lists import targets_page
from dashboard.pages.moved import moved_page
from dashboard.pages.target import target_page
from dashboard.pages.target_chart import MULTIPLES, SPANS
from dashboard.pages.target_revise import target_revise_page
from dashboard.pages.target_rows import NAMES as UNIT_COLUMNS
from dashboard.route import Route, a_page, a_period, a_shape, a_unit, may, one_of
from dashboard.window.rail import RailLink
from metrics.principal import Scope
from metrics.publish.progress import PROGRESS

CODE = r"(?P<code>[\w.-]{1,64})"

TARGETS = (
    Route(
        r"/targets",
        targets_page,
        line="目标 Targets: every target of the plan, and how many units have met it",
        example=("evaluator", "/targets"),
        rail=RailLink("targets", lambda: _("Targets")),
        public=True,
        embeds=True,
        keeps=a_shape(PROGRESS, ()),
    ),
    Route(
        rf"/targets/{CODE}",
        target_page,
        line="一个目标 One target: its courses, what was corrected, ranking, projection, facts and revisions",
        example=("evaluator", "/targets/TG-05A"),
        rail="opened from the list",
        public=True,
        embeds=True,
        several=frozenset({"unit"}),
        keeps={
            "unit": a_unit,
            "span": one_of(*SPANS),
            "multiples": one_of(*MULTIPLES),
            "page": a_page,
            **a_shape(PROGRESS, UNIT_COLUMNS),
        },
    ),
    Route(
        rf"/targets/{CODE}/moved",
        moved_page,
        line="为何变动 Why it moved: what each unit added to a change, by its own rate and by its denominator",
        example=("evaluator", "/targets/TG-05A/moved"),
        rail="opened from the change of a headline figure",
        keeps={"since": a_period, "page": a_page},
    ),
    Route(
        rf"/targets/{CODE}/revise",
        target_revise_page,
        line="修订目标 Revising a target: for all or for chosen units, tried first with everything that would change",
        example=("evaluator", "/targets/TG-05A/revise"),
        rail="opened from the target",
        concerns=may(Scope.REVISE_TARGET),
        present=True,
        keeps={"unit": a_unit},
    ),
    Route(
        r"/following",
        following_page,
        line="关注 Following: what one follows, and every status of it that turned, with old and new and why",
        example=("evaluator", "/following"),
        rail="opened from what is followed and from the line that tells of it",
        present=True,
    ),
)
