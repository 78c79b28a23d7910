"""What kinds of findings there are about figures that may have been changed by hand, and the words for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its names, and a sentence with {count}, {checked} and {expected} in both languages.

    A kind with a `reason` cannot happen by chance, so each dossier counts; the others are tested against chance.
    """

    code: str
    name_vi: str
    name_en: str
    says_vi: str
    says_en: str
    reason: str | None = None


KINDS: tuple[Kind, ...] = (
    Kind(
        "due_rewritten",
        "Đặt lại ngày hẹn trả sau khi đã quá hạn",
        "Due date rewritten after it had passed",
        "{count} trong {checked} hồ sơ được đặt lại ngày hẹn trả sau khi ngày hẹn cũ đã qua.",
        "The due date of {count} of {checked} dossiers was moved to a later one after it had passed.",
        "a promise that has passed was replaced by a later one",
    ),
    Kind(
        "finish_reset",
        "Ngày kết thúc bị lùi về ngày hẹn trả",
        "Finish set back to the due date",
        "{count} trong {checked} hồ sơ quá hạn được đặt lại ngày kết thúc về đúng ngày hẹn trả.",
        "The finish of {count} of {checked} dossiers, all late, was set back to the due date.",
        "the finish was reset to an instant before the real one",
    ),
    Kind(
        "finish_on_due",
        "Kết thúc đúng từng giây với ngày hẹn trả",
        "Finished at the very second of the due date",
        "{count} trong {checked} hồ sơ kết thúc trong ngày hẹn trả trùng đúng từng giây với giờ hẹn"
        " (ngẫu nhiên chỉ khoảng {expected}).",
        "{count} of the {checked} dossiers finished on their due day end at the very second of the due date"
        " (by chance about {expected}).",
    ),
    Kind(
        "back_dated",
        "Sự kiện được ghi lùi ngày",
        "Events dated back",
        "{count} trong {checked} hồ sơ có sự kiện đến muộn bất thường trong khi hệ thống vẫn gửi bình thường"
        " (thông thường khoảng {expected}).",
        "{count} of {checked} dossiers have events that came unusually late while their system sent others on time"
        " (usual would be about {expected}).",
    ),
    Kind(
        "period_end",
        "Kết thúc hồ sơ dồn vào cuối kỳ",
        "Finishes piled up at the end of the period",
        "{count} trong {checked} hồ sơ kết thúc quanh cuối kỳ nằm trong những giờ làm việc cuối cùng"
        " (bình thường khoảng {expected}).",
        "{count} of the {checked} dossiers finished around the ends of periods end in the last working hours"
        " (usual would be about {expected}).",
    ),
    Kind(
        "within_a_minute",
        "Toàn bộ quy trình trong vòng một phút",
        "Whole process within a minute",
        "{count} trong {checked} hồ sơ đi từ tiếp nhận đến kết thúc qua nhiều bước chỉ trong khoảng một phút.",
        "{count} of {checked} dossiers went from acceptance to finish, through several steps, within about a minute.",
        "nobody can do so many steps in that time",
    ),
    Kind(
        "impossible_order",
        "Trình tự không thể xảy ra",
        "Impossible order",
        "{count} trong {checked} hồ sơ có việc được ghi trước việc bắt buộc phải có trước nó.",
        "In {count} of {checked} dossiers something is recorded before what must come first.",
        "what must come first is recorded later",
    ),
)
"""All kinds, in the order in which they are reported."""

KIND = {kind.code: kind for kind in KINDS}

QUESTION_VI = "Đây là câu hỏi cần làm rõ với đơn vị, không phải là kết luận: có thể có lý do chính đáng."
QUESTION_EN = "This is a question to ask the unit, not a verdict: there can be a good reason for it."
