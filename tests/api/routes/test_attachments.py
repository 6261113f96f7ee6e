"""`/attachments` over HTTP: uploaded by multipart, downloaded as a file and as nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.attached import a_document, a_pdf
from tests.callers import Caller, Response, caller, refusal

ATTACHMENTS = "/api/v1/attachments"
PNG_NAME = "图.png"


def send(who: Caller, content: bytes = b"", *, name: str = "佐证.pdf", **fields: Any) -> Response:
    files = {"file": (name, content or a_pdf())}
    return who.client.post(ATTACHMENTS, files=files, data={"unit": "441202"} | fields, headers=who.headers)


def test_a_file_comes_back_as_it_was_and_only_as_a_download(clerk: Caller, bureau: Caller) -> None:
    made = send(clerk)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["unit"], body["name"], body["size"], body["recorded"]) == ("441202", "佐证.pdf", len(a_pdf()), True)
    again = send(clerk, name="另名.pdf")
    assert (again.status_code, again.json()) == (200, body | {"recorded": False})
    for who in (clerk, bureau):
        got = who.client.get(f"{ATTACHMENTS}/{body['seq']}", headers=who.headers)
        assert (got.status_code, got.content) == (200, a_pdf())
        assert got.headers["content-type"] == "application/pdf"
        assert got.headers["content-disposition"].startswith("attachment;")
        assert quote("佐证.pdf") in got.headers["content-disposition"]
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert got.headers["cache-control"] == "private, no-store"
        assert got.headers["etag"] == f'"{body["sha256"]}"'


def test_it_is_the_units_and_the_bureaus(client: TestClient, session: WriteSession, clerk: Caller) -> None:
    number = send(clerk).json()["seq"]
    seen = {
        role: client.get(f"{ATTACHMENTS}/{number}", headers=caller(client, session, f"a.{role}", role).headers)
        for role in Role
    }
    assert {role for role, answer in seen.items() if answer.status_code == 200} == set(Role)
    other = caller(client, session, "wang", Role.CLERK, {"441203"})
    assert refusal(client.get(f"{ATTACHMENTS}/{number}", headers=other.headers), 404)["code"] == "attachment_unknown"
    assert refusal(send(other), 403)["code"] == "unit_forbidden"
    assert client.get(f"{ATTACHMENTS}/{number}").status_code == 401


def test_what_cannot_be_attached_is_refused_with_its_place(clerk: Caller) -> None:
    refused = refusal(send(clerk, b"MZ", name="a.pdf"), 422)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("attachment_kind_unknown", "/file")
    assert refusal(send(clerk, a_document(parts=("word/vbaProject.bin",))), 422)["code"] == "attachment_macros"
    assert refusal(send(clerk, name=PNG_NAME), 422)["code"] == "attachment_name_lies"
    assert refusal(send(clerk, period="2019-09"), 422)["errors"][0]["pointer"] == "/period"
    unsaid = clerk.client.post(ATTACHMENTS, files={"file": ("a.pdf", a_pdf())}, headers=clerk.headers)
    assert refusal(unsaid, 422)["errors"][0]["pointer"] == "/unit"
    larger = a_pdf() + bytes(20 * 1024 * 1024)
    assert refusal(send(clerk, larger), 413)["code"] == "attachment_too_large"
