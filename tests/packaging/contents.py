"""Check what an sdist and a wheel hold against this tree: `python tests/packaging/contents.py dist/*`.

hatchling leaves out what .gitignore names, without a word: a model that lacks its tables still loads, and is poorer.
So every file of the packages has to be in both archives byte for byte, and some have to be there whatever the tree has.
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"pipeline": "pipeline", "models/en_incidents": "en_incidents"}  # folder of the tree -> folder of the wheel
MODEL = "models/en_incidents"
NEEDED = (
    "pipeline/py.typed",
    "pipeline/lexicons/LICENSES_SOURCES",
    "pipeline/lexicons/gazetteer.tsv.gz",
    "pipeline/lexicons/casualty_cues.csv",
    "pipeline/lexicons/countries.csv",
    f"{MODEL}/__init__.py",
    f"{MODEL}/LICENSES_SOURCES",
    f"{MODEL}/attribute_ruler/patterns",
    f"{MODEL}/config.cfg",
    f"{MODEL}/lemmatizer/lookups/lookups.bin",
    f"{MODEL}/meta.json",
    f"{MODEL}/ner/model",
    f"{MODEL}/parser/model",
    f"{MODEL}/tagger/model",
    f"{MODEL}/tok2vec/model",
    f"{MODEL}/tokenizer",
    f"{MODEL}/vocab/lookups.bin",
    f"{MODEL}/vocab/strings.json",
)
SDIST_ALSO = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "docs/columns.md", "corpus/README.md")
WHEEL_LICENSES = ("LICENSE", f"{MODEL}/LICENSES_SOURCES", "pipeline/lexicons/LICENSES_SOURCES")
JUNK = frozenset({".venv", ".git", "__pycache__", "out", "dist", ".mypy_cache", ".ruff_cache", ".hypothesis"})
MAX_WHEEL_BYTES = 40_000_000

Files = dict[str, bytes]


def package_files() -> Files:
    """Return the files of the packages in this tree, by their path in it."""
    paths = (path for folder in PACKAGES for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if "__pycache__" not in path.parts}


def read_wheel(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def read_sdist(path: Path) -> Files:
    """Return the files of an sdist without the folder that they all are in."""
    files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name.partition("/")[2]] = content.read()
    return files


def wheel_faults(found: Files) -> list[str]:
    expected = {_wheel_name(name): content for name, content in package_files().items()}
    info = next(name.partition("/")[0] for name in found if ".dist-info/" in name)
    licenses = [f"{info}/licenses/{name}" for name in WHEEL_LICENSES]
    faults = [f"lacks {name}" for name in (*map(_wheel_name, NEEDED), *licenses) if name not in found]
    faults += _differences(expected, found)
    faults += [f"holds {name}" for name in found if name not in expected and not name.startswith(f"{info}/")]
    size = sum(map(len, found.values()))
    return faults + ([f"unpacks to {size:,} bytes"] if size > MAX_WHEEL_BYTES else [])


def sdist_faults(found: Files) -> list[str]:
    faults = [f"lacks {name}" for name in (*NEEDED, *SDIST_ALSO) if name not in found]
    faults += _differences(package_files(), found)
    return faults + [f"holds {name}" for name in found if JUNK & set(PurePosixPath(name).parts)]


def _wheel_name(name: str) -> str:
    folder = next(folder for folder in PACKAGES if name.startswith(f"{folder}/"))
    return PACKAGES[folder] + name.removeprefix(folder)


def _differences(expected: Files, found: Files) -> list[str]:
    return [f"lacks or changes {name}" for name, content in expected.items() if found.get(name) != content]


def main() -> None:
    wheels = [Path(name) for name in sys.argv[1:] if name.endswith(".whl")]
    sdists = [Path(name) for name in sys.argv[1:] if name.endswith(".tar.gz")]
    if len(wheels) != 1 or len(sdists) != 1:
        sys.exit("give one wheel and one sdist")
    faults = [f"{wheels[0].name} {fault}" for fault in wheel_faults(read_wheel(wheels[0]))]
    faults += [f"{sdists[0].name} {fault}" for fault in sdist_faults(read_sdist(sdists[0]))]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
