"""Ranges of cells: the least value over each cell, sums of what is small enough, and the last that is."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mining.waiting.ranges import MOST, last_at_most, least_over, sums_at_most

CELLS = 23
RANGE = st.tuples(st.integers(0, CELLS), st.integers(0, CELLS)).map(sorted)


def columns(rows, width):
    return [np.array([row[place] for row in rows], np.int64) for place in range(width)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(RANGE, st.integers(-9, 9)), max_size=12))
def test_the_least_value_over_each_cell(rows):
    first, end, values = columns([(*span, value) for span, value in rows], 3)
    expected = [min([v for (low, high), v in rows if low <= cell < high], default=MOST) for cell in range(CELLS)]
    assert least_over(first, end, values, CELLS).tolist() == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 9), st.integers(-3, 3)), min_size=CELLS, max_size=CELLS),
    st.lists(st.tuples(RANGE, st.integers(-7, 7)), max_size=12),
)
def test_sums_of_what_is_small_enough(cells, asked):
    values, *weights = columns(cells, 3)
    first, end, limit = columns([(*span, most) for span, most in asked], 3)
    found = sums_at_most(values, tuple(weights), first, end, limit)
    for place, sums in enumerate(found, 1):
        expected = [sum(cell[place] for cell in cells[low:high] if cell[0] <= most) for (low, high), most in asked]
        assert sums.tolist() == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(-5, 5), min_size=CELLS, max_size=CELLS).map(sorted),
    st.lists(st.tuples(RANGE, st.integers(-7, 7)), max_size=12),
)
def test_the_last_that_is_small_enough(values, asked):
    first, end, limit = columns([(*span, most) for span, most in asked], 3)
    expected = [
        max([place for place in range(low, high) if values[place] <= most], default=low - 1)
        for (low, high), most in asked
    ]
    assert last_at_most(np.array(values), first, end, limit).tolist() == expected


def test_no_cells_and_no_ranges():
    nothing = np.empty(0, np.int64)
    assert least_over(nothing, nothing, nothing, 0).tolist() == []
    assert sums_at_most(nothing, (nothing,), nothing, nothing, nothing)[0].tolist() == []
    assert last_at_most(nothing, nothing, nothing, nothing).tolist() == []
