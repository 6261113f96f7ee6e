"""Loading the demonstration into a database that has a plan and no submissions.

Everything happens in one transaction, through the commands that serve everybody else, so the history is as
bitemporal as a real one; `recorded_at` is the story's, and every ledger entry says that it is synthetic.

The accounts file is written inside the transaction, as its last act before the commit. If the process dies in
between, nothing is in the database and the file names accounts that do not exist; the next load, which then finds
neither users nor submissions, replaces it. A committed demonstration therefore always has its file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from metrics.commands.announce_publication import AnnouncementGiven
from metrics.commands.check_task_report import CheckGiven, check_task_report
from metrics.commands.post_submission import post_submission
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.verify_submission import verify_submission
from metrics.database import ReadSession, WriteSession, write_session
from metrics.errors import Conflict, Message
from metrics.models import Assessment, Submission
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.submissions import SubmissionRequest
from seed.demonstration.accounts import Cast, add_accounts, write_accounts
from seed.demonstration.bulletins import DemonstrationBulletinAct, demonstration_bulletin_acts, do_bulletin_act
from seed.demonstration.bureau import (
    DemonstrationAssessment,
    DemonstrationPerson,
    demonstration_assessments,
    demonstration_people,
    play_assessment,
    play_person,
)
from seed.demonstration.calendar import (
    DemonstrationAnnouncement,
    demonstration_announcements,
    play_announcement,
)
from seed.demonstration.history import (
    SEED,
    DemonstrationReview,
    DemonstrationSubmission,
    demonstration_reviews,
    demonstration_submissions,
)
from seed.demonstration.inquiries import DemonstrationInquiry, demonstration_inquiries, play_inquiry
from seed.demonstration.materials import DemonstrationMaterial, demonstration_materials, play_material
from seed.demonstration.rounds import DemonstrationRoundAct, demonstration_round_acts, do_round_act
from seed.demonstration.slips import DemonstrationSlipAct, demonstration_slip_acts, do_slip_act
from seed.demonstration.task_checks import DemonstrationTaskCheck, demonstration_task_checks
from seed.demonstration.task_reports import DemonstrationTaskReport, demonstration_task_reports

OfSubmissions = DemonstrationSubmission | DemonstrationReview
OfTasks = DemonstrationTaskReport | DemonstrationTaskCheck
OfTheBureau = (
    DemonstrationPerson
    | DemonstrationAssessment
    | DemonstrationSlipAct
    | DemonstrationInquiry
    | DemonstrationRoundAct
    | DemonstrationBulletinAct
    | DemonstrationAnnouncement
)
Action = OfSubmissions | OfTasks | OfTheBureau | DemonstrationMaterial
Progress = Callable[[int, int], None]  # (steps done, steps in all)


@dataclass(frozen=True, slots=True)
class DemonstrationLoaded:
    """What was loaded.

    `submissions` and `task_reports` count revisions too, `reviews` verifications and submissions for correction.
    """

    submissions: int
    reviews: int
    task_reports: int
    people: int
    assessments: int
    accounts: int
    accounts_file: Path


def load_demonstration(home: Path, *, progress: Progress | None = None) -> DemonstrationLoaded:
    """Load the demonstration for the plan in the database and write `home`/demo-accounts.json.

    Raises Conflict `returns_exist` if any submission is there, `form_unknown` for a plan with another form, and
    `username_taken` if an account has the name of one of the demonstration's; NotFound without a plan.
    """
    with write_session() as session:
        _require_no_submissions(session)
        plan = plan_at(session)
        history = _history(plan)
        cast = add_accounts(session, plan, now=datetime.now(UTC))
        _play(session, plan, history=history, cast=cast, progress=progress)
        assessments = session.scalar(select(func.count()).select_from(Assessment)) or 0
        path = write_accounts(home, cast.accounts)
    counts = Counter(type(step) for step in history)
    return DemonstrationLoaded(
        submissions=counts[DemonstrationSubmission],
        reviews=counts[DemonstrationReview],
        task_reports=counts[DemonstrationTaskReport],
        people=counts[DemonstrationPerson],
        assessments=assessments,
        accounts=len(cast.accounts),
        accounts_file=path,
    )


def _require_no_submissions(session: ReadSession) -> None:
    found = session.scalar(select(func.count()).select_from(Submission)) or 0
    if found:
        raise Conflict(
            code="returns_exist",
            message=Message(
                f"数据库中已有 {found} 份月报,演示数据只能载入没有月报的数据库。",
                f"The database has {found} submissions already; demonstration data goes into one without any.",
            ),
        )


def _history(plan: Plan) -> list[Action]:
    """Everything in the order in which it happened."""
    steps: list[tuple[datetime, int, Action]] = []
    steps += [(sent.submitted_at, 0, sent) for sent in demonstration_submissions(plan)]
    steps += [(review.reviewed_at, 1, review) for review in demonstration_reviews(plan)]
    reports = demonstration_task_reports(plan, seed=SEED)
    steps += [(report.reported_at, 2, report) for report in reports]
    steps += [(person.recorded_at, 3, person) for person in demonstration_people(plan)]
    steps += [(assessed.assessed_at, 4, assessed) for assessed in demonstration_assessments(plan, seed=SEED)]
    steps += [(check.checked_at, 5, check) for check in demonstration_task_checks(plan, reports, seed=SEED)]
    steps += [(act.at, 5, act) for act in demonstration_materials(plan, seed=SEED)]
    steps += [(act.done_at, 6, act) for act in demonstration_slip_acts(plan)]
    steps += [(one.recorded_at, 7, one) for one in demonstration_inquiries(plan, seed=SEED)]
    steps += [(act.done_at, 7, act) for act in demonstration_round_acts(plan)]
    steps += [(act.done_at, 8, act) for act in demonstration_bulletin_acts(plan)]
    steps += [(act.done_at, 8, act) for act in demonstration_announcements(plan)]
    return [step for _, _, step in sorted(steps, key=lambda step: (step[0], step[1], step[2].unit, step[2].period))]


def _play(session: WriteSession, plan: Plan, *, history: list[Action], cast: Cast, progress: Progress | None) -> None:
    versions: dict[tuple[str, date], tuple[int, str]] = {}  # (id, entity tag) of each submission so far
    slips: dict[int, str] = {}  # the number of each slip so far
    reported: dict[tuple[int, str, date], str] = {}  # entity tag of each task report so far
    materials: dict[tuple[str, date], int] = {}  # the number of each material so far
    announced: dict[AnnouncementGiven, int] = {}  # the entry of each announcement so far
    of_rounds: dict[str | int, tuple[int, str]] = {}  # number and entity tag of each finding and sheet so far
    for done, step in enumerate(history, start=1):
        if isinstance(step, DemonstrationTaskReport):
            key = (step.task, step.unit, step.period)
            reported[key] = _report(session, step, cast=cast, if_match=reported.get(key))
        elif isinstance(step, DemonstrationTaskCheck):
            _check(session, step, cast=cast, if_match=reported[step.task, step.unit, step.period])
        elif isinstance(step, DemonstrationPerson):
            play_person(session, plan, step, reviewer=cast.reviewer)
        elif isinstance(step, DemonstrationSlipAct):
            do_slip_act(session, plan, step, cast=cast, numbers=slips)
        elif isinstance(step, DemonstrationInquiry):
            play_inquiry(session, step, cast=cast)
        elif isinstance(step, DemonstrationRoundAct):
            do_round_act(session, step, cast=cast, standing=of_rounds)
        elif isinstance(step, DemonstrationBulletinAct):
            do_bulletin_act(session, step, cast=cast)
        elif isinstance(step, DemonstrationAnnouncement):
            play_announcement(session, step, cast=cast, announced=announced)
        elif isinstance(step, DemonstrationAssessment):
            play_assessment(session, step, assessor=cast.assessor)
        elif isinstance(step, DemonstrationMaterial):
            of = (step.unit, step.period)
            materials[of] = play_material(session, plan, step, cast=cast, number=materials.get(of, 0))
        else:
            before = versions.get((step.unit, step.period))
            versions[step.unit, step.period] = _step(session, plan, step, cast=cast, before=before)
        if progress is not None:
            progress(done, len(history))


def _step(
    session: WriteSession,
    plan: Plan,
    step: OfSubmissions,
    *,
    cast: Cast,
    before: tuple[int, str] | None,
) -> tuple[int, str]:
    if isinstance(step, DemonstrationSubmission):
        return _post(session, plan, step, cast=cast, if_match=before[1] if before else None)
    if before is None:
        raise ValueError(f"a review of {step.unit} {step.period} comes before its submission")
    return _review(session, plan, step, cast=cast, submission_id=before[0])


def _report(session: WriteSession, sent: DemonstrationTaskReport, *, cast: Cast, if_match: str | None) -> str:
    done = report_task(
        session,
        sent.task,
        principal=cast.clerks[sent.unit],
        given=TaskReportGiven(
            sent.unit, format_period(sent.period), sent.state, sent.text, evidence=sent.evidence, reason=sent.reason
        ),
        if_match=if_match,
        simulated_at=sent.reported_at,
    )
    return done.etag


def _check(session: WriteSession, step: DemonstrationTaskCheck, *, cast: Cast, if_match: str) -> None:
    check_task_report(
        session,
        step.task,
        principal=cast.clerks[step.by_unit] if step.by_unit else cast.reviewer,
        given=CheckGiven(step.unit, format_period(step.period), step.action, step.reason),
        if_match=if_match,
        simulated_at=step.checked_at,
    )


def _post(
    session: WriteSession, plan: Plan, sent: DemonstrationSubmission, *, cast: Cast, if_match: str | None
) -> tuple[int, str]:
    posted = post_submission(
        session,
        plan=plan,
        principal=cast.clerks[sent.unit],
        request=SubmissionRequest(
            unit=sent.unit,
            period=format_period(sent.period),
            values=sent.values,
            note=sent.note,
            reason=sent.reason,
            acknowledged=sent.acknowledged,
        ),
        if_match=if_match,
        simulated_at=sent.submitted_at,
    )
    if posted.id is None or posted.etag is None or posted.revision != sent.revision:
        raise ValueError(f"revision {sent.revision} of {sent.unit} {sent.period} was recorded as {posted.revision}")
    return posted.id, posted.etag


def _review(
    session: WriteSession, plan: Plan, review: DemonstrationReview, *, cast: Cast, submission_id: int
) -> tuple[int, str]:
    checked = verify_submission(
        session,
        principal=cast.reviewer,
        submission_id=submission_id,
        action=review.action,
        reason=review.reason,
        timezone=plan.document.timezone,
        simulated_at=review.reviewed_at,
    )
    return checked.id, checked.etag
