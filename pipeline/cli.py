"""The command `incidents`: parses, calls one function, formats. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from pipeline import __version__
from pipeline.errors import ConfigError, PipelineError
from pipeline.records import ConflictPolicy, VaguePolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table as RichTable

    from pipeline.run import Item, Summary
    from pipeline.store import Status
    from pipeline.table import Format

EXIT_NOTHING_READ, EXIT_USAGE, EXIT_INTERRUPTED, EXIT_TERMINATED = 1, 2, 130, 143
FORMATS = "csv,jsonl,parquet"
WIDE = 1000  # characters

# typer brings a click of its own or not, by its version, and shows only the leaves of its exceptions.
UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def main() -> NoReturn:
    """Run the command and exit: 0 if anything was read, 1 if nothing was, 2 for wrong usage or set-up."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        status = app(prog_name="incidents", standalone_mode=False)
    except (PipelineError, UsageError) as error:
        status = _complain(error.format_message() if isinstance(error, UsageError) else str(error))
    except (KeyboardInterrupt, typer.Abort):
        status = EXIT_INTERRUPTED
    sys.exit(status or 0)


def _stop(signal_number: int, _frame: object) -> NoReturn:
    """Leave through all `with` statements, so that no temporary file stays."""
    del signal_number
    sys.exit(EXIT_TERMINATED)


def _say(line: str) -> None:
    """Write a line to stderr, if anybody listens."""
    if sys.stderr is not None:
        with suppress(BrokenPipeError):
            print(line, file=sys.stderr, flush=True)  # noqa: T201 -- this is the one module that prints


def _complain(message: str) -> int:
    _say("incidents: " + " ".join(message.split()))
    return EXIT_USAGE


def _show_version(wanted: bool) -> None:  # noqa: FBT001 -- as typer calls it
    if wanted:
        typer.echo(f"incidents {__version__}")
        raise typer.Exit


@app.callback()
def incidents(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Read news of violence into a structured event table."""
    del version


@app.command("run")
def run_command(  # noqa: PLR0913 -- one parameter an option
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="Address of a feed, sitemap, home page or article; a folder, .html, .txt, .jsonl, .warc (also .gz); "
            ".opml, a feed or a list of addresses in a file; or - for JSON lines on standard input.",
            show_default=False,
        ),
    ] = None,
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the store and the tables; a later run adds to them.")
    ],
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read all pages in the store again, without any INPUT or network.")
    ] = False,
    formats: Annotated[
        str, typer.Option("--format", metavar="NAME,...", help=f"Some of {FORMATS}; parquet is an extra.")
    ] = "csv",
    model: Annotated[
        str, typer.Option(metavar="NAME", help="Installed spaCy pipeline for English, or a folder that holds one.")
    ] = "en_incidents",
    vague_numbers: Annotated[
        VaguePolicy,
        typer.Option(help="How words such as dozens are counted: as ACLED does (12), literally (24), or not at all."),
    ] = VaguePolicy.ACLED,
    conflicting_numbers: Annotated[
        ConflictPolicy,
        typer.Option(help="Which figure is best where sources differ: docs/decisions/0004-what-a-number-means.md."),
    ] = ConflictPolicy.LATEST,
    bom: Annotated[
        bool, typer.Option("--bom/--no-bom", help="Open CSV files with a byte order mark, as Excel needs.")
    ] = True,
    workers: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Processes that read; all cores by default, 0 for none but this one."),
    ] = None,
    deadline: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time for reading one article; not with --workers 0.")
    ] = 20,
    contact: Annotated[
        str, typer.Option(metavar="TEXT", help="E-mail or address for the sites visited, in the User-Agent.")
    ] = "",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private, loopback and link-local addresses too.")
    ] = False,
    ignore_robots: Annotated[bool, typer.Option("--ignore-robots", help="Fetch what robots.txt forbids too.")] = False,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Fetch from sites whose certificate cannot be trusted too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what stops the run.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say which inputs are rejected, and why.")] = False,
) -> int:
    """Read articles, add them to the store of DIR and write the event tables.

    Needs no network but for addresses. The tables are told in docs/columns.md, running it every hour in
    docs/monitoring.md. Exit status: 0 if anything was read, 1 if nothing was, 2 for wrong usage or set-up.
    """
    if bool(inputs) == refresh:
        message = "Give INPUT or --refresh, and not both" if inputs else "Missing argument 'INPUT...'"
        raise typer.BadParameter(message)
    _set_up_logging(quiet=quiet, verbose=verbose)
    from pipeline.fetch import FetchOptions  # noqa: PLC0415 -- keeps --help quick
    from pipeline.run import Options, run  # noqa: PLC0415

    options = Options(
        refresh=refresh,
        model=model,
        formats=_parse_formats(formats),
        bom=bom,
        vague_numbers=vague_numbers,
        conflicting_numbers=conflicting_numbers,
        workers=_count_cores() if workers is None else workers,
        deadline_seconds=deadline,
        fetch=FetchOptions(
            allow_private=allow_private, ignore_robots=ignore_robots, insecure=insecure, contact=contact
        ),
    )
    watch = _bar if _has_terminal() and not quiet else iter
    summary = run(inputs or (), out, options, watch=watch)
    if not quiet:
        for line in _summary_lines(summary, out):
            _say(line)
    return 0 if summary.read else EXIT_NOTHING_READ


def _count_cores() -> int:
    """Return how many cores this process may use, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a store, as run made it.")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the tables, if not that of the store.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="NAME,...", help=f"Some of {FORMATS}; parquet is an extra.")
    ] = "csv",
    bom: Annotated[
        bool, typer.Option("--bom/--no-bom", help="Open CSV files with a byte order mark, as Excel needs.")
    ] = True,
) -> None:
    """Write the tables of a store again, without reading anything."""
    from pipeline.run import export  # noqa: PLC0415 -- keeps --help quick

    export(folder, out or folder, formats=_parse_formats(formats), bom=bom)


@app.command("status")
def status_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a store, as run made it.")],
) -> None:
    """Tell what is in a store: by source and outcome, and how each feed does."""
    from pipeline.store import look_into  # noqa: PLC0415 -- keeps --help quick

    with look_into(folder) as view:
        status = view.status()
    with suppress(SystemExit):  # by which rich says that nobody listens any more
        _show(status)


def _set_up_logging(*, quiet: bool, verbose: bool) -> None:
    level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
    logging.raiseExceptions = False  # a closed stderr is no reason to stop
    logging.basicConfig(level=level, format="incidents: %(message)s", stream=sys.stderr)
    for library in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what a page lacks is told in rejected.csv


def _parse_formats(names: str) -> tuple[Format, ...]:
    from pipeline.table import Format  # noqa: PLC0415 -- keeps --help quick

    wanted = [name.strip().lower() for name in names.split(",")]
    unknown = [name for name in wanted if name not in set(Format)]
    if unknown:
        message = f"--format {names}: there is no {unknown[0] or 'blank format'!r}; there are {FORMATS}"
        raise ConfigError(message)
    return tuple(format_ for format_ in Format if format_ in wanted)


def _has_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _bar(items: Iterable[Item]) -> Iterator[Item]:
    """Pass the items on, and show on the terminal how many there were."""
    from rich.console import Console  # noqa: PLC0415 -- only where there is a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("articles", total=None)
        for item in items:
            yield item
            progress.advance(task)


def _summary_lines(summary: Summary, out: Path) -> Iterator[str]:
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in summary.outcomes.items())
    number = sum(summary.outcomes.values())
    yield f"{number} {'input' if number == 1 else 'inputs'}: {outcomes or 'none'}"
    yield f"{summary.rows.get('events', 0)} events in {out}; {summary.seconds:.1f} s"
    if summary.rejected:
        yield f"what was rejected, and why: {out / 'rejected.csv'}"


# --- status --------------------------------------------------------------------------------------------------------


def _show(status: Status) -> None:
    from rich.console import Console  # noqa: PLC0415 -- keeps --help quick

    width = None if sys.stdout.isatty() else WIDE  # else addresses are folded where nobody can unfold them
    console = Console(width=width, soft_wrap=True, highlight=False, markup=False, emoji=False)
    console.print(", ".join(f"{number} {name}" for name, number in status.rows.items()))
    ended = f"ended {status.ended}" if status.ended else "has not ended: it is still at work, or was stopped"
    console.print(f"{status.runs} runs; the last began {status.started} and {ended}")
    if status.waiting:
        console.print(f"articles that wait to be fetched by the next run: {status.waiting}")
    outcomes = ((source or "-", outcome or "waiting", str(n)) for (source, outcome), n in status.outcomes.items())
    console.print(_table(("source", "outcome", "inputs"), outcomes))
    if status.listings:
        listings = (
            (item.address, str(item.links), item.last_read or "never", item.outcome, item.error)
            for item in status.listings
        )
        console.print(_table(("feed or list", "articles", "last read", "outcome", "last error"), listings))


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> RichTable:
    """Return a table that cuts nothing; what comes from the web is text, whatever it looks like."""
    from rich import box  # noqa: PLC0415 -- keeps --help quick
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = RichTable(*names, box=box.SIMPLE)
    for row in rows:
        table.add_row(*(Text(_plain(cell), overflow="fold") for cell in row))
    return table


def _plain(text: str) -> str:
    """Leave out what could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
