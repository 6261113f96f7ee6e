"""What a browser meets at the public address: a certificate that holds, HSTS, and no plain HTTP beside it."""

from __future__ import annotations

import http.client
import re
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message

_WAIT = 5  # s
_LEAST_DAYS = 21  # of a certificate, so that there is time to renew it
_YEAR = 365 * 24 * 3600  # s; ASVS 5.0 V3.4.1


def front_lines(url: str) -> tuple[DoctorLine, ...]:
    """Ask `url`, an `https://` address, for `/healthz`. Nobody has to be signed in for it."""
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        found = Message(f"{url[:200]} 不是 https:// 地址。", f"{url[:200]} is no https:// address.")
        return (wrong("front", found, Message("给出 https://…", "Give https://…")),)
    connection = http.client.HTTPSConnection(
        address.hostname, address.port or 443, timeout=_WAIT, context=ssl.create_default_context()
    )
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/healthz", headers={"User-Agent": "biaochi-doctor"})
        assert isinstance(connection.sock, ssl.SSLSocket)  # noqa: S101  what HTTPSConnection opens
        certificate, version = connection.sock.getpeercert() or {}, connection.sock.version()
        answer = connection.getresponse()
        answer.read(10_000)
    except ssl.SSLCertVerificationError as error:
        advice = Message("换一张浏览器信任的证书。", "Use a certificate that browsers trust, for this name.")
        found = Message(
            f"证书不可信:{error.verify_message}。", f"The certificate is not trusted: {error.verify_message}."
        )
        return (wrong("front", found, advice),)
    except (OSError, http.client.HTTPException) as error:
        found = Message("对外地址没有应答。", f"The public address does not answer ({type(error).__name__}).")
        return (wrong("front", found, Message("检查代理与防火墙。", "Look at the proxy and the firewall.")),)
    finally:
        connection.close()
    plain = () if address.port not in (None, 443) else (_plain_http(address),)
    return (
        _answer(answer.status),
        _certificate(str(certificate.get("notAfter", "")), version=version or ""),
        _hsts(answer.headers.get("Strict-Transport-Security", "")),
        *plain,
    )


def _answer(status: int) -> DoctorLine:
    if status == 200:
        return fine("front", "对外地址由本服务应答。", "The public address is answered by the service.")
    return wrong(
        "front",
        Message(f"对外地址答复 {status}。", f"The public address answers {status}."),
        Message(
            "检查代理转发到的地址与 BIAOCHI_ALLOWED_HOSTS。", "See where the proxy leads, and BIAOCHI_ALLOWED_HOSTS."
        ),
    )


def _certificate(until: str, *, version: str) -> DoctorLine:
    days = int((ssl.cert_time_to_seconds(until) - time.time()) // 86400) if until else 0
    if days < _LEAST_DAYS:
        found = Message(f"证书 {days} 天后到期。", f"The certificate ends in {days} days.")
        return doubtful("certificate", found, Message("续期,并自动续期。", "Renew it, and have it renewed by itself."))
    return fine(
        "certificate", f"证书还有 {days} 天({version})。", f"The certificate holds for {days} days ({version})."
    )


def _hsts(header: str) -> DoctorLine:
    age = re.search(r"max-age=\"?(\d+)", header, re.IGNORECASE)
    if age is None or int(age[1]) < _YEAR:
        return wrong(
            "hsts",
            Message("没有为期一年的 Strict-Transport-Security。", "There is no Strict-Transport-Security for a year."),
            Message(
                "设置 BIAOCHI_SECURE_COOKIES=1,并让代理转达 X-Forwarded-Proto;或由代理加上该头。",
                "Set BIAOCHI_SECURE_COOKIES=1 and have the proxy pass X-Forwarded-Proto, or add the header there.",
            ),
        )
    return fine("hsts", "浏览器会只用 HTTPS。", "Browsers are told to use HTTPS only.")


def _plain_http(address: SplitResult) -> DoctorLine:
    connection = http.client.HTTPConnection(address.hostname or "", 80, timeout=_WAIT)
    try:
        connection.request("GET", "/healthz", headers={"User-Agent": "biaochi-doctor"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return fine("plain-http", "80 端口没有明文服务。", "Nothing is served in the clear on port 80.")
    finally:
        connection.close()
    if 300 <= status < 400:
        return fine("plain-http", "80 端口只转到 HTTPS。", "Port 80 only leads on.")
    return wrong(
        "plain-http",
        Message(f"80 端口以明文应答({status})。", f"Port 80 answers in the clear ({status})."),
        Message("让 80 端口只作转向,或关闭。", "Have port 80 redirect only, or close it."),
    )
