"""Every setting, read from the environment in this one place; the layers below take plain arguments."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Language(StrEnum):
    """The languages of reports and of messages for people."""

    VI = "vi"
    EN = "en"


class Settings(BaseSettings):
    """Settings of `tinhgon`, from environment variables `TINHGON_*`; a wrong one ends the start with its name."""

    model_config = SettingsConfigDict(env_prefix="TINHGON_", frozen=True, extra="ignore")

    host: Annotated[str, Field(description="Address that the service listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port that the service listens on; 0 for a free one.")] = (
        8000
    )
    allowed_hosts: Annotated[
        str | None, Field(description="Further names that requests may be addressed to, by commas; * for all.")
    ] = None
    source_url: Annotated[
        str, Field(pattern=r"^https?://\S+$|^/\S*$", description="Where the source code of this service is offered.")
    ] = "/v1/source"
    language: Annotated[Language, Field(description="Language of reports: vi or en.")] = Language.EN

    kafka: Annotated[
        Literal["on", "off"],
        Field(description="`off`: no broker; events come over HTTP and go straight into the store."),
    ] = "on"
    kafka_bootstrap: Annotated[str, Field(min_length=1, description="Brokers, host:port separated by commas.")] = (
        "127.0.0.1:9092"
    )
    kafka_group: Annotated[str, Field(min_length=1, description="Group name that lag tools see.")] = "tinhgon"
    kafka_events_topic: Annotated[str, Field(min_length=1, description="Topic of events.")] = "dossier-events"
    kafka_rejected_topic: Annotated[str, Field(min_length=1, description="Topic of events that cannot be used.")] = (
        "dossier-events.rejected"
    )
    kafka_catalogue_topic: Annotated[str, Field(min_length=1, description="Compacted topic of the catalogue.")] = (
        "procedure-catalogue"
    )
    kafka_partitions: Annotated[int, Field(ge=1, le=1000, description="Partitions of a topic that is made.")] = 3
    kafka_timeout_seconds: Annotated[
        float, Field(gt=0, le=60, description="When a request to the broker is given up.")
    ] = 3.0
    kafka_security_protocol: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], Field(description="How to talk to the broker.")
    ] = "PLAINTEXT"
    kafka_ca_file: Annotated[Path | None, Field(description="Certificates to trust, a PEM file.")] = None
    kafka_sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None, Field(description="How to log in to the broker.")
    ] = None
    kafka_username: Annotated[str | None, Field(description="User name at the broker.")] = None
    kafka_password: Annotated[SecretStr | None, Field(description="Password at the broker.")] = None

    store: Annotated[Path, Field(description="The DuckDB file that keeps the event log.")] = Path("var/tinhgon.duckdb")
    store_memory: Annotated[str, Field(pattern=r"^\d+(MB|GB)$", description="Memory limit of the store.")] = "4GB"
    store_threads: Annotated[
        int, Field(ge=1, le=64, description="Threads of one query; more than 1 slows the intake of events.")
    ] = 1
    store_min_free_mb: Annotated[
        int, Field(ge=0, description="Events are no longer taken in when less disk is free (MB).")
    ] = 512
    pseudonym_key_file: Annotated[
        Path | None, Field(description="File with the key of all pseudonyms; default: beside the store, `.key`.")
    ] = None

    batch_events: Annotated[int, Field(ge=1, le=1_000_000, description="A batch is full at so many events.")] = 20_000
    batch_seconds: Annotated[float, Field(gt=0, le=60, description="A batch is full after so long.")] = 0.5
    ready_lag: Annotated[
        int, Field(ge=0, description="The service is not ready while more messages than this wait in Kafka.")
    ] = 1_000_000
    max_body_mb: Annotated[int, Field(ge=1, le=1024, description="Largest body of an HTTP request (MB).")] = 16
    model_timeout_seconds: Annotated[float, Field(gt=0, description="When discovering a model is given up.")] = 60.0
    calendars: Annotated[
        Path | None, Field(description="Calendars by the unit that events name, a file; default: public sector.")
    ] = None
    due_rules: Annotated[
        Path | None, Field(description="Rules by which due dates are computed, for all and by province, a file.")
    ] = None
    compliance: Annotated[
        Path | None, Field(description="Assumptions behind the compliance cost, a JSON or TOML file.")
    ] = None
    thresholds: Annotated[
        Path | None, Field(description="Thresholds of rules, integrity and opportunities, a TOML file.")
    ] = None
    step_mapping: Annotated[
        Path | None, Field(description="Which activity is which approved step, a table: activity, step, procedure.")
    ] = None
    switch_off: Annotated[
        str | None,
        Field(
            pattern=r"^[^@,]+@\d{4}-\d{2}-\d{2}(,[^@,]+@\d{4}-\d{2}-\d{2}){0,9}$",
            description="Ends of systems, name@day by commas; the day is the first on which it is not to be used.",
        ),
    ] = None
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="Least level logged.")] = (
        "INFO"
    )
    log_format: Annotated[
        Literal["json", "console"] | None,
        Field(description="Lines for machines or for people; default: people on a terminal, machines elsewhere."),
    ] = None

    @field_validator("switch_off")
    @classmethod
    def _known_days(cls, given: str | None) -> str | None:
        _ends(given)
        return given

    @property
    def ends(self) -> tuple[tuple[str, date], ...]:
        """The systems of which the end is known, each with the first day on which it is not to be used."""
        return _ends(self.switch_off)

    @property
    def key_file(self) -> Path:
        """Where the pseudonym key is kept."""
        return self.pseudonym_key_file or self.store.with_suffix(".key")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must appear nowhere, as they are."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(one.get_secret_value() for one in values if isinstance(one, SecretStr))


def _ends(given: str | None) -> tuple[tuple[str, date], ...]:
    named = (one.strip().rpartition("@") for one in given.split(",")) if given else ()
    return tuple((system, date.fromisoformat(day)) for system, _, day in named)
