"""Which activities and roles appraise a dossier, which approve it, by the words in their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

_GAP = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty by phrases: a name belongs to it that has one of `phrases` as whole words, once `but_not` is taken out.

    A name that begins with one of `not_first` only hands the dossier to somebody who does. `roles` are phrases too:
    whatever somebody in such a role does belongs to the duty. Case, spaces and the way in which letters are composed
    do not matter; accents do: ký and kỳ are two words.
    """

    phrases: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def is_done_by(self, activity: str) -> bool:
        """Whether an activity of this name belongs to the duty."""
        words = _words(activity)
        if any(words.startswith(_words(first)) for first in self.not_first):
            return False
        for phrase in self.but_not:
            words = words.replace(_words(phrase), " ")
        return _has(words, self.phrases)

    def is_of_role(self, role: str) -> bool:
        """Whether all that a role of this name does belongs to the duty."""
        return _has(_words(role), self.roles)


_HANDING_ON = ("phân công", "giao", "trình", "chuyển", "gửi", "nộp", "assign", "submit", "send", "forward")

APPRAISING = Duty(
    ("thẩm định", "thụ lý", "thẩm tra", "thẩm xét", "appraise", "appraisal", "assess", "review"),
    not_first=_HANDING_ON,
)
"""Examining the dossier and proposing a result (thụ lý, thẩm định); handing it to somebody who does is not."""

APPROVING = Duty(
    ("duyệt", "ký", "ban hành quyết định", "approve", "approval", "sign"),
    but_not=("đăng ký", "chữ ký", "trình ký", "trình duyệt", "trình phê duyệt"),
    not_first=_HANDING_ON,
)
"""Deciding on the result (phê duyệt, ký); handing it to somebody who decides (trình) is not."""

ASKING = Duty(("yêu cầu bổ sung", "request supplement", "ask for papers"))
"""Asking the citizen for further papers."""

ANSWERING = Duty(("công dân gửi bổ sung", "gửi bổ sung", "nộp bổ sung", "hoàn thành bổ sung", "supplement received"))
"""The further papers came."""


def _words(name: str) -> str:
    return f" {_GAP.sub(' ', normalize('NFC', name).lower()).strip()} "


def _has(words: str, phrases: Iterable[str]) -> bool:
    return any(_words(phrase) in words for phrase in phrases)
