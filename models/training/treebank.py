"""Turn Universal Dependencies trees into the dependency scheme of spaCy's English pipelines.

Universal Dependencies makes the content word the head of everything around it; the ClearNLP scheme that spaCy's
English models use makes prepositions and copulas heads, chains conjuncts, and puts the last word of a name on top.
`convert` rewrites one sentence in place, step by step, each step a function of a few lines.

Source:
    UD English guidelines (universaldependencies.org/en), ClearNLP dependency guidelines (Choi & Palmer 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOMINAL_CHILDREN = frozenset(
    "det amod nummod compound flat nmod nmod:poss nmod:desc nmod:unmarked case acl acl:relcl appos det:predet fixed "
    "goeswith".split()
)
SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "csubj:outer"})
NAME_TAGS = frozenset({"NNP", "NNPS", "NN", "NNS", "JJ", "FW", "HYPH", "AFX", "CD"})
MONTHS = frozenset(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september "
    "october november december".split()
)
SPEECH = frozenset(
    "say tell add ask explain write note argue claim state announce report insist admit reply warn declare recall "
    "believe think suggest suppose comment observe conclude continue remark quip joke complain".split()
)
RAISING = frozenset("seem appear remain become get feel look sound stay turn prove grow".split())
LABELS = {
    "root": "ROOT",
    "obj": "dobj",
    "iobj": "dative",
    "nsubj:pass": "nsubjpass",
    "nsubj:outer": "nsubj",
    "csubj:pass": "csubjpass",
    "csubj:outer": "csubj",
    "aux:pass": "auxpass",
    "cop": "aux",
    "acl:relcl": "relcl",
    "advcl:relcl": "advcl",
    "nmod:poss": "poss",
    "nmod:desc": "compound",
    "nmod:unmarked": "npadvmod",
    "obl:unmarked": "npadvmod",
    "obl:agent": "npadvmod",
    "obl": "npadvmod",
    "det:predet": "predet",
    "cc:preconj": "preconj",
    "compound:prt": "prt",
    "discourse": "intj",
    "vocative": "npadvmod",
    "list": "appos",
    "flat": "compound",
    "fixed": "advmod",
    "goeswith": "compound",
    "orphan": "dep",
    "reparandum": "dep",
    "dislocated": "dep",
}


@dataclass(slots=True, eq=False)
class Word:
    """One token of a sentence; `head` is None for the root, `mark` is GUM's bracketing of mentions."""

    index: int
    form: str
    tag: str
    pos: str
    lemma: str
    label: str
    head: Word | None = None
    space_after: bool = True
    entity: str = "O"
    mark: str = ""

    @property
    def low(self) -> str:
        """The form in lower case."""
        return self.form.lower()


Sentence = list[Word]


def children(sentence: Sentence, word: Word, *labels: str) -> list[Word]:
    """Return the words below `word`, of the given labels or all, in text order."""
    return [w for w in sentence if w.head is word and (not labels or w.label in labels)]


def convert(sentence: Sentence) -> None:
    """Rewrite the heads and labels of one sentence from UD to the ClearNLP scheme."""
    for step in (
        _speech_parataxis,
        _fixed_phrases,
        _dates,
        _names,
        _copulas,
        _existentials,
        _gerund_clauses,
        _prepositions,
        _conjunctions,
        _joined_prepositions,
        _predicates,
        _relabel,
    ):
        step(sentence)


def _take_place(new: Word, old: Word) -> None:
    """Put `new` where `old` hangs; `old` is left for the caller to attach."""
    new.head, new.label = old.head, old.label


def _speech_parataxis(sentence: Sentence) -> None:
    """'"We saw it," he said, "and ran"': the verb of saying governs what is said."""
    for verb in sentence:
        quote = verb.head
        if verb.label != "parataxis" or quote is None or verb.lemma not in SPEECH:
            continue
        if not children(sentence, verb, "nsubj") or children(sentence, verb, "ccomp", "mark"):
            continue
        if verb.index < quote.index:
            continue
        _take_place(verb, quote)
        quote.head, quote.label = verb, "ccomp"
        for mark in children(sentence, quote, "punct"):
            if mark.index > verb.index and mark.index == len(sentence) - 1:
                mark.head = verb


def _fixed_phrases(sentence: Sentence) -> None:
    """Undo flat multi-word expressions: "according to", "because of", "more than", "as many as", "as well as"."""
    for first in sentence:
        rest = children(sentence, first, "fixed")
        if rest and first.label == "case" and rest[-1].tag in {"IN", "TO"}:
            _fixed_preposition(first, rest[-1])
        elif rest:
            _fixed_degree(first, rest)


def _fixed_preposition(first: Word, last: Word) -> None:
    outer = first.low in {"because", "due", "as", "such"} or first.tag == "IN"
    last.head, last.label = first, "pcomp" if outer else "prep*"
    if first.low == "such":  # "such as": the second word is the preposition
        last.head, last.label = first.head, "case"
        first.head, first.label = last, "amod"


def _fixed_degree(first: Word, rest: Sentence) -> None:
    last = rest[-1]
    if first.low in {"more", "less", "fewer"} and last.low in {"than", "then"}:
        last.head, last.label, first.label = first.head, "quantmod", "amod"
    elif first.low == "as" and last.low == "as" and first.label == "advmod":  # as many as 42
        for word in (first, *rest):
            word.head, word.label = first.head, "amod" if word.tag.startswith("J") else "quantmod"
    elif first.low == "up" and last.low == "to":
        last.head, last.label, first.label = first.head, "quantmod", "quantmod"
    elif first.label == "cc":
        _take_place(last, first)
        for word in (first, *rest[:-1]):
            word.head, word.label = last, "advmod"


def _dates(sentence: Sentence) -> None:
    """Make the month the head of "November 23, 1896", and the figures numeric modifiers."""
    for month in sentence:
        day = month.head
        if month.low.rstrip(".") not in MONTHS or day is None or day.index < month.index:
            continue
        if month.label in {"compound", "nmod:unmarked"} and day.form[:1].isdigit():
            _take_place(month, day)
            day.head, day.label = month, "nummod"
            for child in children(sentence, day):
                child.head = month
    for year in sentence:
        if year.label in {"nmod:unmarked", "nmod"} and year.tag == "CD" and not children(sentence, year, "case"):
            head = year.head
            if head is not None and (head.low.rstrip(".") in MONTHS or head.tag == "CD"):
                year.label = "nummod"


def _names(sentence: Sentence) -> None:
    """Make the last word of "Shaikh Abdullah al-Ani" its head, and the words before it compounds."""
    for first in sentence:
        parts = children(sentence, first, "flat")
        if not parts or any(p.tag not in NAME_TAGS for p in parts):
            continue
        last = parts[-1]
        inner = [c for p in parts for c in children(sentence, p, "flat")]
        if inner:
            last = max([*parts, *inner], key=lambda w: w.index)
        if last.index < first.index:
            continue
        _take_place(last, first)
        moved = [c for c in children(sentence, first) if c is not last]
        first.head, first.label = last, "compound"
        for child in moved:
            child.head = last
            if child.label == "flat":
                child.label = "compound"
        for child in (*parts, *inner):
            if child is not last:
                child.head, child.label = last, "compound"


def _copulas(sentence: Sentence) -> None:
    """Make the verb of "he was the mayor" the head; the predicate is its attr, acomp or preposition."""
    for cop in sentence:
        predicate = cop.head
        if cop.label != "cop" or predicate is None:
            continue
        below = [c for c in children(sentence, predicate) if c is not cop]
        _take_place(cop, predicate)
        predicate.head, predicate.label = cop, _predicate_label(predicate, below)
        outer = any(c.label == "nsubj:outer" for c in below)
        clauses = [c for c in below if children(sentence, c, "cop", *SUBJECTS)]
        for child in below:
            if _belongs_to_copula(child, cop, predicate, clauses, outer=outer):
                child.head = cop


def _predicate_label(predicate: Word, below: Sentence) -> str:
    if any(c.label == "case" and c.tag != "POS" for c in below):
        return "obl"
    if predicate.pos == "VERB":
        subject = any(c.label in {"nsubj", "nsubj:pass"} for c in below)
        return "ccomp" if subject else "xcomp"
    if predicate.tag.startswith("RB"):
        return "advmod"
    return "acomp" if predicate.tag.startswith(("J", "VB")) else "attr"


def _belongs_to_copula(  # noqa: PLR0911 -- one line a label, tried in this order
    child: Word, cop: Word, predicate: Word, clauses: Sentence, *, outer: bool
) -> bool:
    """Decide whether a dependent of the predicate is one of the clause; `clauses` have a subject of their own."""
    if outer and child.label != "nsubj:outer":
        return child.index < cop.index and child.label != "nsubj"
    if child.label in SUBJECTS or child.label in {"expl", "aux", "parataxis", "discourse", "vocative"}:
        return True
    if child.label == "conj":
        return child.index > cop.index and (child.pos in {"VERB", "AUX"} or child in clauses)
    if child.label in NOMINAL_CHILDREN:
        return False
    if child.index < cop.index:
        return True
    if child.label == "advmod" and child.index < predicate.index:
        degree = predicate.tag.startswith(("J", "RB")) and predicate.index - child.index == 1
        return child.low in {"not", "n't"} or not degree
    if child.label == "advmod" and child.index > predicate.index:
        return True
    if child.label in {"advcl", "ccomp", "csubj", "obl:unmarked", "advcl:relcl"}:
        return True
    if child.label == "obl":
        return not predicate.tag.startswith(("J", "RB"))
    return child.label == "punct" and child.index > predicate.index


def _existentials(sentence: Sentence) -> None:
    """Label what exists in "there were two teams" as attr; an extraposed "it" is the subject."""
    for expletive in sentence:
        verb = expletive.head
        if expletive.label != "expl" or verb is None:
            continue
        if expletive.tag == "EX":
            for subject in children(sentence, verb, "nsubj"):
                subject.label = "attr" if verb.lemma == "be" else "nsubj"
        else:
            expletive.label = "nsubj" if not children(sentence, verb, "aux:pass") else "nsubj:pass"
            for clause in children(sentence, verb, "csubj", "csubj:pass"):
                clause.label = "ccomp" if clause.index > verb.index else clause.label


def _gerund_clauses(sentence: Sentence) -> None:
    """Make "of" in "accused of hiding it", which governs a gerund, the preposition that it is."""
    for mark in sentence:
        verb = mark.head
        if mark.label != "mark" or verb is None or mark.tag != "IN" or verb.tag != "VBG":
            continue
        if children(sentence, verb, "nsubj", "nsubj:pass", "aux") and mark.low not in {"of", "by", "without"}:
            continue
        mark.head, mark.label = verb.head, "prep"
        verb.head, verb.label = mark, "pcomp"
        if mark.head is None:
            mark.label = "root"


def _prepositions(sentence: Sentence) -> None:
    """Hang "by" in "killed by gunmen in Qaim" on the verb, and its noun on "by"."""
    for noun in sentence:
        cases = [c for c in children(sentence, noun, "case") if c.tag != "POS"]
        if not cases or (noun.label == "nmod:poss" and all(c.tag == "POS" for c in cases)):
            continue
        head, label = noun.head, noun.label
        object_label = "pcomp" if noun.pos in {"ADV", "VERB", "SCONJ"} else "pobj"
        for case in cases:
            case.head, case.label = head, _prep_label(label, case)
            head, label = case, "nested"
        inner = children(sentence, cases[-1], "prep*")
        noun.head, noun.label = (inner[0] if inner else cases[-1]), object_label
        for child in children(sentence, noun):
            if child.index < cases[0].index and child.label in {"punct", "advmod", "cc", "mark", "det", "discourse"}:
                child.head = cases[0] if child.label != "punct" else (cases[0].head or cases[0])
    for word in sentence:
        if word.label == "prep*":
            word.label = "prep"


def _prep_label(label: str, case: Word) -> str:
    if label == "obl:agent" and case.low == "by":
        return "agent"
    return label if label in {"root", "conj", "ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis"} else "prep"


def _conjunctions(sentence: Sentence) -> None:
    """Hang each conjunct of "A, B and C" on the one before it, and so the comma and the "and"."""
    for first in sentence:
        conjuncts = children(sentence, first, "conj")
        previous = first
        for conjunct in conjuncts:
            if conjunct.index < first.index:
                continue
            if previous.label == "prep" and conjunct.label == "conj" and conjunct.pos not in {"ADP", "SCONJ"}:
                previous = first
            conjunct.head = previous
            for child in children(sentence, conjunct, "cc", "punct"):
                if child.index < conjunct.index and child.index > previous.index:
                    child.head = previous
            previous = conjunct


def _joined_prepositions(sentence: Sentence) -> None:
    """Make the second preposition of "in Paris and in Rome" a conjunct of the first."""
    for noun in sentence:
        prep = noun.head
        if noun.label == "conj" and noun.pos == "ADP" and prep is not None and prep.label == "pobj":
            outer = prep.head
            if outer is not None and outer.pos in {"ADP", "SCONJ"}:
                noun.head = outer
                for child in children(sentence, prep, "cc"):
                    if child.index < noun.index:
                        child.head = outer


def _predicates(sentence: Sentence) -> None:
    """Label predicates without a verb of their own ("seems happy", "named him chief"), and "at least" of numbers."""
    for word in sentence:
        head = word.head
        if head is None:
            continue
        if word.label == "xcomp" and not word.tag.startswith(("V", "M", "TO")) and word.pos not in {"VERB", "AUX"}:
            if head.lemma in RAISING:
                word.label = "acomp" if word.tag.startswith(("J", "RB")) else "attr"
            elif word.pos in {"ADJ", "NOUN", "PROPN", "NUM"}:
                word.label = "oprd"
        if word.label == "prep" and word.low == "at":
            for degree in children(sentence, word, "pobj"):
                if degree.low in {"least", "most"} and not children(sentence, degree):
                    degree.head, degree.label = head, "advmod"
                    word.head, word.label = degree, "advmod"
        if word.label == "mark" and word.tag == "TO":
            word.label = "aux"


def _relabel(sentence: Sentence) -> None:
    for word in sentence:
        head = word.head
        if word.label == "advmod" and word.low in {"not", "n't", "n’t", "never"}:
            word.label = "neg"
        elif word.label == "advmod" and head is not None and head.tag == "CD" and word.index < head.index:
            word.label = "quantmod" if word.low in {"over", "some", "under", "around"} else "advmod"
        elif word.label == "nmod" and head is not None:
            word.label = "compound" if word.index < head.index else "npadvmod"
        elif word.label == "nmod:unmarked" and word.tag == "CD":
            word.label = "nummod"
        else:
            word.label = LABELS.get(word.label, word.label.split(":")[0])
        if word.head is None:
            word.label = "ROOT"


def is_tree(sentence: Sentence) -> bool:
    """Tell whether every word reaches the one root."""
    if sum(w.head is None for w in sentence) != 1:
        return False
    for word in sentence:
        seen = 0
        node: Word | None = word
        while node is not None and seen <= len(sentence):
            node, seen = node.head, seen + 1
        if node is not None:
            return False
    return True


def parse_conllu(lines: Iterator[str]) -> Iterator[tuple[bool, Sentence]]:
    """Yield (starts a paragraph or document, words) of each sentence; empty nodes and word ranges are left out."""
    rows: list[list[str]] = []
    joined: dict[str, bool] = {}
    opens = False
    for line in lines:
        if line.startswith("#"):
            opens = opens or line.startswith(("# newdoc", "# newpar"))
        elif line.strip():
            cells = line.rstrip("\n").split("\t")
            if "-" in cells[0]:
                start, end = cells[0].split("-")
                joined |= {str(i): False for i in range(int(start), int(end))}
                joined[end] = "SpaceAfter=No" not in cells[9]
            elif "." not in cells[0]:
                rows.append(cells)
        elif rows:
            yield opens, _build(rows, joined)
            rows, joined, opens = [], {}, False


def _build(rows: list[list[str]], joined: dict[str, bool]) -> Sentence:
    words = []
    for i, row in enumerate(rows):
        misc = dict(part.split("=", 1) for part in row[9].split("|") if "=" in part)
        space = joined.get(row[0], misc.get("SpaceAfter") != "No")
        words.append(
            Word(
                index=i,
                form=row[1],
                tag=row[4],
                pos=row[3],
                lemma=row[2].lower(),
                label=row[7],
                space_after=space,
                entity=misc.get("NE", "O"),
                mark=misc.get("Entity", ""),
            )
        )
    for word, row in zip(words, rows, strict=True):
        word.head = None if row[6] == "0" else words[int(row[6]) - 1]
    return words
