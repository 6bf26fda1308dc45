"""The word lists: tidy, known to the code that reads them, and proven by their own examples.

What an example says is read with the trained model. Examples that are not read as they should be are the known gaps of
tests/cases/lexicon_gaps.csv; `pytest tests/test_lexicons.py --update-golden` rewrites that file, each line needs its
reason by hand. The examples of the other lists are proven where those are read: dates, places, quotes, speakers,
allegations, events, page furniture, numbers.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.errors import LexiconError
from pipeline.extract._matching import TAGS, find_entries
from pipeline.extract._syntax import sentences
from pipeline.extract.casualties import find_casualties
from pipeline.extract.casualties._lookalikes import sayings
from pipeline.extract.casualties._persons import is_person
from pipeline.extract.dates import find_dates
from pipeline.lexicons import COLUMNS, Entry, load_lexicon
from pipeline.records import DateRole, EventType, Measure, Qualifier, RejectReason, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.records import CasualtyMention

FOLDER = Path(str(files("pipeline.lexicons")))
TABLES = {"countries", "regions"}  # no word lists: columns of their own
WORD_LISTS = sorted({path.stem for path in FOLDER.glob("*.csv")} - TABLES)
GAPS = Path(__file__).parent / "cases" / "lexicon_gaps.csv"
GAP_COLUMNS = ("id", "example", "reason")

# --- shape ---------------------------------------------------------------------------------------------------------


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def group_of(entry_id: str) -> str:
    return entry_id.rpartition(".")[0]


@pytest.mark.parametrize("name", sorted({*WORD_LISTS, *TABLES}))
def test_files_are_tidy(name: str) -> None:
    raw = (FOLDER / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert b"\r" not in raw
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert unicodedata.normalize("NFC", text) == text
    assert not re.search(r"[^\S\n ]|[\u200b-\u200f\ufeff\u00ad]", text)
    for row in rows_of(name):
        assert None not in row, row  # a cell too many
        assert all(cell == " ".join(cell.split()) for cell in row.values()), row


@pytest.mark.parametrize("name", WORD_LISTS)
def test_entries_are_whole(name: str) -> None:
    for entry in load_lexicon(name):
        assert re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.\d{2,3}", entry.id)
        assert entry.form == entry.form.lower()
        assert entry.label
        assert entry.source
        assert entry.examples
        assert all(text for text in (*entry.examples, *entry.counter_examples))


@pytest.mark.parametrize("name", WORD_LISTS)
def test_entries_are_sorted_within_their_groups_and_said_once(name: str) -> None:
    entries = load_lexicon(name)
    numbers: dict[str, list[int]] = {}
    groups = [group_of(entry.id) for entry in entries]
    starts = [group for at, group in enumerate(groups) if at == 0 or groups[at - 1] != group]
    assert len(starts) == len(set(starts)), "a group stands in two places"
    for entry in entries:
        numbers.setdefault(group_of(entry.id), []).append(int(entry.id.rpartition(".")[2]))
    assert all(own == sorted(set(own)) for own in numbers.values())
    said = [(entry.form, entry.label, entry.pos) for entry in entries]
    assert len(said) == len(set(said))


def test_ids_are_unique_over_all_lists() -> None:
    ids = [entry.id for name in WORD_LISTS for entry in load_lexicon(name)]
    assert len(ids) == len(set(ids))


CUE_ROLES = {"object", "subject", "of", "unit", "toll", "owner", "state", "buried"}
CUE_ROLES |= {"object:human", "object:how", "of:human", "unit:human"}
CUE_ROLES |= {"condition", "fled", "lost", "mourned", "seeker", "sought"}
STATUS_KINDS = {
    "claim",
    "untrue",
    "verb",
    "word",
    "noun",
    "modal",
    "mark",
    "phrase",
    "during",
    "incident",
    "earlier",
    "report",
    "giving",
    "role",
    "about",
}
STATUS_LABELS = {*Status, "background", "series", "several", "separate", "natural", "fiction", "aside"}
GROUPS = {"animal", "person", "man", "women", "children", "civilian", "combatant", "security_force", "official"}
GROUPS |= {"journalist", "protester"}
LABELS: Mapping[str, tuple[set[str], set[str]]] = {  # what stands before the colon of a label, and behind it
    "casualty_cues": ({*Measure}, CUE_ROLES),
    "date_roles": ({*DateRole}, {"", "passive"}),
    "event_words": ({*EventType}, {"act", "means", "agent"}),
    "figures_of_speech": ({"figure_of_speech"}, {""}),
    "numbers": ({"vague", "before", "after"}, {*Qualifier} | {"10:20"}),
    "person_endings": ({"person", "thing"}, {""}),
    "person_nouns": (GROUPS, {""}),
    "reject_words": ({*RejectReason} | {"period", "label"}, {"unit", "sign", "code", "word", "weapon", "player"}),
    "status_cues": (STATUS_LABELS, STATUS_KINDS),
}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_labels_are_known_to_the_code(name: str) -> None:
    heads, tails = LABELS[name]
    for entry in load_lexicon(name):
        head, _, tail = entry.label.partition(":")
        assert head in heads, entry
        assert tail in tails or re.fullmatch(r"\d+:\d+", tail), entry


@pytest.mark.parametrize("name", ["casualty_cues", "date_roles", "event_words", "person_nouns", "status_cues"])
def test_parts_of_speech_are_known_to_the_code(name: str) -> None:
    assert {entry.pos for entry in load_lexicon(name)} <= set(TAGS)


# --- loading -------------------------------------------------------------------------------------------------------


@pytest.fixture
def list_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[Entry, ...]]]:
    """Load a word list from a text."""
    monkeypatch.setattr("pipeline.lexicons.files", lambda _: tmp_path)

    def load(text: str) -> tuple[Entry, ...]:
        (tmp_path / "trial.csv").write_text(text, encoding="utf-8")
        return load_lexicon("trial")

    load_lexicon.cache_clear()
    yield load
    load_lexicon.cache_clear()


HEADER = ",".join(COLUMNS)


def test_a_list_is_loaded(list_of: Callable[[str], tuple[Entry, ...]]) -> None:
    (entry,) = list_of(f"{HEADER}\nfell.01,fell down,VERB,fall,He fell. | She fell.,A fell beast.,own,seen once\n")
    examples, counter_examples = ("He fell.", "She fell."), ("A fell beast.",)
    assert entry == Entry(
        "fell.01", "fell down", "VERB", "fall", examples, counter_examples, "own", "seen once", ("fell", "down")
    )


@pytest.mark.parametrize("column", ["id", "form", "label", "examples"])
def test_a_blank_cell_is_told_with_its_line(column: str, list_of: Callable[[str], tuple[Entry, ...]]) -> None:
    cells = {name: "" if name == column else "x" for name in COLUMNS}
    with pytest.raises(LexiconError, match=rf"trial\.csv, line 2: {column} is blank"):
        list_of(f"{HEADER}\n{','.join(cells.values())}\n")


def test_other_columns_are_told(list_of: Callable[[str], tuple[Entry, ...]]) -> None:
    with pytest.raises(LexiconError, match="the columns must be id, form"):
        list_of("id,form\nx.01,x\n")


def test_a_missing_list_is_told(list_of: Callable[[str], tuple[Entry, ...]]) -> None:
    assert list_of(HEADER) == ()
    with pytest.raises(LexiconError, match=r"nowhere\.csv is missing"):
        load_lexicon("nowhere")


# --- examples ------------------------------------------------------------------------------------------------------


def casualties_of(doc: Doc) -> list[CasualtyMention]:
    return [mention for mention in find_casualties(doc) if mention.reject_reason is None]


def is_cue_read(entry: Entry, doc: Doc) -> bool:
    """The entry is found, and somebody is counted under its measure."""
    found = any(match.entry.id == entry.id for sent in sentences(doc) for match in find_entries(sent, "casualty_cues"))
    return found and any(mention.measure == entry.label.partition(":")[0] for mention in casualties_of(doc))


def is_person_read(entry: Entry, doc: Doc) -> bool:
    """The noun is counted as what it is; an animal is not counted."""
    mentions = casualties_of(doc)
    return not mentions if entry.label == "animal" else any(entry.label in mention.groups for mention in mentions)


def is_ending_read(entry: Entry, doc: Doc) -> bool:
    """A noun of this ending stands for persons, or the thing for none."""
    forms = (entry.form, f"{entry.form}s", entry.form.replace("man", "men"))
    persons = [is_person(token) for token in doc if token.lower_.endswith(forms)]
    return bool(persons) and all(person == (entry.label == "person") for person in persons)


def is_status_read(entry: Entry, doc: Doc) -> bool:
    """The cue gives its status, its scope, or what else it stands for."""
    status = entry.label.partition(":")[0]
    mentions = casualties_of(doc)
    if status in {"natural", "fiction"}:
        return not mentions
    if status == "aside":
        return any(mention.asides for mention in mentions)
    if status == "separate":
        return any(mention.separate for mention in mentions)
    if status == "background":
        return any(mention.scope is Scope.BACKGROUND for mention in mentions)
    if status in {"series", "several"}:
        return any(mention.scope is Scope.SERIES_TOTAL for mention in mentions)
    weaker = {Status.HYPOTHETICAL: {Status.HYPOTHETICAL, Status.NEGATED}}  # "None shall be killed"
    return any(mention.status in weaker.get(Status(status), {status}) for mention in mentions)


def is_saying_read(entry: Entry, doc: Doc) -> bool:
    """The saying is found, and nobody is counted."""
    found = any(match.entry.id == entry.id for sent in sentences(doc) for match in sayings(sent))
    return found and not casualties_of(doc)


def is_refused(entry: Entry, doc: Doc) -> bool:
    """A number is a row with the reason of the entry, or none at all where it is of time or a name."""
    reasons = {mention.reject_reason for mention in find_casualties(doc)}
    kind = entry.label.partition(":")[0]
    return not reasons if kind in {"period", "label"} else RejectReason(kind) in reasons


def is_dated(entry: Entry, doc: Doc) -> bool:
    """A date is of what the entry says."""
    return any(mention.role == entry.label.partition(":")[0] for mention in find_dates(doc, published="2031-05-10"))


READERS: Mapping[str, Callable[[Entry, Doc], bool]] = {
    "casualty_cues": is_cue_read,
    "date_roles": is_dated,
    "figures_of_speech": is_saying_read,
    "person_endings": is_ending_read,
    "person_nouns": is_person_read,
    "reject_words": is_refused,
    "status_cues": is_status_read,
}


class Told(NamedTuple):
    """One example of an entry, and whether it is one or a counter-example."""

    lexicon: str
    entry: Entry
    text: str
    proves: bool


def examples() -> Iterator[Told]:
    for name in READERS:
        for entry in load_lexicon(name):
            yield from (Told(name, entry, text, proves=True) for text in entry.examples)
            yield from (Told(name, entry, text, proves=False) for text in entry.counter_examples)


TOLD = list(examples())


@pytest.fixture(scope="module")
def docs(nlp: Language) -> Mapping[str, Doc]:
    """All examples, parsed as one batch."""
    texts = sorted({told.text for told in TOLD})
    return dict(zip(texts, nlp.pipe(texts), strict=True))


def is_as_told(told: Told, doc: Doc) -> bool:
    if told.proves:
        return READERS[told.lexicon](told.entry, doc)
    if told.lexicon == "figures_of_speech":
        return not is_saying_read(told.entry, doc)
    return not any(mention.evidence.rule_id == told.entry.id for mention in casualties_of(doc))


@cache
def gaps() -> Mapping[tuple[str, str], str]:
    """Return the reason of each known gap, by entry and example."""
    with GAPS.open(encoding="utf-8", newline="") as file:
        return {(row["id"], row["example"]): row["reason"] for row in csv.DictReader(file)}


def as_parameter(told: Told) -> object:
    reason = gaps().get((told.entry.id, told.text))
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason is not None else []
    kind = "example" if told.proves else "counter"
    return pytest.param(told, marks=marks, id=f"{told.entry.id}-{kind}-{told.text}")


@pytest.mark.model
@pytest.mark.parametrize("told", [as_parameter(told) for told in TOLD])
def test_example(told: Told, docs: Mapping[str, Doc]) -> None:
    assert is_as_told(told, docs[told.text]), [
        (mention.evidence.rule_id, mention.group_text, mention.measure, mention.status, mention.scope, mention.groups)
        for mention in find_casualties(docs[told.text])
    ]


@pytest.mark.model
def test_gaps_are_few_and_have_reasons(docs: Mapping[str, Doc], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        found = [told for told in TOLD if not is_as_told(told, docs[told.text])]
        write_gaps(found)
    assert list(gaps()) == sorted(gaps())
    assert set(gaps()) <= {(told.entry.id, told.text) for told in TOLD}
    assert all(gaps().values()), f"give each line of {GAPS.name} its reason"
    assert len(gaps()) <= len(TOLD) / 25


def write_gaps(found: list[Told]) -> None:
    lines = sorted((told.entry.id, told.text, gaps().get((told.entry.id, told.text), "")) for told in found)
    with GAPS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([GAP_COLUMNS, *lines])
    gaps.cache_clear()
