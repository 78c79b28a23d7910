"""Asks a running service to try a change, and waits for the answer; whoever stops waiting stops the trial."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import click

from api.settings import Language
from api.what_if.answers import WhatIfAnswer, WhatIfQuestion, WhatIfRun

_POLL_SECONDS = 0.5
_TIMEOUT_SECONDS = 60.0


def asked_of_service(
    service: str, question: WhatIfQuestion, language: Language, progress: Callable[[float], None]
) -> WhatIfAnswer:
    """Return the answer of a service; what it refuses, and that it does not answer, end the command."""
    base = service.rstrip("/")
    if urlsplit(base).scheme not in ("http", "https"):
        raise click.UsageError(f"--service {base}: write an address like http://127.0.0.1:8000")
    address = f"{base}/v1/what-if"
    run = WhatIfRun.model_validate(_sent(address, "POST", language, question.model_dump(mode="json")))
    address = f"{address}/{run.id}"
    try:
        while run.status in ("waiting", "running"):
            progress(run.progress)
            time.sleep(_POLL_SECONDS)
            run = WhatIfRun.model_validate(_sent(address, "GET", language))
    except KeyboardInterrupt:
        _sent(address, "DELETE", language)
        raise
    if run.answer is None:
        raise click.ClickException(run.problem or "the trial was stopped")
    return run.answer


def _sent(address: str, method: str, language: Language, body: dict[str, Any] | None = None) -> Any:
    headers = {"Accept-Language": language.value, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(address, data=data, headers=headers, method=method)
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read() or b"null")
    except HTTPError as error:
        with error:
            problem = json.loads(error.read() or b"{}")
        raise click.ClickException(f"{address} refuses: {problem.get('detail', error.reason)}") from None
    except (OSError, http.client.HTTPException) as error:
        raise click.ClickException(
            f"{address} does not answer ({error}); start the service, or give a log file or --store"
        ) from None
