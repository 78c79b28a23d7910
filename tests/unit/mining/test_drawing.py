"""Pictures show names as they are, say what they leave out, and are the same for the same graph."""

import threading
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from mining import MiningError
from mining.models.bpmn import diagram
from mining.models.caption import LeftOut, map_caption, model_caption
from mining.models.discovery import Model
from mining.models.dot import MapLimits, map_dot, quoted
from mining.models.drawing import map_picture, model_picture
from mining.models.tree import Node, Operator
from mining.models.wording import duration, printable, wrapped
from mining.paths.graph import ActivityCount, DirectlyFollowsGraph, Edge, Elapsed

SVG = "{http://www.w3.org/2000/svg}"
STRANGE = [
    'a "quoted" \\ name',
    "<b> & </b> &lt; &#65;",
    "Tiếp nhận hồ sơ",
    "}; end -> a0",
    "bell\x07 nul\x00",
    "\\N \\l",
]


def chain(*names: str, frequency: int = 10) -> DirectlyFollowsGraph:
    """A graph of one way through the activities."""
    return DirectlyFollowsGraph(
        dossiers=frequency,
        activities=tuple(ActivityCount(name, frequency) for name in names),
        start=(ActivityCount(names[0], frequency),),
        end=(ActivityCount(names[-1], frequency),),
        edges=tuple(Edge(a, b, frequency, Elapsed(90_000.0, 90_000.0, 90_000.0)) for a, b in pairwise(names)),
    )


def texts(picture: bytes) -> str:
    """All that is written in a picture."""
    return " ".join("".join(one.itertext()) for one in ElementTree.fromstring(picture).iter(f"{SVG}text"))


def titles(picture: bytes) -> set[str | None]:
    """The tooltips of a map."""
    key = "{http://www.w3.org/1999/xlink}title"
    return {one.get(key) for one in ElementTree.fromstring(picture).iter(f"{SVG}a")}


def model_of(*names: str, covered: int = 1) -> Model:
    tree = Node(Operator.SEQUENCE, children=tuple(Node(activity=name) for name in names))
    return Model(b"", b"", "", diagram(tree), 0.2, 10, 10 * covered // 4, 4, covered)


def test_a_map_shows_names_as_they_are() -> None:
    picture = map_picture(chain(*STRANGE))
    assert {printable(name).replace("\\", "⧵") for name in STRANGE} <= titles(picture)
    for name in STRANGE:
        for line in wrapped(name, 24, 4):
            assert line in texts(picture).replace("\xa0", " ")


def test_a_map_shows_frequencies_and_times() -> None:
    shown = texts(map_picture(chain("a", "b", frequency=1_234)))
    assert "1,234" in shown
    assert "25.0 h" in shown
    assert "1,234 dossiers" in shown
    assert "Not drawn" not in shown


def test_a_map_is_made_of_lines_that_keep_every_activity_on_a_way() -> None:
    many = chain(*(f"a{number}" for number in range(20)))
    shortcut = Edge("a0", "a5", 3, Elapsed(1.0, 1.0, 1.0))
    graph = DirectlyFollowsGraph(many.dossiers, many.activities, many.start, many.end, (*many.edges, shortcut))
    dot = map_dot(graph, MapLimits(edges=1))
    assert dot.count("->") == 21
    assert map_dot(graph, MapLimits(edges=22)).count("->") == 22


def test_a_map_says_what_it_leaves_out() -> None:
    picture = map_picture(chain(*(f"a{number}" for number in range(20))), MapLimits(activities=5))
    shown = texts(picture)
    assert "Not drawn: 15 of 20 activities, 16 of 21 arrows. Drawn are 23.8 % of all moves." in shown
    vietnamese = texts(map_picture(chain("a", "b"), MapLimits(activities=1), language="vi"))
    assert "Không vẽ: 1 / 2 bước, 2 / 3 mũi tên. Phần vẽ gồm 33,3 % lượt chuyển bước." in vietnamese


def test_a_map_without_dossiers_is_a_picture_too() -> None:
    assert "0 dossiers" in texts(map_picture(DirectlyFollowsGraph(0, (), (), (), ())))


def test_maps_drawn_at_the_same_time_do_not_mix() -> None:
    wanted = {number: map_picture(chain(f"a{number}", "b")) for number in range(4)}
    drawn: dict[int, bytes] = {}

    def draw(number: int) -> None:
        drawn[number] = map_picture(chain(f"a{number}", "b"))

    threads = [threading.Thread(target=draw, args=(number,)) for number in wanted]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert drawn == wanted


def test_a_model_shows_names_as_they_are_and_what_it_leaves_out() -> None:
    shown = texts(model_picture(model_of(*STRANGE)))
    for name in STRANGE:
        for line in wrapped(name, 22, 4):
            assert line in shown
    assert "Model of the 1 most frequent of 4 variants: 2 of 10 dossiers (20.0 %)." in shown
    assert "4" not in texts(model_picture(model_of("a", covered=4)))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0, "0 s"), (59.4, "59 s"), (59.5, "1 min"), (3569, "59 min"), (3570, "1.0 h"), (172799, "48.0 h")),
        *((172800, "2.0 d"), (2.34 * 86400, "2.3 d"), (99.9 * 86400, "99.9 d"), (1234.5 * 86400, "1234 d")),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_long_names_are_cut() -> None:
    assert wrapped("one two three four", 9, 2) == ["one two", "three …"]
    assert wrapped("", 9, 2) == [""]
    assert wrapped("x" * 30, 9, 2) == ["x" * 9, "…"]


def test_quoted_text_has_one_meaning() -> None:
    assert quoted('a"b\\c&d\ne') == '"a\\"b\\\\c&amp;d\\ne"'


def test_captions() -> None:
    assert map_caption(1_434, LeftOut(2, 2, 3, 3, 1.0), "vi").startswith("1.434 hồ sơ.")
    assert model_caption(3, 3, 10, 10) == ""
    assert model_caption(1, 3, 1_000, 4_000, "vi").endswith("1.000 / 4.000 hồ sơ (25,0 %).")
    with pytest.raises(MiningError, match="choose one of vi, en"):
        map_caption(1, LeftOut(1, 1, 1, 1, 1.0), "fr")
