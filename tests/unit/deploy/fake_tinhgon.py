"""A stand-in for the command `tinhgon`, small enough to see through: it answers, dies or dawdles as FAKE says."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAKE = os.environ.get("FAKE", "")
EDGE = {
    "source": "Tiếp nhận hồ sơ",
    "target": "Thẩm định",
    "frequency": 4,
    "elapsed_seconds": {"mean": 86400.0, "median": 43200.0, "p90": 90000.0},
}
PROCEDURE = {"code": "1.001193", "name": None, "dossiers": 2, "events": 7, "activities": 3, "variants": 1}

SAVED = {"changed": 1, "headline": {"vi": "", "en": "1 of 2 procedures"}, "verdicts": {"no_evidence": 1}}


class Service(BaseHTTPRequestHandler):
    """Answers as the service would; what was posted is its event log."""

    events = 0

    def do_GET(self) -> None:
        """Answer the few addresses that the first findings come from."""
        ready = FAKE != "never-ready"
        answers = {
            "/readyz": {"status": "ok"},
            "/v1/status": {
                "events": Service.events,
                "mined_events": Service.events,
                "rejected": 0,
                "duplicates": 0,
                "ingest": {"state": "running", "lag": 0},
            },
            "/v1/reports/time-saved?limit=1": SAVED,
            "/v1/procedures?limit=500": {"items": [], "next": "MQ=="},
            "/v1/procedures?limit=500&cursor=MQ%3D%3D": {"items": [PROCEDURE], "next": None},
            "/v1/procedures/1.001193/map": {"edges": [EDGE]},
        }
        self.send_response(200 if ready or self.path != "/readyz" else 503)
        self.end_headers()
        self.wfile.write(json.dumps(answers[self.path]).encode())

    def do_POST(self) -> None:
        """Count what comes."""
        Service.events += int(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


def serve() -> None:
    """Serve, with a worker process of its own, until SIGTERM."""
    print("the fake service starts")
    if FAKE == "dies":
        sys.exit("no room on the disk")
    subprocess.Popen(["sleep", "600"])
    if FAKE == "slow-to-stop":
        signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit()))
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["TINHGON_PORT"])), Service).serve_forever()


def replay() -> None:
    """Publish seven events."""
    if FAKE == "slow-replay":
        try:
            print("replaying, without a cursor", file=sys.stderr, flush=True)
            time.sleep(600)
        except KeyboardInterrupt:
            sys.exit("with a cursor again")
    if FAKE == "bad-replay":
        sys.exit("tinhgon: this file has no activity column")
    url = f"http://127.0.0.1:{os.environ['TINHGON_PORT']}/v1/events"
    urllib.request.urlopen(url, data=b"7").close()
    print(json.dumps({"published": 7, "rejected": 0}))


def city() -> None:
    """Write seven events of a city, for `replay` to publish."""
    target = sys.argv[sys.argv.index("--to") + 1]
    with open(target, "x") as file:
        file.write("seven events")
    print(json.dumps({"published": 7, "dossiers": int(sys.argv[sys.argv.index("--dossiers") + 1])}))


if __name__ == "__main__":
    {"serve": serve, "replay": replay, "city": city}[sys.argv[1]]()
