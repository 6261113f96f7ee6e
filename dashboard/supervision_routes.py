"""Pages of what the bureau follows up (督办): months, tasks, and whatever is owed in words instead of figures.

They stand together at the place of :data:`SUPERVISION` in `dashboard/routes.py`. What a noun has open is told by its
section on `/supervise` (dashboard/pages/supervise.py), which leads to its pages. What a page keeps in its address for
itself stands beside the pages, above.
"""

from __future__ import annotations

from functools import partial

from dashboard.locale import _
from dashboard.pages.bulletins import bulletin_page, bulletins_page
from dashboard.pages.findings import FINDING_STATES, finding_page
from dashboard.pages.freshness import freshness_page
from dashboard.pages.material import material_page
from dashboard.pages.materials import materials_page
from dashboard.pages.period import period_page
from dashboard.pages.phase import phase_page
from dashboard.pages.score import score_page
from dashboard.pages.scores import scores_page
from dashboard.pages.self_assessment import sheet_page
from dashboard.pages.slip import slip_page
from dashboard.pages.slips import ISSUE, STATES, issue_slip_page, slips_page
from dashboard.pages.supervise import supervise_page
from dashboard.pages.task import task_page
from dashboard.pages.task_choice import CHOSEN, SILENT, UNCONFIRMED, means_choice
from dashboard.pages.tasks import REPORTS, TABLE, tasks_page
from dashboard.pages.work_plan import work_plan_page
from dashboard.route import (
    Keeps,
    Route,
    a_number,
    a_page,
    a_period,
    a_place,
    a_shape,
    a_target,
    a_task,
    a_unit,
    may,
    one_of,
    owes_the_task,
)
from dashboard.window.rail import RailLink
from metrics.principal import Scope
from metrics.publish.task_standings import TASK_STANDINGS

_TASKS: Keeps = {name: partial(means_choice, name) for name in CHOSEN} | {
    "show": one_of(TABLE, REPORTS),
    "state": one_of(SILENT, UNCONFIRMED),
    **a_shape(TASK_STANDINGS, ()),
}

SUPERVISION = (
    Route(
        r"/tasks",
        tasks_page,
        line="任务 Tasks: the plan's tasks as a timeline, a table or by what was reported",
        example=("evaluator", "/tasks"),
        rail=RailLink("tasks", lambda: _("Tasks")),
        public=True,
        blind=True,
        keeps=_TASKS,
    ),
    Route(
        r"/tasks/(?P<number>[1-9][0-9]{0,3})",
        task_page,
        line="一项任务 One task: what every unit reported last; the form for those who report on it",
        example=("clerk", "/tasks/1"),
        rail="opened from the timeline",
        public=True,
        keeps={"unit": owes_the_task},
    ),
    Route(
        r"/supervise",
        supervise_page,
        line="督办 Supervision: what is owed besides the figures, how much of it is open, and the way to each",
        example=("evaluator", "/supervise"),
        rail=RailLink("supervise", lambda: _("Supervision")),
    ),
    Route(
        r"/materials",
        materials_page,
        line="工作材料 Material: who has sent the month's material, in time or not, seen and signed",
        example=("evaluator", "/materials"),
        rail="opened from the supervision",
    ),
    Route(
        r"/materials/(?P<unit>[A-Za-z0-9._-]{1,40})/(?P<period>[0-9]{4}-[0-9]{2})",
        material_page,
        line="一份工作材料 One unit's material: what it says, with its forms to write, to note as seen and to sign",
        example=("clerk", "/materials/441202/2019-09"),
        rail="opened from the list of material",
    ),
    Route(
        r"/work-plans/(?P<unit>[A-Za-z0-9._-]{1,40})/(?P<year>2[0-9]{3})",
        work_plan_page,
        line="工作计划 Work plan: what a unit means to do in a year, by its own days, and the money for it",
        example=("clerk", "/work-plans/441202/2020"),
        rail="opened from the list of material",
    ),
    Route(
        r"/supervise/slips",
        slips_page,
        line="督办单 Supervision slips: by unit and state, with due days and ages",
        example=("evaluator", "/supervise/slips"),
        rail="opened from the supervision",
        keeps={"unit": a_unit, "state": one_of(*STATES)},
    ),
    Route(
        ISSUE,
        issue_slip_page,
        line="交办督办单 Issuing a slip: to a unit, prefilled from a red light, a late submission or a task",
        example=("reviewer", "/supervise/slips/issue?unit=441202&target=TG-05A"),
        rail="opened from the slips and from what they are issued for",
        concerns=may(Scope.SUPERVISE),
        present=True,
        keeps={"unit": a_unit, "target": a_target, "task": a_task, "period": a_period, "finding": a_place},
    ),
    Route(
        r"/supervise/slips/(?P<number>[0-9]{4}-[1-9][0-9]{0,8})",
        slip_page,
        line="一份督办单 One slip: what is asked, who owes what by when, what was done; the forms to act on it",
        example=("reviewer", "/supervise/slips/2020-1"),
        rail="opened from the list",
        unwalked="the tests' database has no slip",
    ),
    Route(
        r"/scores",
        scores_page,
        line="绩效考核 Performance assessment: every unit's score for a month, its parts, weights, steps, inquiries",
        example=("reviewer", "/scores"),
        rail=RailLink("scores", lambda: _("Scores")),
        keeps={"page": a_page},
    ),
    Route(
        r"/scores/(?P<code>[A-Za-z0-9._-]{1,40})",
        score_page,
        line="一个单位的考核得分 One unit's score: each part with its figures, formula, rule and the ways there",
        example=("reviewer", "/scores/441202"),
        rail="opened from the scores",
    ),
    Route(
        r"/bulletins",
        bulletins_page,
        line="通报 Bulletins: what was issued for each month, in both languages, and what is to be written",
        example=("reviewer", "/bulletins"),
        rail="opened from supervision",
    ),
    Route(
        r"/bulletins/(?P<written>[0-9]{4}-[0-9]{2})",
        bulletin_page,
        line="一期通报 One bulletin: its versions; drafted, edited and issued by a reviewer",
        example=("reviewer", "/bulletins/2019-09"),
        rail="opened from the list",
    ),
    Route(
        r"/freshness",
        freshness_page,
        line="停报 Freshness: datasets and units that stopped, what was owed, since when and for how long",
        example=("evaluator", "/freshness"),
        rail="opened from the supervision and from what needs attention",
        keeps={"page": a_number},
    ),
    Route(
        r"/phases/(?P<code>[\w.-]{1,64})/units/(?P<unit>[\w.-]{1,64})",
        sheet_page,
        line="自查评估 One unit's self-assessment of a round: its figures, its words, its signature, the form",
        example=("clerk", "/phases/PH2/units/441202"),
        rail="opened from the phase",
    ),
    Route(
        r"/phases/(?P<code>[\w.-]{1,64})/findings/(?P<number>[1-9][0-9]{0,8})",
        finding_page,
        line="一个问题 One finding of an inspection: what was found, answers, reviews, and the forms for the next",
        example=("reviewer", "/phases/PH2/findings/1"),
        rail="opened from the phase",
        unwalked="the tests' database has no finding",
    ),
    Route(
        r"/phases/(?P<code>[\w.-]{1,64})",
        phase_page,
        line="阶段 One phase: what every unit has come to at its gates, on time, while put right or late",
        example=("evaluator", "/phases/PH2"),
        rail="opened from the supervision",
        public=True,
        keeps={"page": a_page, "state": one_of(*FINDING_STATES)},
    ),
    Route(
        r"/periods",
        period_page,
        line="月份 Months: a month's due day, who sent, locks and exceptions",
        example=("reviewer", "/periods"),
        rail="opened from the review, the overview and a unit",
        keeps={"page": a_page},
    ),
)
"""In the order in which the rail and docs/pages.md have them."""
