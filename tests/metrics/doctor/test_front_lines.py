from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from metrics.doctor.front_lines import front_lines
from metrics.doctor.line import Grade

YEAR = "max-age=31536000"


def certificate(folder: Path, *, days: int) -> Path:
    """A certificate for `localhost`, signed by itself, in one file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def served(pem: Path, *, status: int = 200, hsts: str = YEAR) -> Iterator[str]:
    """The address of a server that answers everything with `status`."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if hsts:
                self.send_header("Strict-Transport-Security", hsts)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is to be read on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked(address: str) -> dict[str, Grade]:
    return {line.name: line.grade for line in front_lines(address)}


def test_what_a_browser_meets_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, days=90)
    with served(pem) as address:
        assert asked(address) == {"front": Grade.BAD}  # nobody trusts a certificate that signed itself
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert asked(address) == {"front": Grade.OK, "certificate": Grade.OK, "hsts": Grade.OK}
    with served(pem, status=421, hsts="") as address:
        assert asked(address) == {"front": Grade.BAD, "certificate": Grade.OK, "hsts": Grade.BAD}
    with served(pem, hsts="max-age=3600") as address:
        assert asked(address)["hsts"] is Grade.BAD
    soon = certificate(tmp_path, days=10)
    with served(soon) as address:
        assert asked(address)["certificate"] is Grade.WARN
    assert asked(address) == {"front": Grade.BAD}  # nobody answers any more
    assert asked("http://localhost") == {"front": Grade.BAD}
