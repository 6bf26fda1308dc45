"""Compare two sets of tables, one of them golden: what is right, wrong, missed and made up, field by field.

Rows are those of the CSV files as `table.read_table` returns them, keyed by article. Rows of one article are paired
one to one, the most alike first; a pair that shares nothing telling is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Row = Mapping[str, str]
    Comparer = tuple[Callable[[Row, Row], float], Callable[[Row, Row], dict[str, "Score"]]]


WORD = re.compile(r"\w+")
LIKE = 0.8  # share of words that two stretches of text have in common to be the same
BOUNDS = ("low", "best", "high")
EVENT_MEASURES = ("deaths", "injured", "missing", "detained", "abducted", "displaced")
EVENT_FIELDS = (
    "record_type",
    "event_type",
    "date_start",
    "date_prec",
    "country_iso3",
    "adm_1",
    "where_coordinates",
    "deaths_children",
    "deaths_women",
    "victim_type",
    "perpetrator_type",
)
QUOTE_FIELDS = ("speaker_name", "speaker_title", "speaker_org", "speaker_side", "is_official")
ALLEGATION_FIELDS = ("accuser", "accused", "act", "polarity", "status")
COUNT_FIELDS = ("qualifier", "scope", "status", "used")
PLACE_FIELDS = ("country_iso3", "adm_1", "feature", "role")
DATE_FIELDS = ("value", "type", "date_start", "date_end", "date_prec")


@dataclass(frozen=True, slots=True)
class Score:
    """How often two sides agree on a field: both filled and equal, both filled and not, or filled on one side only."""

    correct: int = 0
    incorrect: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.missed + other.missed,
            self.spurious + other.spurious,
        )

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 1 when nothing was said."""
        said = self.correct + self.incorrect + self.spurious
        return self.correct / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is golden that was said; 1 when nothing is golden."""
        golden = self.correct + self.incorrect + self.missed
        return self.correct / golden if golden else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def plain(text: str) -> str:
    """Reduce a cell to what matters for equality: no case, accents, articles, or kind of quotation mark."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"^(?:the|a|an) ", "", " ".join(kept.split()))


def compare(table: str, gold: Mapping[str, Sequence[Row]], found: Mapping[str, Sequence[Row]]) -> dict[str, Score]:
    """Compare the rows of one table, given by article.

    Args:
        table: events, counts, quotes, allegations, places or dates.
        gold: the golden rows of each article.
        found: the rows to judge.

    Returns:
        A score of whole rows under "row", and one for each field, over the paired rows.
    """
    likeness, compared = COMPARERS[table]
    scores: dict[str, Score] = defaultdict(Score)
    for article in sorted({*gold, *found}):
        own, other = gold.get(article, ()), found.get(article, ())
        pairs = _pair(own, other, likeness)
        scores["row"] += Score(len(pairs), 0, len(own) - len(pairs), len(other) - len(pairs))
        for i, j in pairs.items():
            for name, outcome in compared(own[i], other[j]).items():
                scores[name] += outcome
    return dict(scores)


def _pair(gold: Sequence[Row], found: Sequence[Row], likeness: Callable[[Row, Row], float]) -> dict[int, int]:
    """Pair rows one to one, the most alike first."""
    candidates = [
        (-value, i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if (value := likeness(g, f)) > 0
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _field(gold: str, found: str) -> Score:
    """Compare two cells."""
    own, other = plain(gold), plain(found)
    if not own and not other:
        return Score()
    if not own or not other:
        return Score(spurious=1) if other else Score(missed=1)
    return Score(correct=1) if own == other else Score(incorrect=1)


def _fields(gold: Row, found: Row, names: Sequence[str]) -> dict[str, Score]:
    return {name: _field(gold.get(name, ""), found.get(name, "")) for name in names}


# --- events --------------------------------------------------------------------------------------------------------


def _toll(row: Row, measure: str) -> str:
    """Return low, best and high of a measure as one cell, blank if it has none."""
    bounds = [row.get(f"{measure}_{bound}", "") for bound in BOUNDS]
    return "/".join(bounds) if any(bounds) else ""


def _event_likeness(gold: Row, found: Row) -> float:
    """Count what two events share; a toll, or place and day, makes them the same."""
    tolls = sum(bool(_toll(gold, m)) and _toll(gold, m) == _toll(found, m) for m in EVENT_MEASURES)
    place = bool(gold["where_coordinates"]) and plain(gold["where_coordinates"]) == plain(found["where_coordinates"])
    day = bool(gold["date_start"]) and gold["date_start"] == found["date_start"]
    kind = gold["record_type"] == found["record_type"]
    measures = sum(bool(_toll(gold, m)) and bool(_toll(found, m)) for m in EVENT_MEASURES)
    return 2 * tolls + place + day + 0.5 * kind if tolls or (place and day) or (measures and (place or day)) else 0.0


def _compare_events(gold: Row, found: Row) -> dict[str, Score]:
    tolls = {measure: _field(_toll(gold, measure), _toll(found, measure)) for measure in EVENT_MEASURES}
    return tolls | _fields(gold, found, EVENT_FIELDS)


# --- stretches of text ---------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return WORD.findall(plain(text))


def _overlap(gold: str, found: str) -> float:
    """Return the share of words that two texts have in common, of all that either has."""
    own, other = _words(gold), _words(found)
    shared = len({*own} & {*other})
    return shared / len({*own} | {*other}) if own and other else 0.0


def _count_likeness(gold: Row, found: Row) -> float:
    """Two counts are the same when they stand in one sentence, share a word, and say the same."""
    rejected = bool(gold["reject_reason"]), bool(found["reject_reason"])
    same_place = _overlap(gold["sentence"], found["sentence"])
    same_words = _overlap(gold["text"], found["text"])
    if rejected[0] != rejected[1] or same_place < LIKE / 2 or not same_words:
        return 0.0
    same = all(gold[name] == found[name] for name in ("measure", *BOUNDS))
    return same_words + same_place if same or all(rejected) else 0.0


def _compare_counts(gold: Row, found: Row) -> dict[str, Score]:
    if gold["reject_reason"]:
        return {"reject_reason": _field(gold["reject_reason"], found["reject_reason"])}
    return _fields(gold, found, COUNT_FIELDS)


def _quote_likeness(gold: Row, found: Row) -> float:
    value = _overlap(gold["quote_text"], found["quote_text"])
    return value if value >= LIKE else 0.0


def _compare_quotes(gold: Row, found: Row) -> dict[str, Score]:
    return _fields(gold, found, ("quote_type", *QUOTE_FIELDS))


def _allegation_likeness(gold: Row, found: Row) -> float:
    """Two allegations are the same when the accused share a name, or the claims most of their words."""
    claim = _overlap(gold["claim_text"], found["claim_text"])
    accused = _overlap(gold["accused"], found["accused"])
    same = gold["polarity"] == found["polarity"]
    return claim + accused + 0.1 * (gold["act"] == found["act"]) if same and (claim >= LIKE / 2 or accused) else 0.0


def _compare_allegations(gold: Row, found: Row) -> dict[str, Score]:
    return _fields(gold, found, ALLEGATION_FIELDS)


# --- stretches that have offsets -----------------------------------------------------------------------------------


def _span_likeness(gold: Row, found: Row) -> float:
    """Return the share of characters that two mentions have in common: "Andar" is half of "Andar district"."""
    cells = [row.get(name, "") for row in (gold, found) for name in ("start", "end")]
    if not all(cell.isdecimal() for cell in cells):
        return 0.0
    start, end, other_start, other_end = map(int, cells)
    shared = min(end, other_end) - max(start, other_start)
    return max(0, shared) / max(1, max(end, other_end) - min(start, other_start))


def _compare_places(gold: Row, found: Row) -> dict[str, Score]:
    return _fields(gold, found, PLACE_FIELDS)


def _compare_dates(gold: Row, found: Row) -> dict[str, Score]:
    return _fields(gold, found, DATE_FIELDS)


COMPARERS: Mapping[str, Comparer] = {
    "events": (_event_likeness, _compare_events),
    "counts": (_count_likeness, _compare_counts),
    "quotes": (_quote_likeness, _compare_quotes),
    "allegations": (_allegation_likeness, _compare_allegations),
    "places": (_span_likeness, _compare_places),
    "dates": (_span_likeness, _compare_dates),
}
