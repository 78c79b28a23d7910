"""A dossier on its way, and the words in which its plan and its events speak about it."""

from typing import Final

# What a task is when it is no step of the process: its tag.
SUBMIT: Final = -1
ANSWER: Final = -2
PAY: Final = -3
RESUME: Final = -4
WITHDRAW: Final = -5

# What follows the end of a stage.
NOT_ACCEPTED: Final = 1
ASKS_PAPERS: Final = 2
ASKS_PAYMENT: Final = 3
SUSPENDS: Final = 4
SENT_BACK: Final = 5
REFUSED: Final = 6

# What is drawn for a dossier once and for all, as bits of `traits`.
DIGITISED: Final = 1
PAID_ONLINE: Final = 2
E_SIGNED: Final = 4
E_RESULT: Final = 8
APOLOGY: Final = 16
RESET_DUE: Final = 32
RESET_FINISH: Final = 64
DOUBLE_ENTRY: Final = 128
IS_REFUSED: Final = 256  # not drawn: it comes of its steps
TRAITS: Final = (DIGITISED, PAID_ONLINE, E_SIGNED, E_RESULT, APOLOGY, RESET_DUE, RESET_FINISH, DOUBLE_ENTRY)

ACCEPTANCE: Final = 1
"""The stage of the first step, after the submission."""

NOTHING_FOLLOWS: Final[dict[int, int]] = {}

Fact = tuple[str, int]
"""A deviation: ("detour", its number in City.detours), or ("skipped", the place of the step in the table)."""

NO_FACTS: Final[dict[int, list[Fact]]] = {}


class Dossier:
    """What is fixed at arrival, and what its events need to remember; instants are microseconds, 0 while unknown.

    `process`, `unit` and `channel` are indices into City; `follows` says what follows the end of a stage;
    `finish_stage` is the stage at whose end the work is done (status 9), -1 where it never is. The first promise is
    `promised_us`, the date that holds `due_us`; the clock stands still since `stopped_us`; `ended_us` is when the work
    was done (9), or the dossier withdrawn (7) or refused (3). `habits` are bits of `simulation.planted`; `facts` says
    which deviations are so once a stage has ended. The account of `simulation.truth` keeps `clock_us` and `work_us`.
    """

    __slots__ = (
        "accepted_us",
        "channel",
        "clock_us",
        "code",
        "due_us",
        "ended_us",
        "facts",
        "finish_stage",
        "follows",
        "habits",
        "number",
        "process",
        "promised_us",
        "sequence",
        "stopped_us",
        "traits",
        "unit",
        "work_us",
    )

    def __init__(self, number: int, code: bytes, process: int, unit: int, channel: int) -> None:
        self.number = number
        self.code = code
        self.process = process
        self.unit = unit
        self.channel = channel
        self.traits = self.habits = 0
        self.facts = NO_FACTS
        self.follows = NOTHING_FOLLOWS
        self.finish_stage = -1
        self.sequence = 0
        self.accepted_us = self.promised_us = self.due_us = self.stopped_us = self.ended_us = 0
        self.clock_us = self.work_us = 0
