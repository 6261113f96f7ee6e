"""Self-assessments: figures drawn and frozen, words where a target is not met, revisions, and a leader's signature."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metrics.commands.attach_file import attach_file
from metrics.commands.sign_off_submission import OnPaper
from metrics.commands.submit_self_assessment import (
    SelfAssessed,
    SelfAssessmentGiven,
    sign_self_assessment,
    submit_self_assessment,
)
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound, Stale, VersionMissing
from metrics.ledger.checking.walk import check_ledger
from metrics.principal import Principal, Role
from metrics.queries.self_assessments import SelfAssessmentRow, drawn_sheet, self_assessments
from metrics.queries.view import view_at
from metrics.sign_offs import How
from metrics.supervision.rectification import rounds
from tests.attached import a_pdf
from tests.links import appoint
from tests.metrics.queries.test_views import post
from tests.posting import CLERK, REVIEWER

UNIT = "441202"
LEADER = Principal(8, "li", "李", Role.LEADER, frozenset({UNIT}))
STRANGER = Principal(6, "zhao", "赵", Role.CLERK, frozenset({"441203"}))


def unmet_targets(session: WriteSession, unit: str) -> tuple[str, ...]:
    """The targets of the first round that the unit has to say something of."""
    view = view_at(session)
    sheet = drawn_sheet(session, view, rounds(view.plan)[0], unit=unit)
    return () if sheet is None else sheet.unmet


def words(session: WriteSession, **changes: object) -> SelfAssessmentGiven:
    given = SelfAssessmentGiven(UNIT, "总体平稳", dict.fromkeys(unmet_targets(session, UNIT), "正在补齐"))
    return replace(given, **changes)  # type: ignore[arg-type]  # names of its fields


def submit(session: WriteSession, etag: str | None = None, **changes: object) -> SelfAssessed:
    given = words(session, **changes)
    return submit_self_assessment(session, "PH2", principal=CLERK, given=given, if_match=etag)


def rows(session: WriteSession, *, history: bool = False) -> list[SelfAssessmentRow]:
    return self_assessments(session, view_at(session), history=history)


def test_figures_are_frozen_as_they_were_sent_and_the_ledger_agrees(session: WriteSession) -> None:
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=430)
    post(session, UNIT, "2020-02", materials_baseline=1000, materials_current=100)  # after the round
    done = submit(session)
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=300)
    (row,) = rows(session)
    figures = {figure["target"]: figure for figure in row.figures}
    material = figures["TG-04A"]
    assert (material["numerator"], material["denominator"], material["value"]) == ("570", "1000", "57.00")
    assert (material["status"], material["verdict"], material["due_on"]) == ("rectifying", "rectifying", "2019-09-30")
    assert set(figures) == {"TG-G1A", "TG-G1B", "TG-04A", "TG-05A", "TG-19A", "TG-19B"}
    assert (row.period.isoformat(), row.stands_on, row.etag) == ("2019-10-01", done.seq - 1, done.etag)
    assert list(check_ledger(session)) == []


def test_what_is_not_met_needs_words(session: WriteSession) -> None:
    with pytest.raises(Invalid, match="figures_missing"):
        submit(session)
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=430)
    with pytest.raises(Invalid) as refused:
        submit(session, summary=" ", remarks={"TG-99": "x"})
    codes = {(problem.code, problem.pointer) for problem in refused.value.problems}
    assert {("summary_missing", "/summary"), ("target_unknown", "/remarks/TG-99")} <= codes
    assert ("remark_missing", "/remarks/TG-04A") in codes
    assert rows(session) == []


def test_a_revision_names_what_it_revises_and_is_signed_anew(session: WriteSession) -> None:
    post(session, UNIT, "2019-10")
    first = submit(session)
    with pytest.raises(VersionMissing):
        submit(session, summary="又")
    sign_self_assessment(session, "PH2", unit=UNIT, principal=LEADER, if_match=first.etag)
    with pytest.raises(Conflict):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=LEADER, if_match=first.etag)
    assert rows(session)[0].signed_by == "li"
    second = submit(session, first.etag, summary="补充", reason="漏报")
    with pytest.raises(Stale):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=LEADER, if_match=first.etag)
    old, new = rows(session, history=True)
    assert (old.signed_by, new.signed_by, new.revision, new.etag) == ("li", None, 2, second.etag)


def test_figures_that_changed_since_they_were_seen_are_not_frozen(session: WriteSession) -> None:
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=430)
    seen = view_at(session).seq
    post(session, "441203", "2019-10")  # another unit's
    given = words(session)
    post(session, UNIT, "2019-10", materials_baseline=1000, materials_current=420)
    with pytest.raises(Conflict, match="figures_changed"):
        submit_self_assessment(session, "PH2", principal=CLERK, given=replace(given, drawn_at=seen))
    submit_self_assessment(session, "PH2", principal=CLERK, given=replace(given, drawn_at=view_at(session).seq))


def test_each_act_is_for_whom_it_is_for(session: WriteSession) -> None:
    post(session, UNIT, "2019-10")
    with pytest.raises(Forbidden):
        submit_self_assessment(session, "PH2", principal=STRANGER, given=words(session))
    with pytest.raises(NotFound):
        submit_self_assessment(session, "PH1", principal=CLERK, given=words(session))
    etag = submit(session).etag
    with pytest.raises(Forbidden):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=CLERK, if_match=etag)
    evaluator = replace(LEADER, role=Role.EVALUATOR, units=frozenset())
    with pytest.raises(Forbidden):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=evaluator, if_match=etag)
    other = replace(LEADER, units=frozenset({"441203"}))
    with pytest.raises(Forbidden):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=other, if_match=etag)
    view = view_at(session)
    assert self_assessments(session, replace(view, own=frozenset({"441203"}))) == []
    assert self_assessments(session, replace(view, public=True)) == []


def test_what_was_signed_on_paper_is_recorded_with_whose_it_is_and_its_scan(session: WriteSession) -> None:
    post(session, UNIT, "2019-10")
    etag = submit(session).etag
    scan = attach_file(session, principal=REVIEWER, unit=UNIT, name="签字.pdf", content=a_pdf("签字")).seq

    def on_paper(leader: str, scans: tuple[int, ...]) -> SelfAssessed:
        return sign_self_assessment(
            session,
            "PH2",
            unit=UNIT,
            principal=REVIEWER,
            if_match=etag,
            on_paper=OnPaper(leader, "原件存市局"),
            scans=scans,
        )

    with pytest.raises(Conflict, match="leader_missing"):
        on_paper("李明", (scan,))
    appoint(session)
    with pytest.raises(Invalid, match="scan_missing"):
        on_paper("李明", ())
    with pytest.raises(Invalid, match="leader_not_in_force"):
        on_paper("王", (scan,))
    with pytest.raises(Invalid, match="on_paper_missing"):
        sign_self_assessment(session, "PH2", unit=UNIT, principal=REVIEWER, if_match=etag, scans=[scan])
    on_paper("李明", (scan,))
    (row,) = rows(session)
    assert (row.signed_how, row.leader, row.scans, row.signed_by) == (How.PAPER, "李明", (scan,), REVIEWER.username)
    with pytest.raises(Conflict, match="signed_already"):
        on_paper("李明", (scan,))
    assert list(check_ledger(session)) == []
