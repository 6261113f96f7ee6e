"""R7 on a real disk: `python -m benchmarks.full_disk` fills the disk under the embedded database, and makes room again.

The home lies on a small file system in memory (root mounts it; elsewhere that is said and nothing is run). While it is
full forms are posted: they are stored while files that are there have room, then refused with 503 `disk_full`,
whether the database or the signer's memory finds it; `/readyz` says that the disk is full, and `/healthz` answers. When
there is room the last form under its key is stored, without a new start. Exit code 1 if anything else happens.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.killed import Killed
from benchmarks.kills import Writer, writers_of
from tests.serving import PATIENCE, PLAIN, stop, wait_until_ready

_SIZE = 700  # MiB; a new cluster has some 120 of it
_TRIES = 40  # posts while it is full
_RECOVERED_WITHIN = 60.0  # seconds


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own, mounted on `folder`. Raises OSError where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}m", "tmpfs", str(folder)]
    made = subprocess.run(mount, check=False, capture_output=True, text=True)
    if made.returncode:
        raise OSError(made.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S607


def fill(folder: Path) -> Path:
    """A file that takes all the room there is, to the last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as written:
        for size in (1024**2, 4096, 1):
            try:
                while True:
                    written.write(b"x" * size)
            except OSError:
                pass
    return filler


def main() -> int:
    """Fill, ask, make room, ask again; print what was answered."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder)):
                return _tried(Path(folder))
        except OSError as reason:
            sys.stdout.write(f"未执行 / not run: R7, full disk: {reason}\n")
            return 0


def _tried(folder: Path) -> int:
    home = folder / "home"
    home.mkdir()
    service = Killed(home)
    try:
        writer = writers_of(service)[0]
        filler = fill(folder)
        answers = Counter(_asked(service, writer, 5000 + number) for number in range(_TRIES))
        filler.unlink()
        began = time.monotonic()
        while not (stored := writer.sent(4999 + _TRIES).is_success) and time.monotonic() - began < _RECOVERED_WITHIN:
            time.sleep(0.2)
        took = time.monotonic() - began
        wait_until_ready(service.url, service.process, service.log)
    finally:
        stop(service.process)
    for answer, times in answers.most_common():
        sys.stdout.write(f"R7 full disk: {times} × {answer}\n")
    sys.stdout.write(f"R7 full disk: {'stored' if stored else 'NOT stored'} {took:.1f} s after there was room\n")
    refused = sum(times for answer, times in answers.items() if answer.startswith("post 503"))
    return 0 if stored and refused and all(_right(answer) for answer in answers) else 1


def _asked(service: Killed, writer: Writer, value: int) -> str:
    """What a post, `/readyz` and `/healthz` answer now."""
    answer = writer.sent(value)
    if answer.is_success:
        writer.etag = answer.headers["ETag"]
    ready = httpx2.get(f"{service.url}/readyz", timeout=PATIENCE, verify=PLAIN)
    health = httpx2.get(f"{service.url}/healthz", timeout=PATIENCE, verify=PLAIN).status_code
    codes = [one["code"] for one in ready.json().get("problems", ())]
    said = "stored" if answer.is_success else answer.json()["code"]
    return f"post {answer.status_code} {said}; readyz {ready.status_code} {' '.join(codes)}; healthz {health}"


def _right(answer: str) -> bool:
    posted, ready, health = answer.split("; ")
    known = ("post 201 stored", "post 503 disk_full")
    return posted in known and "readyz 503" in ready and "disk_full" in ready and health == "healthz 200"


if __name__ == "__main__":
    sys.exit(main())
