"""docs/settings.md names every threshold with its default and its limits, and none that does not exist."""

import re
from pathlib import Path

from mining.thresholds import RANGES, Thresholds, load_thresholds, stated

GUIDE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| \[([\w.]+)\] \| (.+?) \| (.+?) \| (.+?) \|", re.MULTILINE)
THRESHOLDS = stated(Thresholds())


def rows() -> dict[str, tuple[str, str]]:
    """Default and limits, as written, of every key of the tables."""
    return {
        f"{table}.{key}": (default, allowed)
        for table, keys, default, allowed in ROW.findall(GUIDE)
        for key in re.findall(r"`(\w+)`", keys)
    }


def test_every_threshold_is_documented_and_every_documented_threshold_exists() -> None:
    assert len(THRESHOLDS) > 40
    assert set(rows()) == set(THRESHOLDS)


def test_defaults_are_those_of_the_program() -> None:
    shown = {key: default.strip("`") for key, (default, _allowed) in rows().items() if default.startswith("`")}
    assert shown == {key: str(THRESHOLDS[key]) for key in shown}
    assert {key for key in RANGES} <= set(shown)


def test_limits_are_those_that_are_checked() -> None:
    for key, allowed in RANGES.items():
        words = "between {:,} and {:,}" if allowed.inside else "{:,} to {:,}"
        assert rows()[key][1].removeprefix("two ") == words.format(allowed.least, allowed.most), key


def test_the_example_can_be_loaded(tmp_path: Path) -> None:
    example = tmp_path / "thresholds.toml"
    example.write_text(GUIDE.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    found = load_thresholds(example)
    assert found.rules.acceptance_hours == 4.0
    assert found.opportunities.least_hours == 100.0
