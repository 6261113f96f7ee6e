"""`/ledger`, and what stands above every page while nothing is signed and after a restore."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from metrics.commands.ask_witnesses import note_fault
from metrics.commands.issue_checkpoint import Issued, issue_checkpoint
from metrics.commands.signing_key import begin_epoch, register_key
from metrics.database import WriteSession
from metrics.errors import Message, Unavailable
from metrics.ledger.epochs import RESTORED
from metrics.ledger.key_held import newest_key
from metrics.ledger.keys import SigningKey
from metrics.ledger.memory import Head
from metrics.ledger.tiles import stored_size, stored_tree
from metrics.ledger.witnessing.asking import WitnessFault, WitnessRefused
from metrics.ledger.witnessing.seen import make_witness
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import LedgerCosignature
from metrics.queries.ledger_state import RECENT, recent_restore
from metrics.settings import settings
from tests.dashboard.drawn import draw_body, nodes, of_class, said, window
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post

REFUSALS = {
    "ledger_set_back": (
        "页面上的数字可能出自被退回或被改动过的数据库。",
        "may be those of a database that was set back",
    ),
    "ledger_key_missing": ("目前不能报送。页面上的数字没有疑问。", "The figures shown are not in doubt."),
}


@pytest.fixture
def signed(session: WriteSession) -> Issued:
    """The ledger's newest checkpoint."""
    return issue_checkpoint(session)


def links(tree: object) -> set[str]:
    return {str(node["props"]["href"]) for node in nodes(tree) if "href" in node["props"]}


@pytest.mark.parametrize(("search", "title"), [("", "条全部已签名"), ("?lang=en", "entries of the ledger are signed")])
def test_the_head_the_key_and_the_checkpoint_are_shown(
    evaluator: TestClient, session: WriteSession, signed: Issued, search: str, title: str
) -> None:
    shown = window(evaluator, "/ledger", search)
    text, key = said(shown), newest_key(session)
    assert key is not None
    for part in (title, signed.root.hex(), signed.note, key.verifier_key, "--checkpoint checkpoint.txt"):
        assert part in text
    assert {"/api/v1/ledger/checkpoint", "/api/v1/verify.py"} <= links(shown)
    assert of_class(shown, "signer-note") == []


def test_anyone_sees_it_where_reading_is_public_and_a_clerk_too(
    client: TestClient, clerk: TestClient, session: WriteSession, signed: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = newest_key(session)
    assert key is not None
    assert key.verifier_key in said(window(clerk, "/ledger"))
    post(session)
    published(session)
    client.cookies.clear()
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_PUBLIC_READ", "1")
        settings.cache_clear()
        assert key.verifier_key in said(window(client, "/ledger"))
    settings.cache_clear()
    refused = client.post(CALLBACKS, json=draw_body("/ledger"))
    assert refused.json()["code"] == "session_missing"


def test_what_is_not_signed_yet_and_a_key_without_hand_over_are_said(
    evaluator: TestClient, session: WriteSession, signed: Issued
) -> None:
    known = newest_key(session)
    assert known is not None
    key = SigningKey(known.verifier_key.partition("+")[0], Ed25519PrivateKey.generate())
    register_key(session, key, replaces=known, actor="x", reason="丢失")
    shown = window(evaluator, "/ledger")
    text = said(shown)
    assert "未经交接" in text
    assert len(of_class(shown, "sign-overdue")) == 1
    assert f"已签名{signed.size:,}条" in text
    size = stored_size(session)
    for root in (signed.root, stored_tree(session, size=size).root()):
        assert root.hex() in text


@pytest.mark.parametrize("code", REFUSALS)
def test_while_nothing_is_signed_every_page_says_so_to_everybody(
    evaluator: TestClient, session: WriteSession, signed: Issued, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    refusal = Unavailable(code, Message("原因在此", "The reason is here"))
    for place in ("dashboard.window.signer_note", "metrics.ledger.continuation"):  # by which last_doubt asks
        monkeypatch.setattr(f"{place}.last_refusal", lambda: refusal)
    for search, words, reason in zip(
        ("?", "?lang=en&"), REFUSALS[code], ("原因在此", "The reason is here"), strict=True
    ):
        for path in ("/", "/targets", "/my", "/nothing-here", "/ledger"):
            for more in ("", "embed=1", "projector=1"):
                (note,) = of_class(window(evaluator, path, search + more), "signer-note")
                assert words in said(note)
                assert reason in said(note)
                assert note["props"]["role"] == "alert"
                assert any("/ledger" in link for link in links(note)) == (path != "/ledger")
    refusing = said(window(evaluator, "/ledger"))
    assert ("停止签名" in refusing, signed.note in refusing, "现在签名" in refusing) == (True, True, False)
    assert ("账本从未退回" in refusing) == (code == "ledger_key_missing")


def test_a_restore_is_told_of_on_every_page_for_thirty_days_and_on_its_own_for_good(
    evaluator: TestClient, session: WriteSession, signed: Issued
) -> None:
    remembered = Head(signed.size + 7, b"\x05" * 32, 1, "")
    begin_epoch(session, number=2, cause=RESTORED, remembered=remembered, actor="x", reason="磁盘损坏")
    for search, words in (("", "账本最后的7条已不在其中"), ("?lang=en", "7 of them, are no longer here")):
        (note,) = of_class(window(evaluator, "/", search), "restored-note")
        assert words in said(note)
        assert "磁盘损坏" in said(note)
    text = said(window(evaluator, "/ledger"))
    for part in ("恢复备份", (b"\x05" * 32).hex(), signed.root.hex(), "磁盘损坏"):
        assert part in text
    now = datetime.now(UTC)
    assert recent_restore(session, now=now) is not None
    assert recent_restore(session, now=now + RECENT + timedelta(minutes=1)) is None


def test_witnesses_are_listed_with_what_is_amiss(
    evaluator: TestClient, session: WriteSession, signed: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "尚无见证" in said(of_class(window(evaluator, "/ledger"), "empty"))
    witnesses = [make_witness(tmp_path / name, f"{name}.example") for name in ("good", "away", "new", "slow")]
    lines = [f"witness {n} {key.verifier_key} https://w{n}.example/" for n, key in enumerate(witnesses)]
    (tmp_path / "policy.txt").write_text("\n".join([*lines, "quorum none\n"]), encoding="utf-8")
    at = datetime(2026, 12, 1, 3, tzinfo=UTC)
    line = witnesses[0].cosignature(f"{signed.note.rpartition(chr(10) * 2)[0]}\n".encode(), at=int(at.timestamp()))
    session.add(
        LedgerCosignature(size=signed.size, key_id="x", signed_at=at, verifier_key=witnesses[0].verifier_key, line=line)
    )
    session.commit()
    note_fault("away.example", witnesses[1].verifier_key, WitnessRefused(WitnessFault.OTHER_HISTORY))
    note_fault("slow.example", witnesses[3].verifier_key, WitnessRefused(WitnessFault.SLOW))
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_WITNESSES", str(tmp_path / "policy.txt"))
        settings.cache_clear()
        shown, english = (said(window(evaluator, "/ledger", search)) for search in ("", "?lang=en"))
    settings.cache_clear()
    assert signed.note + line in shown
    for part in ("good.example", "正常签名", "见证情况", "见过与本账本接不上的检查点", "尚未请求", "限时内没有答复"):
        assert part in shown
    for part in (
        "away.example",
        "has seen checkpoints that this ledger does not continue",
        "not asked yet",
        "does not answer in time",
    ):
        assert part in english
