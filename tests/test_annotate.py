"""One document of the whole text: no character lost, only running text parsed; and models that cannot be loaded."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from pipeline.annotate import annotate, load_nlp
from pipeline.assemble import assemble
from pipeline.clean import clean
from pipeline.errors import ConfigError
from pipeline.extract import find_all
from pipeline.extract._syntax import sentences
from pipeline.records import Article, Mark, MarkKind, Outcome, Page, Reading, Span, VaguePolicy
from pipeline.table import TABLES, article_row, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import MakeArticle
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.records import Event, Mentions

SENTENCE = "Gunmen killed nine porters near Bol on Monday."
AWKWARD = {
    "plain": SENTENCE,
    "no-break spaces": SENTENCE.replace(" ", "\u00a0"),
    "narrow no-break spaces": SENTENCE.replace(" ", "\u202f"),
    "zero-width characters": "\u200bGun\u200bmen kil\u200dled nine\u200c porters\ufeff near Bol.\u200b",
    "soft hyphens": "Gun\u00admen killed nine por\u00adters near Bol.",
    "byte order mark": "\ufeff" + SENTENCE,
    "CRLF": "A raid\r\n\r\nGunmen killed nine porters.\r\nThey fled.\r\n",
    "CR alone": "A raid\r\rGunmen killed nine porters.\r",
    "tabs and form feeds": "Gunmen\tkilled\fnine\vporters.",
    "runs of blanks": "Gunmen    killed" + " " * 500 + "nine porters   .   ",
    "blanks at the edges": "   \n  Gunmen killed nine porters.  \n   ",
    "only blanks": " \n\t \u00a0\n",
    "empty": "",
    "emoji": "🔴 BREAKING 👩🏽‍⚕️ Gunmen killed nine 🇵🇪 porters 🙏🏿.",
    "combining marks": "Gu\u0301nmen ki\u0308lled ni\u0303ne po\u0323rters near Bo\u0301l.",
    "right to left": "قال شهود عيان Gunmen killed nine porters. \u202eBol\u202c \u200fמת\u200e.",
    "control characters": "Gunmen\x00 killed\x07 nine\x1b porters\x7f near\x85Bol.",
    "line separators": "Gunmen killed\u2028nine porters.\u2029They fled.",
    "astral letters": "\U0001d406\U0001d42e\U0001d427men killed nine \U00020bb7 porters.",
    "surrogate neighbours": "Gunmen killed nine\ud7ff porters\ue000.",
    "one long word": "killed" * 400,
    "curly quotes": "“Nine porters died,” he said. ‘No,’ she said.",
    "no space after stops": "Nine died.Four fled.\n\n\nTwo were hurt.",
}


def whole(text: str, **fields: str) -> Article:
    """Make an article whose whole text is one paragraph."""
    return Article("a", "a", text, paragraphs=(Span(0, len(text)),) if text else (), **fields)


def plain(text: str) -> str:
    """Make every blank a plain one, each in its place."""
    return re.sub(r"\s", " ", text)


# --- characters ----------------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_no_character_is_lost(text: str, nlp: Language, make_article: MakeArticle) -> None:
    for article in (whole(text), make_article(text), Article("a", "a", text)):
        doc = annotate(article, nlp)
        assert plain(doc.text) == plain(article.text)
        assert all(doc.text[token.idx : token.idx + len(token)] == token.text for token in doc)


@pytest.mark.model
@pytest.mark.parametrize(
    "blank", ["\u00a0", "\u202f", "\u2003", "\n", "\t"], ids=["U+00A0", "U+202F", "U+2003", "LF", "TAB"]
)
def test_any_blank_parts_words_as_a_plain_one_does(blank: str, nlp: Language) -> None:
    odd = annotate(whole(SENTENCE.replace(" ", blank)), nlp)
    assert [(t.text, t.dep_, t.head.i, t.whitespace_) for t in odd] == [
        (t.text, t.dep_, t.head.i, t.whitespace_) for t in annotate(whole(SENTENCE), nlp)
    ]


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "Gun\u00admen kil\u200bled nine\u00a0porters near\u200b Bol\ufeff.",
        "Gunmen   killed\n nine\tporters near \u202f Bol.",
        "\u200bGunmen killed nine \x00porters near Bol.",
    ],
    ids=["invisible characters", "blanks", "control characters"],
)
def test_the_model_sees_clean_words(text: str, nlp: Language) -> None:
    """A word with a soft hyphen in it is parsed like the word without."""
    clean_doc = annotate(whole("Gunmen killed nine porters near Bol."), nlp)
    doc = annotate(whole(text), nlp)
    parsed = [token for token in doc if token.tag_]
    assert [t.lemma_ for t in parsed] == [t.lemma_ for t in clean_doc]
    assert [(t.tag_, t.dep_, t.ent_type_) for t in parsed] == [(t.tag_, t.dep_, t.ent_type_) for t in clean_doc]
    order = {token.i: place for place, token in enumerate(parsed)}
    assert [order[t.head.i] for t in parsed] == [t.head.i for t in clean_doc]
    assert len(list(sentences(doc))) == 1


@pytest.mark.model
def test_the_result_does_not_depend_on_what_was_read_before(nlp: Language) -> None:
    article = whole("Raiders abducted six herders in Gao. Nobody has claimed the attack.")
    before = annotate(article, nlp).to_json()
    annotate(whole("Zorbal Nimkotu and twelve velshers were seen in Quandrix."), nlp)
    assert annotate(article, nlp).to_json() == before


# --- long text -----------------------------------------------------------------------------------------------------

LONG_SECONDS = 60.0  # of processor time for 100,000 characters; some 4 on an idle machine


@pytest.mark.model
@pytest.mark.parametrize(
    ("unit", "length"),
    [(f"{SENTENCE} ", 100_000), ("nine people and ", 20_000), ("a", 100_000)],
    ids=["sentences", "no stop", "no blank"],
)
def test_a_long_paragraph_takes_bounded_time(unit: str, length: int, nlp: Language) -> None:
    article = whole((unit * length)[:length])
    started = time.process_time()
    doc = annotate(article, nlp)
    assert time.process_time() - started < LONG_SECONDS
    assert plain(doc.text) == plain(article.text)
    assert max(len(sent) for sent in doc.sents) <= 500


@pytest.mark.model
def test_a_monstrous_sentence_is_cut_and_an_ordinary_one_is_not(nlp: Language) -> None:
    text = "The dead are " + ", ".join(["Ana Paz"] * 60) + "."
    assert len(list(annotate(whole(text), nlp).sents)) == len(list(nlp(text).sents))
    doc = annotate(whole("killed and " * 1_000), nlp)
    assert max(len(sent) for sent in doc.sents) == 500
    assert all(token.head.dep_ for token in doc)
    assert all((token.dep_ == "ROOT") == (token.head == token) for token in doc if token.tag_)


# --- paragraphs and marks ------------------------------------------------------------------------------------------

LINES = {kind: f"No. {number} killed nine porters ({kind})." for number, kind in enumerate(MarkKind)}


def marked_article() -> Article:
    """Make an article with a line of running text before each line that is marked, one of each kind."""
    text = "".join(f"{SENTENCE}\n{line}\n" for line in LINES.values())
    marks = tuple(Mark(Span(text.index(line), text.index(line) + len(line)), kind) for kind, line in LINES.items())
    starts = [mark.span.start - len(SENTENCE) - 1 for mark in marks]
    return Article("a", "a", text, marks=marks, paragraphs=tuple(Span(s, s + len(SENTENCE)) for s in starts))


@pytest.mark.model
def test_only_paragraphs_are_parsed(nlp: Language) -> None:
    article = marked_article()
    doc = annotate(article, nlp)
    for token in doc:
        inside = any(span.start <= token.idx < span.end for span in article.paragraphs)
        assert bool(token.tag_) == inside
        assert inside or (token.dep_, token.pos_, token.ent_type_) == ("dep", "", "")
    assert [sent.text.strip() for sent in sentences(doc)] == [SENTENCE] * len(MarkKind)


@pytest.mark.model
def test_span_groups(nlp: Language) -> None:
    article = marked_article()
    doc = annotate(article, nlp)
    assert set(doc.spans) == {"paragraphs", *MarkKind}
    assert [span.text for span in doc.spans["paragraphs"]] == [SENTENCE] * len(MarkKind)
    for kind, line in LINES.items():
        assert [span.text for span in doc.spans[kind.value]] == [line]


@pytest.mark.model
def test_sentences_do_not_cross_paragraphs(nlp: Language, make_article: MakeArticle) -> None:
    article = make_article("Nine died near\n\nthe river Sarn and\n\nfour men\n\nwere hurt")
    doc = annotate(article, nlp)
    for sent in sentences(doc):
        own = [Span(token.idx, token.idx + len(token)) for token in sent if not token.is_space]
        assert any(p.holds(own[0]) and p.holds(own[-1]) for p in article.paragraphs)


@pytest.mark.model
def test_paragraphs_of_nothing_are_passed_over(nlp: Language) -> None:
    text = f"{SENTENCE} \u200b\u200b "
    spans = (Span(0, 0), Span(0, len(SENTENCE)), Span(len(SENTENCE), len(text)), Span(len(text), len(text)))
    doc = annotate(Article("a", "a", text, paragraphs=spans), nlp)
    assert plain(doc.text) == plain(text)
    assert [sent.text.strip() for sent in sentences(doc)] == [SENTENCE]


# --- models that are loaded ---------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_loaded_model_multiplies_with_numpy_on_one_thread(nlp: Language) -> None:
    """So it is fast, leaves the other cores to the other workers, and gives the same digits with any number of them."""
    encoder = nlp.get_pipe("tok2vec").model
    assert {getattr(node.ops, "use_blis", False) for node in encoder.walk()} == {False}
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


# --- models that cannot be loaded ----------------------------------------------------------------------------------


def message_of(model: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_nlp(model)
    message = str(caught.value)
    assert "\n" not in message
    assert repr(model) in message
    return message


def test_a_missing_model_is_told_how_to_install() -> None:
    assert "pip install en_core_web_xyz" in message_of("en_core_web_xyz")


@pytest.mark.parametrize("name", ["./nowhere/model", "no such model", "en_core_web-xyz", "", "json"])
def test_what_is_no_model(name: str) -> None:
    assert "install" in message_of(name)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    assert "--model" in message_of(str(tmp_path))


@pytest.mark.parametrize("config", ["[nlp]\nlang = 9\n", '[nlp]\nlang = "en"\npipeline = 9\n', "[nlp", "", "\x00"])
def test_a_broken_model(config: str, tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "broken")
    (tmp_path / "broken" / "config.cfg").write_text(config, encoding="utf-8")
    assert "cannot be loaded" in message_of(str(tmp_path / "broken"))


def test_a_model_without_a_parser(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    message = message_of(str(tmp_path / "blank"))
    assert "parser" in message
    assert "en_core_web" in message


def test_a_model_of_another_label_scheme(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("parser").add_label("nsubj:pass")
    nlp.initialize()
    nlp.to_disk(tmp_path / "ud")
    assert "nsubjpass" in message_of(str(tmp_path / "ud"))


# --- any text ------------------------------------------------------------------------------------------------------


def spans_of(mentions: Mentions) -> Iterator[Span | None]:
    """Yield every stretch of text that a mention points to."""
    yield from mentions.sentences
    for casualty in mentions.casualties:
        yield from (casualty.evidence.span, casualty.trigger, casualty.clause, casualty.sentence)
    for mention in (*mentions.victims, *mentions.acts, *mentions.places, *mentions.dates, *mentions.allegations):
        yield mention.evidence.span
    for quote in mentions.quotes:
        yield from (quote.content, quote.cue, quote.speaker.span)
    for allegation in mentions.allegations:
        yield allegation.claim


def check_events(events: tuple[Event, ...], mentions: Mentions, text: str) -> None:
    ids = [event.event_id for event in events]
    assert len(set(ids)) == len(ids)
    for event in events:
        assert event.parent_event_id in {"", *ids}
        for span in (event.summary, *(found.evidence.span for found in event.evidence)):
            assert 0 <= span.start <= span.end <= len(text)
        for kind in ("casualties", "victims", "quotes", "allegations"):
            assert all(0 <= index < len(getattr(mentions, kind)) for index in getattr(event, kind))
        for _, toll in event.tolls:
            known = [n for n in (toll.low, toll.best, toll.high) if n is not None]
            assert known == sorted(known)


def check_indices(mentions: Mentions) -> None:
    for i, casualty in enumerate(mentions.casualties):
        assert casualty.parent is None or casualty.parent in range(len(mentions.casualties))
        assert casualty.parent != i
    for allegation in mentions.allegations:
        assert allegation.denies is None or allegation.denies in range(len(mentions.allegations))
        assert allegation.quote is None or allegation.quote in range(len(mentions.quotes))


def read_through(text: str, published: str, policy: VaguePolicy, nlp: Language) -> list[Span]:
    """Take a text through the whole pipeline, look at all that came of it, and return the stretches outside it."""
    article, _ = clean(Page("test", text, is_html=False, published=published))
    doc: Doc = annotate(article, nlp)
    assert plain(doc.text) == plain(article.text)
    mentions = find_all(doc, article, policy=policy)
    check_indices(mentions)
    events = assemble(article, mentions)
    check_events(events, mentions, article.text)
    reading = Reading(article, mentions, events)
    for table, row in (article_row(article, Outcome.OK), *rows_of(reading)):
        assert set(row) == {column.name for column in TABLES[table.name].columns}
    spans = [span for span in spans_of(mentions) if span is not None]
    return [span for span in spans if not 0 <= span.start < span.end <= len(article.text)]


WORDS = st.sampled_from(
    [
        *("killed", "were killed", "nine", "at least 12", "dozens of", "people", "two children", "a man", "injured"),
        *("Ana Paz", "Peru", "in Bol", "on Monday", "9 January", "2012", "said", "“", "”", '"', "'", ",", ".", "and"),
        *("police", "denied", "accused", "of", "who", "the army", "no one", "up to", "of the 20", "aged 9", "(", ")"),
        *(
            "\n\n",
            "\u00a0",
            "\u200b",
            "🙏",
            "—",
            "minister",
            "he",
            "arrested",
            "\x00",
            "Read also:",
            "years",
            "30",
            "%",
        ),
    ]
)
TEXTS = st.text(max_size=120) | st.lists(WORDS, max_size=40).map(" ".join)


@pytest.mark.model
@settings(max_examples=120, derandomize=True)
@given(text=TEXTS, published=st.sampled_from(["", "2024-02-29"]), policy=st.sampled_from(list(VaguePolicy)))
def test_any_text_comes_through(text: str, published: str, policy: VaguePolicy, nlp: Language) -> None:
    assert read_through(text, published, policy, nlp) == []


@pytest.mark.model
@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_awkward_text_comes_through(text: str, nlp: Language) -> None:
    assert read_through(f"{text}\n\n{text} {SENTENCE}", "2024-02-29", VaguePolicy.ACLED, nlp) == []
