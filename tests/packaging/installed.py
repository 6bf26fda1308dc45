"""Check an installation: `python -I tests/packaging/installed.py ARTICLE`, with the Python of its environment.

Loads the model as the program does, and runs one article, which tells of 33 deaths or more, through the command.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import en_incidents
import pipeline
from pipeline.annotate import load_nlp
from pipeline.gazetteer import load_gazetteer

DEATHS = ("33", "33", "")  # "at least 33": low, best, high


def check_packages() -> None:
    for package in (pipeline, en_incidents):
        where = Path(package.__file__ or "")
        assert where.is_relative_to(sys.prefix), f"{package.__name__} is read from {where}, not from the installation"


def check_model() -> None:
    doc = load_nlp()("Three drivers were killed in Kampala on Monday.")
    killed = doc[3]
    assert (killed.lemma_, killed.pos_) == ("kill", "VERB"), "the lemmatizer has no tables"
    assert doc[1].dep_ == "nsubjpass", "the parser is not that of the project"


def check_gazetteer() -> None:
    assert load_gazetteer().look_up("Kampala"), "the gazetteer is empty"


def check_command(article: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = Path(sys.executable).with_name("incidents")
        subprocess.run([command, "run", article, "--out", folder], check=True)  # noqa: S603 -- what is being checked
        with (Path(folder) / "events.csv").open(encoding="utf-8-sig", newline="") as file:
            tolls = [(row["deaths_low"], row["deaths_best"], row["deaths_high"]) for row in csv.DictReader(file)]
    assert DEATHS in tolls, f"events.csv has the deaths {tolls}"


if __name__ == "__main__":
    check_packages()
    check_model()
    check_gazetteer()
    check_command(sys.argv[1])
