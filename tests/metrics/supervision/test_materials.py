"""Monthly material as acts make it: revisions void what was seen and signed, lateness is the first sending's."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from metrics.periods import DueRule
from metrics.supervision.materials import MaterialAct, MaterialAction, MaterialStatus, materials_of, standing_of

MONTH = date(2019, 9, 1)
LATE_FROM = datetime(2019, 10, 5, 16, tzinfo=UTC)  # midnight after the 5th in Shanghai
RULE = DueRule(timezone="Asia/Shanghai", due_day=5)
SEND, SEE, SIGN = MaterialAction.SEND, MaterialAction.SEE, MaterialAction.SIGN_OFF


def acts(*done: tuple[MaterialAction, int], unit: str = "a", first: int = 1) -> list[MaterialAct]:
    """Acts on one material an hour apart, each with the revision that it is on."""
    return [
        MaterialAct(
            seq=first + nth,
            id=first,
            unit=unit,
            period=MONTH,
            action=action,
            revision=revision,
            summary="",
            problems="无",
            next_month="无",
            reports=(),
            attachments=(),
            reason="",
            detail={},
            actor="chen",
            recorded_at=LATE_FROM + timedelta(hours=nth - 1),
        )
        for nth, (action, revision) in enumerate(done)
    ]


def test_a_revision_voids_what_was_seen_and_signed_before() -> None:
    done = acts((SEND, 1), (SEE, 1), (SIGN, 1), (SEND, 2), (SIGN, 2))
    signed = materials_of(done[:3])["a", MONTH]
    assert (signed.seen, signed.signed, signed.etag) == (done[1], done[2], '"material-1-1-3"')
    revised = materials_of(done[:4])["a", MONTH]
    assert (revised.revision, revised.seen, revised.signed) == (2, None, None)
    whole = materials_of(done)["a", MONTH]
    assert (whole.sent, whole.seen, whole.signed) == (done[3], None, done[4])
    assert (whole.first_sent_at, whole.seq, whole.id) == (done[0].recorded_at, 5, 1)


def test_whatever_was_done_the_newest_of_the_present_revision_counts() -> None:
    """Against code that looks for it in the plainest way."""
    draw = random.Random(5)
    for _ in range(200):
        done, revision = [], 0
        for _ in range(draw.randint(1, 8)):
            action = SEND if revision == 0 else draw.choice([SEND, SEE, SIGN])
            revision += action is SEND
            done.append((action, revision))
        given = acts(*done)
        found = materials_of(given + acts((SEND, 1), unit="b", first=90))["a", MONTH]
        of_it = [act for act in given if act.revision == revision]
        for part, action in ((found.sent, SEND), (found.seen, SEE), (found.signed, SIGN)):
            assert part == next((act for act in reversed(of_it) if act.action is action), None)
        assert (found.first_sent_at, found.seq) == (given[0].recorded_at, given[-1].seq)


def test_it_is_due_like_the_figures_and_late_by_its_first_sending() -> None:
    second = timedelta(seconds=1)
    told = standing_of(None, period=MONTH, rule=RULE, now=LATE_FROM - second)
    assert (told.status, told.on_time, told.days_late) == (MaterialStatus.NOT_DUE, None, None)
    told = standing_of(None, period=MONTH, rule=RULE, now=LATE_FROM + timedelta(days=2))
    assert (told.status, told.on_time, told.days_late) == (MaterialStatus.MISSING, False, 3)
    found = materials_of(acts((SEND, 1), (SEND, 2)))["a", MONTH]
    told = standing_of(found, period=MONTH, rule=RULE, now=LATE_FROM + timedelta(days=99))
    assert (told.status, told.on_time, told.days_late) == (MaterialStatus.SENT, True, 0)
    for done, status in (((SEE, 1), MaterialStatus.SEEN), ((SIGN, 1), MaterialStatus.SIGNED)):
        found = materials_of(acts((SEND, 1), done))["a", MONTH]
        assert standing_of(found, period=MONTH, rule=RULE, now=LATE_FROM).status is status
