"""Rows that come late must lie where rows that come in time do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.ordered_table import OrderedTable

SMALL = st.integers(-(2**40), 2**40)


@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), SMALL), max_size=8), max_size=8))
def test_any_portions_give_one_sorted_table(portions):
    table = OrderedTable({"t": np.int64, "rank": np.int64, "what": np.int64}, ("t", "rank", "what"))
    for portion in portions:
        before = list(zip(table["t"].tolist(), table["what"].tolist(), strict=True))
        columns = list(zip(*portion, strict=True)) or [(), (), ()]
        place = table.add(dict(zip(("t", "rank", "what"), columns, strict=True)))
        after = list(zip(table["t"].tolist(), table["what"].tolist(), strict=True))
        assert after[:place] == before[:place]
    everything = sorted(row for portion in portions for row in portion)
    assert len(table) == len(everything)
    assert list(zip(table["t"], table["rank"], table["what"], strict=True)) == everything
