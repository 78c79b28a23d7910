"""Who answers at the address of the settings: a service of ours, a stranger, or nobody."""

import http.client
import json
import socket
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from api.doctor.verdict import Verdict, failed, ok, warning
from api.routes.health import NAME
from api.settings import Settings

_SECONDS = 10.0
_PAGE = 1000
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers, and how it says it is; `last_at` is when the last mined event happened (UTC)."""

    version: str
    events: int
    mined_events: int
    not_ready: tuple[str, ...]
    last_alarm: str | None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something that listens there but is no service of ours."""

    said: str


Answering = Running | Stranger | None


def who_answers(settings: Settings) -> Answering:
    """Ask who answers at the address of the settings; None: nobody listens there, or any free port will do."""
    if settings.port == 0:
        return None
    try:
        with closing(_connection(settings)) as connection:
            about = _asked(connection, "/v1/about")
            if about.get("name") != NAME:
                return Stranger(f"HTTP, {str(about)[:60]}")
            return _running(connection, about["version"])
    except ConnectionRefusedError:
        return None
    except (OSError, http.client.HTTPException) as error:
        return Stranger(f"{type(error).__name__}: {error}")
    except (ValueError, LookupError, TypeError, AttributeError):
        return Stranger("no JSON of a service")


def _running(connection: http.client.HTTPConnection, its_version: str) -> Running:
    status = _asked(connection, "/v1/status")
    return Running(
        its_version,
        status["events"],
        status["mined_events"],
        tuple(status["not_ready"]),
        status["last_alarm"],
        _last_at(connection),
    )


def _last_at(connection: http.client.HTTPConnection) -> datetime | None:
    """When the last event of all procedures happened, by the pages of their list."""
    found: list[datetime] = []
    query: dict[str, Any] = {"limit": _PAGE}
    while query.get("cursor", "first"):
        page = _asked(connection, f"/v1/procedures?{urlencode(query)}")
        found += [datetime.fromisoformat(one["to"]) for one in page["items"]]
        query["cursor"] = page["next"]
    return max(found, default=None)


def check_address(settings: Settings, answering: Answering) -> Verdict:
    """Check that the address is free, or that a service answers on it."""
    at = f"{settings.host}:{settings.port}"
    if isinstance(answering, Stranger):
        return failed(
            (
                f"một chương trình khác đang dùng {at} ({answering.said})",
                f"another program is at {at}: {answering.said}",
            ),
            ("đặt cổng khác bằng TINHGON_PORT, hoặc dừng chương trình đó", "set another TINHGON_PORT, or stop it"),
        )
    if isinstance(answering, Running):
        return _check_running(at, answering)
    try:
        _bind(settings)
    except OSError as error:
        return failed(
            (f"không thể lắng nghe tại {at}: {error.strerror}", f"{at} cannot be listened on: {error.strerror}"),
            (
                "đặt TINHGON_HOST là địa chỉ của máy này, và TINHGON_PORT từ 1024 trở lên",
                "set TINHGON_HOST to an address of this machine, and TINHGON_PORT to 1024 or more",
            ),
        )
    return ok(f"dịch vụ không chạy; {at} còn trống", f"no service runs; {at} is free")


def _check_running(at: str, service: Running) -> Verdict:
    ours = version("tinhgon")
    if service.not_ready:
        reasons = "; ".join(service.not_ready)
        return failed(
            (f"dịch vụ tại {at} chưa sẵn sàng: {reasons}", f"the service at {at} is not ready: {reasons}"),
            ("xem các mục khác và nhật ký của dịch vụ", "see the other checks, and the log of the service"),
        )
    if service.version != ours:
        return warning(
            (
                f"dịch vụ tại {at} là phiên bản {service.version}, chương trình này là {ours}",
                f"the service at {at} is version {service.version}, this program is {ours}",
            ),
            ("khởi động lại dịch vụ sau khi nâng cấp", "start the service again after an upgrade"),
        )
    return ok(
        f"dịch vụ {service.version} chạy tại {at} và sẵn sàng: {service.events:,} sự kiện",
        f"service {service.version} runs at {at} and is ready: {service.events:,} events",
    )


def _connection(settings: Settings) -> http.client.HTTPConnection:
    host = _ANYWHERE.get(settings.host, settings.host)
    return http.client.HTTPConnection(host, settings.port, timeout=_SECONDS)


def _asked(connection: http.client.HTTPConnection, path: str) -> dict[str, Any]:
    connection.request("GET", path)
    found: dict[str, Any] = json.loads(connection.getresponse().read())
    return found


def _bind(settings: Settings) -> None:
    """Listen for a moment, as the service would."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
