import pytest

from ingest.sources import ColumnMapping, SourceError


def test_a_mapping_is_read_from_text() -> None:
    mapping = ColumnMapping.parse("dossier=MaHS, activity=Buoc ,completed=Kết thúc")
    assert mapping == ColumnMapping(dossier="MaHS", activity="Buoc", completed="Kết thúc")
    assert mapping.named() == {"dossier": "MaHS", "activity": "Buoc", "completed": "Kết thúc"}


def test_no_text_is_an_empty_mapping() -> None:
    assert ColumnMapping.parse("") == ColumnMapping()


def test_a_column_name_with_a_comma_is_quoted_and_may_hold_an_equals_sign() -> None:
    mapping = ColumnMapping.parse('"dossier=Mã, số",activity=a=b')
    assert mapping.named() == {"dossier": "Mã, số", "activity": "a=b"}


def test_an_empty_name_leaves_the_field_out() -> None:
    mapping = ColumnMapping.parse("channel=")
    assert mapping.channel == ""
    assert mapping.named() == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("case=MaHS", "unknown field 'case'; the fields are dossier, activity, completed"),
        ("sequence=STT", "unknown field 'sequence'"),
        ("dossier", "'dossier' does not say a column"),
        ("dossier=a,dossier=b", "the field 'dossier' is given twice: 'a' and 'b'"),
        ("dossier=a,,activity=b", "'' does not say a column"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        ColumnMapping.parse(text)
