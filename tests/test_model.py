"""The trained model: how it loads, what labels it gives, what it weighs, and that its weights are the recorded ones."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import spacy

from pipeline.annotate import NEEDED_LABELS, load_nlp

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

pytestmark = pytest.mark.model

FOLDER = Path(__file__).resolve().parent.parent / "models" / "en_incidents"
META = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))
SUMS = FOLDER / "SHA256SUMS"
BESIDE = {"__init__.py", "LICENSES_SOURCES", "SHA256SUMS", "meta.json"}  # no weights
MAX_BYTES = 30_000_000

# The labels of spaCy's own English pipelines.
DEPENDENCIES = set(
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj csubj csubjpass dative "
    "dep det dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass nummod oprd parataxis pcomp pobj poss preconj "
    "predet prep prt punct quantmod relcl xcomp".split()
)
TAGS = set(
    "$ '' , -LRB- -RRB- . : ADD AFX CC CD DT EX FW GW HYPH IN JJ JJR JJS LS MD NFP NN NNP NNPS NNS PDT POS PRP PRP$ RB "
    "RBR RBS RP SYM TO UH VB VBD VBG VBN VBP VBZ WDT WP WP$ WRB XX _SP ``".split()
)
UNIVERSAL = set("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X SPACE".split())
NAMES = {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC"}


# --- loading -------------------------------------------------------------------------------------------------------


def test_it_is_the_default(nlp: Language) -> None:
    assert (nlp.lang, nlp.meta["name"], nlp.meta["version"]) == ("en", "incidents", META["version"])


def test_it_loads_as_a_package_and_by_its_path(nlp: Language) -> None:
    import en_incidents  # noqa: PLC0415 -- what is tested

    text = "Gunmen killed nine porters near Lima."
    expected = nlp(text).to_json()
    for loaded in (en_incidents.load(), load_nlp("en_incidents"), load_nlp(str(FOLDER)), spacy.load(FOLDER)):
        assert loaded(text).to_json() == expected


def test_it_loads_without_the_project_and_without_a_network() -> None:
    """Only stock components of spaCy are inside, and all tables are saved with them."""
    script = (
        "import socket, sys\n"
        "def refuse(*args, **kwargs): raise SystemExit('the network was asked')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "sys.modules['pipeline'] = None\n"
        "sys.modules['spacy_lookups_data'] = None\n"
        "import spacy\n"
        "doc = spacy.load(sys.argv[1])('The mice were killed by children.')\n"
        "print(' '.join(token.lemma_ for token in doc))\n"
    )
    done = subprocess.run(  # noqa: S603 -- our own interpreter and script
        [sys.executable, "-I", "-c", script, str(FOLDER)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["the", "mouse", "be", "kill", "by", "child", "."]


# --- labels --------------------------------------------------------------------------------------------------------


def test_labels_are_those_of_the_english_pipelines(nlp: Language) -> None:
    labels = nlp.pipe_labels
    assert set(labels["parser"]) <= DEPENDENCIES
    assert set(labels["tagger"]) <= TAGS
    assert set(labels["ner"]) == NAMES
    assert all(label in labels[component] for component, label in NEEDED_LABELS)


def test_labels_that_rules_are_written_for_are_there(nlp: Language) -> None:
    needed = (
        "nsubj nsubjpass dobj dative agent prep pobj pcomp attr acomp appos relcl acl advcl ccomp xcomp conj cc aux"
    )
    needed += " auxpass amod compound det poss neg mark nummod prt oprd punct ROOT"
    assert set(needed.split()) <= set(nlp.pipe_labels["parser"])


def test_every_tag_has_a_part_of_speech(nlp: Language) -> None:
    doc = nlp("In 2019, Ana's two dogs had n't barked; who, if anyone, fed them? “Oh”, she said (slowly): $5 & 3%!")
    assert all(token.tag_ and token.pos_ in UNIVERSAL for token in doc)
    assert nlp.pipe_names == ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner"]


# --- sentences -----------------------------------------------------------------------------------------------------


class Parsed(NamedTuple):
    """Some tokens of a sentence with what they are: word -> tag, dependency, head."""

    text: str
    expected: dict[str, tuple[str, str, str]]
    note: str


# Easy sentences: a model that fails one of them is broken, not weak.
SENTENCES = (
    Parsed(
        "Gunmen killed nine farmers in the village.",
        {
            "killed": ("VBD", "ROOT", "killed"),
            "nine": ("CD", "nummod", "farmers"),
            "farmers": ("NNS", "dobj", "killed"),
        },
        "active",
    ),
    Parsed(
        "Two soldiers were killed by the rebels.",
        {
            "soldiers": ("NNS", "nsubjpass", "killed"),
            "were": ("VBD", "auxpass", "killed"),
            "by": ("IN", "agent", "killed"),
            "rebels": ("NNS", "pobj", "by"),
        },
        "passive",
    ),
    Parsed(
        "The minister said that the police arrested three men.",
        {
            "minister": ("NN", "nsubj", "said"),
            "that": ("IN", "mark", "arrested"),
            "arrested": ("VBD", "ccomp", "said"),
            "men": ("NNS", "dobj", "arrested"),
        },
        "reported speech",
    ),
    Parsed(
        "The men who were killed were teachers.",
        {"men": ("NNS", "nsubj", "were"), "killed": ("VBN", "relcl", "men"), "teachers": ("NNS", "attr", "were")},
        "relative clause",
    ),
    Parsed(
        "The army did not kill the teacher and the driver.",
        {"not": ("RB", "neg", "kill"), "teacher": ("NN", "dobj", "kill"), "driver": ("NN", "conj", "teacher")},
        "negation and coordination",
    ),
)


def describe(doc: Doc) -> dict[str, tuple[str, str, str]]:
    """Return tag, dependency and head of each word; of a word that stands twice, the last."""
    return {token.text: (token.tag_, token.dep_, token.head.text) for token in doc}


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case.note)
def test_easy_sentences_are_parsed(case: Parsed, nlp: Language) -> None:
    found = describe(nlp(case.text))
    assert {word: found[word] for word in case.expected} == case.expected


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("President Barack Obama spoke to reporters on Monday.", "Barack Obama", "PERSON"),
        ("The talks were held in Afghanistan last week.", "Afghanistan", "GPE"),
        ("The talks were held in the city of London last week.", "London", "GPE"),
        ("The French government has denied the report.", "French", "NORP"),
    ],
)
def test_well_known_names_are_found(text: str, name: str, label: str, nlp: Language) -> None:
    assert (name, label) in [(ent.text, ent.label_) for ent in nlp(text).ents]


@pytest.mark.parametrize(
    ("text", "word", "lemma"),
    [
        ("The troops shot two men.", "shot", "shoot"),
        ("The troops shot two men.", "men", "man"),
        ("Six people were wounded.", "were", "be"),
        ("They had been beaten.", "had", "have"),
        ("The police are holding women and children.", "children", "child"),
        ("The houses were burned.", "houses", "house"),
        ("The witness was taken to a hospital.", "witness", "witness"),
        ("The boss was shot by the guards.", "boss", "boss"),
        ("The crisis was over.", "crisis", "crisis"),
    ],
)
def test_lemmas(text: str, word: str, lemma: str, nlp: Language) -> None:
    (token,) = [token for token in nlp(text) if token.text == word]
    assert token.lemma_ == lemma


def test_two_sentences_are_two(nlp: Language) -> None:
    assert len(list(nlp("Nine farmers were killed. The police arrested two men.").sents)) == 2


# --- what is told about it -----------------------------------------------------------------------------------------


def test_meta_tells_licence_sources_and_performance() -> None:
    assert re.fullmatch(r"CC BY-SA 4\.0", META["license"])
    assert len(META["sources"]) >= 5
    assert all(source["name"] and source["license"] for source in META["sources"])
    assert META["description"]
    assert META["author"]
    scores = META["performance"]
    for corpus in ("ewt-test", "gum-test"):
        assert set(scores[corpus]) == {"tag_acc", "dep_uas", "dep_las", "sents_f", "ents_p", "ents_r", "ents_f"}
    assert all(0 < value <= 100 for corpus in scores.values() for value in corpus.values())


def test_scores_are_those_of_a_trained_model() -> None:
    """Floors far below what was reached, against an untrained component that is saved by mistake."""
    for corpus in ("ewt-test", "gum-test"):
        scores = META["performance"][corpus]
        assert scores["tag_acc"] > 90
        assert scores["dep_las"] > 75
        assert scores["ents_f"] > 50


def weights() -> list[Path]:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.name not in BESIDE]
    return sorted(path for path in files if "__pycache__" not in path.parts)


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in weights()) < MAX_BYTES


def test_the_weights_are_the_recorded_ones() -> None:
    """`models/training/train.py` writes the sums when it saves; `sha256sum -c SHA256SUMS` reads them too."""
    recorded = [line.split("  ") for line in SUMS.read_text(encoding="utf-8").splitlines()]
    found = [[hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(FOLDER).as_posix()] for path in weights()]
    assert sorted(recorded) == sorted(found)
