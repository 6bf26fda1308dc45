"""Pages that are made to take minutes: each costs its own time at most, and the next page is read as ever."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))  # workers import `faults` by it

import faults  # noqa: E402

from pipeline.records import Outcome  # noqa: E402
from pipeline.run import Options, run  # noqa: E402
from pipeline.table import read_table  # noqa: E402

BODY = "Two porters were killed on Monday when a bus fell into the river near Orla, the police said on Tuesday."
SIZE = 4_900_000  # characters; what is longer is not looked at
DEADLINE_SECONDS = 1

PAYLOADS = {
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + f">{BODY}</p>",
    "many tags of many attributes": ("<p " + " ".join(f"a{n}=1" for n in range(900)) + f">{BODY}</p>") * 700,
    "paragraphs": f"<p>{BODY}</p>" * (SIZE // 112),
    "dates": "<p>" + "9 January 2024, 10.01.2024, 2024-01-11. " * (SIZE // 42),
    "links": "".join(f'<a href="/{n}">{BODY}</a> ' for n in range(SIZE // 130)),
    "nesting": "<div>" * 200_000 + f"<p>{BODY}</p>",
    "tables": "<table><tr><td>" * 60_000 + BODY,
    "one paragraph": "<p>" + f"{BODY} " * (SIZE // 105),
}
# How a page that is too much for us may end; most end before the deadline, on a machine that is quick enough.
ENDS = {
    Outcome.EXTRACT_TIMEOUT,
    Outcome.PARSE_ERROR,
    Outcome.NO_TEXT,
    Outcome.NOT_ENGLISH,
    Outcome.TOO_LARGE,
    Outcome.QUARANTINED,
    Outcome.OK,
    Outcome.NO_INCIDENT,
}


def test_a_hostile_page_costs_itself_alone(tmp_path: Path) -> None:
    pages = {"first": f"<p>{BODY}</p>", **PAYLOADS, "last": f"<p>{BODY}</p><p>They were from Vale.</p>"}
    lines = [json.dumps({"id": name, "html": f"<html><body>{body}</body></html>"}) for name, body in pages.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    started = time.monotonic()
    options = Options(workers=2, deadline_seconds=DEADLINE_SECONDS)
    summary = run([str(tmp_path / "in.jsonl")], tmp_path / "out", options, load=faults.load_idle)
    assert time.monotonic() - started < 2 * DEADLINE_SECONDS * len(PAYLOADS) + 30
    assert sum(summary.outcomes.values()) == len(pages)
    assert set(summary.outcomes) <= ENDS
    read = {row["input_id"]: row["outcome"] for row in read_table(tmp_path / "out" / "articles.csv")}
    assert {"first", "last"} <= set(read)
    told = {row["input_id"] for row in read_table(tmp_path / "out" / "rejected.csv")}
    assert told | set(read) == set(pages)
