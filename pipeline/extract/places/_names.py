"""Where names of places stand in a document.

Every run of capitalised words is matched against the gazetteer, the longest name first, whatever the entity recogniser
said; its label is only one of the signs that are weighed afterwards. So "Mansfield Police Department" gives Mansfield,
and a small town that the model takes for a surname is still found in "the town of Tarvel".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.places._words import (
    lower,
    openers,
    place_words,
    tokens_where,
    unit_words,
    word_after,
    word_before,
)
from pipeline.gazetteer import SHORTENED, load_gazetteer, name_key
from pipeline.records import Feature, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
DASHES = frozenset({"-", "–"})
JOINING = DASHES | {*SMALL_WORDS.split(), "&", "'", "’", "‘"}
FUNCTION_TAGS = frozenset({"IN", "DT", "CC", "PRP", "PRP$", "TO", "WRB", "WDT", "WP", "MD", "RB", "EX", "CD", "UH"})
ARTICLES = frozenset({"al", "el", "ar", "as", "ash", "an", "at", "az"})
COMPOUND = re.compile(r"(?P<name>[^\W\d_][\w.]*\w\.?)-[a-z]{3,}$")  # "U.S.-led", where it is one token
CUTTING = frozenset({"and", "&", "the", "'s", "’s", "of", "on"})  # an unlisted name does not go on after these
PART_OF_WORD = re.compile(r"[dl]['’]\w")  # "Côte d'Ivoire"
POSSESSIVE = frozenset({"'s", "’s"})  # "Cox's Bazar"
JOINED = JOINING | POSSESSIVE
LISTING = frozenset({",", "and", "&", "or"})
MAX_LIST_TOKENS = 20
MIN_TOWN = 10_000  # inhabitants; a smaller town that ends like a site ("Griffith Park") is mostly a site elsewhere
DATELINE_PLACE_ENDS = re.compile(r"[\d(\[/:–—-]")  # "ORLA, Norland (Sur Agency) -", "ORLA, Nov 4 -"
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
WIDE = frozenset({Feature.COUNTRY, Feature.REGION})
UNITS = frozenset({Feature.COUNTRY, Feature.ADM1, Feature.ADM2})
NAME_TAGS = frozenset({"NNP", "NNPS"})


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name that may be a place; `start` and `end` count tokens.

    Attributes:
        candidates: what the gazetteer knows by that name; empty for a name that only the text calls a place.
        is_demonym: whether it is an adjective or a name of inhabitants.
        wanted: the kinds of place that a word beside it asks for ("district"), best first.
        other: what it is if it is none of the candidates, but only named after one of them or a part of it: a site
            ("Tarvel Hospital"), a river, a part of a town; none if it is one of them.
    """

    start: int
    end: int
    span: Span
    key: str
    candidates: tuple[Candidate, ...]
    is_demonym: bool = False
    is_dateline: bool = False
    wanted: tuple[Feature, ...] = ()
    other: Feature | None = None

    @property
    def is_called(self) -> bool:
        """Whether a word beside it asks for a kind of place that it may be, or that nothing else is known of."""
        return any(candidate.feature in self.wanted for candidate in self.candidates) or bool(
            self.wanted and not self.candidates
        )

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a town that a direction names ("the South Side")."""
        return self.other is Feature.CITY and self.key.partition(" ")[0] in place_words("compass")

    @property
    def ends_like_site(self) -> bool:
        """Whether its last word is that of a site: "Hampton Park", be it a town or a park."""
        return ends_like_site(self.key)

    @property
    def is_facility(self) -> bool:
        """Whether it is a building, a street or another site that the gazetteer does not have ("Tarvel Hospital")."""
        return self.other is Feature.FACILITY


def ends_like_site(key: str) -> bool:
    """Tell whether the last of several words is that of a site: "hampton park"."""
    return " " in key and key.rpartition(" ")[2] in place_words("facility")


def find_place_names(doc: Doc) -> list[PlaceName]:
    """Find what may be place names in the parsed paragraphs and the datelines, in text order, without overlaps."""
    capitals = tokens_where(doc, lambda form: form[0].isupper() or form in ARTICLES)
    stretches = [(span.start, span.end, False) for span in doc.spans.get("paragraphs", ())]
    stretches += [
        (span.start, _dateline_end(doc, span.start, span.end), True) for span in doc.spans.get("dateline", ())
    ]
    return [
        name
        for start, end, is_dateline in sorted(stretches)
        for name in _names(doc, capitals, start, end, is_dateline=is_dateline)
    ]


def _dateline_end(doc: Doc, start: int, end: int) -> int:
    """Return where the place of a dateline ends: before its agency or its day."""
    days = place_words("day")
    ends = (
        at for at in range(start, end) if DATELINE_PLACE_ENDS.match(doc[at].text) or doc[at].lower_.rstrip(".") in days
    )
    return next(ends, end)


def _names(doc: Doc, capitals: Sequence[int], start: int, end: int, *, is_dateline: bool) -> Iterator[PlaceName]:
    done = start
    for at in capitals[bisect_left(capitals, start) : bisect_left(capitals, end)]:
        name = _name_at(doc, at, end, is_dateline=is_dateline) if at >= done else None
        if name:
            yield name
            done = name.end


def _name_at(doc: Doc, at: int, stop: int, *, is_dateline: bool) -> PlaceName | None:
    """Return the name that starts at a token: what the text calls a place, or else the longest of the gazetteer."""
    text = doc[at].text
    if compound := COMPOUND.match(text):
        return _known(doc, at, at + 1, compound["name"], is_dateline=is_dateline)
    if text == "The" or _is_day(doc, at, stop) or (text.lower() in ARTICLES and not _is_article(doc, at, stop)):
        return None
    return _name_of_run(doc, at, _run_end(doc, at, stop), is_dateline=is_dateline)


def _name_of_run(doc: Doc, at: int, end: int, *, is_dateline: bool) -> PlaceName | None:
    """Return the name that a run of words is or begins with."""
    whole = _whole_end(doc, at, end)
    if _is_on_street(doc, at):
        return _unlisted(doc, at, whole, Feature.FACILITY)
    found = _longest(doc, at, end, is_dateline=is_dateline)
    if found and _is_direction(doc, found):
        found = None
    if found and (found.end >= whole or not _is_called_place(doc, at, whole)):
        return found
    if found or _is_called_place(doc, at, whole) or _is_part(doc, at, whole) or _is_seen_as_place(doc, at, whole):
        return _unlisted(doc, at, whole, _other(doc, at, whole))
    return None


def _longest(doc: Doc, at: int, most: int, *, is_dateline: bool) -> PlaceName | None:
    """Return the longest name of the gazetteer that starts at a token and ends between two others."""
    ends = (end for end in range(most, at, -1) if end - at == 1 or _is_capital(doc[end - 1].text))
    found = (_known(doc, at, end, doc[at:end].text, is_dateline=is_dateline) for end in ends)
    return next(filter(None, found), None)


def _is_direction(doc: Doc, name: PlaceName) -> bool:
    """Tell whether a name is no more than a direction: "East" in "East Tarvel Road", though it is a region too."""
    first = doc[name.start]
    if first.lower_ not in place_words("compass") or name.is_called or name.is_dateline:
        return False
    return name.end - name.start == 1 or all(candidate.is_alias for candidate in name.candidates)


def _is_day(doc: Doc, at: int, stop: int) -> bool:
    """Tell whether a word is a month or a weekday; "March, Cambridgeshire" is none."""
    if doc[at].lower_ not in place_words("day"):
        return False
    if at + 2 >= stop or doc[at + 1].text != "," or not doc[at + 2].text[0].isupper():
        return True
    return not any(c.feature in UNITS for c in load_gazetteer().look_up(doc[at + 2].text) if not c.is_alias)


def _is_article(doc: Doc, at: int, stop: int) -> bool:
    """Tell whether a word is the Arabic article of a name: "al-Hasakah", "Al Bab"; "At Tarvel" has none."""
    if doc[at].text[0].isupper() and doc[at].tag_ not in FUNCTION_TAGS:
        return True
    return at + 2 < stop and doc[at + 1].text == "-" and doc[at + 2].text[0].isupper()


def _run_end(doc: Doc, at: int, stop: int) -> int:
    """Return where the run of capitalised and joining words ends that a token opens; a line may break within it."""
    end = at + 1
    for token in doc[at + 1 : min(stop, at + MAX_NAME_TOKENS)]:
        if not (token.is_space or _continues(doc, token)):
            break
        if _is_capital(token.text):
            end = token.i + 1
    return end


def _continues(doc: Doc, token: Token) -> bool:
    """Tell whether a word goes on with a name; a point only after initials and "St."."""
    before, text = doc[token.i - 1], token.text
    if text == "." and before.idx + len(before) == token.idx:
        return len(before) == 1 or before.lower_ in SHORTENED
    if token.is_sent_start and not (before.text == "." and doc[before.i - 1].lower_ in SHORTENED):
        return False
    if before.text == "." and not _continues(doc, before):
        return False
    if text in DASHES and before.whitespace_ and token.whitespace_ and before.lower_ not in ARTICLES:
        return False
    return (_is_capital(text) and token.lower_ not in place_words("day")) or text in JOINED


def _is_capital(text: str) -> bool:
    return text[0].isupper() or bool(PART_OF_WORD.match(text) and text[2].isupper())


def _known(doc: Doc, start: int, end: int, text: str, *, is_dateline: bool) -> PlaceName | None:
    """Return the name if the gazetteer has it in this spelling."""
    key = name_key(text)
    if len(key) < MIN_KEY:
        return None
    gazetteer = load_gazetteer()
    spelt = text + "." if _is_shortened(doc, end) else text
    candidates = tuple(c for c in gazetteer.look_up(text) if is_dateline or _is_spelt(c, key, spelt))
    if not candidates and _ends_in_unit(doc, start, end):
        candidates = tuple(_of_unit(doc, start, end))
    demonyms = gazetteer.demonym(text)
    is_demonym = bool(demonyms) and not any(candidate.feature in WIDE for candidate in candidates)
    if not candidates and not is_demonym:
        return None
    start_char = doc[start].idx
    span = Span(start_char, start_char + len(text))
    if is_demonym:
        return PlaceName(start, end, span, key, demonyms, is_demonym=True, is_dateline=is_dateline)
    wanted = wanted_features(doc, start, end, key)
    other = _named_alike(doc, end, key, candidates)
    return PlaceName(start, end, span, key, candidates, is_dateline=is_dateline, wanted=wanted, other=other)


def _is_shortened(doc: Doc, end: int) -> bool:
    """Tell whether the point of a short form follows, and no sentence ends there: "London, Ont., police said"."""
    if end + 1 >= len(doc) or doc[end].text != "." or doc[end].idx != doc[end - 1].idx + len(doc[end - 1]):
        return False
    return not doc[end + 1].is_sent_start


def _of_unit(doc: Doc, start: int, end: int) -> Iterator[Candidate]:
    """Yield the units whose name is all but the last word of a run: "Kandahar Province"; no county for a parish."""
    unit = doc[end - 1].lower_
    for candidate in load_gazetteer().look_up(doc[start : end - 1].text):
        own = candidate.name.rpartition(" ")[2].lower()
        if candidate.feature in unit_words()[unit][:2] and (own == unit or own not in unit_words()):
            yield candidate


def _named_alike(doc: Doc, end: int, key: str, candidates: tuple[Candidate, ...]) -> Feature | None:
    """Return what a name is that only shares the name of a unit or a town: "the Kaimur forest", "Griffith Park"."""
    features = {candidate.feature for candidate in candidates}
    if lower(word_after(doc, end)) in place_words("unit:nature") and not features & WIDE:
        return Feature.REGION
    is_site = ends_like_site(key) and Feature.FACILITY not in features
    is_town = any(candidate.population >= MIN_TOWN for candidate in candidates)
    return Feature.FACILITY if is_site and not is_town else None


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
    """Return where a run ends that is one name for sure: "Ghazni and Paktika" may be two; "Bay of Tarvel" is not."""
    opener = start + 2 if doc[start].lower_ in openers() else start + 1
    is_saint = doc[start].lower_.rstrip(".") in SHORTENED and doc[end - 1].lower_ in place_words("facility")
    cutting = CUTTING - POSSESSIVE if is_saint else CUTTING  # "St. Mary's Hospital"
    return next((at for at in range(opener, end) if doc[at].lower_ in cutting), end)


def _is_called_place(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the text calls a whole run a place: "Shah Wali Kot district", "Tarvel Hospital", "Lake Tarvel"."""
    first, last = doc[start], doc[end - 1]
    is_title = first.lower_.rstrip(".") in place_words("title")
    if first.tag_ in FUNCTION_TAGS or (is_title and (end - start <= 2 or not _is_site(doc, start, end))):  # noqa: PLR2004
        return False
    ends = place_words("facility") | place_words("unit:nature")
    if end - start > 1 and (last.lower_ in ends or first.lower_ in openers()):
        return True
    if first.lower_ in place_words("compass"):
        return False
    return bool(wanted_features(doc, start, end, "")) or _is_site(doc, start, end)


def _is_site(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the word for a site ends a run or follows it: "Tarvel Hospital", "the Bermuda Sands motel"."""
    words = {doc[end - 1].lower_, lower(word_after(doc, end))}
    is_named = end - start > 1 and not any(_is_of_body(token) for token in doc[start:end])
    return is_named and bool(words & place_words("facility"))


def _is_of_body(token: Token) -> bool:
    """Tell whether a word is part of the name of a body: "the Norlandic National Army base"."""
    return token.lower_ in place_words("official") or bool(load_gazetteer().demonym(token.text))


def _is_on_street(doc: Doc, start: int) -> bool:
    """Tell whether a name is that of a street: "in the 200 block of Tarvel"."""
    before = word_before(doc, start)
    street = word_before(doc, before.i) if before is not None and before.lower_ == "of" else None
    return street is not None and street.lower_ in place_words("street:of") and doc[start].tag_ in NAME_TAGS


def _is_part(doc: Doc, start: int, end: int) -> bool:
    """Tell whether a run is a part of a town: "the South Side", "Southwest Tarvel" where Tarvel is known."""
    if end - start == 1 or doc[start].lower_ not in place_words("compass"):
        return False
    if doc[start + 1].lower_ in place_words("part"):
        return end - start == 2  # noqa: PLR2004
    known = load_gazetteer().look_up(doc[start + 1 : end].text)
    return any(not c.is_alias and (c.feature in UNITS or c.population >= MIN_TOWN) for c in known)


def _is_seen_as_place(doc: Doc, start: int, end: int) -> bool:
    """Tell whether the model takes a whole run for a place, after a word such as "in"."""
    labels = {token.ent_type_ for token in doc[start:end] if not token.is_space}
    return labels <= PLACE_LABELS and lower(word_before(doc, start)) in INSIDE and doc[start].tag_ not in FUNCTION_TAGS


def _other(doc: Doc, start: int, end: int) -> Feature:
    """Return what a name is that the gazetteer does not know: a site, a water, a unit by its word, or else a town."""
    if doc[end - 1].lower_ in place_words("facility") or _is_site(doc, start, end):
        return Feature.FACILITY
    if doc[start].lower_ in place_words("opener:nature") or doc[end - 1].lower_ in place_words("unit:nature"):
        return Feature.REGION
    wanted = wanted_features(doc, start, end, "")
    return wanted[0] if wanted else Feature.CITY


def _unlisted(doc: Doc, start: int, end: int, other: Feature) -> PlaceName:
    """Return a name that only the text calls a place; the candidates are what it is named after, if that may tell."""
    text = doc[start:end].text
    span = Span(doc[start].idx, doc[start].idx + len(text))
    candidates = tuple(_named_after(doc, start, end, other))
    wanted = wanted_features(doc, start, end, "")
    return PlaceName(start, end, span, name_key(text), candidates, wanted=wanted, other=other)


def _named_after(doc: Doc, start: int, end: int, other: Feature) -> tuple[Candidate, ...]:
    """Return what a site or a part of a town is named after; a street tells nothing, it bears any name."""
    look_up = load_gazetteer().look_up
    last = doc[end - 1].lower_
    if last in place_words("facility") - place_words("street"):
        parts = (look_up(doc[start:stop].text) for stop in range(end - 1, start, -1))
        return next(filter(None, parts), ())
    is_part = other is Feature.CITY and doc[start].lower_ in place_words("compass")
    return look_up(doc[start + 1 : end].text) if is_part and last not in place_words("part") else ()


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
    named = apposed_unit(doc, end) or shared_unit(doc, end)
    return units[named] if named else ()


def shared_unit(doc: Doc, end: int) -> str:
    """Return the word for units at the end of a list: "Ghazni, Paktika and Khost provinces"; empty if there is none."""
    after = word_after(doc, end)
    if after is None or after.text not in LISTING:
        return ""
    joined = False
    for token in doc[after.i : after.i + MAX_LIST_TOKENS]:
        if joined and _is_plural_unit(doc, token):
            return token.lower_
        if token.is_sent_start or not (token.text in LISTING | JOINING or token.text[0].isupper() or token.is_space):
            return ""
        joined = joined or token.text in {"and", "&", "or"}
    return ""


def _is_plural_unit(doc: Doc, token: Token) -> bool:
    """Tell whether a word stands for units after their names; "Florida and the United States" has none."""
    wanted = unit_words().get(token.lower_, ())
    if not token.lower_.endswith("s") or not wanted or wanted[0] is Feature.REGION:
        return False
    return not any(c.feature is Feature.COUNTRY for c in load_gazetteer().look_up(doc[token.i - 1 : token.i + 1].text))


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
