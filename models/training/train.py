"""Build `models/en_incidents` from the corpora.

    PYTHONHASHSEED=0 python models/training/train.py --data ../shared/data

In steps, each of which leaves its result in the working folder and is skipped if that is there: gold documents; a
teacher, fine-tuned on them; silver documents, which the teacher annotates, and word vectors, which it makes; two
trainings side by side, each on one core (tagger and parser; names); the pipeline joined, scored and saved.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.lookups import load_lookups
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_nlp
from spacy.util import load_config
from spacy.vocab import Vocab

import scoring
from corpus import SEED, build, mix, read_docs, vary, write_docs
from pipeline.annotate import use_fast_products
from silver import count_vectors, paragraphs, silver_docs
from teacher import WIDTH, fine_tune, load_teacher
from vectors import WordMeans

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.lookups import Lookups

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "en_incidents"
NETWORKS = ("parse", "ner")
LOOKUP_TABLES = ("lemma_rules", "lemma_exc", "lemma_index")
BE = ("am", "is", "are", "was", "were", "be", "been", "being", "'s", "’s", "'re", "’re", "'m", "’m")
TAG_TO_POS = {
    "ADJ": "AFX JJ JJR JJS",
    "ADP": "IN RP",
    "ADV": "RB RBR RBS WRB",
    "AUX": "MD",
    "CCONJ": "CC",
    "DET": "DT PDT",
    "INTJ": "UH",
    "NOUN": "NN NNS",
    "NUM": "CD",
    "PART": "POS TO",
    "PRON": "EX PRP PRP$ WDT WP WP$",
    "PROPN": "NNP NNPS",
    "PUNCT": "-LRB- -RRB- , : . '' `` HYPH NFP",
    "SYM": "$ SYM #",
    "VERB": "VB VBD VBG VBN VBP VBZ",
    "X": "ADD FW GW LS XX _",
}
BASE_FORMS = {  # words that the lemmatizer must leave alone: "witness"; but "rabbis" loses its "s" though tagged NN
    "Number=Sing": {"TAG": "NN", "LOWER": {"REGEX": "(?:ss|sis|us)$"}},
    "VerbForm=Inf": {"TAG": {"IN": ["VB", "VBP"]}, "LOWER": {"REGEX": "ss$"}},
}
NO_WEIGHTS = frozenset({"__init__.py", "LICENSES_SOURCES", "SHA256SUMS", "meta.json"})


def prepare(data: Path, work: Path) -> None:
    """Make the training documents and the word vectors."""
    docs = work / "docs"
    if not (docs / "gold.spacy").is_file():
        build(data / "model", docs)
    if not (work / "teacher.pt").is_file():
        rng = random.Random(SEED)
        fine_tune([vary(doc, rng) for doc in read_docs(docs / "gold.spacy")], work / "teacher.pt")
    if not (docs / "silver.spacy").is_file():
        means, teacher = WordMeans(WIDTH), load_teacher(work / "teacher.pt")
        count_vectors(teacher, read_docs(docs / "gold.spacy"), means)
        silver = list(silver_docs(teacher, paragraphs(data), Vocab(), means))
        spacy.blank("en", vocab=means.vocab()).to_disk(work / "vectors")
        write_docs(silver, docs / "silver.spacy")
    if not (docs / "train.spacy").is_file():
        parts = ("gold", "gold-short", "silver")
        write_docs(mix(doc for part in parts for doc in read_docs(docs / f"{part}.spacy")), docs / "train.spacy")


def train(network: str, work: Path) -> None:
    """Train one network; its best step goes to WORK/NETWORK/model-best."""
    use_fast_products()
    paths = {"train": work / "docs" / "train.spacy", "dev": work / "docs" / "dev.spacy", "vectors": work / "vectors"}
    overrides = {f"paths.{name}": str(path) for name, path in paths.items()}
    unfinished = work / f"{network}.part"  # a training that is cut is begun again
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    train_nlp(init_nlp(load_config(HERE / f"{network}.cfg", overrides)), unfinished)
    unfinished.rename(work / network)


def train_side_by_side(work: Path) -> None:
    """Train the networks that are not there, each in a process on one core."""
    command = [sys.executable, __file__, "--data", ".", "--work", str(work), "--network"]
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    missing = [network for network in NETWORKS if not (work / network).is_dir()]
    runs = [subprocess.Popen([*command, network], env=one_core) for network in missing]  # noqa: S603 - our own command
    codes = [run.wait() for run in runs]
    if any(codes):
        sys.exit(1)


def assemble(work: Path) -> Language:
    """Join the trained components, add the rules for parts of speech and the lemmatizer with its tables."""
    nlp = spacy.load(work / "parse" / "model-best")
    ruler = nlp.add_pipe("attribute_ruler")
    for pos, tags in TAG_TO_POS.items():
        for tag in tags.split():
            ruler.add(patterns=[[{"TAG": tag}]], attrs={"POS": pos})
    for features, word in BASE_FORMS.items():
        ruler.add(patterns=[[word]], attrs={"MORPH": features})
    ruler.add(patterns=[[{"DEP": "mark", "TAG": "IN"}]], attrs={"POS": "SCONJ"})
    ruler.add(patterns=[[{"DEP": {"IN": ["aux", "auxpass"]}, "TAG": {"NOT_IN": ["TO"]}}]], attrs={"POS": "AUX"})
    ruler.add(patterns=[[{"LOWER": {"IN": list(BE)}, "TAG": {"REGEX": "^VB"}}]], attrs={"POS": "AUX"})
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=_lemma_tables())
    nlp.add_pipe("ner", source=spacy.load(work / "ner" / "model-best"))
    return nlp


def _lemma_tables() -> Lookups:
    """Return the tables of spacy-lookups-data; auxiliaries use those of verbs."""
    tables = load_lookups("en", LOOKUP_TABLES)
    for name in LOOKUP_TABLES:
        table = tables.get_table(name)
        table["aux"] = table["verb"]
    return tables


def save(nlp: Language, scores: dict[str, dict[str, float]]) -> None:
    """Write the pipeline into the importable folder, beside its `__init__.py` and licences."""
    nlp.meta |= {
        "name": "incidents",
        "version": "0.2.0",
        "description": "Tagger, parser, lemmatizer and named entities for English news of violence.",
        "author": "The incidents-from-news authors",
        "license": "CC BY-SA 4.0",
        "spacy_version": ">=3.8.7,<3.9.0",
        "sources": [
            {"name": "UD English EWT with Universal NER", "license": "CC BY-SA 4.0"},
            {"name": "UD English GUM (genres with free texts)", "license": "CC BY 4.0"},
            {"name": "CrossNER politics", "license": "MIT"},
            {"name": "WikiGold", "license": "CC BY 4.0"},
            {"name": "all-MiniLM-L6-v2 (the teacher)", "license": "Apache-2.0"},
            {"name": "GeoNames (names of places in the training documents)", "license": "CC BY 4.0"},
            {"name": "spacy-lookups-data", "license": "MIT"},
        ],
        "performance": scores,
    }
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])  # the corpora lie elsewhere on another machine
    nlp.to_disk(MODEL)
    write_sums(MODEL)


def write_sums(folder: Path) -> None:
    """Record the hashes of all that was trained or built, as `sha256sum -c` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in NO_WEIGHTS)
    trained = [path for path in files if "__pycache__" not in path.parts]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in trained
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Build the model, or only score what is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of all corpora")
    parser.add_argument("--work", type=Path, default=Path("out/training"), help="folder for what comes between")
    parser.add_argument("--network", choices=NETWORKS, help="only train this one, on prepared documents")
    parser.add_argument("--score", nargs="*", metavar="MODEL", help="only score models; the saved one if none is named")
    options = parser.parse_args()
    if options.network:
        train(options.network, options.work)
        return 0
    if options.score is None:
        prepare(options.data, options.work)
        train_side_by_side(options.work)
    use_fast_products()  # not before: it would hold the teacher to one thread
    if options.score is None:
        nlp = assemble(options.work)
        save(nlp, scoring.score_all(nlp, options.work / "docs"))
        options.score = []
    docs = options.work / "docs"
    for nlp in map(spacy.load, options.score or [MODEL]):
        found = scoring.score_all(nlp, docs) | scoring.score_regions(nlp) | scoring.score_as_it_comes(nlp, docs)
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
