"""Which approved process applies to a dossier: small tables, and a naive binding beside the SQL."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import Limit, Process, Step, key
from ingest.catalogue_check import checked
from ingest.catalogue_store import Statement, bind
from ingest.event import EVENT_SCHEMA, INSTANT
from ingest.pseudonym import Pseudonyms
from ingest.store import IN_MEMORY, Batch, Store, open_store


class Intake(NamedTuple):
    """What binding goes by."""

    procedure: str | None
    case_variant: str | None
    channel: str | None
    day: date | None


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = open_store(IN_MEMORY, Pseudonyms(b"a key for tests only"))
    yield store
    store.close()


Bind = Callable[[list[Process], list[Intake]], list[str | None]]


def by_sql(store: Store, processes: list[Process], intakes: list[Intake]) -> list[str | None]:
    """Bind with the store: each dossier is the place of its intake; answers the version, or None."""
    with store.cursor() as cursor:
        held = [row[0] for row in cursor.execute("SELECT process_key FROM approved_process").fetchall()]
    statements = [Statement(one, None, "test") for one in held] + [Statement.of(one, "test") for one in processes]
    store.commit(Batch(EVENT_SCHEMA.empty_table(), pa.array([], INSTANT), catalogue=tuple(statements)))
    texts = {name: pa.array([getattr(one, name) for one in intakes], pa.string()) for name in Intake._fields[:3]}
    days = pa.array([one.day for one in intakes], pa.date32())
    with store.cursor() as cursor:
        bound = bind(cursor, pa.table({"dossier": range(len(intakes)), **texts, "intake_date": days}))
    version = {key(one): one.version for one in processes}
    return [version[bound[at]] if at in bound else None for at in range(len(intakes))]


def naively(processes: list[Process], intakes: list[Intake]) -> list[str | None]:
    """Bind one by one, the obvious way; codes, variants and channels are in their one form."""
    return [_naive(processes, one) for one in intakes]


def _naive(processes: list[Process], intake: Intake) -> str | None:
    if intake.procedure is None or intake.day is None:
        return None
    national, owner = intake.procedure[:8], intake.procedure[9:] or None
    fitting = [
        (
            (one.procedure[9:] or None) == owner,
            one.case_variant is not None,
            one.channel is not None,
            one.effective_from,
            key(one),
            one.version,
        )
        for one in processes
        if one.procedure[:8] == national
        and (not owner or not one.procedure[9:] or one.procedure[9:] == owner)
        and one.case_variant in (None, intake.case_variant)
        and one.channel in (None, intake.channel)
        and one.effective_from <= intake.day <= (one.effective_to or date.max)
    ]
    return max(fitting)[-1] if fitting else None


@pytest.fixture(params=["sql", "naive"])
def bound(request: pytest.FixtureRequest, store: Store) -> Bind:
    """Binds by SQL and naively."""
    if request.param == "naive":
        return naively
    return lambda processes, intakes: by_sql(store, processes, intakes)


def table(drawing: str) -> list[list[str | None]]:
    """Read a table drawn as text: cells between bars, `-` for nothing."""
    lines = [line.strip().strip("|").split("|") for line in drawing.strip().splitlines()]
    return [[None if cell.strip() == "-" else cell.strip() for cell in line] for line in lines]


def processes_of(drawing: str) -> list[Process]:
    return [
        approved(version or "", procedure or "", variant, channel, day_of(since) or date.min, day_of(until))
        for version, procedure, variant, channel, since, until in table(drawing)
    ]


def approved(
    version: str, procedure: str, variant: str | None, channel: str | None, since: date, until: date | None
) -> Process:
    process = Process(
        procedure=procedure,
        version=version,
        decision="QĐ",
        case_variant=variant,
        channel=channel,
        effective_from=since,
        effective_to=until,
        limit=Limit(amount=1, unit="hours"),
        steps=(Step(number="B1", task="A", hours=1),),
    )
    found = checked(process)
    assert isinstance(found, Process)
    return found


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


VERSIONS = """
| 1 | 1.001193 | - | - | 2023-01-01 | 2023-12-31 |
| 2 | 1.001193 | - | - | 2024-05-01 | -          |
| 3 | 1.001193 | - | - | 2025-01-01 | -          |
"""
PARTICULAR = """
| any          | 1.001193 | -  | -      | 2025-06-01 | -          |
| online       | 1.001193 | -  | online | 2024-01-01 | -          |
| hộ           | 1.001193 | Hộ | -      | 2024-01-01 | -          |
| hộ, online   | 1.001193 | Hộ | online | 2024-01-01 | 2024-12-31 |
"""
OWNERS = """
| nobody's | 1.001193     | Hộ | online | 2024-01-01 | - |
| H29's    | 1.001193.H29 | -  | -      | 2023-01-01 | - |
| H51's    | 1.001193.H51 | -  | -      | 2024-01-01 | - |
"""


@pytest.mark.parametrize(
    ("approved", "intakes"),
    [
        (
            VERSIONS,
            """
            | 1.001193 | - | - | 2022-12-31 | - |
            | 1.001193 | - | - | 2023-01-01 | 1 |
            | 1.001193 | - | - | 2023-12-31 | 1 |
            | 1.001193 | - | - | 2024-01-01 | - |
            | 1.001193 | - | - | 2024-05-01 | 2 |
            | 1.001193 | - | - | 2024-12-31 | 2 |
            | 1.001193 | - | - | 2025-01-01 | 3 |
            | 1.001193 | Hộ | online | 2026-01-01 | 3 |
            | 1.001194 | - | - | 2026-01-01 | - |
            | - | - | - | 2026-01-01 | - |
            | 1.001193 | - | - | - | - |
            """,
        ),
        (
            PARTICULAR,
            """
            | 1.001193 | -  | -       | 2025-07-01 | any        |
            | 1.001193 | -  | online  | 2025-07-01 | online     |
            | 1.001193 | -  | counter | 2025-07-01 | any        |
            | 1.001193 | -  | counter | 2025-05-01 | -          |
            | 1.001193 | Hộ | counter | 2025-07-01 | hộ         |
            | 1.001193 | Hộ | online  | 2024-07-01 | hộ, online |
            | 1.001193 | Hộ | online  | 2025-07-01 | hộ         |
            | 1.001193 | Tổ chức | online | 2025-07-01 | online |
            """,
        ),
        (
            OWNERS,
            """
            | 1.001193.H29 | Hộ | online | 2025-01-01 | H29's    |
            | 1.001193.H51 | Hộ | online | 2025-01-01 | H51's    |
            | 1.001193.H13 | Hộ | online | 2025-01-01 | nobody's |
            | 1.001193     | Hộ | online | 2025-01-01 | nobody's |
            | 1.001193     | -  | -      | 2025-01-01 | H51's    |
            """,
        ),
    ],
)
def test_which_process_applies(bound: Bind, approved: str, intakes: str) -> None:
    rows = table(intakes)
    asked = [Intake(procedure, variant, channel, day_of(day)) for procedure, variant, channel, day, _version in rows]
    assert bound(processes_of(approved), asked) == [row[-1] for row in rows]


def test_events_may_write_codes_channels_and_variants_in_their_own_way(store: Store) -> None:
    approved = processes_of("| 1 | 1.000948.H38 | Hộ gia đình | online | 2024-01-01 | - |")
    day = date(2025, 1, 1)
    intakes = [
        Intake("1.000948.000.00.00.H38", "HỘ  gia đình", "Trực tuyến", day),
        Intake("1.000948", "hộ gia đình ", "2", day),
        Intake("1.000948.H38", "Hộ gia đình", "1", day),
    ]
    assert by_sql(store, approved, intakes) == ["1", "1", None]


DAYS = st.integers(0, 6).map(lambda number: date(2024, 1, 1) + timedelta(days=number))
CODES = st.sampled_from(["1.000001", "1.000001.H29", "1.000001.H51", "1.000002"])
VARIANTS, CHANNELS = st.sampled_from([None, "Hộ", "Tổ chức"]), st.sampled_from([None, "online", "counter"])


@st.composite
def catalogues(draw: st.DrawFn) -> list[Process]:
    """Some versions, each of its own name."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        since = draw(DAYS)
        days = draw(st.none() | st.integers(0, 6))
        until = None if days is None else since + timedelta(days=days)
        found.append(approved(f"v{number}", draw(CODES), draw(VARIANTS), draw(CHANNELS), since, until))
    return found


@settings(deadline=None, max_examples=40)
@given(catalogues(), st.lists(st.builds(Intake, CODES, VARIANTS, CHANNELS, DAYS), min_size=1, max_size=20))
def test_sql_binds_as_the_naive_way_does(store: Store, processes: list[Process], intakes: list[Intake]) -> None:
    assert by_sql(store, processes, intakes) == naively(processes, intakes)
