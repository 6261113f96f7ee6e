"""Signing a submission or material by the link that was sent to the leader's own address: once, for one revision."""

from __future__ import annotations

from datetime import datetime

from metrics.commands.record_material_act import MaterialRecorded
from metrics.commands.sign_material import record_material_signature
from metrics.commands.sign_off_submission import Signature, SignedOff, record_sign_off
from metrics.commands.submission_version import lock_version_by_id
from metrics.database import WriteSession
from metrics.ledger.entry import hold_ledger
from metrics.models import Confirmation
from metrics.plan.model import Plan
from metrics.queries.confirmations import LinkState, PresentSignOff, confirmation_of, link_state, refuse_link
from metrics.queries.material_sheet import material_of_link, require_open_link
from metrics.queries.people import leader_of
from metrics.queries.received_submissions import sign_offs
from metrics.queries.sign_off_sheet import link_holder
from metrics.sign_offs import MATERIAL_LINK, How


def confirm_sign_off(session: WriteSession, secret: str, *, plan: Plan, now: datetime) -> SignedOff:
    """Sign the revision that the link with `secret` is bound to. The link is used up with it.

    The submission is locked before the link is read, so of two that come at once one signs and the other is told that
    the link was used. Raises NotFound `confirmation_unknown`, Conflict for a link that does not sign (any more).
    """
    found = confirmation_of(session, secret)
    version = lock_version_by_id(session, found.subject)
    assert version is not None  # noqa: S101  submissions are never deleted, and a link names one
    link = session.get_one(Confirmation, found.id, with_for_update=True, populate_existing=True)
    holder = link_holder(link, unit=version.unit_code)
    timezone = plan.document.timezone
    leader = leader_of(session, version.unit_code, principal=holder, timezone=timezone, now=now)
    signed = sign_offs(session, [version.id], seq=version.seq).get(version.id)
    standing = PresentSignOff.of_submission(
        revision=version.revision, state=version.state, sign_off=signed, leader=leader
    )
    state = link_state(link, standing, now=now)
    if state is not LinkState.OPEN or leader is None:
        raise refuse_link(link, state, standing, timezone=timezone)
    signed_off = record_sign_off(session, version, leader, how=How.LINK, actor=leader.name or "", confirmation=link.id)
    link.used_at = signed_off.recorded_at
    session.flush()
    return signed_off


def confirm_link(session: WriteSession, secret: str, *, plan: Plan, now: datetime) -> SignedOff | MaterialRecorded:
    """Sign what the link with `secret` is bound to. The link is used up with it.

    Raises NotFound `confirmation_unknown`, Conflict for a link that does not sign (any more).
    """
    found = confirmation_of(session, secret)
    if found.purpose == MATERIAL_LINK:
        return _confirm_material(session, found, plan=plan, now=now)
    return confirm_sign_off(session, secret, plan=plan, now=now)


def _confirm_material(session: WriteSession, found: Confirmation, *, plan: Plan, now: datetime) -> MaterialRecorded:
    """The ledger is held before the link is read, so of two that come at once one signs and the other is told so."""
    hold_ledger(session)
    link = session.get_one(Confirmation, found.id, with_for_update=True, populate_existing=True)
    material, leader = material_of_link(session, link, plan=plan, now=now)
    require_open_link(link, material, leader, timezone=plan.document.timezone, now=now)
    assert leader is not None  # noqa: S101  without one the link is not open
    signature = Signature(leader, How.LINK)
    signed = record_material_signature(session, material, signature, actor=leader.name or "", confirmation=link.id)
    link.used_at = signed.recorded_at
    session.flush()
    return signed
