"""The worker process that discovers models."""

import time

from api.doctor.verdict import Verdict, failed, ok
from api.settings import Settings
from mining.models.discovery import Discovery, DiscoveryError
from mining.paths.variants import Variant, Variants

_PATH = ("a", "b")


def check_worker(settings: Settings) -> Verdict:
    """Check that a worker starts and discovers the model of a log of one dossier."""
    discovery, started = Discovery(timeout_seconds=settings.model_timeout_seconds), time.monotonic()
    try:
        discovery.model(_one_dossier())
    except DiscoveryError as error:
        return failed(
            (f"tiến trình tìm mô hình không chạy được: {error}", f"the worker for models cannot work: {error}"),
            (
                "chạy python -c 'import pm4py' để xem lỗi; cài lại gói, hoặc cấp thêm bộ nhớ",
                "run python -c 'import pm4py' to see why; install the package again, or allow more memory",
            ),
        )
    finally:
        discovery.close()
    seconds = time.monotonic() - started
    return ok(
        f"tiến trình tìm mô hình trả lời sau {seconds:.1f} giây", f"the worker for models answers after {seconds:.1f} s"
    )


def _one_dossier() -> Variants:
    return Variants(dossiers=1, total=1, variants=(Variant(_PATH, 1, 1.0),))
