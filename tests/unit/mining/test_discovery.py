"""Models come out of worker processes that fail clearly, say nothing, and end with their parent."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mining.models.discovery import MAX_ACTIVITIES, MAX_VARIANTS, Discovery, DiscoveryError, readable
from mining.paths.variants import Variant, Variants

ROOT = Path(__file__).parents[3]


def log(frequencies: dict[str, int]) -> Variants:
    """Variants of activities of one letter."""
    total = sum(frequencies.values())
    found = tuple(Variant(tuple(word), frequency, frequency / total) for word, frequency in frequencies.items())
    return Variants(total, len(found), found)


def endless_log() -> Variants:
    """Variants without structure, which take pm4py more than a minute."""
    chance = random.Random(1)
    words = {tuple(f"a{chance.randrange(MAX_ACTIVITIES)}" for _ in range(40)) for _ in range(300)}
    return Variants(300, 300, tuple(Variant(word, 1, 1 / 300) for word in sorted(words)))


SIMPLE = log({"abd": 90, "acd": 9, "abccd": 1})


@pytest.fixture(scope="module")
def discovery() -> Iterator[Discovery]:
    running = Discovery()
    running.warm()
    yield running
    running.close()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def workers() -> list[int]:
    return [one.pid for one in multiprocessing.active_children() if one.pid]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_without_noise_every_variant_is_in_the_model(discovery: Discovery) -> None:
    model = discovery.model(SIMPLE, noise=0)
    assert model.tree == "->( 'a', X( 'b', tau ), X( *( 'c', tau ), tau ), 'd' )"
    assert (model.dossiers, model.covered_dossiers, model.variants, model.covered_variants) == (100, 100, 3, 3)
    assert b'name="b"' in model.bpmn
    assert b"<text>b</text>" in model.pnml


def test_with_noise_what_is_rare_is_left_out(discovery: Discovery) -> None:
    assert discovery.model(log({"abcd": 90, "adbc": 1}), noise=0.2).tree == "->( 'a', 'b', 'c', 'd' )"


def test_names_are_only_names(discovery: Discovery) -> None:
    names = ("a'b", 'x"<&>\n', "Tiếp nhận hồ sơ", "\x00")
    model = discovery.model(Variants(1, 1, (Variant(names, 1, 1.0),)))
    assert [shape.name for shape in model.drawing.shapes if shape.kind == "task"] == list(names)


@pytest.mark.parametrize("noise", [-0.1, 1.1, float("nan")])
def test_noise_is_a_share(discovery: Discovery, noise: float) -> None:
    with pytest.raises(DiscoveryError, match="must be from 0 to 1"):
        discovery.model(SIMPLE, noise=noise)


def test_nothing_to_discover_from(discovery: Discovery) -> None:
    with pytest.raises(DiscoveryError, match="nothing to discover"):
        discovery.model(Variants(0, 0, ()))


def test_the_same_variants_give_the_same_model_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    mixed = log({"".join(chance.choices("abcdefghij", k=7)): 40 - number for number in range(40)})
    models = set()
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        running = Discovery()
        models.add(running.model(mixed, noise=0.1))
        running.close()
    assert len(models) == 1


def test_the_most_frequent_variants_are_kept_up_to_what_can_be_read() -> None:
    many = [Variant((f"a{number}", "x"), 9, 0.1) for number in range(MAX_ACTIVITIES + 5)]
    assert readable(many) == tuple(many[: MAX_ACTIVITIES - 1])
    assert len(readable([Variant(("a",) * (number + 1), 1, 0.1) for number in range(MAX_VARIANTS + 1)])) == MAX_VARIANTS
    long = Variant(tuple(f"a{number}" for number in range(2 * MAX_ACTIVITIES)), 1, 1.0)
    assert readable([long]) == (long,)


def test_a_model_says_what_it_leaves_out(discovery: Discovery) -> None:
    limited = Variants(200, 7, SIMPLE.variants)
    model = discovery.model(limited)
    assert (model.dossiers, model.covered_dossiers, model.variants, model.covered_variants) == (200, 100, 7, 3)
    assert b"3 most frequent of 7 variants: 100 of 200 dossiers (50.0 %)" in model.bpmn


def test_what_takes_too_long_is_given_up_and_the_next_model_is_made() -> None:
    hurried = Discovery(timeout_seconds=1.0)
    try:
        with pytest.raises(DiscoveryError, match="more than 1 s"):
            hurried.model(endless_log(), noise=0)
        assert hurried.model(SIMPLE, noise=0).covered_variants == 3
    finally:
        hurried.close()


@pytest.mark.parametrize("busy", [True, False], ids=["busy", "idle"])
def test_a_worker_that_is_killed_is_replaced(busy: bool) -> None:
    running = Discovery()
    failures: list[str] = []

    def discover() -> None:
        try:
            running.model(endless_log(), noise=0)
        except DiscoveryError as error:
            failures.append(str(error))

    try:
        others = set(workers())
        running.model(SIMPLE)
        (victim,) = set(workers()) - others
        waiting = threading.Thread(target=discover)
        if busy:
            waiting.start()
            time.sleep(0.5)
        os.kill(victim, signal.SIGKILL)
        assert until(lambda: not alive(victim))
        if busy:
            waiting.join(20)
            assert failures == ["the model could not be discovered: its process died, perhaps for want of memory"]
        else:
            time.sleep(0.5)
        assert running.model(SIMPLE, noise=0).covered_variants == 3
    finally:
        running.close()


def test_close_ends_the_workers_at_once_also_while_they_work() -> None:
    running = Discovery()
    failures: list[str] = []

    def discover() -> None:
        try:
            running.model(endless_log(), noise=0)
        except DiscoveryError as error:
            failures.append(str(error))

    others = set(workers())
    running.model(SIMPLE)
    mine = set(workers()) - others
    waiting = threading.Thread(target=discover)
    waiting.start()
    time.sleep(0.5)
    began = time.monotonic()
    running.close(timeout_seconds=5)
    assert time.monotonic() - began < 2
    waiting.join(5)
    assert failures == ["the model could not be discovered: the program is ending"]
    assert mine
    assert until(lambda: not any(map(alive, mine)))
    running.close()
    with pytest.raises(DiscoveryError, match="ending"):
        running.model(SIMPLE)


PROGRAM = """
import multiprocessing, sys, time
from mining.models.discovery import Discovery
from mining.paths.variants import Variant, Variants
discovery = Discovery()
model = discovery.model(Variants(1, 1, (Variant(("a", "b"), 1, 1.0),)))
if sys.argv[1] == "wait":
    print(*(one.pid for one in multiprocessing.active_children()), flush=True)
    time.sleep(60)
discovery.close()
print("done")
"""


def test_pm4py_is_not_heard() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM, "go"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (0, "done\n", "")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "wait"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert pids
        if how is signal.SIGINT:
            os.killpg(parent.pid, how)  # as Ctrl-C does
        else:
            parent.send_signal(how)
        parent.wait(20)
        assert until(lambda: not any(map(alive, pids)))
