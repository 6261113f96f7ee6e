"""What a file refuses a command, in words: there is no such folder, it may not be written, its disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import typer

from metrics.errors import Invalid, Message

_WORDS: Mapping[int, Message] = {
    errno.ENOENT: Message("没有这个文件或文件夹", "no such file or folder"),
    errno.EACCES: Message("没有权限", "no permission"),
    errno.EPERM: Message("没有权限", "no permission"),
    errno.EISDIR: Message("这是一个文件夹", "it is a folder"),
    errno.ENOTDIR: Message("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EEXIST: Message("已经存在", "it is there already"),
    errno.ENOSPC: Message("磁盘已满", "the disk is full"),
    errno.EDQUOT: Message("超出磁盘配额", "the disk quota is used up"),
    errno.EROFS: Message("所在磁盘只读", "its disk is read-only"),
    errno.ELOOP: Message("符号链接绕成了圈", "its links lead in a circle"),
    errno.ENAMETOOLONG: Message("名称过长", "its name is too long"),
}


def file_refused(error: OSError) -> Invalid:
    """The refusal that `error` is; it names the file where the system did."""
    words = _WORDS.get(error.errno or 0) or Message(error.strerror or "", error.strerror or type(error).__name__)
    name = "" if error.filename is None else os.fsdecode(error.filename)
    zh = f"文件无法读写:{name}({words.zh})。" if name else f"文件无法读写:{words.zh}。"
    en = f"A file cannot be read or written: {f'{name}: ' if name else ''}{words.en}."
    return Invalid("file_refused", Message(zh, en))


def named_path(text: str) -> Path:
    """The path of an option. Raises BadParameter for an empty text: it would be the present folder."""
    if not text:
        raise typer.BadParameter("路径不能为空 / the path is empty")
    return Path(text)


def named_folder(text: str) -> Path:
    """As :func:`named_path`, of what is no file."""
    path = named_path(text)
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{path} 不是文件夹 / is no folder")
    return path


def bytes_of(path: Path) -> bytes:
    """What is in the file. Raises OSError, and Invalid for a device, of which there is no end."""
    if path.is_char_device() or path.is_block_device():
        raise Invalid("file_refused", Message(f"{path} 是设备,不是文件。", f"{path} is a device, not a file."))
    return path.read_bytes()


def text_refused(error: UnicodeError) -> Invalid:
    """The refusal of a text in another encoding than UTF-8."""
    message = Message(
        f"文字不是 UTF-8 编码,无法读取({error})。", f"A text is not in UTF-8 and cannot be read ({error})."
    )
    return Invalid("text_unreadable", message)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write what `path` will be; it is there only once the block ended well, and is refused before it begins.

    What is no ordinary file, such as /dev/null, is written as it is. Raises OSError.
    """
    ordinary = path.is_file() or not path.exists()
    partial = path.with_name(f"{path.name}.part") if ordinary else path
    try:
        target = partial.open("wb")
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error
    try:
        with target:
            yield target
        partial.replace(path)
    except BaseException:
        if ordinary:
            partial.unlink(missing_ok=True)
        raise
