"""How a statement is held to be true, who says so, and whether it is about one incident or many.

After the ConText idea (Harkema et al. 2009): a cue and a direction. Here the direction is that of the dependency tree:
what governs the statement, what modifies its verb, what stands beside it in its clause. Cues are in
lexicons/status_cues.csv with labels `status:kind`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._numbers import is_ordinal
from pipeline.extract._syntax import (
    NOUN_TAGS,
    RELATIVES,
    ancestors,
    children,
    conjuncts,
    first_conjunct,
    noun_left_edge,
    objects_of,
    subject,
    word_at,
)
from pipeline.lexicons import load_lexicon
from pipeline.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match

IMPLICATIVE = frozenset({"go", "manage", "continue", "begin", "start", "use", "proceed", "happen", "come", "get"})
MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday today yesterday overnight".split())
DAYS_IN_MONTH = 31
MAX_SPEAKER_WORDS = 12
FIRST_YEAR, LAST_YEAR = 1800, 2100
YEAR_DIGITS = 4
RANKED_TOKENS = 12
LASTING = frozenset({"during", "throughout", "amid"})


@cache
def _cues(kind: str) -> Mapping[str, str]:
    """Return the single-word cues of one kind and the status that each gives."""
    found: dict[str, str] = {}
    for entry in load_lexicon("status_cues"):
        status, _, own_kind = entry.label.partition(":")
        if own_kind == kind:
            found[entry.form] = status
    return found


@cache
def _phrases(status: str) -> Mapping[str, list[tuple[str, ...]]]:
    """Return the phrases of one status by their first word."""
    index: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in load_lexicon("status_cues"):
        if entry.label == f"{status}:phrase":
            index[entry.words[0]].append(entry.words)
    return index


def _begins_phrase(token: Token, status: str) -> bool:
    """Tell whether a phrase of a status begins at a token."""
    phrases = _phrases(status)
    for words in (words for form in word_forms(token) for words in phrases.get(form, ())):
        run = token.doc[token.i : token.i + len(words)]
        if len(run) == len(words) and all(w in word_forms(t) for w, t in zip(words, run, strict=True)):
            return True
    return False


# --- status --------------------------------------------------------------------------------------------------------


def status_of(trigger: Token) -> Status:
    """Return how the statement of a trigger word is held to be true.

    The most telling cue wins: negation and denial, then hypothesis and fear, then allegation and attribution.
    """
    found = {*_from_verb_phrase(trigger), *_from_governors(trigger)}
    for status in STRONGEST_FIRST:
        if status in found:
            return status
    return Status.ASSERTED


STRONGEST_FIRST = (
    Status.DENIED,
    Status.NEGATED,
    Status.HYPOTHETICAL,
    Status.FEARED,
    Status.ALLEGED,
    Status.ATTRIBUTED,
)


def _from_verb_phrase(trigger: Token) -> Iterator[Status]:
    """Read the auxiliaries and adverbs of the trigger, and of the verb whose predicate or participle it is."""
    modals, words = _cues("modal"), _cues("word")
    for verb in _verb_group(trigger):
        for child in verb.children:
            low = child.lower_
            if child.dep_ == "neg":
                yield Status.NEGATED
            elif child.dep_ in {"aux", "auxpass"} and low in modals:
                yield Status(modals[low])
            elif child.dep_ in {"advmod", "acomp", "amod", "oprd"} and words.get(low) in STATUS_CODES:
                yield Status(words[low])
        if words.get(verb.lower_) in STATUS_CODES:
            yield Status(words[verb.lower_])
        if _is_open_infinitive(verb):
            yield Status.HYPOTHETICAL
        yield from _conditions(verb)


STATUS_CODES = frozenset({"feared", "alleged", "attributed", "hypothetical"})


def _verb_group(trigger: Token) -> Iterator[Token]:
    """Yield the trigger and the verbs that share its clause: first conjuncts, "are feared dead", "was found dead"."""
    yield trigger
    token = trigger
    while token.dep_ in {"acomp", "attr", "oprd", "conj", "auxpass", "amod"} and token.head != token:
        if token.dep_ == "conj" and (children(token, "aux", "auxpass", "nsubj", "nsubjpass")):
            return
        token = token.head
        yield token


def _is_open_infinitive(verb: Token) -> bool:
    """Tell whether the verb is an infinitive that need not have come true: "to kill two judges", "going to die"."""
    has_to = any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
    if not has_to or verb.tag_ != "VB":
        return False
    return verb.head.lemma_ not in IMPLICATIVE and verb.dep_ in {"xcomp", "advcl", "acl", "relcl", "ccomp", "conj"}


def _conditions(verb: Token) -> Iterator[Status]:
    """Read "if", "unless", "whether" on the clause, and the inverted "Had the bomb gone off, ... would"."""
    marks = _cues("mark")
    for child in children(verb, "mark", "advmod"):
        if child.lower_ in marks:
            yield Status(marks[child.lower_])


def _from_governors(trigger: Token) -> Iterator[Status]:
    """Read the words that govern the clause of the trigger: "denied that", "fear that", "a plot to", "police said"."""
    verbs, nouns, words = _cues("verb"), _cues("noun"), _cues("word")
    below = trigger
    for token in trigger.ancestors:
        forms = word_forms(token)
        if below.dep_ in {"ccomp", "xcomp", "acl", "pcomp", "dobj", "prep", "pobj", "advcl", "csubj", "relcl"}:
            infinitive = any(c.lower_ == "to" for c in children(below, "aux"))
            for form in forms:
                status = verbs.get(form) if token.tag_.startswith("V") else nouns.get(form)
                planned = below is trigger and below.dep_ == "dobj"  # "planning the assassination of a governor"
                if status == Status.HYPOTHETICAL and not (infinitive or planned or _is_future(below)):
                    status = None
                if status == Status.ATTRIBUTED and below.dep_ not in {"ccomp", "xcomp", "acl", "dobj"}:
                    status = None
                if status == Status.DENIED and below.dep_ in {"advcl", "relcl"}:
                    status = None
                if status:
                    yield Status(status)
        if token.tag_.startswith("V"):
            yield from _from_subject(token)
        if words.get(token.lower_) == Status.DENIED or any(_denies(c) for c in token.lefts):
            yield Status.DENIED
        below = token


def _denies(word: Token) -> bool:
    """Tell whether a word before "reports that" denies them: "false", or "refuted" read as an adjective."""
    if _cues("word").get(word.lower_) == Status.DENIED:
        return True
    return word.dep_ == "amod" and any(_cues("verb").get(form) == Status.DENIED for form in word_forms(word))


def _from_subject(verb: Token) -> Iterator[Status]:
    """Read "unconfirmed reports put", and "it is not true that"."""
    words = _cues("word")
    for who in children(verb, "nsubj"):
        told = (words.get(c.lower_) for c in children(who, "amod"))
        yield from (Status(status) for status in told if status in STATUS_CODES or status == Status.DENIED)
    if children(verb, "neg") and any(c.lower_ in {"true", "correct"} for c in children(verb, "acomp")):
        yield Status.DENIED


def _is_future(verb: Token) -> bool:
    return any(c.lower_ in {"will", "would", "could", "may", "might"} for c in children(verb, "aux"))


def is_superseded(cue: Match) -> bool:
    """Tell whether a figure is an earlier one: "had earlier given a toll of 14", "the first bulletin spoke of five".

    The verb that gives it stands with an adverb such as "initially", or in the past perfect with a toll, or its subject
    is an earlier report.
    """
    if any(_is_early_report(t) for t in cue.anchor.ancestors if t.tag_ in NOUN_TAGS):  # "an earlier count of 30 dead"
        return True
    giving = next((t for t in cue.anchor.ancestors if gives_figures(t)), None)
    if giving is None:
        return False
    words = _cues("earlier")
    adverb = any(child.lower_ in words for child in children(giving, "advmod"))
    perfect = cue.role == "toll" and any(child.lower_ == "had" for child in children(giving, "aux"))
    return adverb or perfect or any(_is_early_report(who) for who in children(giving, "nsubj"))


def gives_figures(verb: Token) -> bool:
    """Tell whether a verb gives figures: "put the dead at 18", "spoke of 16"."""
    return verb.lemma_ in _cues("giving")


def _is_early_report(noun: Token) -> bool:
    early = any(child.lower_ in _cues("earlier") or child.lower_ == "first" for child in noun.lefts)
    return early and noun.lemma_.lower() in _cues("report")


# --- attribution ---------------------------------------------------------------------------------------------------


def attributed_to(trigger: Token, sent: DocSpan) -> str:
    """Return who says so: the subject of the verb of saying that governs the trigger, or "according to" whom."""
    verbs = _cues("verb")
    below = trigger
    for token in trigger.ancestors:
        if below.dep_ in {"ccomp", "xcomp", "parataxis", "dobj"} and verbs.get(token.lemma_) == Status.ATTRIBUTED:
            who = subject(token)
            if who is not None:
                return speaker_phrase(who)
        below = token
    for token in sent:
        if token.lower_ == "according":
            objects = list(objects_of(token))
            if objects:
                return speaker_phrase(objects[0])
        says = verbs.get(token.lemma_) == Status.ATTRIBUTED and token.tag_.startswith("V")
        if says and token.dep_ in {"parataxis", "advcl"} and trigger in {*token.head.subtree}:
            who = next(iter(children(token, "nsubj")), None)
            if who is not None:
                return speaker_phrase(who)
    return ""


def speaker_phrase(noun: Token) -> str:
    """Return a noun phrase with its name and office but without clauses, capped."""
    right = noun
    for child in noun.rights:
        if child.dep_ in {"prep", "compound", "appos"} and child.i <= right.right_edge.i + 2:
            right = child.right_edge
    start = noun_left_edge(noun).i
    end = min(right.i + 1, start + MAX_SPEAKER_WORDS)
    return noun.doc[start:end].text.strip(" ,")


# --- scope ---------------------------------------------------------------------------------------------------------


def is_series(trigger: Token, sent: DocSpan) -> bool:
    """Tell whether the statement sums up a period: "since January", "so far this year", "the war has killed 900"."""
    if any(_is_long(who) and who.tag_ == "NN" for who in children(trigger, "nsubj")):
        return True
    return any(_governs_period(trigger, token) for token in _period_tokens(trigger, sent))


def _period_tokens(trigger: Token, sent: DocSpan) -> Iterator[Token]:
    for token in sent:
        low = token.lower_
        own = _clause_of(token) == _clause_of(trigger)
        if (
            (low == "since" and _since_period(token))
            or (low in {"between", "from"} and _is_year(token, 1) and _is_year(token, 3))
            or (low in LASTING and not _names_a_day(trigger) and any(map(_is_long, objects_of(token))))
            or _begins_phrase(token, "series")
            or (own and _several_incidents(token))
        ):
            yield token


def _several_incidents(preposition: Token) -> bool:
    """Tell whether "during four operations", "in two separate attacks" begins: a total of several incidents."""
    if preposition.lower_ not in {"during", "in", "across", "over"} or preposition.tag_ != "IN":
        return False
    nouns = [o for o in objects_of(preposition) if o.lemma_.lower() in _cues("incident") and o.tag_ == "NNS"]
    return any(t.tag_ == "CD" or t.lower_ in {"several", "separate", "multiple"} for o in nouns for t in o.lefts)


def _is_long(noun: Token) -> bool:
    """Tell whether a noun names something of many days: "the war", "the protests", not "a protest"."""
    nouns = _cues("during")
    return noun.lemma_.lower() in nouns and (noun.tag_ == "NNS" or nouns[noun.lemma_.lower()] == "series")


def _names_a_day(trigger: Token) -> bool:
    """Tell whether the clause of the trigger names a day, so that it tells of one incident."""
    own = _clause_of(trigger)
    days = [t for t in trigger.sent if t.lower_ in WEEKDAYS or (t.lower_.rstrip(".") in MONTHS and _has_day(t))]
    return any(_clause_of(day) == own for day in days)


def _has_day(month: Token) -> bool:
    near = month.doc[max(0, month.i - 1) : month.i + 2]
    return any(t.text.isdecimal() and int(t.text) <= DAYS_IN_MONTH for t in near)


def _since_period(since: Token) -> bool:
    """Tell whether "since" names a month, a year or an event, not a day of this week ("missing since Monday")."""
    following = [t.lower_ for t in since.doc[since.i + 1 : since.i + 5]]
    if any(word in MONTHS for word in following[:3]):
        return True
    return any(_is_year(since, k) for k in (1, 2)) or (following[:1] == ["last"] and "week" not in following[:2])


def _is_year(token: Token, ahead: int) -> bool:
    i = token.i + ahead
    if i >= len(token.doc):
        return False
    text = token.doc[i].text
    return len(text) == YEAR_DIGITS and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR


def _governs_period(trigger: Token, period: Token) -> bool:
    """Tell whether the period belongs to the trigger's clause, not to a relative clause beside it."""
    own = _clause_of(trigger)
    other = _clause_of(period)
    before = word_at(period, -1)
    described = before is not None and before.tag_ in {"JJ", "VBN"} and trigger not in conjuncts(first_conjunct(before))
    if (described and period.lower_ == "since") or _ranks_an_incident(period):  # "the body of a man missing since May"
        return False
    return own == other or trigger in {*period.ancestors} or other in {*own.ancestors} or own.dep_ == "conj"


def _ranks_an_incident(period: Token) -> bool:
    """Tell whether a period says among what an incident is the worst, or the tenth: "the deadliest raid since 2019"."""
    for token in reversed(period.doc[max(period.sent.start, period.i - RANKED_TOKENS) : period.i]):
        if token.text in {",", ";"}:
            return False
        superlative = token.tag_ in {"JJS", "RBS"} or (token.tag_ == "JJ" and token.lower_.endswith("est"))
        if is_ordinal(token) or (superlative and token.lower_ not in {"least", "most"}):
            return True
    return False


def _clause_of(token: Token) -> Token:
    return next((t for t in ancestors(token) if t.tag_.startswith("V")), token.sent.root)


def opens_another(sent: DocSpan) -> bool:
    """Tell whether the sentence says that it tells of another incident: "in a separate attack", "elsewhere"."""
    return any(_begins_phrase(token, "separate") for token in sent)


def is_natural(trigger: Token, sent: DocSpan) -> bool:
    """Tell whether a death is told as one of age or illness: "died in her sleep", "has died aged 91"."""
    own = _clause_of(trigger)
    return any(_begins_phrase(t, "natural") and own in {_clause_of(t), t.head} for t in sent)


def is_fiction(sent: DocSpan) -> bool:
    """Tell whether the sentence says that it retells a work: "in the film, a detective hunts a man who killed"."""
    return any(_begins_phrase(token, "fiction") for token in sent)


def is_background(trigger: Token) -> bool:
    """Tell whether the statement is of something earlier.

    It is recalled by another one ("recalled the massacre of 45 villagers"), or told in the past perfect of a relative
    clause ("the squad that had killed a judge").
    """
    words = _cues("word")
    earlier = any(c.lower_ == "had" for c in children(trigger, "aux"))
    if earlier and any(c.lower_ in RELATIVES for c in children(trigger, "nsubj")):
        return True
    below = trigger
    for token in trigger.ancestors:
        if words.get(token.lemma_) == "background":
            return below.dep_ not in {"nsubj", "nsubjpass"}
        if token.dep_ in {"ccomp", "relcl"}:
            return False
        below = token
    return False


def describes_somebody(trigger: Token) -> bool:
    """Tell whether the statement says who somebody is: "a man wanted for the killing of nine monks"."""
    own = _clause_of(trigger)
    if trigger.tag_.startswith("VB") and trigger.dep_ not in {"relcl", "acl", "pcomp"}:
        return False  # "soldiers involved in the search killed six"
    if any(t.lower_ in WEEKDAYS and _clause_of(t) == own for t in trigger.sent):
        return False  # "hunt two men wanted for Monday's murder" tells the news
    for token in reversed(trigger.doc[trigger.sent.start : trigger.i]):
        if token.lower_ in _cues("role"):
            return token.nbor(1).tag_ == "IN"  # the trigger stands further right
        if token.tag_ in {"VBD", "VBZ", "VBP"} and token.lemma_ not in {"be", "have"} and token != own:
            return False
    return False
