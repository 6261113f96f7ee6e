"""S1: `python -m benchmarks.schemas [EXAMPLES] [SECONDS]`: Schemathesis asks the whole API as each role and as nobody.

A service with demonstration data is started for it. What must not happen: a server error, or a status, content type,
header or body that the OpenAPI document does not promise. Each role gets EXAMPLES requests an operation and at most
SECONDS. Exit code 1 if anything was found; what it was is printed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2

from tests.ports import free_port
from tests.serving import environment, start, stop, wait_until_ready

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
_PROGRAM = Path(sys.executable).parent / "schemathesis"


def main(examples: int = 5, seconds: int = 240) -> int:
    """Ask as everyone, and print what was found for each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        port, log = free_port(), home / "serve.log"
        process = start(["serve"], variables=environment(home, BIAOCHI_PORT=str(port)), log=log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
            tokens = {account["role"]: account["token"] for account in accounts}
            address, document = f"http://127.0.0.1:{port}", home / "openapi.json"
            reading = {"Authorization": f"Bearer {tokens['admin']}"}
            document.write_bytes(httpx2.get(f"{address}/api/v1/openapi.json", headers=reading, timeout=60).content)
            found = [
                _ask(document, address, role, token, examples=examples, seconds=seconds)
                for role, token in (*tokens.items(), ("nobody", None))
            ]
        finally:
            stop(process)
    return 1 if any(found) else 0


def _ask(document: Path, address: str, role: str, token: str | None, *, examples: int, seconds: int) -> int:
    """Schemathesis' exit code for one role."""
    command = [str(_PROGRAM), "run", str(document), "--url", address, "--checks", ",".join(CHECKS)]
    command += ["--phases", "coverage,fuzzing"]
    command += ["--max-examples", str(examples), "--max-time", str(seconds), "--continue-on-failure", "--no-shrink"]
    command += ["--seed", "1", "--no-color", "--warnings", "off", "--generation-database", "none"]
    command += ["--suppress-health-check", "all", "--generation-allow-x00", "true"]
    command += [] if token is None else ["--header", f"Authorization: Bearer {token}"]
    done = subprocess.run(command, cwd=document.parent, capture_output=True, text=True, check=False)
    sys.stdout.write(f"===== S1 {role}: exit code {done.returncode}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}\n")
    sys.stdout.flush()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
