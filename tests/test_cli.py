"""The command: what it imports, says and exits with."""

from __future__ import annotations

import hashlib
import io
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline import cli
from pipeline.errors import ConfigError
from pipeline.fetch import FetchOptions
from pipeline.records import Link, Outcome, Reading
from pipeline.run import Reader
from pipeline.store import Store, Visit, look_into
from pipeline.table import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.records import Article
    from pipeline.run import Options

BODY = "Two porters were killed on Monday when a bus fell into the river near Orla, the police said."
HEAVY = ("spacy", "pandas", "trafilatura", "dateparser", "numpy", "pyarrow")

# Runs the command with a reader that takes no model, so that a process of its own starts quickly.
QUICK = """
import sys, time
import pipeline.cli
import pipeline.run
from pipeline.cli import main
from pipeline.records import Outcome, Reading
def read(article):
    time.sleep({pause})
    return Reading(article, outcome=Outcome.NO_INCIDENT)
pipeline.run.load_reader = lambda options: pipeline.run.Reader(read)
pipeline.cli._count_cores = lambda: 0
sys.argv = ["incidents", *{arguments!r}]
main()
"""


class Result(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def incidents(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command in this process, without the model."""

    def read(article: Article) -> Reading:
        return Reading(article, outcome=Outcome.NO_INCIDENT)

    def call(*arguments: object) -> Result:
        monkeypatch.setattr("sys.argv", ["incidents", *map(str, arguments)])
        monkeypatch.setattr("pipeline.run.load_reader", lambda _: Reader(read))
        monkeypatch.setattr("pipeline.cli._count_cores", lambda: 0)
        monkeypatch.setattr("pipeline.cli._set_up_logging", lambda **_: None)
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        status = caught.value.code
        assert isinstance(status, int)
        return Result(status, captured.out, captured.err)

    return call


def start(*arguments: object, pause: float = 0, **options: object) -> subprocess.Popen[bytes]:
    code = QUICK.format(pause=pause, arguments=list(map(str, arguments)))
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return] # noqa: S603 -- our own code


def finish(*arguments: object, **options: object) -> int:
    with start(*arguments, **options) as process:  # type: ignore[arg-type]
        process.communicate(timeout=30)
    return process.returncode


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text(BODY, encoding="utf-8")
    return path


# --- what it imports -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--version"], ["run", "--help"], ["run", "a.txt", "--out", "x", "--nonsense"]])
def test_help_and_wrong_usage_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from pipeline.cli import main
sys.argv = ["incidents", *{arguments!r}]
try:
    main()
finally:
    print("HEAVY", [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 -- our own code
    assert "HEAVY []" in done.stderr
    assert "Traceback" not in done.stderr


# --- what it says --------------------------------------------------------------------------------------------------


def test_help_tells_each_option(incidents: Callable[..., Result]) -> None:
    result = incidents("run", "--help")
    assert result.status == 0
    numbers = ("--vague-numbers", "--conflicting-numbers")
    for option in ("INPUT...", "--out", "--format", "--model", *numbers, "--no-bom", "--quiet", "--verbose"):
        assert option in result.out


def test_version(incidents: Callable[..., Result]) -> None:
    assert incidents("--version") == (0, "incidents 0.1.0\n", "")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "Missing command"),
        (("rn",), "No such command 'rn'"),
        (("run", "--out", "{out}"), "INPUT"),
        (("run", "{in}"), "--out"),
        (("run", "{in}", "--out"), "--out"),
        (("run", "{in}", "--out", "{out}", "--nonsense"), "--nonsense"),
        (("run", "{in}", "--out", "{out}", "--vague-numbers", "some"), "acled"),
        (("run", "{in}", "--out", "{out}", "--conflicting-numbers", "highest"), "official_first"),
        (("run", "{in}", "--out", "{out}", "--format", "csv,xml"), "csv,jsonl,parquet"),
        (("run", "{in}", "--out", "{out}", "--format", ""), "csv,jsonl,parquet"),
        (("run", "{in}/none", "--out", "{out}"), "no such file or folder"),
        (("run", "{in}", "{in}/none.txt", "--out", "{out}"), "no such file or folder"),
        (("run", "{in}", "--out", "{in}"), "the same folder"),
        (("run", "{in}", "--out", "{in}/a.txt"), "is a file"),
        (("run", "{in}", "--out", "{in}/a.txt/out"), "is a file"),
        (("run", "/dev/null", "--out", "{out}"), "unknown kind of file"),
        (("run", "http://user:secret@host.example/", "--out", "{out}"), "no address that can be fetched"),
        (("run", "--refresh", "{in}", "--out", "{out}"), "not both"),
        (("run", "{in}", "--out", "{out}", "--workers", "-1"), "--workers"),
        (("status", "{out}"), "there is no store"),
        (("export", "{out}"), "there is no store"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_one_line_and_writes_nothing(
    incidents: Callable[..., Result], article: Path, tmp_path: Path, arguments: tuple[str, ...], part: str
) -> None:
    names = {"in": article.parent, "out": tmp_path / "out"}
    result = incidents(*(argument.format(**names) for argument in arguments))
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith("incidents: ")
    assert result.err.count("\n") == 1
    assert part in result.err
    assert list(tmp_path.rglob("*")) == [article.parent, article]


def test_a_run_tells_what_came_of_it(incidents: Callable[..., Result], article: Path, tmp_path: Path) -> None:
    (article.parent / "b.txt").write_text("", encoding="utf-8")
    result = incidents("run", article.parent, "--out", tmp_path / "out")
    assert result.status == 0
    assert result.out == ""
    first, second, third = result.err.splitlines()
    assert first == "2 inputs: 1 no_incident, 1 no_text"
    assert second.startswith(f"0 events in {tmp_path / 'out'}; ")
    assert third == f"what was rejected, and why: {tmp_path / 'out' / 'rejected.csv'}"


def test_quiet_is_quiet(incidents: Callable[..., Result], article: Path, tmp_path: Path) -> None:
    assert incidents("run", article, "--out", tmp_path / "out", "--quiet") == (0, "", "")


def test_the_status_is_1_if_nothing_was_read(incidents: Callable[..., Result], article: Path, tmp_path: Path) -> None:
    article.write_text("", encoding="utf-8")
    assert incidents("run", article, "--out", tmp_path / "out").status == 1
    assert len(read_table(tmp_path / "out" / "rejected.csv")) == 1


def test_options_reach_the_run(
    incidents: Callable[..., Result], article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Options] = []

    class Summary:
        read, outcomes, rejected, rows, seconds = 1, dict[Outcome, int](), dict[Outcome, int](), dict[str, int](), 0.0

    def run(_inputs: object, _out: object, options: Options, **_: object) -> Summary:
        seen.append(options)
        return Summary()

    monkeypatch.setattr("pipeline.run.run", run)
    arguments = "--format|JSONL, csv|--model|m|--vague-numbers|blank|--conflicting-numbers|majority|--no-bom".split("|")
    arguments += ["--workers", "3", "--deadline", "5"]
    relaxed = ("--allow-private", "--ignore-robots", "--insecure", "--contact", "desk@courier.example")
    assert incidents("run", article, "--out", tmp_path / "out", *arguments, *relaxed).status == 0
    (options,) = seen
    assert (options.workers, options.deadline_seconds) == (3, 5)
    assert options.conflicting_numbers == "majority"
    assert options.fetch == FetchOptions(
        allow_private=True, ignore_robots=True, insecure=True, contact="desk@courier.example"
    )
    assert (options.formats, options.model, options.vague_numbers, options.bom) == (
        ("csv", "jsonl"),
        "m",
        "blank",
        False,
    )


def test_a_bar_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", terminal)
    assert cli._has_terminal()  # noqa: SLF001 -- the bar itself is for eyes
    assert list(cli._bar(iter(()))) == []  # noqa: SLF001
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert not cli._has_terminal()  # noqa: SLF001
    monkeypatch.setattr("sys.stderr", None)
    assert not cli._has_terminal()  # noqa: SLF001


def test_status_tells_outlets_and_feeds(incidents: Callable[..., Result], tmp_path: Path) -> None:
    long = "https://courier.example/" + "feed/" * 30
    link = Link("https://courier.example/1", long, source="Orla [bold]Courier\x1b[31m")
    with Store(tmp_path / "out", "reader") as store:
        store.add_visit(Visit(long, kind="feed", title="Orla Courier", links=1, error="not well-formed"), [link])
    result = incidents("status", tmp_path / "out")
    assert (result.status, result.err) == (0, "")
    assert "0 articles, 0 events, " in result.out
    assert "has not ended" in result.out
    assert "wait to be fetched by the next run: 1" in result.out
    lines = result.out.splitlines()
    assert any("Orla [bold]Courier [31m" in line and "waiting" in line for line in lines)  # as it is, and harmless
    assert any(long in line and "not well-formed" in line for line in lines)  # on one line, to be copied


# --- what it survives ----------------------------------------------------------------------------------------------


def started(out: Path) -> bool:
    """Tell whether a run has opened the store."""
    with suppress(ConfigError), look_into(out) as view:
        return view.status().runs > 0
    return False


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_the_old_tables(
    article: Path, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "events.csv").write_text("old", encoding="utf-8")

    process = start("run", article, "--out", out, pause=60)
    until = time.monotonic() + 20
    while not started(out) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(sent)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (status, b"")
    assert (out / "events.csv").read_text(encoding="utf-8") == "old"
    assert finish("run", article, "--out", out) == 0
    assert len(read_table(out / "articles.csv")) == 1


@pytest.mark.parametrize("limit", [20_000, 150_000, 300_000])
def test_a_full_disk_is_told_and_leaves_the_old_tables(article: Path, tmp_path: Path, limit: int) -> None:
    out = tmp_path / "out"
    assert finish("run", article, "--out", out) == 0
    before = (out / "articles.csv").read_bytes()
    words = random.Random(1).choices([f"{BODY} {number}\n\n" for number in range(100_000)], k=4000)
    article.write_text("".join(words), encoding="utf-8")

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = start("run", article, "--out", out, preexec_fn=fill)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err.decode().startswith("incidents: ")
    assert err.count(b"\n") == 1
    assert (out / "articles.csv").read_bytes() == before
    assert not [path for path in out.iterdir() if path.is_dir()]
    assert finish("run", article, "--out", out) == 0
    (row,) = read_table(out / "articles.csv")
    assert row["sha256"] == hashlib.sha256(article.read_bytes()).hexdigest()


def test_a_full_disk_at_the_end_leaves_the_old_tables(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    article.write_text(f"{BODY}\n\n" * 400, encoding="utf-8")
    assert finish("run", article, "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    limit = (35_000, 35_000)  # enough for the index that readers of a store share
    process = start("export", out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    _, err = process.communicate(timeout=30)
    reason = "cannot be written (File too large); tables that were there are as before"
    assert (process.returncode, err.decode()) == (2, f"incidents: --out {out}: {reason}\n")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before  # a reader leaves nothing of its own


def test_nobody_need_listen(article: Path, tmp_path: Path) -> None:
    process = start("run", article, "--out", tmp_path / "out", pause=0.5)
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert len(read_table(tmp_path / "out" / "articles.csv")) == 1


@pytest.mark.parametrize("closed", [(0,), (2,), (0, 1, 2)], ids=str)
def test_closed_streams(article: Path, tmp_path: Path, closed: tuple[int, ...]) -> None:
    def close() -> None:
        for stream in closed:
            os.close(stream)

    process = start("run", article, "--out", tmp_path / "out", preexec_fn=close)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(read_table(tmp_path / "out" / "articles.csv")) == 1


def test_closed_standard_input_is_no_input(tmp_path: Path) -> None:
    process = start("run", "-", "--out", tmp_path / "out", preexec_fn=lambda: os.close(0))
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (2, b"incidents: INPUT is -, but standard input is closed\n")


def test_standard_input_is_read(tmp_path: Path) -> None:
    process = start("run", "-", "--out", tmp_path / "out", stdin=subprocess.PIPE)
    process.communicate(f'{{"text": "{BODY}", "id": "a"}}\n'.encode(), timeout=30)
    assert process.returncode == 0
    assert [row["input_id"] for row in read_table(tmp_path / "out" / "articles.csv")] == ["a"]


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "incidents 0.1.0\n"


@pytest.mark.model
def test_a_model_that_is_none_is_one_line(article: Path, tmp_path: Path) -> None:
    arguments = ["run", str(article), "--out", str(tmp_path / "out"), "--model", "no_such_model"]
    command = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own command
    assert done.returncode == 2
    assert done.stderr.startswith("incidents: no model 'no_such_model' is installed; try: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
