"""Uploads as clients make them: names in every way of writing them, and bodies that end too early."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from api.upload import _plainly_named
from metrics.database import WriteSession
from tests.builders import UNIT
from tests.callers import SUBMISSIONS, Caller, Response, refusal, stored
from tests.workbooks import csv_bytes, tidy_rows

BOUNDARY = "x-x"
NAME = '九月"报表".csv'


def body(disposition: bytes, content: bytes, *, end: bytes = b"\r\n--x-x--\r\n") -> bytes:
    return b"--x-x\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + content + end


def upload(who: Caller, content: bytes, **headers: str) -> Response:
    form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": "upload-1"} | headers
    return who.client.post(f"{SUBMISSIONS}/files", headers=who.headers | form, content=content)


GIVEN: dict[str, tuple[bytes, str]] = {
    "extended": (f"name=\"file\"; filename*=UTF-8''{quote(NAME)}".encode(), NAME),
    "extended in small letters": (f"filename*=utf-8'zh-CN'{quote(NAME)}; name=file".encode(), NAME),
    "extended in quotes": (f"name=file; filename*=\"UTF-8''{quote(NAME)}\"".encode(), NAME),
    "both": (f'name="file"; filename="____.csv"; filename*=UTF-8\'\'{quote(NAME)}'.encode(), NAME),
    "both, the other way round": (f'name="file"; filename*=UTF-8\'\'{quote(NAME)}; filename="a.csv"'.encode(), NAME),
    "gb18030": (b"name=\"file\"; filename*=GB18030''%BE%C5%D4%C2.csv", "九月.csv"),
    "extended in an unknown encoding": (b"name=file; filename=a.csv; filename*=klingon''%BE", "a.csv"),
    "extended and broken": (b"name=file; filename=a.csv; filename*=UTF-8''%FF", "a.csv"),
    "only broken": (b"name=file; filename*=UTF-8''%FF", ""),
    "plain": ('name="file"; filename="九月.csv"'.encode(), "九月.csv"),
    "plain in gb18030": ('name="file"; filename="九月.csv"'.encode("gb18030"), "九月.csv"),
    "plain that quotes an extended one": (
        b"name=file; filename=\"a; filename*=UTF-8''b.csv\"",
        "a; filename*=UTF-8''b.csv",
    ),
}


@pytest.mark.parametrize("way", GIVEN)
def test_the_name_of_a_file_is_read_however_it_is_given(clerk: Caller, way: str) -> None:
    disposition, name = GIVEN[way]
    answer = upload(clerk, body(disposition, csv_bytes(tidy_rows(UNIT))))
    assert answer.status_code == 201, answer.text
    assert answer.json()["file"]["name"] == name


def test_a_field_without_a_file_name_stays_a_field() -> None:
    assert _plainly_named(b'form-data; name="reason"') == b'form-data; name="reason"'
    assert _plainly_named(None) is None


WHOLE = body(b'name="file"; filename="a.csv"', csv_bytes(tidy_rows(UNIT)))


@pytest.mark.parametrize("left", [len(WHOLE) - 1 - n for n in (2, 3, 4, 6, 9, 40, 200)] + [5, 60, 90, 400])
def test_a_body_that_ends_before_the_last_boundary_is_said_to_be_cut_off(
    clerk: Caller, session: WriteSession, left: int
) -> None:
    before = stored(session)
    problem = refusal(upload(clerk, WHOLE[:left]), 400)
    assert problem["code"] == "upload_cut_off"
    assert f"收到 {left} 字节" in problem["message"]["zh"]
    assert "Nothing was stored" in problem["message"]["en"]
    assert stored(session) == before
    assert upload(clerk, WHOLE).status_code == 201  # the key is free for the upload that comes whole


def test_a_body_shorter_than_it_said_is_cut_off_even_with_its_last_boundary(clerk: Caller) -> None:
    problem = refusal(upload(clerk, WHOLE, **{"Content-Length": str(len(WHOLE) + 7)}), 400)
    assert problem["code"] == "upload_cut_off"
    assert f"应为 {len(WHOLE) + 7} 字节" in problem["message"]["zh"]
    assert f"{len(WHOLE)} of {len(WHOLE) + 7} bytes" in problem["message"]["en"]


def test_what_is_no_multipart_body_is_not_called_cut_off(clerk: Caller) -> None:
    assert refusal(upload(clerk, b"nonsense"), 400)["code"] == "body_not_multipart"
