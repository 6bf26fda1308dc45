"""What a run survives: kills and signals at any moment, poisoned articles, rivals, broken lines, bad folders."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))  # workers import `faults` by it

import faults  # noqa: E402
from faults import Strike  # noqa: E402

from pipeline.errors import ConfigError  # noqa: E402
from pipeline.records import Outcome, Reading  # noqa: E402
from pipeline.run import Options, Reader, export, run  # noqa: E402
from pipeline.store import STORE_FILE  # noqa: E402
from pipeline.table import TABLES, read_table  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from _pytest.mark import ParameterSet

    from pipeline.records import Article

LONG_SECONDS = 1800  # for 10,000 articles
TABLE_ENDINGS = (".csv", ".jsonl")
CORPUS = TESTS.parent / "corpus" / "invented"
KIBIBYTES = re.compile(r"VmHWM:\s+(\d+) kB")


# --- runs in processes of their own --------------------------------------------------------------------------------


class Ended(NamedTuple):
    """How a command ended, which articles it told to have saved, and what else."""

    status: int
    saved: list[str]
    complaints: list[str]


def ended(status: int, told: list[str]) -> Ended:
    saved = [line.removeprefix(faults.SAVED) for line in told if line.startswith(faults.SAVED)]
    return Ended(status, saved, [line for line in told if not line.startswith(faults.SAVED)])


def start(call: str, **environment: str) -> subprocess.Popen[str]:
    """Have a process call a function of `faults`."""
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import faults; faults.{call}"
    return subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def start_incidents(
    *arguments: object, load: str = "load_reports", strike: Strike | None = None, **environment: str
) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    struck = f"faults.{strike}" if strike else None
    return start(f"run_incidents(*{list(map(str, arguments))}, load=faults.{load}, strike={struck})", **environment)


def end(process: subprocess.Popen[str], seconds: float = faults.PATIENCE_SECONDS) -> Ended:
    """Wait until a process and all its workers have ended: while one of them lives, its streams are open."""
    try:
        told, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return ended(process.returncode, told.splitlines())


class Incidents(Protocol):
    """Runs the command to its end; many times as fast as a process that has to import all."""

    def __call__(self, *arguments: object, load: str = "load_reports", strike: Strike | None = None) -> Ended: ...


@pytest.fixture(scope="module")
def incidents() -> Iterator[Incidents]:
    def call(*arguments: object, load: str = "load_reports", strike: Strike | None = None) -> Ended:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps([load, strike, *map(str, arguments)]) + "\n")
        server.stdin.flush()
        *told, status = json.loads(server.stdout.readline())
        return ended(status, told)

    with start("serve()") as server:
        yield call


# --- articles ------------------------------------------------------------------------------------------------------

WORDS = "the of to and in that was with for on were said killed police people men army village by near".split()


def report(number: int, **more: object) -> dict[str, object]:
    """Return an article that `faults.read_report` finds `number % 3` events in, and that is like no other.

    Its names are made up, so that words are met that were not before.
    """
    chance = random.Random(number)
    names = ["".join(chance.choices("abdegiklmnoprstuz", k=8)) for _ in range(5)]
    text = " ".join(f"{name.title()} {' '.join(chance.sample(WORDS, 12))} {name}." for name in names)
    return {"id": f"{number:05}", "title": f"Report {number}", "text": text, **more}


def write_reports(path: Path, reports: Iterable[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(report) + "\n" for report in reports), encoding="utf-8")
    return path


def tables_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in TABLE_ENDINGS}


def undisturbed(path: Path, out: Path) -> dict[str, bytes]:
    """Return the tables of a run that nothing befalls."""
    run([str(path)], out, load=lambda _: Reader(faults.read_report))
    return tables_in(out)


# --- stopped at any moment -----------------------------------------------------------------------------------------


class Stop(NamedTuple):
    """A way to stop a run, and the exit status that tells of it."""

    signal: signal.Signals
    status: int
    to_all: bool = False

    def strike(self, step: int, seconds: float = 0) -> Strike:
        return Strike(self.signal.value, step, seconds, self.to_all)


KILL = Stop(signal.SIGKILL, -signal.SIGKILL)
CTRL_C = Stop(signal.SIGINT, 130, to_all=True)  # as a terminal does
TERMINATE = Stop(signal.SIGTERM, 143)
SHUTDOWN = Stop(signal.SIGTERM, 143, to_all=True)  # as systemd does


def case(stop: Stop, workers: int, stops: int, articles: int, *, long: bool = False) -> ParameterSet:
    reach = "all" if stop.to_all else "one"
    name = f"{stops} {stop.signal.name} to {reach}, {workers} workers"
    return pytest.param(stop, workers, stops, articles, id=name, marks=[pytest.mark.long] if long else [])


@pytest.mark.parametrize(
    ("stop", "workers", "stops", "articles"),
    [
        case(KILL, 0, 10, 300),
        case(KILL, 2, 3, 150),
        case(CTRL_C, 2, 3, 150),
        case(TERMINATE, 2, 3, 150),
        *(case(KILL, workers, 50, 2000, long=True) for workers in (0, 2)),
        *(case(stop, workers, 25, 1000, long=True) for stop in (CTRL_C, TERMINATE, SHUTDOWN) for workers in (0, 2)),
    ],
)
def test_a_run_that_is_stopped_loses_nothing(  # noqa: PLR0913, PLR0917 -- a case
    incidents: Incidents, tmp_path: Path, stop: Stop, workers: int, stops: int, articles: int
) -> None:
    path, out = write_reports(tmp_path / "in.jsonl", map(report, range(articles))), tmp_path / "out"
    command = ("run", path, "--out", out, "--workers", workers, "--quiet")
    saved: list[str] = []
    for strike in strikes(stop, stops, articles):
        stopped = incidents(*command, strike=strike)
        assert (stopped.status, stopped.complaints) == (stop.status, []), strike
        saved += stopped.saved
        assert set(saved) <= inputs_in(out, tmp_path / "copy"), strike
    last = incidents(*command)
    assert (last.status, last.complaints) == (0, [])
    saved += last.saved
    assert max(Counter(saved).values()) == 1  # what was told to be saved is not read again
    assert articles - stops <= len(saved) <= articles  # a stop may come between saving and telling
    assert tables_in(out) == undisturbed(path, tmp_path / "undisturbed")


def strikes(stop: Stop, number: int, articles: int) -> Iterator[Strike]:
    """Yield moments: the first while the run starts, the others spread over the articles, none of them too late."""
    chance = random.Random(number)
    yield stop.strike(0, chance.uniform(0.001, 0.2))
    for _ in range(number - 1):
        yield stop.strike(chance.randint(1, articles // (2 * number)), chance.choice([0, chance.uniform(0, 0.02)]))


def inputs_in(out: Path, copy: Path) -> set[str]:
    """Return what the store of a stopped run holds; a copy is looked at, so that the next run finds all as it is."""
    shutil.rmtree(copy, ignore_errors=True)
    if not (out / STORE_FILE).exists():
        return set()
    shutil.copytree(out, copy)
    with closing(sqlite3.connect(copy / STORE_FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        created = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        return {name for (name,) in connection.execute("SELECT input_id FROM inputs")} if created else set()


@pytest.mark.parametrize(
    ("stop", "options"),
    [(KILL, ["export"]), (KILL, ["run", "--workers=0", "--quiet", "--out"]), (CTRL_C, ["export"])],
    ids=["export killed", "run killed", "export interrupted"],
)
@pytest.mark.parametrize("stops", [6, pytest.param(50, marks=pytest.mark.long)])
def test_tables_are_the_old_ones_or_the_new_ones(
    incidents: Incidents, tmp_path: Path, stop: Stop, options: list[str], stops: int
) -> None:
    """They are put in place one after the other, by their names: so those in front are new, and the others old."""
    path, out = tmp_path / "in.jsonl", tmp_path / "out"
    old, new = (undisturbed(write_reports(path, map(report, range(number))), out) for number in (60, 90))
    mixtures = [dict([*sorted(new.items())[:number], *sorted(old.items())[number:]]) for number in range(len(new) + 1)]
    rows = sum(json.loads((out / "run.json").read_text(encoding="utf-8"))["rows"].values())
    chance = random.Random(stops)
    while_written, while_moved = (range(1, rows), range(rows, rows + len(new)))
    for step in (*chance.choices(while_written, k=stops // 2), *chance.choices(while_moved, k=stops // 2)):
        for name, content in old.items():
            (out / name).write_bytes(content)
        stopped = incidents(*options, out, *[path] * (options[0] == "run"), strike=stop.strike(step))
        assert (stopped.status, stopped.complaints) == (stop.status, []), step
        assert tables_in(out) in mixtures, step
        assert stop is KILL or not leftovers(out), step
    export(out, out)
    assert tables_in(out) == new


def leftovers(out: Path) -> list[Path]:
    return [path for path in out.iterdir() if path.is_dir()]


def test_what_a_killed_export_leaves_behind_is_removed_later(incidents: Incidents, tmp_path: Path) -> None:
    out = tmp_path / "out"
    undisturbed(write_reports(tmp_path / "in.jsonl", map(report, range(9))), out)
    incidents("export", out, strike=KILL.strike(1))
    export(out, out)
    (left,) = leftovers(out)  # another export might be at work there
    os.utime(left, (0, 0))
    export(out, out)
    assert leftovers(out) == []


def test_who_reads_the_status_may_go_away(tmp_path: Path) -> None:
    undisturbed(write_reports(tmp_path / "in.jsonl", map(report, range(9))), tmp_path)
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "pipeline", "status", str(tmp_path)]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False)  # noqa: S603 -- our own command
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


# --- articles that take their worker with them ---------------------------------------------------------------------

POISONED = {
    "raises": (Outcome.EXTRACT_ERROR, "ValueError: a rule failed"),
    "hangs": (Outcome.EXTRACT_TIMEOUT, "not done within 1 s (tries: 2)"),
    "is killed": (Outcome.QUARANTINED, "worker ended by signal 9 (Killed) (tries: 2)"),
    "crashes": (Outcome.QUARANTINED, "worker ended by signal 11 (Segmentation fault) (tries: 2)"),
    "hoards": (Outcome.QUARANTINED, "ran out of memory (tries: 2)"),
}


def test_the_same_line_again_is_told_while_the_first_is_read(tmp_path: Path) -> None:
    path = write_reports(tmp_path / "in.jsonl", [report(1)] * 20)
    summary = run([str(path)], tmp_path / "out", Options(workers=2), load=faults.load_reports)
    assert summary.outcomes == {Outcome.OK: 1, Outcome.DUPLICATE: 19}


@pytest.mark.parametrize(("articles", "of_each"), [(1000, 2), pytest.param(10_000, 20, marks=pytest.mark.long)])
def test_one_in_a_hundred_is_poisoned(tmp_path: Path, articles: int, of_each: int) -> None:
    poisons = [*POISONED] * of_each
    reports = [report(n, source=poison) for n, poison in enumerate(poisons)]
    reports += [report(n) for n in range(len(poisons), articles)]
    random.Random(articles).shuffle(reports)
    path, out = write_reports(tmp_path / "in.jsonl", reports), tmp_path / "out"
    command = ("run", str(path), "--out", str(out), "--workers", "2", "--deadline", "1", "--quiet")
    done = end(start_incidents(*command, load="load_poisoned"), LONG_SECONDS)
    assert (done.status, done.complaints) == (0, [])
    assert sorted(done.saved) == sorted(str(entry["id"]) for entry in reports)
    read = [row["input_id"] for row in read_table(out / "articles.csv") if row["outcome"] != Outcome.EXTRACT_ERROR]
    assert sorted(read) == [str(report(n)["id"]) for n in range(len(poisons), articles)]
    rejected = {row["input_id"]: (row["outcome"], row["reason"]) for row in read_table(out / "rejected.csv")}
    assert rejected == {str(report(n)["id"]): POISONED[poison] for n, poison in enumerate(poisons)}


# --- rivals --------------------------------------------------------------------------------------------------------


@pytest.fixture
def four_runs(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Start four runs on one store at once; the one that gets it stops at its first article until it is sent on."""
    path = write_reports(tmp_path / "in.jsonl", map(report, range(50)))
    command = ("run", path, "--out", tmp_path / "out", "--workers", "0", "--quiet")
    running = [start_incidents(*command, strike=Strike(signal.SIGSTOP.value, 1)) for _ in range(4)]
    yield running
    for process in running:
        process.kill()
        process.communicate()


def test_one_of_four_runs_at_once_works_and_the_others_say_which(
    four_runs: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    winner, out = the_last(four_runs), tmp_path / "out"
    for process in four_runs:
        if process is not winner:
            lost = end(process)
            assert (lost.status, lost.saved, len(lost.complaints)) == (2, [], 1)
            complaint = f"incidents: {out / STORE_FILE}: in use by another run (process {winner.pid} on "
            assert lost.complaints[0].startswith(complaint)
    winner.send_signal(signal.SIGCONT)
    won = end(winner)
    assert (won.status, len(won.saved), won.complaints) == (0, 50, [])
    assert tables_in(out) == undisturbed(tmp_path / "in.jsonl", tmp_path / "undisturbed")


def the_last(running: Sequence[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """Wait until all but one have ended."""
    give_up = time.monotonic() + faults.PATIENCE_SECONDS
    while len(left := [process for process in running if process.poll() is None]) > 1:
        assert time.monotonic() < give_up, f"{len(left)} are at work on one store"
        time.sleep(0.05)
    return left[0]


# --- folders that cannot be used -----------------------------------------------------------------------------------


@pytest.mark.parametrize("taken", [STORE_FILE, ".incidents.lock", "run.json", *(f"{name}.csv" for name in TABLES)])
def test_a_folder_where_a_file_should_be_is_named_before_work(tmp_path: Path, taken: str) -> None:
    path, out = write_reports(tmp_path / "in.jsonl", [report(1)]), tmp_path / "out"
    (out / taken).mkdir(parents=True)
    with pytest.raises(ConfigError) as raised:
        run([str(path)], out, load=lambda _: Reader(refuse))
    assert str(out) in str(raised.value)
    assert taken in str(raised.value)
    assert {file.name for file in out.iterdir()} <= {taken, ".incidents.lock"}


def refuse(article: Article) -> Reading:
    pytest.fail(f"read {article.input_id}")


def test_a_disk_that_cannot_be_written_to_is_named_before_work(tmp_path: Path) -> None:
    path, disk = write_reports(tmp_path / "in.jsonl", [report(1)]), tmp_path / "disk"
    disk.mkdir()
    mount = ["unshare", "--mount", "--map-root-user", "sh", "-c", 'mount -t tmpfs -o ro none "$0" && exec "$@"', disk]
    if not shutil.which("unshare") or subprocess.run([*mount, "true"], capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip("nothing can be mounted here")
    command = [sys.executable, "-m", "pipeline", "run", path, "--out", disk / "out", "--workers", "0"]
    done = subprocess.run([*mount, *command], capture_output=True, text=True, check=False)  # noqa: S603 -- our own command
    complaint = f"incidents: --out {disk / 'out'}: {disk} cannot be written to\n"
    assert (done.returncode, done.stderr) == (2, complaint)


# --- lines that are broken -----------------------------------------------------------------------------------------

BODY = "The police said that two porters were killed on Monday when a bus fell into the river near Orla."
GOOD = (
    '{"id": "@", "text": "@ BODY"}',
    '{"id": "@", "text": "@ BODY", "score": NaN, "rank": -Infinity}',
    '{"id": "first", "id": "@", "text": "other", "text": "@ BODY"}',
    '{"id": "@", "text": "@ \\u0000 BODY"}',
    '{"id": "@", "text": "@ \\ud800 BODY \\udc00", "title": "\\udfff"}',
    '\ufeff{"id": "@", "text": "@ BODY"}\r',
    '{"id": "@", "text": "@ BODY", "raw": "LONG"}',
)
BAD = {
    '{"id": "@", "text": "@ BODY': "not JSON: ",
    "@": "not a JSON object but int",
    "[@]": "not a JSON object but list",
    "null": "not a JSON object but NoneType",
    '{"id": "@"} {"text": "BODY"}': "not JSON: Extra data",
    '{"id": "@", "text": @}': "text must be text, not int",
    '{"id": "@", "text": ["BODY"]}': "text must be text, not list",
    '{"id": {}, "text": "BODY"}': "id must be text, not dict",
    '{"id": "@", "text": "BODY", "title": 1e400}': "title must be text, not float",
    '{"id": "@", "text": "BODY", "authors": [@]}': "authors must be text or a list of texts",
    '{"id": "@", "html": false}': "html must be text, not bool",
    '{"id": "@", "text": NaN}': "no field text or html",
    '{"id": "@", "text": "@ \0 BODY"}': "not JSON: Invalid control character",
    '{"id": "@", "text": "\udcff"}': "not UTF-8 at byte",
    "[" * 100_000: "not JSON that can be read",
    "1" * 5_000: "not JSON that can be read",
}
LONG_CHARACTERS = 10_000_000


def find_nothing(article: Article) -> Reading:
    return Reading(article, outcome=Outcome.NO_INCIDENT)


def test_each_broken_line_is_told_by_its_number(tmp_path: Path) -> None:
    lines = [*GOOD[:-1] * 17, *GOOD[-1:] * 2, *[*BAD] * 6]
    random.Random(0).shuffle(lines)
    path, out = tmp_path / "in.jsonl", tmp_path / "out"
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for number, line in enumerate(lines, 1):
            file.write(
                line.replace("@", str(number)).replace("BODY", BODY).replace("LONG", "x" * LONG_CHARACTERS) + "\n"
            )
    summary = run([str(path)], out, load=lambda _: Reader(find_nothing))
    good = {number for number, line in enumerate(lines, 1) if line in GOOD}
    assert (len(lines), sum(summary.outcomes.values())) == (200, 200)
    assert {int(row["input_id"]) for row in read_table(out / "articles.csv")} == good
    rejected = {row["input_id"]: row["reason"] for row in read_table(out / "rejected.csv")}
    assert len(rejected) == len(lines) - len(good)
    for number, line in enumerate(lines, 1):
        assert line in GOOD or rejected[f"{path}:{number}"].startswith(f"line {number}: {BAD[line]}")


# --- the same bytes, the same memory, no network -------------------------------------------------------------------


def corpus(number: int) -> list[dict[str, str]]:
    files = sorted(CORPUS.glob("*.txt"))[:number]
    return [{"id": file.stem, "text": file.read_text(encoding="utf-8")} for file in files]


@pytest.mark.model
@pytest.mark.parametrize("workers", [2, *(pytest.param(n, marks=pytest.mark.long) for n in (0, 1, 4))])
def test_workers_hash_seed_and_order_change_no_byte_and_nothing_calls_out(tmp_path: Path, workers: int) -> None:
    articles = corpus(5)
    run([str(write_reports(tmp_path / "in.jsonl", articles))], tmp_path / "one")
    random.Random(workers).shuffle(articles)
    path, out = write_reports(tmp_path / "shuffled.jsonl", articles), tmp_path / "two"
    command = ("run", path, "--out", out, "--workers", workers, "--quiet")
    done = end(start_incidents(*command, load="load_watched", PYTHONHASHSEED=str(workers)))
    assert (done.status, done.complaints) == (0, [])
    assert tables_in(out) == tables_in(tmp_path / "one")


@pytest.mark.parametrize(
    ("load", "workers", "few", "many"),
    [
        pytest.param("load_reports", 0, 100, 1000, id="without a model"),
        pytest.param("load_watched", 0, 1000, 10_000, id="with the model", marks=pytest.mark.long),
        pytest.param("load_watched", 1, 1000, 10_000, id="with the model in a worker", marks=pytest.mark.long),
    ],
)
def test_memory_does_not_grow_with_the_articles(tmp_path: Path, load: str, workers: int, few: int, many: int) -> None:
    sizes = []
    for number in (few, many):
        path, out = write_reports(tmp_path / "in.jsonl", map(report, range(number))), tmp_path / str(number)
        command = start_incidents("run", path, "--out", out, "--workers", workers, "--quiet", load=load)
        with ThreadPoolExecutor(1) as watcher:
            watching = watcher.submit(peaks, command)
            done = end(command, LONG_SECONDS)
        sizes.append(watching.result())
        assert (done.status, len(done.saved), done.complaints) == (0, number, [])
    (parent, worker), (later_parent, later_worker) = sizes
    assert later_parent <= 1.2 * parent
    assert later_worker <= 1.2 * worker


def peaks(process: subprocess.Popen[str]) -> tuple[int, int]:
    """Watch a process; return the most memory, in KiB, that it had and that any of its workers had."""
    parent = worker = 0
    while process.poll() is None:
        for pid, peak in sizes_in(process.pid):
            parent, worker = (max(parent, peak), worker) if pid == process.pid else (parent, max(worker, peak))
        time.sleep(0.2)
    return parent, worker


def sizes_in(session: int) -> Iterator[tuple[int, int]]:
    """Yield the processes of a session, and the most memory that each has had."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            _state, _parent, _group, own = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            peak = KIBIBYTES.search((folder / "status").read_text())
            if int(own) == session and peak:
                yield int(folder.name), int(peak[1])
