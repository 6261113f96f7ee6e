"""Why a file as a whole cannot be read. The child process answers a code; here are the words."""

from __future__ import annotations

from collections.abc import Mapping

from metrics.errors import Invalid, Message
from metrics.intake import limits

_SAVE_AS = "请在 Excel 或 WPS 中“另存为”.xlsx 或 CSV(UTF-8)后重新上传。"
_SAVE_AS_EN = "Open it in Excel or WPS, save it as .xlsx or as CSV UTF-8, and upload that."
_MEBIBYTES = limits.LARGEST_FILE // 1024 // 1024

REFUSALS: Mapping[str, Message] = {
    "file_empty": Message("文件是空的。", "The file is empty."),
    "file_too_large": Message(f"文件超过 {_MEBIBYTES} MB。", f"The file is larger than {_MEBIBYTES} MiB."),
    "file_unpacks_too_large": Message(
        "文件解压后过大,可能不是正常的工作簿,未打开。", "Unpacked, the file would be far too large; it was not opened."
    ),
    "file_too_long": Message(
        f"文件内容过多:最多 {limits.MOST_ROWS} 行、{limits.MOST_CELLS} 个有内容的单元格、"
        f"每行 {limits.MOST_COLUMNS} 列、{limits.MOST_SHEETS} 张工作表。历史数据请用批量导入。",
        f"The file holds too much: at most {limits.MOST_ROWS} rows and {limits.MOST_CELLS} cells with content, "
        f"{limits.MOST_COLUMNS} columns a row, {limits.MOST_SHEETS} sheets. History goes through the bulk load.",
    ),
    "file_too_demanding": Message(
        "读取该文件耗用的时间或内存过多,已停止读取。请删去无关的工作表和格式后重试。",
        "Reading the file took too much time or memory and was stopped. Remove sheets and formats that are not needed.",
    ),
    "file_broken": Message(
        f"文件已损坏或不完整,无法读取。{_SAVE_AS}", f"The file is damaged or incomplete. {_SAVE_AS_EN}"
    ),
    "file_utf16": Message(
        "文件是 UTF-16 编码(“Unicode 文本”),请另存为“CSV UTF-8”或 .xlsx 后重新上传。",
        "The file is UTF-16 (“Unicode text”). Save it as CSV UTF-8 or .xlsx and upload that.",
    ),
    "file_encoding": Message(
        f"文件既不是 UTF-8 也不是 GB18030 编码,无法读取。{_SAVE_AS}",
        f"The file is neither UTF-8 nor GB18030. {_SAVE_AS_EN}",
    ),
    "file_characters": Message(
        f"文件含有文本中不应出现的控制字符,不是 CSV 文本。{_SAVE_AS}",
        f"The file holds control characters that no text holds; it is no CSV. {_SAVE_AS_EN}",
    ),
    "file_csv_broken": Message(
        "CSV 格式有误:引号不配对,或单个单元格过长。",
        "The CSV is malformed: quotes do not match, or one cell is too long.",
    ),
    "file_old_format": Message(
        f"这是旧版 .xls、WPS .et 或加密的文件(改扩展名没有用)。{_SAVE_AS}",
        f"This is an old .xls, a WPS .et or an encrypted file, whatever it is called. {_SAVE_AS_EN}",
    ),
    "file_open_document": Message(
        f"这是 .ods 文件,不支持。{_SAVE_AS}", f"This is an .ods file, which is not read. {_SAVE_AS_EN}"
    ),
    "file_binary_workbook": Message(
        f"这是 .xlsb 二进制工作簿,不支持。{_SAVE_AS}", f"This is a binary .xlsb workbook. {_SAVE_AS_EN}"
    ),
    "file_macros": Message(
        "文件含有宏。请另存为不含宏的 .xlsx 后重新上传。", "The file holds macros. Save it as .xlsx without macros."
    ),
    "file_markup": Message(
        f"这是网页(HTML)或 XML 文件,不是工作簿。{_SAVE_AS}",
        f"This is a web page (HTML) or XML, not a workbook. {_SAVE_AS_EN}",
    ),
    "file_entities": Message(
        "文件含有文档类型声明或实体定义,正常的工作簿不会有,未读取。",
        "The file declares a document type or entities, which no workbook does; it was not read.",
    ),
    "file_not_a_workbook": Message(
        f"这不是 Excel 工作簿,也不是 CSV 文件。{_SAVE_AS}", f"This is neither a workbook nor a CSV file. {_SAVE_AS_EN}"
    ),
}


class FileRefused(ValueError):
    """Raised by whatever reads bytes; `code` is a key of :data:`REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refuse_file(code: str) -> Invalid:
    """The refusal with its words."""
    return Invalid(code=code, message=REFUSALS[code])
