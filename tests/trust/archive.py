"""What an assessor keeps: files pulled over HTTP, the entries, checkpoints, and the key, in a folder of their own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from metrics.ledger.verifying.command import verify
from tests.callers import Caller

API = "/api/v1"


@dataclass(frozen=True)
class Archive:
    """A folder with verify.py in it; checks run in a process of their own, without anything of ours on the path."""

    client: TestClient
    folder: Path
    headers: dict[str, str]

    def pull(self, path: str, name: str) -> Path:
        """Download `path` of the API into the folder."""
        response = self.client.get(API + path, headers=self.headers)
        assert response.status_code == 200, response.text
        file = self.folder / name
        file.write_bytes(response.content)
        return file

    def key(self) -> str:
        """The key in use, as a bulletin would print it."""
        keys = self.client.get(f"{API}/ledger/keys", headers=self.headers).json()["items"]
        return str(keys[-1]["verifier_key"])

    def keep(self, number: int = 1) -> None:
        """Keep the newest checkpoint and all entries."""
        self.pull("/ledger/checkpoint", f"checkpoint-{number}.txt")
        self.pull("/ledger/entries", f"entries-{number}.jsonl")

    def verify(self, file: Path, *, query: str = "", number: int = 1, also: tuple[int, ...] = ()) -> tuple[int, str]:
        """The exit code and the words of `python verify.py`."""
        checkpoints = [f"--checkpoint=checkpoint-{n}.txt" for n in (number, *also)]
        return self.run(str(file), f"--entries=entries-{number}.jsonl", *checkpoints, f"--query={query}")

    def verify_here(self, file: Path, *, query: str = "") -> str:
        """As :meth:`verify` in this process. Raises Wrong."""
        entries, checkpoint = self.folder / "entries-1.jsonl", self.folder / "checkpoint-1.txt"
        return verify(str(file), str(entries), [str(checkpoint)], keys=[self.key()], query=query)

    def run(self, *arguments: str, key: str | None = None) -> tuple[int, str]:
        """Run verify.py with `key`, by default the one in use."""
        done = subprocess.run(
            [sys.executable, "-I", "verify.py", *arguments, f"--key={key or self.key()}"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def archive(client: TestClient, folder: Path, reader: Caller) -> Archive:
    """An archive with the verifier and the first checkpoint, which takes the key into use, in it."""
    found = Archive(client, folder, reader.headers)
    found.pull("/verify.py", "verify.py")
    found.pull("/ledger/checkpoint", "checkpoint-0.txt")
    return found
