"""Values that are stored or sent stay, whatever their names become: tokens, the ledger and scripts hold them."""

from __future__ import annotations

from enum import StrEnum

import pytest

from metrics.announcements import Announced, AnnouncementAction, AnnouncementState
from metrics.assessments import Method
from metrics.attention import Reason
from metrics.plan.model import MilestoneKind, Nature, Severity, TargetKind, UnitKind
from metrics.plan.model.targets import Direction
from metrics.principal import Role, Scope
from metrics.queries.announcement_reminders import AnnouncementReminderKind
from metrics.queries.slip_reminders import SlipReminderKind
from metrics.queries.submission_differences import Against
from metrics.ranking import RankGroup
from metrics.results import Basis, Light, Status, Timing
from metrics.sampling import Verdict
from metrics.sign_offs import How
from metrics.submission_states import Action, State
from metrics.supervision.gates import BindingDate, GateVerdict
from metrics.supervision.rectification import FindingSeverity, FindingState, RectificationAction
from metrics.supervision.scores import NotCounted, ScorePart, SlipOutcome
from metrics.supervision.slips import SlipAct, SlipOrigin
from metrics.supervision.task_checks import CheckAction, CheckState, CheckStep
from metrics.supervision.task_contradictions import ContradictionKind
from metrics.supervision.task_sanctions import SanctionAction
from metrics.supervision.task_silence import SilenceStep
from metrics.task_reports import TaskState, TaskStatus

VALUES: dict[type[StrEnum], str] = {
    Action: "submit verify return reopen sign_off",
    Against: "previous verified last_month",
    Basis: "submitted verified",
    CheckAction: "confirm return",
    CheckState: "reported lead_confirmed confirmed returned superseded",
    CheckStep: "lead review",
    ContradictionKind: "done_not_met met_not_done",
    BindingDate: "due_date window_end",
    Direction: "higher lower",
    FindingSeverity: "minor major grave",
    FindingState: "open answered closed withdrawn",
    GateVerdict: "on_time in_window late not_due rectifying no_data not_met not_applicable",
    How: "link account paper recorded",
    Light: "green amber red grey",
    Method: "big_data field_visit interview questionnaire platform_data",
    MilestoneKind: "complete_by start_by start_on rolling_within_year province_coordinated",
    Nature: "stock flow",
    RankGroup: "county zone pilot",
    RectificationAction: "answer close return withdraw",
    Reason: "newly_red overdue regressed rectifying due_unjudged behind set_by_hand stale not_reported"
    " denominator_watch returned unverified",
    Role: "clerk reviewer evaluator assessor admin leader",
    Scope: "read post_return sign_off verify release revise_target record_assessment manage_periods manage_people"
    " supervise answer_slip administer bulk",
    SanctionAction: "mark lift",
    Announced: "release bulletin",
    AnnouncementAction: "announce move withdraw",
    AnnouncementReminderKind: "announced_soon announced_passed",
    AnnouncementState: "ahead passed published withdrawn",
    NotCounted: "nothing not_reported",
    ScorePart: "attainment timeliness slips inquiry",
    SlipOutcome: "in_time sent_back late",
    SilenceStep: "unit lead bureau",
    Severity: "error warning",
    SlipAct: "issue receive delegate answer ask_extension grant_extension refuse_extension review return close"
    " withdraw",
    SlipOrigin: "by_hand red_light late_submission task finding",
    SlipReminderKind: "slip_due_soon slip_overdue slip_escalated",
    State: "not_reported returned submitted verified",
    Status: "met on_track behind rectifying overdue no_data not_applicable",
    TargetKind: "ratio coverage capacity duration count milestone standing qualitative window frequency",
    TaskState: "not_started in_progress done blocked",
    TaskStatus: "done in_progress not_started blocked silent overdue to_be_confirmed not_reported",
    Timing: "on_time in_window late",
    UnitKind: "nation province city city_departments district county county_level_city functional_zone",
    Verdict: "confirmed differs no_evidence",
}


@pytest.mark.parametrize("values", VALUES, ids=lambda values: values.__name__)
def test_are_what_they_were(values: type[StrEnum]) -> None:
    assert [member.value for member in values] == VALUES[values].split()
