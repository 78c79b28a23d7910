"""What is asked of all procedures at once equals what is asked of each by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mining.clocks.clock import Calendars
from mining.derive import refresh
from mining.paths.graph import directly_follows, directly_follows_by_procedure
from mining.paths.rework import rework, rework_by_procedure
from mining.paths.time_split import time_split, time_split_by_procedure
from mining.paths.variants import variants, variants_by_procedure
from mining.slice import Slice
from mining.working_time.calendar_file import public_sector
from mining.working_time.worktime import WorkingTime

AS_OF = datetime(2025, 2, 1, tzinfo=UTC)
CALENDARS = Calendars(WorkingTime.of(public_sector()))

LOG = """
A receive complete 0    procedure=P unit=U1 status=1
A check   complete 10   status=2
A check   complete 1500 status=5
A check   complete 3000 status=4
A return  complete 6000 status=9
A -       complete 9000 status=10
B receive complete 5    procedure=P unit=U1 status=2
B check   complete 8
C receive complete 100  procedure=Q unit=U2
C check   complete 104
C check   complete 109
D -       complete 300  procedure=R status=1
E receive complete 400
"""


@pytest.fixture
def cursor(log: Any) -> Any:
    """Five dossiers of three procedures, one of them without a step, and of one that is not known."""
    log.arrive(LOG)
    refresh(log.cursor)
    return log.cursor


@pytest.mark.parametrize("procedure", ["P", "Q", "R", "unknown", "none such"])
@pytest.mark.parametrize("since", [None, datetime(2025, 1, 6, tzinfo=UTC) + timedelta(minutes=90)])
def test_all_at_once_equals_one_by_one(cursor: Any, procedure: str, since: datetime | None) -> None:
    every, one = Slice(received_from=since), Slice(procedure=procedure, received_from=since)
    assert directly_follows_by_procedure(cursor, every)[procedure] == directly_follows(cursor, one)
    assert variants_by_procedure(cursor, every)[procedure] == variants(cursor, one)
    assert rework_by_procedure(cursor, every)[procedure] == rework(cursor, one)
    split = time_split_by_procedure(cursor, every, CALENDARS, AS_OF)[procedure]
    assert split == time_split(cursor, one, CALENDARS, AS_OF)


def test_the_procedures_add_up_to_the_whole(cursor: Any) -> None:
    each = time_split_by_procedure(cursor, Slice(), CALENDARS, AS_OF)
    whole = time_split(cursor, Slice(), CALENDARS, AS_OF)
    assert set(each) == {"P", "Q"}  # one instant is no time, and R was only submitted
    assert sum(one.total.elapsed_us for one in each.values()) == whole.total.elapsed_us > 0
    assert sum(one.dossiers for one in each.values()) == whole.dossiers == 3
    assert sum(one.pickup.working_us for one in each.values()) == whole.pickup.working_us > 0
