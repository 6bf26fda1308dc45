"""The building blocks of the training: documents stay whole trees when they are varied, renamed or invented."""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "models" / "training"))

import corpus  # noqa: E402 -- the training is a folder of scripts, not a package
import newswire  # noqa: E402
import renaming  # noqa: E402
import scoring  # noqa: E402
import vectors  # noqa: E402

if TYPE_CHECKING:
    from spacy.language import Language

VOCAB = spacy.blank("en").vocab
ROWS = (
    "President/NNP/compound/2/O Ana/NNP/compound/2/B-PERSON Ruiz/NNP/nsubj/3/I-PERSON met/VBD/ROOT/3/O "
    "nurses/NNS/dobj/3/O in/IN/prep/3/O Lima/NNP/pobj/5/B-GPE ././punct/3/O"
)
LABELS = {"PERSON", "ORG", "PLACE", "NORP"}


def parsed(rows: str) -> Doc:
    """Return "word/tag/label/head/name ..." as a document."""
    cells = [row.rsplit("/", 4) for row in rows.split()]
    return Doc(
        VOCAB,
        words=[c[0] for c in cells],
        spaces=[c[0] != "Lima" and c[0] != "." for c in cells],
        tags=[c[1] for c in cells],
        deps=[c[2] for c in cells],
        heads=[int(c[3]) for c in cells],
        ents=[c[4] for c in cells],
    )


def tree(doc: Doc) -> dict[str, tuple[str, str]]:
    return {token.text: (token.dep_, token.head.text) for token in doc}


def name_of(doc: Doc, label: str) -> str:
    return next(ent.text for ent in doc.ents if ent.label_ == label)


# --- other names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (["Aminata"], {"Aminata": ("nsubj", "met")}),
        (
            ["Omar", "al", "-", "Masri"],
            {"al": ("compound", "Masri"), "-": ("punct", "Masri"), "Masri": ("nsubj", "met")},
        ),
    ],
    ids=["shorter", "longer"],
)
def test_another_name_takes_the_place_of_a_name_in_the_tree(
    name: list[str], expected: dict[str, tuple[str, str]]
) -> None:
    doc = parsed(ROWS)
    other = renaming.swap(doc, [(doc.ents[0], [(word, word != "-" and name[-1] != word) for word in name])])
    found = tree(other)
    assert {word: found[word] for word in expected} == expected
    assert found["President"] == ("compound", name[-1])
    assert found["Lima"] == ("pobj", "in")
    assert [token.text for token in other.ents[0]] == name
    assert name_of(other, "GPE") == "Lima"


@pytest.fixture(scope="module")
def renamer() -> renaming.Renamer:
    return renaming.Renamer(random.Random(3))


def test_renamed_documents_keep_their_sentences_and_other_words(renamer: renaming.Renamer) -> None:
    docs = list(newswire.newswire_docs(VOCAB, 60, 5))
    renamed = [renamer.rename(doc) for doc in docs]
    assert sum(a.text != b.text for a, b in zip(docs, renamed, strict=True)) > len(docs) / 5
    for before, after in zip(docs, renamed, strict=True):
        assert len(list(before.sents)) == len(list(after.sents))
        outside = [[t.text for t in doc if not t.ent_type_] for doc in (before, after)]
        assert outside[0] == outside[1]
        assert [e.label_ for e in before.ents] == [e.label_ for e in after.ents]


def test_one_name_becomes_one_name(renamer: renaming.Renamer) -> None:
    doc = Doc(
        VOCAB, words=["Ruiz", "left", ".", "Ruiz", "died", "."], ents=["B-PERSON", "O", "O", "B-PERSON", "O", "O"]
    )
    renamed = [renamer.rename(doc).ents for _ in range(40)]
    assert all(first.text == second.text for first, second in renamed)
    assert len({first.text for first, _ in renamed}) > 5


def test_persons_are_named_as_where_they_come_from(renamer: renaming.Renamer) -> None:
    names = [renamer.person(alone=False) for _ in range(400)]
    assert len(set(names)) > 380
    assert {1, 2, 3} <= {name.count(" ") + 1 for name in names}
    assert any(name.partition(" ")[2].startswith(("al-", "el-")) for name in names)


def test_names_by_region_are_clean() -> None:
    with renaming.PERSON_NAMES.open(encoding="utf-8") as lines:
        rows = [(row["region"], row["part"], row["name"]) for row in csv.DictReader(lines)]
    assert len(set(rows)) == len(rows)
    assert {part for _, part, _ in rows} == {"given", "surname", "particle", "mono", "full"}
    assert len({region for region, _, _ in rows}) > 40
    assert all(name == name.strip() and not any(c.isdigit() for c in name) for _, _, name in rows)


# --- other ways of writing -----------------------------------------------------------------------------------------


def test_a_bullet_hangs_on_the_root() -> None:
    doc = corpus.with_bullet(parsed(ROWS), "•")
    assert doc.text.startswith("• President Ana Ruiz met")
    assert tree(doc)["•"] == ("punct", "met")
    assert tree(doc)["Ruiz"] == ("nsubj", "met")
    assert name_of(doc, "PERSON") == "Ana Ruiz"


def test_every_variant_is_drawn_and_no_word_is_lost() -> None:
    doc = parsed(ROWS)
    rng = random.Random(2)
    texts = Counter(corpus.vary(doc, rng).text for _ in range(2000))
    sentence = "President Ana Ruiz met nurses in Lima"
    headline = "President Ana Ruiz Met Nurses in Lima"
    plain = {text.strip("•-–*·").strip().rstrip(".") for text in texts}
    assert plain == {sentence, sentence.upper(), sentence.lower(), headline}
    assert texts[f"{sentence}."] > 1500
    assert sentence in texts
    assert f"• {sentence}." in texts


def test_treebank_sentences_are_grouped_by_length(tmp_path: Path) -> None:
    import gzip  # noqa: PLC0415

    line = "1\tSoldiers\tsoldier\tNOUN\tNNS\t_\t2\tnsubj\t_\t_\n2\tleft\tleave\tVERB\tVBD\t_\t0\troot\t_\t_\n\n"
    path = tmp_path / "ewt-train.conllu.gz"
    path.write_bytes(gzip.compress((line * 5).encode()))
    assert [len(doc) for doc in corpus.treebank_docs(path, VOCAB)] == [10]
    assert [len(doc) for doc in corpus.treebank_docs(path, VOCAB, 4)] == [4, 4, 2]


# --- invented sentences --------------------------------------------------------------------------------------------


def test_invented_sentences_are_whole_trees() -> None:
    docs = list(newswire.newswire_docs(VOCAB, 2000, 11))
    for doc in docs:
        for sent in doc.sents:
            assert sum(token.head == token for token in sent) == 1
            assert all(token.head in sent for token in sent)
        assert all(token.tag_ and token.dep_ for token in doc)
    assert len({doc.text for doc in docs}) > len(docs) * 0.9


def test_each_rule_of_the_grammar_can_be_expanded() -> None:
    grammar = newswire.Grammar(newswire.GRAMMAR.read_text(encoding="utf-8"))
    rng = random.Random(0)
    for name in grammar.rules:
        for _ in range(len(grammar.rules[name])):
            assert list(grammar.expand(name, rng).words())


# --- vectors -------------------------------------------------------------------------------------------------------


def test_words_used_alike_get_like_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "DIMENSIONS", 2)
    monkeypatch.setattr(vectors, "ROWS", 12)
    np = vectors.np
    means = vectors.WordMeans(3)
    for _ in range(3):
        means.add(
            ["Lima", "lima", "Quito", "runs", "walks"],
            np.array([[1, 0, 0], [1, 0, 0], [0.9, 0, 0], [0, 1, 0], [0, 0.9, 0]]),
        )
    means.add(["rare"], np.array([[5.0, 5.0, 5.0]]))
    table = means.vocab()
    lima, quito, runs = (table.vectors[table.strings[word]] for word in ("lima", "quito", "runs"))
    assert np.dot(lima, quito) > 0 > np.dot(lima, runs)
    assert "rare" not in table.strings
    assert table.vectors.shape == (4, 2)


# --- names of all regions ------------------------------------------------------------------------------------------


def test_marked_sentences_are_read() -> None:
    doc = scoring.marked_doc(spacy.blank("en"), "[PERSON Rosa Ticona] left [PLACE El Alto]'s [ORG Red Cross].")
    assert doc.text == "Rosa Ticona left El Alto's Red Cross."
    assert [(e.text, e.label_) for e in doc.ents] == [
        ("Rosa Ticona", "PERSON"),
        ("El Alto", "PLACE"),
        ("Red Cross", "ORG"),
    ]


@pytest.mark.model
def test_names_of_all_regions_are_found(nlp: Language) -> None:
    """Floors some points below what was reached (models/training/README.md), against a model that knows one region."""
    regions = scoring.name_cases(nlp)
    assert sum(map(len, regions.values())) > 200
    assert min(map(len, regions.values())) > 20
    assert {e.label_ for docs in regions.values() for doc in docs for e in doc.ents} == LABELS
    found = scoring.score_regions(nlp)
    assert found["all regions"]["ents_f"] > 76
    assert {region for region, scores in found.items() if scores["ents_f"] < 69} == set()
