"""What is planted in a small city is found by those who compare its log with its rules; a clean one has none of it.

`bench/compliance.py` does the same for many larger cities, and tells precision and recall.
"""

from pathlib import Path

import pytest

from city_store import run_city
from judged_city import BY_DOSSIER, BY_UNIT, DEVIATIONS, KINDS, Judged, JudgedCity
from mining.conformance.align_pool import AlignPool

TOWN = """
extends = "compliance-study"
dossiers = 6_000
clean = {clean}

[procedures]
total = 18

[versions]
procedures = 6
total_cut_hours = [15, 90]

[planted]
detours = 1
drifts = 1

[units]
district_dossiers = 1200
ward_dossiers = 1200
fewest_districts = 2
fewest_wards = 3
"""
ALMOST = 0.95


def judged(folder: Path, seed: int, *, clean: bool) -> dict[str, Judged]:
    path, aligner = folder / "town.toml", AlignPool()
    path.write_text(TOWN.format(clean=str(clean).lower()), encoding="utf-8")
    place = run_city(path, seed=seed)
    found = JudgedCity(place, aligner).judged()
    place.close()
    aligner.close()
    return found


@pytest.fixture(scope="module", name="town", params=[11, 12])
def _town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    return judged(tmp_path_factory.mktemp("town"), request.param, clean=False)


def test_deviations_are_found_dossier_by_dossier(town: dict[str, Judged]) -> None:
    for kind in DEVIATIONS:
        one = town[kind]
        if kind != "repeated":
            assert one.planted
            assert one.right >= ALMOST * max(len(one.planted), len(one.found)), kind
    assert len(town["repeated"].wrong) < 10


def test_changed_figures_are_found(town: dict[str, Judged]) -> None:
    for kind in BY_DOSSIER:
        assert town[kind].found == town[kind].planted
    for kind in BY_UNIT:
        assert (town[kind].missed, town[kind].wrong) == (set(), set())
    assert sum(bool(town[kind].found) for kind in (*BY_DOSSIER, *BY_UNIT)) >= 5


def test_double_entry_and_the_old_portal_are_found(town: dict[str, Judged]) -> None:
    assert town["after_switch"].found == town["after_switch"].planted
    double = town["double_entry"]
    assert double.missed == set()
    assert double.right >= ALMOST * len(double.found) > 0


def test_drifts_are_found(town: dict[str, Judged]) -> None:
    for what in ("drift: time", "drift: paths"):
        assert (town[what].missed, town[what].wrong) == (set(), set())
        assert town[what].planted


def test_a_clean_town_has_nothing_to_find(tmp_path: Path) -> None:
    found = judged(tmp_path, 11, clean=True)
    assert {kind: one.found for kind, one in found.items() if one.found} == {}
    assert {*found} == {*KINDS}
