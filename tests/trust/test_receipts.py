"""What `verify.py` says of a receipt: whose it is, and that it leads to its checkpoint."""

from __future__ import annotations

import base64
import json
from contextlib import nullcontext
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from metrics.ledger.keys import SigningKey
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.verifying.vouched import check_receipt
from tests.builders import whole_submission
from tests.callers import Caller
from tests.trust.archive import Archive


def post(clerk: Caller) -> dict[str, object]:
    response = clerk.post(whole_submission())
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_a_receipt_proves_itself(kept: Archive, clerk: Caller) -> None:
    posted = post(clerk)
    receipt = clerk.get(f"/{posted['id']}/receipt").json()
    file = kept.folder / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    code, words = kept.run(str(file))
    assert (code, "属实" in words) == (0, True), words
    assert f"({receipt['unit']} · {receipt['period']} · 1 · {receipt['actor']} · " in words
    assert "演示" not in words
    for name, value in {
        "actor": "wang",
        "revision": 2,
        "recorded_at": "2019-10-05T00:00:00+00:00",
        "leaf_hash": "00" * 32,
        "values": {**receipt["values"], "items_online": "851"},
        "leaf": receipt["leaf"].replace("850", "851"),
        "inclusion": {**receipt["inclusion"], "size": receipt["inclusion"]["size"] + 1},
        "checkpoint": receipt["checkpoint"].replace("biaochi", "biaochl"),
    }.items():
        with pytest.raises(Wrong):
            check_receipt({**receipt, name: value}, [kept.key()])
    for name, alike in (("revision", True), ("revision", 1.0), ("seq", float(receipt["seq"]))):
        with pytest.raises(Wrong, match=name):
            check_receipt({**receipt, name: alike}, [kept.key()])
    file.write_text(
        '{"unit": "441203", "values": {"items_online": "9999"}, ' + json.dumps(receipt)[1:], encoding="utf-8"
    )
    code, words = kept.run(str(file))  # some programs show the first of two values
    assert (code, "The receipt says unit twice." in words) == (1, True), words
    for name in ("unit", "period"):  # of another unit or month, handed on as this one's
        file.write_text(json.dumps({**receipt, name: "000000"}), encoding="utf-8")
        assert kept.run(str(file))[0] == 1


def test_a_question_beside_what_is_no_table_is_not_passed_over(kept: Archive, clerk: Caller) -> None:
    file = kept.pull(f"/submissions/{post(clerk)['id']}/receipt", "receipt.json")
    code, words = kept.run(str(file), "--query=unit=000000")
    assert (code, "--query" in words) == (2, True), words
    kept.keep()
    code, words = kept.verify(file)
    assert (code, "without --entries" in words) == (2, True), words


def test_no_receipt_denies_that_its_entry_is_demonstration_data() -> None:
    """What a person sent while such data was loaded does not say so in its entry, and its receipt may."""
    key = SigningKey("example.org/log", Ed25519PrivateKey.generate())
    said: dict[str, Any] = {
        "seq": 1,
        "unit": "441202",
        "period": "2019-09",
        "revision": 1,
        "actor": "li",
        "values": {"a": "1"},
    }
    said["recorded_at"] = "2019-10-01T00:00:00+00:00"
    for stated in (True, False):
        leaf = json.dumps({**said, "submission": 7, **({"synthetic": True} if stated else {})})
        body = f"example.org/log\n1\n{base64.b64encode(leaf_hash(leaf.encode())).decode()}\n"
        receipt = {
            **said,
            "id": 7,
            "leaf": leaf,
            "leaf_hash": leaf_hash(leaf.encode()).hex(),
            "inclusion": {"size": 1, "path": []},
            "checkpoint": f"{body}\n{key.signature_line(body)}",
        }
        told = check_receipt({**receipt, "synthetic": True}, [key.verifier_key]).told("en")
        assert ("synthetic" in told) == stated
        with pytest.raises(Wrong, match="synthetic") if stated else nullcontext():
            check_receipt({**receipt, "synthetic": False}, [key.verifier_key])
