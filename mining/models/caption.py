"""What pictures say of themselves, in Vietnamese and in English: above all, what they leave out."""

from collections.abc import Mapping
from dataclasses import dataclass

from mining import MiningError

LANGUAGES = ("vi", "en")

_MAP = {
    "vi": "{dossiers} hồ sơ. Trên mũi tên: số lần, thời gian trung vị giữa hai bước (kể cả ngày nghỉ).",
    "en": "{dossiers} dossiers. On an arrow: how often, and the median time between the steps (days off included).",
}
_MAP_LEFT_OUT = {
    "vi": "Không vẽ: {fewer} / {activities} bước, {missing} / {lines} mũi tên. Phần vẽ gồm {share} lượt chuyển bước.",
    "en": "Not drawn: {fewer} of {activities} activities, {missing} of {lines} arrows. Drawn are {share} of all moves.",
}
_MODEL = {
    "vi": "Mô hình từ {kept} đường đi nhiều nhất trong {variants}: {covered} / {dossiers} hồ sơ ({share}).",
    "en": "Model of the {kept} most frequent of {variants} variants: {covered} of {dossiers} dossiers ({share}).",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a map has and what is drawn of it; `share` (0 to 1) of all moves from start to end are drawn."""

    activities: int
    drawn_activities: int
    lines: int
    drawn_lines: int
    share: float


def map_caption(dossiers: int, left_out: LeftOut, language: str = "en") -> str:
    """Say what a map shows and, on a second line, what it does not. Raises MiningError for an unknown language."""
    shown = _in(_MAP, language).format(dossiers=number(dossiers, language))
    fewer = left_out.activities - left_out.drawn_activities
    missing = left_out.lines - left_out.drawn_lines
    if not (fewer or missing):
        return shown
    hidden = _in(_MAP_LEFT_OUT, language).format(
        fewer=number(fewer, language),
        activities=number(left_out.activities, language),
        missing=number(missing, language),
        lines=number(left_out.lines, language),
        share=_percent(left_out.share, language),
    )
    return f"{shown}\n{hidden}"


def model_caption(kept: int, variants: int, covered: int, dossiers: int, language: str = "en") -> str:
    """Say which dossiers a model was discovered from; nothing when from all. Raises MiningError as map_caption."""
    said = _in(_MODEL, language).format(
        kept=number(kept, language),
        variants=number(variants, language),
        covered=number(covered, language),
        dossiers=number(dossiers, language),
        share=_percent(covered / dossiers if dossiers else 1.0, language),
    )
    return said if kept < variants else ""


def number(value: int, language: str = "en") -> str:
    """Write a whole number with the separators of the language."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def _in(wordings: Mapping[str, str], language: str) -> str:
    if language not in wordings:
        raise MiningError(f"there are no captions in the language {language!r}; choose one of {', '.join(LANGUAGES)}")
    return wordings[language]


def _percent(share: float, language: str) -> str:
    text = f"{share * 100:.1f} %"
    return text if language == "en" else text.replace(".", ",")
