"""Conditional requests: an answer that the asker has is not sent again, one that changed is."""

import pytest

ADDRESSES = (
    "/v1/procedures",
    "/v1/procedures/{code}",
    "/v1/procedures/{code}/map",
    "/v1/procedures/{code}/map?format=svg",
    "/v1/procedures/{code}/variants",
    "/v1/procedures/{code}/model.bpmn",
    "/v1/dossiers/H1",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unchanged_answer_is_not_sent_again(filled, address):
    first = filled.client.get(address.format(code=filled.code))
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    tag = first.headers["ETag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = filled.client.get(address.format(code=filled.code), headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert filled.client.get(address.format(code=filled.code), headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_answer_has_a_tag_of_its_own(filled):
    tags = [filled.client.get(address.format(code=filled.code)).headers["ETag"] for address in ADDRESSES]
    assert len(set(tags)) == len(ADDRESSES)


def test_a_tag_changes_with_the_events_of_its_procedure_only(empty):
    empty.take([empty.event("H1", 0), empty.event("K1", 0, procedure="other")])
    mine, other, all_of_them = f"/v1/procedures/{empty.code}/map", "/v1/procedures/other/map", "/v1/procedures"
    before = {one: empty.client.get(one).headers["ETag"] for one in (mine, other, all_of_them)}
    empty.take([empty.event("H2", 0)])
    after = {one: empty.client.get(one, headers={"Cache-Control": "no-cache"}) for one in before}
    assert after[mine].headers["ETag"] != before[mine]
    assert after[mine].json()["dossiers"] == 2
    assert after[other].headers["ETag"] == before[other]
    assert after[all_of_them].headers["ETag"] != before[all_of_them]


def test_repeated_events_change_no_tag(empty):
    empty.take([empty.event("H1", 0)])
    tag = empty.client.get("/v1/procedures").headers["ETag"]
    empty.take([empty.event("H1", 0)])
    assert empty.client.get("/v1/procedures", headers={"If-None-Match": tag}).status_code == 304


def test_tags_of_two_stores_differ_though_their_events_are_the_same(serving, tmp_path):
    tags = []
    for name in ("one", "two"):
        with serving(store=tmp_path / f"{name}.duckdb") as served:
            served.take([served.event("H1", 0)])
            tags.append(served.client.get("/v1/procedures").headers["ETag"])
    assert tags[0] != tags[1]
