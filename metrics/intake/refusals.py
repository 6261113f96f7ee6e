"""Why a file as a whole cannot be read. What reads bytes answers a code and what it is about; here are the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metrics.errors import Invalid, Message, Problem, cell_name
from metrics.forms import as_given
from metrics.intake import limits
from metrics.intake.grid import column_letter

About = Mapping[str, str | int]
"""What a refusal is about: `sheet`, `row`, `column` (a number), `given` (what stands there), `part` of the archive;
`what` was too much, how much was `found`, and the `most` that is read. Each may be missing."""

_SAVE_AS = "请在 Excel 或 WPS 中打开,“另存为”.xlsx 或 CSV(UTF-8)后重新上传。"
_SAVE_AS_EN = "Open it in Excel or WPS, save it as .xlsx or as CSV UTF-8, and upload that."
_LESS = "请只留下要报送的表,删去其余内容后重新上传。"
_LESS_EN = "Keep the tables that are to be sent, delete the rest, and upload the file again."
_MEBIBYTE = 1024 * 1024


class FileRefused(ValueError):
    """Raised by whatever reads bytes; `code` is a key of :data:`REFUSALS`."""

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.about: About = about

    def on(self, sheet: str) -> FileRefused:
        """The same, said of a sheet."""
        return FileRefused(self.code, **{**self.about, "sheet": sheet})


def refuse_file(code: str, about: About | None = None) -> Invalid:
    """The refusal with its words; what stands in one cell names it as a problem."""
    about = about or {}
    message = REFUSALS[code](about)
    return Invalid(code, message, [_at_cell(code, message, about)] if "row" in about else ())


def _at_cell(code: str, message: Message, about: About) -> Problem:
    column = about.get("column")
    return Problem(
        code,
        message,
        row=int(about["row"]),
        column=None if column is None else column_letter(int(column)),
        given=as_given(about["given"]) if "given" in about else None,
        sheet=str(about["sheet"]) if "sheet" in about else None,
    )


def _where(about: About) -> tuple[str, str]:
    """The sheet in both languages, for the start of a sentence; the file where there is none."""
    if "sheet" in about:
        return f"工作表“{about['sheet']}”", f"The sheet {about['sheet']!r}"
    return "文件", "The file"


def _place(about: About) -> tuple[str, str]:
    """The cell in both languages."""
    cell = cell_name(None, int(about["row"]), column_letter(int(about["column"])))
    if "sheet" in about:
        return f"工作表“{about['sheet']}”的 {cell} 单元格", f"{cell} on the sheet {about['sheet']!r}"
    return f"{cell} 单元格", cell


def _too_long(about: About) -> Message:
    what, found, most = about.get("what"), about.get("found", 0), about.get("most", 0)
    where, where_en = _where(about)
    if what == "columns":
        return _stray(about)
    if what == "sheets":
        return Message(
            f"工作簿有 {found} 张工作表,最多读 {most} 张。{_LESS}",
            f"The workbook has {found} sheets; at most {most} are read. {_LESS_EN}",
        )
    if what == "comments":
        return Message(
            f"文件有 {found} 条批注,最多读 {most} 条。请删去不需要的批注后重新上传。",
            f"The file has {found} comments; at most {most} are read. Delete those that are not needed, and upload it "
            "again.",
        )
    if what == "joined":
        place, place_en = _place(about)
        return Message(
            f"{place}起的合并区域过大:合并的单元格共 {found} 个,最多读 {most} 个。请取消不需要的合并后重新上传。",
            f"{place_en} begins a merge that is too large: {found} cells are merged, at most {most} are read. "
            "Unmerge what need not be merged, and upload the file again.",
        )
    if what in ("rows", "cells"):
        zh, en = {"rows": ("行有内容", "rows with content"), "cells": ("个单元格有内容", "cells with content")}[
            str(what)
        ]
        so_far = ("(连同前面的工作表)", ", those of the sheets before it included") if "sheet" in about else ("", "")
        return Message(
            f"{where}{so_far[0]}有 {found} {zh},一个文件最多读 {most}。{_LESS}",
            f"{where_en} has {found} {en}{so_far[1]}; at most {most} of a file are read. {_LESS_EN}",
        )
    return Message(
        f"{where}的表过多:一张工作表最多读 {limits.MOST_TABLES} 个表。{_LESS}",
        f"{where_en} holds too many tables; at most {limits.MOST_TABLES} of a sheet are read. {_LESS_EN}",
    )


def _stray(about: About) -> Message:
    place, place_en = _place(about)
    given, last = as_given(about.get("given", "")), column_letter(limits.MOST_COLUMNS)
    return Message(
        f"{place}有内容“{given}”,离表太远:只读到第 {limits.MOST_COLUMNS} 列({last})。请删去它,或移到表里,再重新上传。",
        f"{place_en} holds {given!r}, far from any table: only {limits.MOST_COLUMNS} columns (to {last}) are read. "
        "Delete it or move it into the table, and upload the file again.",
    )


def _too_large(about: About) -> Message:
    most = int(about.get("most", limits.LARGEST_FILE)) // _MEBIBYTE
    found = (f"有 {_size(about)} MB,", f"has {_size(about)} MiB; ") if "found" in about else ("太大:", "is too large: ")
    return Message(
        f"文件{found[0]}最多 {most} MB。请删去图片、附件和无关的工作表后重新上传。",
        f"The file {found[1]}at most {most} MiB are taken. Remove pictures, attachments and sheets that are not "
        "needed, and upload it again.",
    )


def _unpacks_too_large(about: About) -> Message:
    if about.get("what") == "parts":
        found, most = f"{about['found']} 个部件", f"{about['most']} 个"
        found_en, most_en = f"holds {about['found']} parts", f"{about['most']}"
    else:
        most_size = limits.LARGEST_UNPACKED // _MEBIBYTE
        found, most = f"{_size(about)} MB", f"{most_size} MB"
        found_en, most_en = f"takes {_size(about)} MiB", f"{most_size} MiB"
    return Message(
        f"文件解压后有 {found},最多 {most},未打开。请把要报送的表复制到新的工作簿,保存后上传。",
        f"Unpacked, the file {found_en}, at most {most_en} are read; it was not opened. Copy the tables that are to be "
        "sent into a new workbook, save it and upload that.",
    )


def _size(about: About) -> str:
    """The bytes that were found, in mebibytes."""
    return f"{int(about.get('found', 0)) / _MEBIBYTE:.1f}"


def _too_demanding(about: About) -> Message:
    where, where_en = _where(about)
    what = {
        "processor": (
            f"用去的处理器时间超过 {limits.CPU_SECONDS} 秒",
            f"took more than {limits.CPU_SECONDS} seconds of the processor",
        ),
        "memory": (
            f"用去的内存超过 {limits.MEMORY // _MEBIBYTE} MB",
            f"took more than {limits.MEMORY // _MEBIBYTE} MiB of memory",
        ),
        "clock": (
            f"在 {limits.WALL_SECONDS} 秒内没有完成",
            f"was not finished within {limits.WALL_SECONDS} seconds",
        ),
    }[str(about.get("what", "processor"))]
    return Message(
        f"读取{where}{what[0]},已停止。请把要报送的表复制到新的工作簿(只粘贴数值),保存后上传。",
        f"{where_en} could not be read: it {what[1]}. Copy the tables that are to be sent into a new workbook (values "
        "only), save it and upload that.",
    )


def _broken(about: About) -> Message:
    where, where_en = _where(about)
    if "row" in about and "column" in about:
        place, place_en = _place(about)
        given = as_given(about.get("given", ""))
        return Message(
            f"{place}的内容“{given}”不合工作簿的格式,文件已损坏。{_SAVE_AS}",
            f"{place_en} holds {given!r}, which no workbook can; the file is damaged. {_SAVE_AS_EN}",
        )
    part = (f"({about['part']})", f" ({about['part']})") if "part" in about else ("", "")
    return Message(
        f"{where}{part[0]}已损坏或不完整,无法读取。{_SAVE_AS}",
        f"{where_en}{part[1]} is damaged or incomplete and cannot be read. {_SAVE_AS_EN}",
    )


def _csv_broken(about: About) -> Message:
    row = (f"第 {about['row']} 行起", f" from line {about['row']} on") if "row" in about else ("", "")
    return Message(
        f"CSV {row[0]}格式有误:引号不配对,或单个单元格过长。请补齐或删去引号;或在 Excel 中“另存为”.xlsx 后重新上传。",
        f"The CSV is malformed{row[1]}: quotes do not match, or one cell is too long. Correct the quotes, or save the "
        "table as .xlsx, and upload it again.",
    )


def _said(zh: str, en: str) -> Callable[[About], Message]:
    return lambda _: Message(zh, en)


def _characters(about: About) -> Message:
    row, given = about.get("row", 1), about.get("given", "")
    return Message(
        f"第 {row} 行有文本中不应出现的控制字符({given}),不是 CSV 文本。{_SAVE_AS}",
        f"Line {row} holds a control character that no text holds ({given}); this is no CSV. {_SAVE_AS_EN}",
    )


REFUSALS: Mapping[str, Callable[[About], Message]] = {
    "file_empty": _said(
        "文件是空的。请填好表格、保存后再上传。", "The file is empty. Fill in the table, save it and upload it again."
    ),
    "file_too_large": _too_large,
    "file_unpacks_too_large": _unpacks_too_large,
    "file_too_long": _too_long,
    "file_too_demanding": _too_demanding,
    "file_broken": _broken,
    "file_utf16": _said(
        "文件是 UTF-16 编码(“Unicode 文本”),请另存为“CSV UTF-8”或 .xlsx 后重新上传。",
        "The file is UTF-16 (“Unicode text”). Save it as CSV UTF-8 or .xlsx and upload that.",
    ),
    "file_encoding": _said(
        f"文件既不是 UTF-8 也不是 GB18030 编码,无法读取。{_SAVE_AS}",
        f"The file is neither UTF-8 nor GB18030. {_SAVE_AS_EN}",
    ),
    "file_characters": _characters,
    "file_csv_broken": _csv_broken,
    "file_rows_too_long": _said(
        "CSV 的行太长,不会是一行一个数的表:可能缺换行,或引号不配对。请改正后重新上传。",
        "The rows of the CSV are too long for a table of one figure a row: line ends are missing, or quotes do not "
        "match. Correct the file and upload it again.",
    ),
    "file_old_format": _said(
        f"这是旧版 .xls、WPS .et 或加密的文件(改扩展名没有用)。{_SAVE_AS}",
        f"This is an old .xls, a WPS .et or an encrypted file, whatever it is called. {_SAVE_AS_EN}",
    ),
    "file_open_document": _said(
        f"这是 .ods 文件,不支持。{_SAVE_AS}", f"This is an .ods file, which is not read. {_SAVE_AS_EN}"
    ),
    "file_binary_workbook": _said(
        f"这是 .xlsb 二进制工作簿,不支持。{_SAVE_AS}", f"This is a binary .xlsb workbook. {_SAVE_AS_EN}"
    ),
    "file_macros": _said(
        "文件含有宏。请另存为不含宏的 .xlsx 后重新上传。",
        "The file holds macros. Save it as .xlsx without macros and upload that.",
    ),
    "file_markup": _said(
        f"这是网页(HTML)或 XML 文件,不是工作簿。{_SAVE_AS}",
        f"This is a web page (HTML) or XML, not a workbook. {_SAVE_AS_EN}",
    ),
    "file_entities": _said(
        f"文件含有文档类型声明或实体定义,正常的工作簿不会有,未读取。{_SAVE_AS}",
        f"The file declares a document type or entities, which no workbook does; it was not read. {_SAVE_AS_EN}",
    ),
    "file_not_a_workbook": _said(
        f"这不是 Excel 工作簿,也不是 CSV 文件。{_SAVE_AS}",
        f"This is neither a workbook nor a CSV file. {_SAVE_AS_EN}",
    ),
}
