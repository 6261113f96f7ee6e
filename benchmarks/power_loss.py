"""R2b: `LAZYFS=program python -m benchmarks.power_loss [LOSSES] [SECONDS] [SEED]` cuts the power under the database.

The home lies on LazyFS (github.com/dsrhaslab/lazyfs), a file system in user space that keeps in memory what was written
and hands it to the disk when it is synced only. While four writers post forms and files, everything that runs is killed
at a random moment and what was not synced is dropped: every second time the service dies too, else its database alone.
Afterwards every acknowledged revision has to be there once, and `biaochi ledger check` finds nothing. Where LazyFS is
not named or does not mount, that is said and nothing is run. Exit code 1 if anything was lost, doubled or silent.
"""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.killed import Killed
from benchmarks.kills import campaign, ledger_check, told
from tests.clusters import kill_with_children, postmaster, running
from tests.serving import stop

_WHOLE, _DATABASE = "power of the machine", "power of the database"
_MOUNTED_WITHIN = 60.0  # seconds; it takes its memory first
_DROPPED_WITHIN = 120.0  # seconds
_SETTINGS = """
[faults]
fifo_path="{folder}/faults"
fifo_path_completed="{folder}/done"
[cache]
apply_eviction=false
[cache.simple]
custom_size="0.5gb"
blocks_per_page=1
[filesystem]
log_all_operations=false
logfile="{folder}/lazyfs.log"
"""


class Unmounted(Exception):
    """LazyFS cannot be had here."""


class Lazy:
    """LazyFS with its root in `folder`, mounted on `home` in it."""

    def __init__(self, program: Path, folder: Path) -> None:
        # No socket can be made on it; where its path would be too long the server listens on 127.0.0.1.
        self.folder, self.home = folder, folder / f"home{'-' * 90}"
        for made in (self.home, folder / "root"):
            made.mkdir()
        (folder / "settings.toml").write_text(_SETTINGS.format(folder=folder), encoding="utf-8")
        options = ("-o", "allow_other", "-o", "modules=subdir", "-o", f"subdir={folder / 'root'}", "-f")
        with (folder / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [str(program), str(self.home), "--config-path", str(folder / "settings.toml"), *options],
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        limit = time.monotonic() + _MOUNTED_WITHIN
        while not self.home.is_mount():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.process.kill()
                raise Unmounted((folder / "said").read_text(encoding="utf-8", errors="replace")[-500:])
            time.sleep(0.1)
        # Kept open, as LazyFS keeps its end: whoever reads this pipe to its end waits for ever.
        self._done = os.open(folder / "done", os.O_RDONLY | os.O_NONBLOCK)

    def drop(self) -> None:
        """Drop everything that was not synced; nobody writes meanwhile. Raises AssertionError if it is not done."""
        (self.folder / "faults").write_text("lazyfs::clear-cache\n", encoding="utf-8")
        said, limit = b"", time.monotonic() + _DROPPED_WITHIN
        while b"clear-cache" not in said:
            assert time.monotonic() < limit, f"LazyFS did not say that it dropped anything: {said!r}"  # noqa: S101
            if select.select([self._done], [], [], 1.0)[0]:
                said += os.read(self._done, 4096)

    def end(self) -> None:
        """Unmount, and end a server that a start which failed has left there: it would hold the mount for ever."""
        if (server := postmaster(self.home)) is not None:
            kill_with_children(server)
        subprocess.run(["fusermount3", "-u", "-z", str(self.home)], check=False)  # noqa: S607  found on PATH
        self.process.kill()
        self.process.wait()
        os.close(self._done)


class Powered(Killed):
    """A service whose home is on LazyFS, and whose power can be cut."""

    patience = 600.0  # every page of a new cluster goes through user space, which a busy machine does slowly

    def __init__(self, lazy: Lazy) -> None:
        self._lazy = lazy
        super().__init__(lazy.home)

    def strike(self, kind: str, draw: random.Random) -> None:
        """Cut the power of the database, and of the service if it is the whole machine's; `draw` is not needed."""
        if kind == _WHOLE:
            self.process.kill()
            self.process.wait()
        kill_with_children(running(self.home))
        self._lazy.drop()
        if kind == _WHOLE:
            self._start()
        else:
            self._until_ready()


def main(losses: int = 60, seconds: int = 3600, seed: int = 1) -> int:
    """Cut, count, compare, and print the score."""
    program = os.environ.get("LAZYFS", "")
    with tempfile.TemporaryDirectory(prefix="power-") as folder:
        try:
            with _mounted(program, Path(folder)) as lazy:
                service = Powered(lazy)
                try:
                    kinds = [(_WHOLE, _DATABASE)[number % 2] for number in range(losses)]
                    score = campaign(service, kinds, seconds=seconds, seed=seed)
                finally:
                    stop(service.process)
                score.wrong.extend(ledger_check(service))
        except Unmounted as reason:
            sys.stdout.write(f"未执行 / not run: R2b, LazyFS: {reason}\n")
            return 0
    return told(score)


@contextmanager
def _mounted(program: str, folder: Path) -> Iterator[Lazy]:
    if not program or not Path("/dev/fuse").exists():
        raise Unmounted("LAZYFS names no program" if not program else "there is no /dev/fuse")
    lazy = Lazy(Path(program), folder)
    try:
        yield lazy
    finally:
        lazy.end()


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
