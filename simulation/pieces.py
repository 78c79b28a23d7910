"""The pieces of events that are the same in every city: what is said of whatever happens to a dossier, as JSON."""

from typing import Final

from simulation.dossier import (
    ANSWER,
    ASKS_PAPERS,
    ASKS_PAYMENT,
    DIGITISED,
    E_RESULT,
    E_SIGNED,
    NOT_ACCEPTED,
    PAID_ONLINE,
    PAY,
    REFUSED,
    RESUME,
    SENT_BACK,
    SUSPENDS,
    WITHDRAW,
)
from simulation.wire import quoted

STEP, STATUS, RESET, APOLOGISES = range(4)
"""The kinds of events, as places in `wire.KINDS`."""

_SUBMISSIONS = ("Nộp hồ sơ trực tiếp", "Nộp hồ sơ trực tuyến", "Nộp hồ sơ qua bưu chính")
OUTCOMES = {SENT_BACK: b',"outcome":"returned"', REFUSED: b',"outcome":"refused"'}
APPROVED: Final = b',"outcome":"approved"'
APPROVING = ("review", "approve", "sign")
START: Final = b',"lifecycle":"start"'
COMPLETE: Final = b',"lifecycle":"complete"'
IN_PROCESS: Final = b',"status":4'

INTAKE = DIGITISED | PAID_ONLINE
INTAKE_FLAGS = tuple(
    b',"flags":{"digitised_input":%s,"paid_online":%s}'
    % (b"true" if traits & DIGITISED else b"false", b"true" if traits & PAID_ONLINE else b"false")
    for traits in range(INTAKE + 1)
)


def say(activity: str, status: int, lifecycle: str = "complete") -> bytes:
    """What an event says that changes the status of a dossier."""
    return b',"activity":%s,"lifecycle":"%s","status":%d' % (quoted(activity), lifecycle.encode(), status)


CITIZEN = {
    ANSWER: say("Công dân gửi bổ sung", 4),
    PAY: say("Công dân nộp phí, lệ phí", 4),
    RESUME: say("Tiếp tục xử lý", 4, "resume"),
    WITHDRAW: say("Xin rút hồ sơ", 7),
}
ENDED = say("Kết thúc", 9)
SUBMITTED = tuple(say(one, 1) for one in _SUBMISSIONS)
FOLLOWING = {
    NOT_ACCEPTED: say("Từ chối tiếp nhận", 3),
    ASKS_PAPERS: say("Yêu cầu bổ sung", 5),
    ASKS_PAYMENT: say("Yêu cầu thu phí", 6),
    SUSPENDS: say("Dừng xử lý", 8, "suspend"),
}


def flags(traits: int, *, signs: bool, ends: bool) -> bytes:
    """What a signature and a result say about how digital they are."""
    said = []
    if signs:
        said.append(b'"e_signed":true' if traits & E_SIGNED else b'"e_signed":false')
    if ends:
        said.append(b'"e_result":true' if traits & E_RESULT else b'"e_result":false')
    return b',"flags":{%s}' % b",".join(said)
