"""What stands around the code is so: README, changelog, licences, links, and the checks of the packages."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import runpy
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

import pipeline
from pipeline.cli import app
from pipeline.lexicons import COLUMNS, load_lexicon
from pipeline.records import Outcome
from pipeline.run import run
from pipeline.sources import ARTICLE_ENDINGS, LISTING_ENDINGS
from pipeline.table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODEL = ROOT / "models" / "en_incidents"
META = json.loads((MODEL / "meta.json").read_text(encoding="utf-8"))
LEXICON_FOLDER = ROOT / "pipeline" / "lexicons"
TABLES_OF_PLACES = ("countries", "regions")  # no word lists: columns of their own
LEXICONS = sorted({path.stem for path in LEXICON_FOLDER.glob("*.csv")} - set(TABLES_OF_PLACES))
PAGES = sorted(path for top in ("docs", "models", "pipeline", "corpus") for path in (ROOT / top).rglob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
CONTENTS = runpy.run_path(str(ROOT / "tests" / "packaging" / "contents.py"))

EXCERPT = re.compile(r"```csv\n(.+?)```", re.DOTALL)
ARTICLES = ("twin-000-dominican-patrol.txt", "twin-003-rangpur-protests.txt")


# --- README --------------------------------------------------------------------------------------------------------


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (pattern,) = re.findall(r"grep (?:\S+ )*'(.+?)' README\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    (command,) = re.findall(pattern, README, re.MULTILINE)
    assert "pip install -e '.[test]'" in command
    assert "test" in PROJECT["project"]["optional-dependencies"]


def test_the_readme_tells_every_option_and_no_other() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    params = [each for name in command.commands for each in command.commands[name].params]
    options = {name for each in params for name in (*each.opts, *each.secondary_opts)}
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) - {"--extra", "--version"}
    assert told <= options
    assert {name for name in options if name.startswith("--")} - told <= {"--bom"}


def test_the_readme_tells_every_command() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    assert [name for name in command.commands if f"    incidents {name} " not in README] == []


def test_every_outcome_is_explained() -> None:
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(Outcome)


def test_the_readme_tells_every_kind_of_input() -> None:
    assert [end for end in (*ARTICLE_ENDINGS, *LISTING_ENDINGS) if f"`{end}`" not in README] == [".htm"]


def _excerpts(folder: Path) -> Iterator[str]:
    """Yield what the excerpts of the README ought to be: the events, and the numbers of casualties of one article."""
    names = {row["article_id"]: Path(row["input_id"]).name for row in read_table(folder / "articles.csv")}
    events = read_table(folder / "events.csv")
    casualties = [row for row in read_table(folder / "counts.csv") if row["measure"] and row["low"] + row["high"]]
    counts = [row for row in casualties if names[row["article_id"]] == ARTICLES[1]]
    for rows, excerpt in zip((events, counts), EXCERPT.findall(README), strict=True):
        out = io.StringIO()
        columns = excerpt.splitlines()[0].split(",")
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        yield out.getvalue()


@pytest.mark.model
def test_the_excerpts_are_what_comes_out(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    run([str(ROOT / "corpus" / "invented" / name) for name in ARTICLES], tmp_path)
    expected = list(_excerpts(tmp_path))
    if request.config.getoption("--update-golden"):
        fresh = iter(expected)
        text = EXCERPT.sub(lambda _: f"```csv\n{next(fresh)}```", README)
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    else:
        assert EXCERPT.findall(README) == expected, "run pytest --update-golden and read the diff"


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("*.md")), *PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


# --- changelog, versions, decisions --------------------------------------------------------------------------------


def test_the_changelog_has_what_is_not_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (unreleased,) = re.findall(r"^## \[Unreleased\]\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    assert re.search(r"^### (Added|Changed|Deprecated|Removed|Fixed|Security)\n\n- \w?", unreleased, re.MULTILINE)


def test_there_is_one_version() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert (ROOT / PROJECT["tool"]["hatch"]["version"]["path"]) == Path(pipeline.__file__)
    assert version("incidents-from-news") == pipeline.__version__


def test_decisions_are_numbered_and_whole() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for page in DECISIONS:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


def test_what_the_code_imports_is_declared() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "pipeline").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
    roots -= {"pipeline", "_typeshed"}  # the latter is known to type checkers alone
    optional = PROJECT["project"]["optional-dependencies"]["parquet"]
    declared = {re.split(r"[<>=]", each)[0] for each in (*PROJECT["project"]["dependencies"], *optional)}
    distributions = packages_distributions()
    assert [root for root in sorted(roots) if not declared & {name.lower() for name in distributions[root]}] == []


# --- word lists ----------------------------------------------------------------------------------------------------


def test_every_lexicon_is_told() -> None:
    told = re.findall(r"^\| \[(\S+)\.csv\]", (LEXICON_FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted([*LEXICONS, *TABLES_OF_PLACES])


def test_ids_are_shaped_and_unique() -> None:
    ids = [entry.id for name in LEXICONS for entry in load_lexicon(name)]
    assert len(ids) == len(set(ids))
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.\d{2,3}", one)] == []


def test_sources_of_entries_are_licensed() -> None:
    licences = (LEXICON_FOLDER / "LICENSES_SOURCES").read_text(encoding="utf-8")
    sources = {entry.source for name in LEXICONS for entry in load_lexicon(name)}
    assert [source for source in sources if source != "own" and source not in licences] == []


def test_lexicons_tell_their_columns() -> None:
    page = (LEXICON_FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(COLUMNS)


# --- model and packages --------------------------------------------------------------------------------------------


def test_the_model_names_its_sources_and_scores() -> None:
    licences = (MODEL / "LICENSES_SOURCES").read_text(encoding="utf-8")
    names = [re.split(r" with | \(", source["name"])[0] for source in META["sources"]]
    assert [name for name in names if name not in licences] == []
    assert set(META["performance"]) == {"ewt-test", "gum-test", "politics-test"}


def test_the_model_asks_for_the_spacy_of_the_project() -> None:
    (wanted,) = (each for each in PROJECT["project"]["dependencies"] if each.startswith("spacy"))
    assert wanted == f"spacy{META['spacy_version'].removesuffix('.0')}"


def test_files_that_packages_need_are_there() -> None:
    declared = [
        *PROJECT["project"]["license-files"],
        *PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"],
    ]
    assert [
        name for name in (*CONTENTS["NEEDED"], *CONTENTS["SDIST_ALSO"], *declared) if not (ROOT / name).exists()
    ] == []


def _wheel() -> dict[str, bytes]:
    files = {CONTENTS["_wheel_name"](name): content for name, content in CONTENTS["package_files"]().items()}
    return files | {f"x.dist-info/licenses/{name}": b"" for name in CONTENTS["WHEEL_LICENSES"]}


def test_a_whole_wheel_has_no_fault() -> None:
    assert CONTENTS["wheel_faults"](_wheel()) == []


@pytest.mark.parametrize("name", CONTENTS["NEEDED"])
def test_a_wheel_without_a_file_has_a_fault(name: str) -> None:
    wheel = _wheel()
    del wheel[CONTENTS["_wheel_name"](name)]
    assert CONTENTS["wheel_faults"](wheel)


def test_a_wheel_with_another_or_a_changed_file_has_a_fault() -> None:
    assert CONTENTS["wheel_faults"](_wheel() | {"stray.py": b""}) == ["holds stray.py"]
    assert CONTENTS["wheel_faults"](_wheel() | {"en_incidents/ner/model": b"version https://git-lfs"})


def test_an_sdist_with_junk_has_a_fault() -> None:
    files = CONTENTS["package_files"]() | dict.fromkeys(CONTENTS["SDIST_ALSO"], b"")
    assert CONTENTS["sdist_faults"](files) == []
    assert CONTENTS["sdist_faults"](files | {".venv/pyvenv.cfg": b""}) == ["holds .venv/pyvenv.cfg"]
