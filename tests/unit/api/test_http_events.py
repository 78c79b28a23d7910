"""Events over HTTP: the three modes of CloudEvents, and what becomes of what cannot be used."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
BINARY = {
    "Content-Type": "application/json",
    "ce-specversion": "1.0",
    "ce-id": "b-1",
    "ce-source": "/mot-cua/thu",
    "ce-type": "vn.tinhgon.dossier.step.v1",
    "ce-subject": quote("hồ sơ 1"),
    "ce-time": "2025-01-02T08:00:00+07:00",
}


@pytest.mark.parametrize("content_type", [STRUCTURED, f"{STRUCTURED}; charset=UTF-8", STRUCTURED.upper()])
def test_one_event_in_structured_mode(empty, content_type):
    body = json.dumps(empty.event("H1", 0))
    answer = empty.client.post("/v1/events", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "duplicates": 0, "rejected": []})
    assert empty.service.store.events == 1


def test_a_batch_keeps_the_good_events_and_says_why_the_others_are_refused(empty):
    good, late = empty.event("H1", 0), {**empty.event("H1", 1), "time": "2999-01-01T00:00:00Z"}
    answer = empty.post([good, {"specversion": "1.0"}, good, 7, late])
    assert answer.status_code == 202
    taken = answer.json()
    assert (taken["accepted"], taken["duplicates"]) == (2, 1)
    assert [(one["index"], one["reason"]) for one in taken["rejected"]] == [
        (1, "missing_id"),
        (3, "not_an_object"),
        (4, "time_in_future"),
    ]
    assert empty.service.store.events == 1


def test_an_event_sent_again_is_known(empty):
    empty.post([empty.event("H1", 0)])
    again = empty.post([empty.event("H1", 0)]).json()
    assert (again["accepted"], again["duplicates"], empty.service.store.events) == (1, 1, 1)


def test_an_event_in_binary_mode_with_percent_encoded_attributes(empty):
    data = {"procedure": empty.code, "activity": "Tiếp nhận"}
    answer = empty.client.post("/v1/events", content=json.dumps(data), headers=BINARY)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    empty.wait_until_mined()
    found = empty.client.get("/v1/dossiers/" + quote("hồ sơ 1", safe="")).json()
    assert [one["activity"] for one in found["steps"]] == ["Tiếp nhận"]


def test_a_quoted_attribute_of_binary_mode_loses_its_quotes(empty):
    data = {"procedure": empty.code, "activity": "Tiếp nhận"}
    headers = {**BINARY, "ce-subject": '"H 1"'}
    assert empty.client.post("/v1/events", content=json.dumps(data), headers=headers).status_code == 202
    empty.wait_until_mined()
    assert empty.client.get("/v1/dossiers/H%201").status_code == 200


def test_an_empty_batch_is_taken_in(empty):
    assert empty.post([]).json() == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_elements_of_a_batch_are_judged_one_by_one(empty):
    good = json.dumps(empty.event("H1", 0)).encode()
    body = b"[" + good + b', {"specversion": "\xff"}]'
    answer = empty.client.post("/v1/events", content=body, headers={"Content-Type": BATCH})
    assert [one["index"] for one in answer.json()["rejected"]] == [1]
    assert empty.service.store.events == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"[1,", b"[" * 100_000, b"null", b"\xff"])
def test_what_is_no_array_is_no_batch(empty, body):
    answer = empty.client.post("/v1/events", content=body, headers={"Content-Type": BATCH})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-batch")


def test_a_batch_of_too_many_elements_is_refused_whole(empty):
    answer = empty.client.post("/v1/events", content=b"[" + b"1," * 100_000 + b"1]", headers={"Content-Type": BATCH})
    assert answer.status_code == 400
    assert "the limit is 100000" in answer.json()["detail"]
    assert empty.client.get("/v1/rejects").json()["items"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/cloudevents+xml"},
        {**BINARY, "Content-Type": "text/plain"},
        {},
    ],
)
def test_other_content_types_are_refused(empty, headers):
    answer = empty.client.post("/v1/events", content=json.dumps(empty.event("H1", 0)), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-content-type")


def test_when_no_event_can_be_used_the_request_fails(empty):
    answer = empty.post([{"specversion": "1.0"}, []])
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/events-rejected")
    assert (problem["accepted"], problem["duplicates"]) == (0, 0)
    assert [one["reason"] for one in problem["rejected"]] == ["missing_id", "not_an_object"]


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield b" " * 65_536


@pytest.mark.parametrize("streamed", [True, False])
def test_a_body_over_the_limit_is_refused_whether_its_length_is_told_or_not(serving, streamed):
    with serving(max_body_mb=1) as served:
        content = chunks(1_200_000) if streamed else b" " * 1_200_000
        answer = served.client.post("/v1/events", content=content, headers={"Content-Type": BATCH})
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


def test_a_body_within_the_limit_may_be_streamed(empty):
    body = [json.dumps(empty.event("H1", 0)).encode() + b" " * 100_000]
    answer = empty.client.post("/v1/events", content=iter(body), headers={"Content-Type": STRUCTURED})
    assert answer.status_code == 202


def test_a_store_that_cannot_be_written_is_no_loss_and_said(empty):
    empty.service.store.broken = "no space left"
    answer = empty.post([empty.event("H1", 0)])
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_broker_that_is_away_is_said(serving):
    with serving(kafka="on", kafka_bootstrap="127.0.0.1:1", kafka_timeout_seconds=0.2) as served:
        answer = served.post([served.event("H1", 0)])
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/broker-unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert served.service.store.events == 0


def test_what_was_refused_is_listed_without_its_content(empty):
    empty.post([empty.event("H1", 0), *({"secret": f"Nguyễn {number}"} for number in range(5))])
    first = empty.client.get("/v1/rejects", params={"limit": 2}).json()
    rest = empty.client.get("/v1/rejects", params={"limit": 9, "cursor": first["next"]}).json()
    listed = first["items"] + rest["items"]
    assert [one["number"] for one in listed] == [5, 4, 3, 2, 1]
    assert [one["position"] for one in listed] == [5, 4, 3, 2, 1]
    assert {(one["origin"], one["reason"]) for one in listed} == {("http", "missing_specversion")}
    assert rest["next"] is None
    assert "Nguyễn" not in json.dumps(listed, ensure_ascii=False)
