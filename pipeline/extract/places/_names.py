"""Where names of places stand in a document.

Every run of capitalised words is matched against the gazetteer, the longest name first, whatever the entity recogniser
said; its label is only one of the signs that are weighed afterwards. So "Mansfield Police Department" gives Mansfield,
and a small town that the model takes for a surname is still found in "the town of Tarvel".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.places._words import lower, place_words, unit_words, word_after, word_before
from pipeline.gazetteer import load_gazetteer, name_key
from pipeline.records import Feature, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.gazetteer import Candidate

MAX_NAME_TOKENS = 7
MAX_APPOSED_TOKENS = 4
ABBREVIATING = frozenset({"USA", "CAN", "AUS"})
INSIDE = frozenset({"in", "near", "outside", "inside", "around", "across"})
MIN_KEY = 2
SHORT_KEY = 3  # up to here capitals tell an abbreviation from a name: "US", "Gao"
ABBREVIATION_KEY = 5  # up to here a second name of an admin unit needs its point: "Miss." is Mississippi, "Miss" is not
SMALL_WORDS = (
    "of de del la las los el al and the du des da do dos di e y ye i ul ur az ez es ed on upon sur am an der le en au "
    "aux na nad wa"
)
JOINING = frozenset({*SMALL_WORDS.split(), "&", "-", "–", "'", "’", "‘"})
FUNCTION_TAGS = frozenset({"IN", "DT", "CC", "PRP", "PRP$", "TO", "WRB", "WDT", "WP", "MD", "RB", "EX", "CD", "UH"})
ARTICLES = frozenset({"al", "el", "ar", "as", "ash", "an", "at", "az"})
COMPOUND = re.compile(r"(?P<name>[^\W\d_][\w.]*\w\.?)-[a-z]{3,}$")  # "U.S.-led", where it is one token
COORDINATING = frozenset({"and", "&", "the"})
DATELINE_PLACE_ENDS = re.compile(r"[\d(\[/:–—-]")  # "ORLA, Norland (Sur Agency) -", "ORLA, Nov 4 -"
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
WIDE = frozenset({Feature.COUNTRY, Feature.REGION})


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name that may be a place; `start` and `end` count tokens.

    Attributes:
        candidates: what the gazetteer knows by that name; empty for a name that only the text calls a place.
        is_demonym: whether it is an adjective or a name of inhabitants.
        wanted: the kinds of place that a word beside it asks for ("district"), best first.
    """

    start: int
    end: int
    span: Span
    key: str
    candidates: tuple[Candidate, ...]
    is_demonym: bool = False
    is_dateline: bool = False
    wanted: tuple[Feature, ...] = ()

    @property
    def is_called(self) -> bool:
        """Whether a word beside it asks for a kind of place that it may be, or that nothing else is known of."""
        return any(candidate.feature in self.wanted for candidate in self.candidates) or bool(
            self.wanted and not self.candidates
        )

    @property
    def is_facility(self) -> bool:
        """Whether the name itself says that it is a building or a site, known or not ("Tarvel Hospital")."""
        return self.key.rpartition(" ")[2] in place_words("facility") and " " in self.key


def find_place_names(doc: Doc) -> list[PlaceName]:
    """Find what may be place names in the parsed paragraphs and the datelines, in text order, without overlaps."""
    stretches = [(span.start, span.end, False) for span in doc.spans.get("paragraphs", ())]
    stretches += [
        (span.start, _dateline_end(doc, span.start, span.end), True) for span in doc.spans.get("dateline", ())
    ]
    return [
        name
        for start, end, is_dateline in sorted(stretches)
        for name in _names(doc, start, end, is_dateline=is_dateline)
    ]


def _dateline_end(doc: Doc, start: int, end: int) -> int:
    """Return where the place of a dateline ends: before its agency or its day."""
    days = place_words("day")
    ends = (
        at for at in range(start, end) if DATELINE_PLACE_ENDS.match(doc[at].text) or doc[at].lower_.rstrip(".") in days
    )
    return next(ends, end)


def _names(doc: Doc, start: int, end: int, *, is_dateline: bool) -> Iterator[PlaceName]:
    openers = [token.i for token in doc[start:end] if token.text[0].isupper() or token.text in ARTICLES]
    done = start
    for at in openers:
        name = _name_at(doc, at, end, is_dateline=is_dateline) if at >= done else None
        if name:
            yield name
            done = name.end


def _name_at(doc: Doc, at: int, stop: int, *, is_dateline: bool) -> PlaceName | None:
    """Return the name that starts at a token: what the text calls a place, or else the longest of the gazetteer."""
    text = doc[at].text
    if compound := COMPOUND.match(text):
        return _known(doc, at, at + 1, compound["name"], is_dateline=is_dateline)
    if text == "The" or text.lower() in place_words("day") or (text in ARTICLES and not _is_article(doc, at, stop)):
        return None
    end = _run_end(doc, at, stop)
    whole = _whole_end(doc, at, end)
    is_called = _is_called_place(doc, at, whole)
    for last in range(end, at, -1):
        if last < whole and is_called:
            break
        if last - at == 1 or doc[last - 1].text[0].isupper():
            found = _known(doc, at, last, doc[at:last].text, is_dateline=is_dateline)
            if found:
                return found
    return _unlisted(doc, at, whole) if is_called or _is_seen_as_place(doc, at, whole) else None


def _is_article(doc: Doc, at: int, stop: int) -> bool:
    """Tell whether a word in small letters is the Arabic article of a name: "al-Hasakah"."""
    return at + 2 < stop and doc[at + 1].text == "-" and doc[at + 2].text[0].isupper()


def _run_end(doc: Doc, at: int, stop: int) -> int:
    """Return where the run of capitalised and joining words ends that a token opens; a line may break within it."""
    end = at + 1
    for token in doc[at + 1 : min(stop, at + MAX_NAME_TOKENS)]:
        text = token.text
        if token.is_sent_start or not (text.isspace() or _continues(text)):
            break
        if text[0].isupper():
            end = token.i + 1
    return end


def _continues(text: str) -> bool:
    return (text[0].isupper() and text.lower() not in place_words("day")) or text in JOINING


def _known(doc: Doc, start: int, end: int, text: str, *, is_dateline: bool) -> PlaceName | None:
    """Return the name if the gazetteer has it in this spelling."""
    key = name_key(text)
    if len(key) < MIN_KEY:
        return None
    gazetteer = load_gazetteer()
    candidates = tuple(c for c in gazetteer.look_up(text) if is_dateline or _is_spelt(c, key, text))
    if not candidates and _ends_in_unit(doc, start, end):
        wanted = unit_words()[doc[end - 1].lower_][:2]
        candidates = tuple(c for c in gazetteer.look_up(doc[start : end - 1].text) if c.feature in wanted)
    demonyms = gazetteer.demonym(text)
    is_demonym = bool(demonyms) and not any(candidate.feature in WIDE for candidate in candidates)
    if not candidates and not is_demonym:
        return None
    start_char = doc[start].idx
    span = Span(start_char, start_char + len(text))
    if is_demonym:
        return PlaceName(start, end, span, key, demonyms, is_demonym=True, is_dateline=is_dateline)
    wanted = wanted_features(doc, start, end, key)
    return PlaceName(start, end, span, key, candidates, is_dateline=is_dateline, wanted=wanted)


def _is_spelt(candidate: Candidate, key: str, text: str) -> bool:
    """Tell whether a name may stand for a candidate in this spelling: "US", not "Us"; "Gao", not "GAO"; "Miss."."""
    listed = candidate.feature in WIDE or candidate.feature is Feature.ADM1
    if len(key) <= SHORT_KEY:
        is_own = name_key(candidate.name) == key
        abbreviates = "." in text or text.isupper()
        return listed and not is_own if abbreviates else is_own
    short = candidate.feature is Feature.ADM1 and candidate.is_alias and len(key) <= ABBREVIATION_KEY
    return not short or candidate.country_iso3 not in ABBREVIATING or "." in text or text.isupper()


def _ends_in_unit(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the last word of a run is its unit: "Kandahar Province"; not "Texas Department of Health"."""
    is_long = len(name_key(doc[start].text)) > SHORT_KEY
    is_unit = end - start > 1 and doc[end - 1].lower_ in unit_words()
    return is_unit and is_long and lower(word_after(doc, end)) != "of"


def _whole_end(doc: Doc, start: int, end: int) -> int:
    """Return where a run ends that is one name for sure: "Ghazni and Paktika" may be two."""
    return next((at for at in range(start + 1, end) if doc[at].text in COORDINATING), end)


def _is_called_place(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the text calls a whole run a place: "Shah Wali Kot district", "Tarvel Hospital", "Lake Tarvel"."""
    first, last = doc[start], doc[end - 1]
    if first.tag_ in FUNCTION_TAGS or first.lower_ in place_words("compass") or first.lower_ in place_words("title"):
        return False
    if end - start > 1 and (last.lower_ in place_words("facility") or first.lower_ in place_words("opener")):
        return True
    return bool(wanted_features(doc, start, end, ""))


def _is_seen_as_place(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the model takes a whole run for a place, after a word such as "in"."""
    labels = {token.ent_type_ for token in doc[start:end] if not token.is_space}
    return labels <= PLACE_LABELS and lower(word_before(doc, start)) in INSIDE and doc[start].tag_ not in FUNCTION_TAGS


def _unlisted(doc: Doc, start: int, end: int) -> PlaceName:
    """Return a name that only the text calls a place; a building has the candidates of the place it is named after."""
    text = doc[start:end].text
    span = Span(doc[start].idx, doc[start].idx + len(text))
    candidates: tuple[Candidate, ...] = ()
    if doc[end - 1].lower_ in place_words("facility"):
        parts = (load_gazetteer().look_up(doc[start:last].text) for last in range(end - 1, start, -1))
        candidates = next(filter(None, parts), ())
    return PlaceName(start, end, span, name_key(text), candidates, wanted=wanted_features(doc, start, end, ""))


def wanted_features(doc: Doc, start: int, end: int, key: str) -> tuple[Feature, ...]:
    """Return the kinds of place that a word asks for: "X district", "the town of X", or the last of the name itself."""
    units = unit_words()
    own = key.rpartition(" ")[2] if " " in key else ""
    if own in units:
        return units[own]
    after = word_after(doc, end)
    if after is not None and after.lower_ in units and not _names_body(doc, after):
        return units[after.lower_]
    before = word_before(doc, start)
    unit = word_before(doc, before.i) if before is not None and before.lower_ == "of" else None
    if unit is not None and (unit.lower_ if key else unit.text) in units:
        return units[unit.lower_]
    apposed = apposed_unit(doc, end)
    return units[apposed] if apposed else ()


def apposed_unit(doc: Doc, end: int) -> str:
    """Return the word for a unit in an apposition: "Tarvel, a mining town"; empty if there is none."""
    comma = word_after(doc, end)
    article = word_after(doc, comma.i + 1) if comma is not None and comma.text == "," else None
    if article is None or article.lower_ not in {"a", "an"}:
        return ""
    words = [token.lower_ for token in doc[article.i + 1 : article.i + 1 + MAX_APPOSED_TOKENS]]
    return next((word for word in words if word in unit_words()), "")


def _names_body(doc: Doc, unit: Token) -> bool:
    """Tell whether a unit in capitals goes on as the name of a body: "Salt Valley Rights Group"."""
    after = word_after(doc, unit.i + 1)
    return unit.text[0].isupper() and after is not None and after.text[0].isupper()
