"""Thresholds of a file are those by which the service judges."""

from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from api.settings import Settings
from mining.thresholds import ThresholdError


def test_a_file_decides_what_breaks_a_rule_and_the_book_tells_it(serving: Any, tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[rules]\nmost_supplements = 0\n[integrity]\nleast_steps = 2\n")
    question = "/v1/rules/findings?rule=second_supplement&as_of=2025-02-01T00:00:00Z"
    found = {}
    for name, chosen in (("file", {"thresholds": path}), ("none", {})):
        with serving(store=tmp_path / name / "log.duckdb", **chosen) as served:
            steps = (("Tiếp nhận", 2), ("Yêu cầu bổ sung", 5), ("Bổ sung", 4), ("Trả kết quả", 9))
            served.take([served.event("A", no, step, status=status) for no, (step, status) in enumerate(steps)])
            rules = served.client.get(question).json()["rules"]
            book = served.client.get("/v1/rules").json()["items"]
            told = next(one["thresholds"] for one in book if one["code"] == "second_supplement")
            found[name] = (rules[0]["broken"], told, served.service.findings.thresholds.integrity.least_steps)
    assert found == {"file": (1, {"most_supplements": 0}, 2), "none": (0, {"most_supplements": 1}, 3)}


def test_a_bad_file_ends_the_start_with_the_name_of_the_setting_and_makes_no_store(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[rules]\nmost = 0\n")
    store = tmp_path / "log.duckdb"
    with pytest.raises(ThresholdError, match=r"^TINHGON_THRESHOLDS: .*'rules.most' is not known"):
        Service(Settings(kafka="off", store=store, thresholds=path))
    assert not store.exists()
