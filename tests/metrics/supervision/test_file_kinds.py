"""Which files can be attached: known by what is in them, named as they are, refused in words that say what to do."""

from __future__ import annotations

import struct

import pytest

from metrics.errors import Invalid
from metrics.supervision.file_kinds import REFUSALS, look_at
from tests.attached import a_document, a_jpeg, a_pdf, a_png

MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def test_each_kind_is_known_by_its_content_and_gets_its_ending() -> None:
    given = {"pdf": a_pdf(), "docx": a_document("docx"), "xlsx": a_document("xlsx"), "jpg": a_jpeg(), "png": a_png()}
    for ending, content in given.items():
        for name in (f"材料.{ending}", f"材料.{ending.upper()}", "材料"):
            looked_at = look_at(name, content)
            assert (looked_at.name, looked_at.kind.ending) == (f"材料.{ending}", ending)
    assert look_at("照片.JPEG", a_jpeg()).name == "照片.jpeg"


def test_a_name_that_says_another_kind_is_refused_with_both() -> None:
    for name, content in (("清单.xlsx", a_pdf()), ("通知.pdf", a_document()), ("a.exe", a_png()), ("a.png", a_jpeg())):
        with pytest.raises(Invalid) as refused:
            look_at(name, content)
        assert refused.value.code == "attachment_name_lies"
        assert name in refused.value.message.zh
        assert name in refused.value.message.en
        assert [problem.pointer for problem in refused.value.problems] == ["/file"]


def test_a_name_is_shown_without_what_misleads() -> None:
    named = {
        "C:\\桌面\\九月 材料.pdf": "九月 材料.pdf",
        "../../etc/九月.pdf": "九月.pdf",
        "九月\u202efdp.pdf": "九月fdp.pdf",
        "关于9.30前完成情况的说明": "关于9.30前完成情况的说明.pdf",
        'a"<b>:c.pdf': "abc.pdf",
        "": "file.pdf",
        "...pdf": "file.pdf",
        "长" * 500 + ".pdf": "长" * 120 + ".pdf",
    }
    for given, shown in named.items():
        assert look_at(given, a_pdf()).name == shown


BROKEN = a_document()[:-30]
REFUSED: dict[str, dict[str, bytes]] = {
    "attachment_empty": {"nothing": b""},
    "attachment_kind_unknown": {
        "text": "单位,数值\r\n".encode(),
        "a web page": b"<!DOCTYPE html><p>%PDF-1.7",
        "a program": b"MZ\x90\x00",
        "an archive": a_document(main="presentationml.presentation.main+xml"),
        "two documents in one": a_document(main="wordprocessingml.document.main+xml spreadsheetml.sheet.main+xml"),
    },
    "attachment_old_format": {"a .doc, or one with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)},
    "attachment_encrypted": {"a PDF": a_pdf(inside=b"/Encrypt 5 0 R ")},
    "attachment_runs": {
        "a script": a_pdf(inside=b"/OpenAction << /S /JavaScript /JS (x) >> "),
        "a program": a_pdf(inside=b"/Launch << >> "),
        "a file inside": a_pdf(inside=b"/EmbeddedFiles 7 0 R "),
    },
    "attachment_macros": {
        "said to be": a_document(main=f"wordprocessingml.document.main+xml {MACROS}"),
        "that are there": a_document(parts=("word/vbaProject.bin",)),
        "of Excel 4": a_document("xlsx", parts=("xl/macrosheets/sheet1.xml",)),
        "controls": a_document(parts=("word/activeX/activeX1.xml",)),
    },
    "attachment_broken": {
        "a PDF cut off": a_pdf()[:-7] + bytes(3000),
        "a PNG cut off": a_png()[:-4],
        "a JPEG cut off": a_jpeg()[:-2] + bytes(100),
        "a document cut off": BROKEN,
        "a document of nothing": b"PK\x03\x04" + bytes(100),
        "a part twice": a_document(parts=("word/a.xml", "word\\A.xml")),
        "a table of parts beyond measure": BROKEN + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 2**31, 0, 0),
    },
}


def test_what_is_not_taken_is_refused_by_what_is_wrong_with_it() -> None:
    assert REFUSED.keys() == REFUSALS.keys()
    for code, files in REFUSED.items():
        for what, content in files.items():
            with pytest.raises(Invalid) as refused:
                look_at("a", content)
            assert refused.value.code == code, what


def test_a_document_cut_off_anywhere_is_refused_in_words() -> None:
    whole = a_document("xlsx", parts=("xl/workbook.xml",))
    for length in range(1, len(whole)):
        with pytest.raises(Invalid):
            look_at("a.xlsx", whole[:length])
