"""What-if over HTTP: a trial is taken, goes on, is asked for, and can be stopped."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.what_if.answers import WhatIfRun
from api.what_if.runs import MOST_WAITING
from city_store import run_city

SECONDS = 120.0


@pytest.fixture(scope="module")
def served(serving_with: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service on the store of a small simulated city."""
    store = tmp_path_factory.mktemp("city") / "log.duckdb"
    run_city("small", seed=3, dossiers=2000, at=store).close()
    with serving_with(kafka="off", store=store) as one:
        one.wait_until_mined()
        yield one


def asked(served: Any, **question: Any) -> WhatIfRun:
    answer = served.client.post("/v1/what-if", json={"replications": 2, **question})
    assert answer.status_code == 202, answer.text
    run = WhatIfRun.model_validate(answer.json())
    assert answer.headers["Location"] == f"/v1/what-if/{run.id}"
    return run


def ended(served: Any, run: WhatIfRun) -> WhatIfRun:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        answer = served.client.get(f"/v1/what-if/{run.id}")
        assert answer.status_code == 200
        run = WhatIfRun.model_validate(answer.json())
        if run.ended_at:
            return run
        time.sleep(0.1)
    raise AssertionError(f"the trial is still {run.status}")


def test_a_change_is_tried_beside_what_is(served: Any) -> None:
    found = served.client.get("/v1/opportunities", params={"kind": "contention,batching,limit"}, timeout=60).json()
    possible = next(one for one in found["items"] if one["kind"] != "limit")
    chosen = [possible["id"], next(one["id"] for one in found["items"] if one["kind"] == "limit")]
    leaders = {"edit": "sittings", "role": "Lãnh đạo Sở", "times": []}
    run = ended(served, asked(served, edits=[leaders], opportunities=chosen, arrivals="logged"))
    assert (run.status, run.progress, run.problem) == ("done", 1.0, None)
    answer = run.answer
    assert answer is not None
    assert answer.changed is not None
    assert answer.saved is not None
    assert [one["edit"] for one in answer.edits] == [
        "sittings",
        {"contention": "officers"}.get(possible["kind"], "sittings"),
    ]
    assert [one.kind for one in answer.not_tried] == ["limit"]
    assert answer.not_tried[0].reason.vi != answer.not_tried[0].reason.en != ""
    less = answer.baseline.working.mean.estimate - answer.changed.working.mean.estimate
    assert answer.saved.working_hours.estimate == pytest.approx(less)
    assert less > 0
    assert sum(answer.baseline.elapsed.histogram.shares) == pytest.approx(1.0)
    assert answer.baseline.elapsed.mean.estimate == pytest.approx(answer.logged_mean_hours, rel=0.15)
    assert answer.validation.text.vi != answer.validation.text.en


def test_a_name_that_the_log_does_not_have_lets_a_trial_fail_in_words(served: Any) -> None:
    run = ended(served, asked(served, edits=[{"edit": "remove_step", "activity": "Bay"}]))
    assert (run.status, run.answer) == ("failed", None)
    assert run.problem is not None
    assert "no step 'Bay'" in run.problem


@pytest.mark.parametrize("unknown", [{"procedures": ["9.9"]}, {"units": ["nowhere"]}, {"opportunities": ["x-1"]}])
def test_what_is_not_in_the_log_is_named(served: Any, unknown: dict[str, Any]) -> None:
    run = ended(served, asked(served, **unknown))
    assert run.status == "failed"
    assert next(iter(unknown.values()))[0] in (run.problem or "")


@pytest.mark.parametrize(
    "body",
    [
        {"edits": [{"edit": "magic"}]},
        {"edits": [{"edit": "officers", "unit": "U"}]},
        {"edits": ["magic"]},
        {"replications": 1},
        {"replications": 201},
        {"arrivals": "guessed"},
        {"wishes": []},
        {"units": [""]},
        {"edits": [{"edit": "arrivals", "factor": 1}] * 51},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_at_once(served: Any, body: dict[str, Any]) -> None:
    answer = served.client.post("/v1/what-if", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"


def test_trials_can_be_stopped_and_forgotten_and_are_limited(served: Any) -> None:
    runs = [asked(served, replications=200) for _ in range(MOST_WAITING)]
    refused = served.client.post("/v1/what-if", json={})
    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/too-many-trials"
    assert refused.headers["Retry-After"]
    started = time.monotonic()
    for run in runs:
        assert served.client.delete(f"/v1/what-if/{run.id}").status_code == 204
    assert {ended(served, run).status for run in runs} == {"stopped"}
    assert time.monotonic() - started < 30
    assert served.client.delete(f"/v1/what-if/{runs[0].id}").status_code == 204
    for method in (served.client.get, served.client.delete):
        gone = method(f"/v1/what-if/{runs[0].id}")
        assert gone.status_code == 404
        assert gone.json()["type"] == "/problems/unknown-trial"
    assert ended(served, asked(served)).status == "done"


def test_an_empty_store_cannot_be_simulated_and_says_so(serving: Any) -> None:
    with serving() as empty:
        run = ended(empty, asked(empty))
        assert run.status == "failed"
        assert "no completed steps" in (run.problem or "")
