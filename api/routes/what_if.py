"""What would happen if: a change is tried in a simulation discovered from the log, and asked for while that goes on."""

from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request, Response

from api.problems import INVALID_REQUEST, TOO_MANY_TRIALS, UNKNOWN_TRIAL
from api.routes.serving import problems
from api.what_if.answers import WhatIfQuestion, WhatIfRun
from api.what_if.runs import Runs

router = APIRouter(tags=["improvement"])

Id = Annotated[
    str, Path(max_length=64, description="`id` of the trial.", examples=["b1946ac92492d2347c6235b4d2611184"])
]


@router.post(
    "/v1/what-if",
    status_code=202,
    response_model=WhatIfRun,
    responses=problems(INVALID_REQUEST, TOO_MANY_TRIALS),
)
async def ask_what_if(request: Request, response: Response, question: WhatIfQuestion) -> WhatIfRun:
    """Try a change in a simulation of the log: the answer is at `Location` once it is there. (Thử một thay đổi.)"""
    run = await anyio.to_thread.run_sync(_runs(request).ask, question)
    response.headers["Location"] = f"/v1/what-if/{run.id}"
    return run


@router.get("/v1/what-if/{trial_id}", response_model=WhatIfRun, responses=problems(UNKNOWN_TRIAL, INVALID_REQUEST))
def what_if(request: Request, trial_id: Id) -> WhatIfRun:
    """Show how far a trial is, and its answer. (Tiến độ và kết quả của một lần thử.)"""
    return _runs(request).get(trial_id)


@router.delete("/v1/what-if/{trial_id}", status_code=204, responses=problems(UNKNOWN_TRIAL, INVALID_REQUEST))
def stop_what_if(request: Request, trial_id: Id) -> Response:
    """Stop a trial, or forget one that is over. (Dừng một lần thử, hoặc xóa kết quả.)"""
    _runs(request).stop(trial_id)
    return Response(status_code=204)


def _runs(request: Request) -> Runs:
    runs: Runs = request.app.state.what_if
    return runs
