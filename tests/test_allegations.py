"""Allegations: accuser, accused, act and status, denials and what procedure does to a claim.

Rows of the case table whose split is `first` were written with the first rules; of the later ones every other one is
`held_out`, written before the rules that read it and never looked at while they were made.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.extract.allegations import find_allegations
from pipeline.extract.allegations._acts import hedges_in, main_act
from pipeline.extract.allegations._claims import NOBODY, Claim, Party, later_stage
from pipeline.extract.allegations._procedure import link
from pipeline.extract.quotes import find_quotes
from pipeline.extract.speakers._sides import all_hits
from pipeline.lexicons import load_lexicon
from pipeline.records import Act, AllegationStatus, Article, Polarity, Side, Span

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.records import Allegation

CASES = Path(__file__).parent / "cases" / "allegations.csv"
FLOORS = [("first", 0.98), ("developed", 0.95), ("held_out", 0.75)]  # of each split the share of rows read as told
FRAMES = {"object", "act", "clause", "deny", "admit", "responsibility", "state", "procedure", "noun", "modal", "hedge"}
FRAMES |= {"custody", "belief", "raising", "naming", "untrue", "faced", "facing", "opening", "closing", "doing"}


@cache
def rows() -> tuple[dict[str, str], ...]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read(text: str, nlp: Language) -> list[Allegation]:
    spans = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    doc = annotate(Article("a", "a", text, paragraphs=tuple(spans)), nlp)
    return list(find_allegations(doc, list(find_quotes(doc))))


def shown(allegation: Allegation) -> str:
    """Show a row as the case table does: "accuser > accused : act : status", with ": denies" for denials."""
    parties = f"{allegation.accuser} > {allegation.accused}".strip()
    ending = " : denies" if allegation.polarity is Polarity.DENIES else ""
    return f"{parties} : {allegation.act.value} : {allegation.status.value}{ending}"


# --- acts and hedges, without a model ------------------------------------------------------------------------------

ACTS = [
    ("covering/VBG up/RP the/DT deaths/NNS", Act.COVER_UP, "the deaths are what was hidden"),
    ("ordering/VBG the/DT killing/NN of/IN six/CD monks/NNS", Act.KILLING, "a noun of an act"),
    ("summary/JJ executions/NNS", Act.EXTRAJUDICIAL_KILLING, "a legal term"),
    ("setting/VBG fire/NN to/TO the/DT huts/NNS", Act.ATTACK_ON_CIVILIANS, "an idiom"),
    ("the/DT fire/NN at/IN the/DT mill/NN", Act.OTHER, "an event"),
    ("planting/VBG maize/NN", Act.FABRICATION_OF_EVIDENCE, "read only where somebody accuses"),
    ("a/DT quiet/JJ evening/NN", None, "no act"),
]
LEMMAS = {"covering": "cover", "deaths": "death", "ordering": "order", "executions": "execution", "setting": "set"}
LEMMAS |= {"planting": "plant"}


def tagged(text: str) -> Doc:
    pairs = [word.rsplit("/", 1) for word in text.split()]
    words = [word for word, _ in pairs]
    lemmas = [LEMMAS.get(word, word.lower()) for word in words]
    return Doc(spacy.blank("en").vocab, words=words, tags=[tag for _, tag in pairs], lemmas=lemmas)


@pytest.mark.parametrize(("text", "act", "note"), ACTS, ids=[a[2] for a in ACTS])
def test_main_act(text: str, act: Act | None, note: str) -> None:
    doc = tagged(text)
    assert main_act(doc, range(len(doc))) is act, note


def test_hedges_are_told_once_in_text_order() -> None:
    doc = tagged("serious/JJ indications/NNS that/IN they/PRP may/MD allegedly/RB have/VB and/CC may/MD not/RB")
    assert hedges_in(doc, range(len(doc))) == ("serious indications", "may", "allegedly")


# --- linking, on claims made by hand -------------------------------------------------------------------------------

ARMY = Party("Talvian army", Side.MILITARY)
LEAGUE = Party("Herders' League", Side.NGO)


def claim(trigger: int, **fields: object) -> Claim:
    base: dict[str, object] = {
        "text": range(trigger, trigger + 1),
        "trigger": trigger,
        "stretch": trigger,
        "act": Act.TORTURE,
        "accuser": LEAGUE,
        "accused": ARMY,
        "status": AllegationStatus.ALLEGED,
        "rule_id": "test",
    }
    return Claim(**{**base, **fields})  # type: ignore[arg-type]


def denial(trigger: int, **fields: object) -> Claim:
    denied = {"polarity": Polarity.DENIES, "status": AllegationStatus.DENIED, "accuser": NOBODY, "pointing": True}
    return claim(trigger, **{**denied, **fields})


def test_a_denial_repeats_the_parties_and_makes_the_claim_denied() -> None:
    first, second = link([claim(0), denial(1, accused=Party("army"), act=None)])
    assert first.status is AllegationStatus.DENIED
    assert (second.accuser, second.accused, second.act, second.denies) == (LEAGUE, ARMY, Act.TORTURE, 0)


def test_a_third_party_makes_the_claim_contested() -> None:
    first, _ = link([claim(0), denial(1, accused=Party("residents", Side.WITNESS), act=None)])
    assert first.status is AllegationStatus.CONTESTED


def test_a_charge_outlasts_a_denial() -> None:
    first, second = link([claim(0, status=AllegationStatus.CHARGED), denial(1, act=None)])
    assert (first.status, second.status) == (AllegationStatus.CHARGED, AllegationStatus.DENIED)


def test_retellings_add_no_row() -> None:
    assert len(link([claim(0), claim(1, accuser=NOBODY), claim(2)])) == 1


def test_a_verdict_supersedes_the_claim() -> None:
    court = Party("court", Side.JUDICIARY)
    verdict = claim(3, accuser=court, status=AllegationStatus.CONVICTED)
    assert [row.status for row in link([claim(0), verdict])] == [AllegationStatus.CONVICTED] * 2


def test_a_denial_of_nothing_told_is_kept_where_it_names_the_act() -> None:
    assert [row.denies for row in link([denial(0, pointing=False)])] == [None]
    assert link([denial(0, act=None)]) == []


@given(st.sampled_from(AllegationStatus), st.sampled_from(AllegationStatus))
def test_the_later_stage_does_not_depend_on_the_order(first: AllegationStatus, second: AllegationStatus) -> None:
    assert later_stage(first, second) is later_stage(second, first)


# --- articles through the model ------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['split']}-{row['id']}")
def test_allegations(row: dict[str, str], nlp: Language, request: pytest.FixtureRequest) -> None:
    if row["gap"]:
        request.applymarker(pytest.mark.xfail(strict=True, reason=row["gap"]))
    assert " | ".join(map(shown, read(row["text"], nlp))) == row["rows"]


def test_the_case_table_is_tidy() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids))
    assert len({row["text"] for row in rows()}) == len(rows())
    assert all(row["note"] for row in rows())


@pytest.mark.parametrize(("split", "share"), FLOORS)
def test_few_rows_of_the_table_are_gaps(split: str, share: float) -> None:
    drawn = [row for row in rows() if row["split"] == split]
    assert sum(not row["gap"] for row in drawn) >= share * len(drawn)


def test_half_of_the_later_rows_is_held_out() -> None:
    later = [row["split"] for row in rows() if row["split"] != "first"]
    assert later.count("held_out") == later.count("developed") == len(later) / 2


@pytest.mark.model
def test_evidence_hedges_and_quote_are_told(nlp: Language) -> None:
    text = "Raids by government troops around Kesh may constitute war crimes, the UN human rights office said."
    (found,) = read(text, nlp)
    assert text[found.claim.start : found.claim.end].startswith("Raids by government troops")
    assert found.hedge_terms == ("may",)
    assert found.quote == 0
    assert found.evidence.rule_id.startswith("allegation.modal")
    assert (found.accuser_side, found.accused_side) == (Side.IGO, Side.MILITARY)


@pytest.mark.model
def test_an_inquiry_told_later_names_the_body(nlp: Language) -> None:
    text = (
        "“There are serious indications of an irregular group made up of police officers who falsified reports and "
        "killed herders,” Deputy Minister Celia Duarte said.\n\nThe report is now being sent to the prosecutor’s "
        "office for possible criminal proceedings."
    )
    found = read(text, nlp)
    assert {a.act for a in found} == {Act.FABRICATION_OF_EVIDENCE, Act.KILLING}
    for allegation in found:
        assert allegation.status is AllegationStatus.UNDER_INVESTIGATION
        assert allegation.legal_body == "prosecutor’s office"
        assert (allegation.accuser, allegation.accused_side) == ("Celia Duarte", Side.POLICE)
        assert "police officers" in allegation.accused


WORDS = ("accused", "denied", "of", "torture", "the army", "police", "killed", "that", "by", ",", ".", "“", "”", "said")


@pytest.mark.model
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_any_text_is_read(text: str, nlp: Language) -> None:
    found = read(text, nlp)
    for allegation in found:
        assert 0 <= allegation.claim.start < allegation.claim.end <= len(text)
        assert allegation.accused
        assert allegation.denies is None or allegation.denies < len(found)


# --- the word lists ------------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("lexicon", ["allegation_words", "acts"])
def test_each_entry_is_found_in_its_examples(lexicon: str, nlp: Language) -> None:
    entries = load_lexicon(lexicon)
    examples = [(entry, example) for entry in entries for example in entry.examples]
    docs = nlp.pipe([example for _, example in examples])
    missed = []
    for (entry, example), doc in zip(examples, docs, strict=True):
        if entry.id not in {hit.entry.id for hit in all_hits(list(doc), lexicon)}:
            missed.append((entry.form, example))
    assert not missed


@pytest.mark.model
def test_no_counter_example_is_an_allegation(nlp: Language) -> None:
    for entry in (*load_lexicon("allegation_words"), *load_lexicon("acts")):
        for example in entry.counter_examples:
            assert not read(example, nlp), (entry.form, example)


def test_entries_are_unique_and_labelled() -> None:
    words, acts = load_lexicon("allegation_words"), load_lexicon("acts")
    assert len({e.id for e in words}) == len({(e.form, e.label) for e in words}) == len(words)
    assert {e.label.partition(":")[0] for e in words} == FRAMES
    assert all(e.label.partition(":")[2] in {"", *AllegationStatus} for e in words)
    assert len({e.id for e in acts}) == len({e.form for e in acts}) == len(acts)
    assert {e.label for e in acts} == set(Act)
