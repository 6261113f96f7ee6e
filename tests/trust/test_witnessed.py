"""T7: a service whose checkpoints witnesses sign: honest ones, one that lies, a slow one; and one that is forged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.commands.ask_witnesses import WitnessRound
from metrics.commands.issue_checkpoint import Issued
from metrics.database import use_sessions
from metrics.doctor.line import DoctorLine, Grade
from metrics.doctor.witness_lines import witness_lines
from metrics.errors import Invalid
from metrics.ledger.memory import write_memory
from metrics.ledger.tiles import stored_tree
from metrics.ledger.verifying.cosignature import read_cosignatures
from metrics.ledger.verifying.policy import Trusted
from metrics.ledger.witnessing.known import policy_in, service_policy
from metrics.ledger.witnessing.seen import POLICY, SEEN, SeenLogs, make_witness
from metrics.ledger.witnessing.witness import Witness, WitnessAnswer
from metrics.models import LedgerCosignature
from metrics.principal import Role
from metrics.queries.cosignatures import standings
from metrics.settings import Settings, settings
from tests.callers import caller
from tests.trust.installation import Installation, head_of
from tests.trust.test_attackers import forge
from tests.witnesses import ORIGIN, Answer, served

Answers = Callable[[bytes], Answer | WitnessAnswer]


def witness_of(service: Installation, folder: Path, name: str) -> Witness:
    """A witness that knows the service's key."""
    return Witness(make_witness(folder, name), SeenLogs(folder / SEEN), {ORIGIN: service.keys()}, folder / "refused")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Names witnesses to the service: each its key and its address."""

    def tell(*witnesses: Trusted, quorum: str = "none", groups: str = "") -> None:
        path = tmp_path / f"policy-{len(list(tmp_path.iterdir()))}.txt"
        lines = [f"witness w{n} {one.key} {one.url}\n" for n, one in enumerate(witnesses)]
        path.write_text("".join(lines) + groups + f"quorum {quorum}\n", encoding="utf-8")
        monkeypatch.setenv("BIAOCHI_WITNESSES", str(path))
        settings.cache_clear()

    yield tell
    settings.cache_clear()


def doctor(service: Installation) -> list[DoctorLine]:
    with use_sessions(service.sessions), service.sessions.read() as session:
        return list(witness_lines(session, settings()))


def fault_of(service: Installation) -> str | None:
    """What the only witness is at fault for, as every process reads it."""
    with service.sessions.read() as session:
        (one,) = standings(session, service_policy())
    return one.fault


def test_two_witnesses_of_which_one_lies(
    service: Installation, application: FastAPI, tmp_path: Path, told: Callable[..., None]
) -> None:
    service.post()
    service.sign()
    honest, liar = (witness_of(service, tmp_path / name, f"{name}.example") for name in ("honest", "liar"))

    def lie(content: bytes) -> Answer:
        answer = liar.add_checkpoint(content)
        forged = liar.key.cosignature(b"zhaoqing.example/biaochi\n9\nAAAA\n", at=liar.now())
        return answer.status, answer.media_type, forged.encode()

    with served(honest.add_checkpoint) as url, served(lie) as other:
        ways = [Trusted(honest.key.verifier_key, url), Trusted(liar.key.verifier_key, other)]
        told(*ways, groups="group two all w0 w1\n", quorum="two")
        rounds = [WitnessRound(way.key.partition("+")[0], way) for way in ways]
        with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
            with service.sessions.write() as session:
                reader = caller(client, session, "third", Role.ASSESSOR)
            for _ in range(2):
                assert all(one() for one in rounds)
            given = client.get("/api/v1/ledger/checkpoint", headers=reader.headers).text
            assert [one.key for one in read_cosignatures(given.encode(), [way.key for way in ways])] == [ways[0].key]
            missing = client.get("/api/v1/ledger/checkpoint?witnessed=true", headers=reader.headers)
            assert (missing.status_code, missing.json()["code"]) == (404, "checkpoint_unwitnessed")
            told(*ways, groups="group one any w0 w1\n", quorum="one")
            witnessed = client.get("/api/v1/ledger/checkpoint?witnessed=true", headers=reader.headers).text
            assert witnessed == given
            listed = client.get("/api/v1/ledger/witnesses", headers=reader.headers).json()["items"]
            assert [(one["name"], one["size"], one["fault"]) for one in listed] == [
                ("honest.example", int(given.splitlines()[1]), None),
                ("liar.example", None, "false_signature"),
            ]
            ready = client.get("/readyz").json()
            assert ready["status"] == "ready"
            assert [warning.partition(", since")[0] for warning in ready["warnings"]] == [
                "the witness liar.example answers with a false signature"
            ]
        assert [line.grade for line in doctor(service)] == [Grade.OK, Grade.WARN]
    assert [line.found.en for line in doctor(service)] == ["honest.example is away.", "liar.example is away."]


def test_a_ledger_forged_with_key_and_memory_gets_no_witness_and_leaves_the_evidence(
    service: Installation, tmp_path: Path, told: Callable[..., None]
) -> None:
    """Whoever has the database, the key and what the signer remembers gets the service to sign, and nobody else."""
    for _ in range(3):
        service.post()
    service.sign()
    honest = witness_of(service, tmp_path / "w", "w.example")
    with served(honest.add_checkpoint) as url, use_sessions(service.sessions):
        way = Trusted(honest.key.verifier_key, url)
        told(way)
        WitnessRound("w.example", way)()
        service.post()
        kept = service.sign()
        WitnessRound("w.example", way)()
        assert fault_of(service) is None
        forge(service)
        with service.sessions.read() as session:
            write_memory(head_of(Issued(kept.size, stored_tree(session, size=kept.size).root(), "")))
        service.post()
        forged = service.sign()
        WitnessRound("w.example", way)()
        assert fault_of(service) == "other_history"
        assert [line.grade for line in doctor(service)] == [Grade.BAD]
        with service.sessions.read() as session:
            sizes = sorted({row.size for row in session.query(LedgerCosignature)})
        assert sizes == [kept.size - 1, kept.size]
    assert [path.read_text(encoding="utf-8") for path in honest.evidence.iterdir()] == [forged.note]


def test_posts_do_not_wait_for_a_witness_and_it_is_asked_for_what_is_newest(
    service: Installation, tmp_path: Path
) -> None:
    service.post()
    service.sign()
    slow, asked, let = witness_of(service, tmp_path / "w", "slow.example"), threading.Event(), threading.Event()

    def answer(content: bytes) -> WitnessAnswer:
        asked.set()
        assert let.wait(20)
        return slow.add_checkpoint(content)

    with served(answer) as url, use_sessions(service.sessions):
        one = WitnessRound("slow.example", Trusted(slow.key.verifier_key, url))
        asking = threading.Thread(target=one)
        asking.start()
        assert asked.wait(20)
        sizes = []
        for _ in range(3):  # while the witness has not answered yet
            service.post()
            sizes.append(service.sign().size)
        let.set()
        asking.join()
        one()
        with service.sessions.read() as session:
            rows = {row.size for row in session.query(LedgerCosignature)}
    assert rows == {sizes[0] - 1, sizes[-1]}
    last = slow.seen.last(ORIGIN)
    assert last is not None
    assert last.size == sizes[-1]


def test_a_row_that_is_no_signature_is_not_given_out_and_none_can_be_changed(
    service: Installation, application: FastAPI
) -> None:
    service.post()
    issued = service.sign()
    with service.sessions.write() as session:
        for key in ("x", "w.example+00000000+AAAA"):
            row = {"size": issued.size, "key": key}
            session.execute(
                text("insert into ledger_cosignatures values (:size, :key, now(), :key, '— x AAAA' || chr(10))"), row
            )
    with use_sessions(service.sessions), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        with service.sessions.write() as session:
            reader = caller(client, session, "third", Role.ASSESSOR)
        given = client.get("/api/v1/ledger/checkpoint", headers=reader.headers).text
    assert given == issued.note


def test_a_policy_that_the_service_cannot_use_is_said_with_its_line(
    service: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_witness(tmp_path / "w", "w.example").verifier_key
    for content, said in (
        ("quorum w\n", "line 1: w is not defined above"),
        (f"witness w {key} ftp://w.example/\nquorum none\n", "address of the witness w"),
        (f"witness w {key} https://w.example/?key=1\nquorum none\n", "address of the witness w"),
    ):
        (tmp_path / POLICY).write_text(content, encoding="utf-8")
        policy_in.cache_clear()
        with pytest.raises(Invalid, match=said):
            policy_in(tmp_path / POLICY)
        monkeypatch.setenv("BIAOCHI_WITNESSES", str(tmp_path / POLICY))
        settings.cache_clear()
        assert [line.grade for line in doctor(service)] == [Grade.BAD]
    monkeypatch.setenv("BIAOCHI_WITNESSES", str(tmp_path / "none.txt"))
    settings.cache_clear()
    with pytest.raises(Invalid, match=r"none\.txt cannot be read"):
        service_policy()
    with service.sessions.read() as session:
        monkeypatch.setenv("BIAOCHI_WITNESSES", "")
        settings.cache_clear()
        assert witness_lines(session, Settings())[0].grade is Grade.OK
        assert witness_lines(session, Settings(public_url="https://b.example"))[0].grade is Grade.WARN
