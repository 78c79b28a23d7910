"""`tinhgon serve`: the service, until it is told to stop."""

import contextlib
import logging
import socket
import sys
from importlib.metadata import version

import click
import uvicorn

from api.app import create_app
from api.commands.environment import settings_of_environment
from api.logs import start_log
from api.service import Service
from api.settings import Settings

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 1


@click.command()
def serve() -> None:
    """Run the service: take in events, mine them, answer over HTTP.

    Chạy dịch vụ: nhận sự kiện, khai phá, trả lời qua HTTP.

    Settings are environment variables TINHGON_*, see docs/settings.md. SIGTERM and Ctrl-C end it within 5 seconds.
    """
    strange: list[str] = []
    settings = settings_of_environment(strange.append)
    start_log(settings.log_level, settings.log_format, secrets=settings.secrets)
    for text in strange:
        _log.warning(text)
    listener = _listen(settings)
    service = Service(settings, on_failure=lambda: _end(server))
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(service),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    host, port = listener.getsockname()[:2]
    click.echo(f"Tinh Gọn is at http://{host}:{port} (API: /docs)")
    _log.info("service started", extra=_how(settings, f"{host}:{port}"))
    with contextlib.suppress(KeyboardInterrupt):  # the server has shut down in good order by then
        server.run(sockets=[listener])
    if service.failure:
        click.echo(f"tinhgon: {service.failure}", err=True)
        sys.exit(1)


def _how(settings: Settings, address: str) -> dict[str, str]:
    """What runs where, for the first line of the log."""
    kafka = settings.kafka_bootstrap if settings.kafka == "on" else "off"
    return {"version": version("tinhgon"), "address": address, "store": str(settings.store), "kafka": kafka}


def _end(server: uvicorn.Server) -> None:
    server.should_exit = True


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is touched, so that a second service fails at once and does no harm."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        click.echo(
            f"tinhgon: cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "choose another port with TINHGON_PORT",
            err=True,
        )
        sys.exit(1)
    return listener
