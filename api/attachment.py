"""What a file that is downloaded is called, and that it says so if what is in it is synthetic."""

from __future__ import annotations

from urllib.parse import quote

_LABEL = "-演示数据-synthetic"


def attachment(stem: str, ending: str, *, synthetic: bool) -> dict[str, str]:
    """The headers of the download `stem`.`ending`; `synthetic`: it holds figures of the demonstration."""
    name = f"{stem}{_LABEL if synthetic else ''}.{ending}"
    plain = name.encode("ascii", "ignore").decode()
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        **({"X-Biaochi-Synthetic": "true"} if synthetic else {}),
    }
