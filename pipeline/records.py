"""All records that travel between the stages, and the codes that stand in their fields.

Offsets are half-open, in characters of `Article.text`. `None` and the empty string mean unknown, never zero.
Codes are those of docs/columns.md; counts are whole persons.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

# --- codes ---------------------------------------------------------------------------------------------------------


class Measure(StrEnum):
    """What happened to the persons counted."""

    KILLED = "killed"
    INJURED = "injured"
    KILLED_OR_INJURED = "killed_or_injured"
    MISSING = "missing"
    DETAINED = "detained"
    ABDUCTED = "abducted"
    DISPLACED = "displaced"


class Qualifier(StrEnum):
    """How a number is bounded by its wording."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    UP_TO = "up_to"
    FEWER_THAN = "fewer_than"
    ABOUT = "about"
    NEARLY = "nearly"
    RANGE = "range"
    VAGUE = "vague"
    IMPLICIT_ONE = "implicit_one"
    UNKNOWN_NUMBER = "unknown_number"


class VaguePolicy(StrEnum):
    """How vague number words are counted: as ACLED does, by their literal least meaning, or not at all."""

    ACLED = "acled"
    LITERAL = "literal"
    BLANK = "blank"


class ConflictPolicy(StrEnum):
    """Which of the figures of several sources is the best one: docs/decisions/0004-what-a-number-means.md."""

    LATEST = "latest"
    CONSERVATIVE = "conservative"
    OFFICIAL_FIRST = "official_first"
    MAJORITY = "majority"


class Scope(StrEnum):
    """What a casualty number is the number of."""

    INCIDENT_TOTAL = "incident_total"
    CUMULATIVE_UPDATE = "cumulative_update"
    INCREMENT = "increment"
    SERIES_TOTAL = "series_total"
    SUBSET = "subset"
    MIXED = "mixed_killed_injured"
    BACKGROUND = "background"


class Status(StrEnum):
    """How a number is held to be true."""

    ASSERTED = "asserted"
    ATTRIBUTED = "attributed"
    ALLEGED = "alleged"
    DENIED = "denied"
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    FEARED = "feared"
    SUPERSEDED = "superseded"


class RejectReason(StrEnum):
    """Why a number that looks like a count of casualties is none."""

    AGE = "age"
    YEAR = "year"
    DATE = "date"
    MONEY = "money"
    CALIBRE = "calibre"
    MEASUREMENT = "measurement"
    ORDINAL = "ordinal"
    ANIMAL = "animal"
    FIGURE_OF_SPEECH = "figure_of_speech"
    SPORT = "sport"
    SENTENCE_LENGTH = "sentence_length"
    ABOARD = "aboard"
    BOILERPLATE = "boilerplate"
    OTHER = "other"


class RecordType(StrEnum):
    """What a row of events.csv stands for."""

    INCIDENT = "incident"
    SERIES = "series"
    BACKGROUND = "background"


class EventType(StrEnum):
    """What kind of violence, accident or arrest it was."""

    SHOOTING = "shooting"
    BOMBING = "bombing"
    AIR_STRIKE = "air_strike"
    SHELLING = "shelling"
    ARMED_CLASH = "armed_clash"
    STABBING = "stabbing"
    PROTEST_REPRESSION = "protest_repression"
    EXECUTION = "execution"
    DEATH_IN_CUSTODY = "death_in_custody"
    ABDUCTION = "abduction"
    ARREST = "arrest"
    DISASTER = "disaster"
    ACCIDENT = "accident"
    OTHER = "other"


class VictimType(StrEnum):
    """Who the victims were."""

    CIVILIAN = "civilian"
    PROTESTER = "protester"
    SECURITY_FORCE = "security_force"
    COMBATANT = "combatant"
    OFFICIAL = "official"
    JOURNALIST = "journalist"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Which part of society a speaker, accused or perpetrator belongs to."""

    GOVERNMENT = "government"
    POLICE = "police"
    MILITARY = "military"
    JUDICIARY = "judiciary"
    HEALTH = "health"
    NGO = "ngo"
    IGO = "igo"
    ARMED_GROUP = "armed_group"
    POLITICAL_PARTY = "political_party"
    WITNESS = "witness"
    FAMILY = "family"
    MEDIA = "media"
    EXPERT = "expert"
    OTHER = "other"


class QuoteType(StrEnum):
    """How speech is reported; a floating quote has no verb of its own."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"
    FLOATING = "floating"


class Act(StrEnum):
    """What somebody is accused of."""

    EXTRAJUDICIAL_KILLING = "extrajudicial_killing"
    KILLING = "killing"
    ATTACK_ON_CIVILIANS = "attack_on_civilians"
    TORTURE = "torture"
    ENFORCED_DISAPPEARANCE = "enforced_disappearance"
    ABDUCTION = "abduction"
    EXCESSIVE_FORCE = "excessive_force"
    ARBITRARY_DETENTION = "arbitrary_detention"
    SEXUAL_VIOLENCE = "sexual_violence"
    FABRICATION_OF_EVIDENCE = "fabrication_of_evidence"
    COVER_UP = "cover_up"
    CORRUPTION = "corruption"
    COLLUSION = "collusion"
    NEGLIGENCE = "negligence"
    INCITEMENT = "incitement"
    OTHER = "other"


class Polarity(StrEnum):
    """Whether an allegation row makes the claim or rejects it."""

    ASSERTS = "asserts"
    DENIES = "denies"


class AllegationStatus(StrEnum):
    """How far the claim has come."""

    ALLEGED = "alleged"
    DENIED = "denied"
    UNDER_INVESTIGATION = "under_investigation"
    CHARGED = "charged"
    ON_TRIAL = "on_trial"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    ADMITTED = "admitted"
    CONTESTED = "contested"
    RETRACTED = "retracted"


class Doubt(StrEnum):
    """Why an event is not surer, as its flags tell."""

    ALLEGED = "alleged"
    CONFLICT = "conflict"
    SUM_OF_GROUPS = "sum_of_groups"
    VAGUE_NUMBER = "vague_number"
    UNKNOWN_NUMBER = "unknown_number"
    UPPER_BOUND_ONLY = "upper_bound_only"
    IMPLICIT_ONE = "implicit_one"
    INCREMENT_WITHOUT_TOTAL = "increment_without_total"
    PART_EXCEEDS_TOTAL = "part_exceeds_total"
    PARTS_EXCEED_TOTAL = "parts_exceed_total"
    NO_PLACE = "no_place"
    PLACE_NOT_LOCAL = "place_not_local"
    PLACE_INFERRED = "place_inferred"
    PLACE_UNRESOLVED = "place_unresolved"
    NO_DATE = "no_date"
    YEAR_UNKNOWN = "year_unknown"
    DATE_IMPRECISE = "date_imprecise"
    DATE_INFERRED = "date_inferred"


class DateType(StrEnum):
    """The kinds of TIMEX3; only a date or a time can date an event."""

    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    SET = "set"


class DateRole(StrEnum):
    """What a date is the date of: the deed, a death or find, something said or done later, the article (`head`)."""

    DEED = "deed"
    DEATH = "death"
    ASIDE = "aside"
    HEAD = "head"
    OPEN = "open"


class DateBasis(StrEnum):
    """What the value of a date rests on."""

    EXPLICIT = "explicit"
    RELATIVE = "relative"
    INHERITED = "inherited"
    PUBLICATION = "publication"
    NONE = "none"


class Feature(StrEnum):
    """What a place is."""

    COUNTRY = "country"
    ADM1 = "adm1"
    ADM2 = "adm2"
    CITY = "city"
    REGION = "region"
    FACILITY = "facility"

    @property
    def where_prec(self) -> int:
        """How precise the coordinates of a place of this kind are, as UCDP codes it: 1 exact to 6 a country."""
        return {"city": 1, "facility": 1, "adm2": 3, "adm1": 4, "region": 5, "country": 6}[self.value]


class PlaceRole(StrEnum):
    """What a place mention does in its article."""

    EVENT = "event"
    DATELINE = "dateline"
    STATEMENT = "statement"
    ORIGIN = "origin"
    GOVERNMENT = "government"
    OTHER = "other"


class MarkKind(StrEnum):
    """Why a stretch of an article is no running text."""

    REPEATED_TITLE = "repeated_title"
    SECTION_LABEL = "section_label"
    INSERT = "insert"
    RELATED = "related"
    COMMENT_FORM = "comment_form"
    BYLINE = "byline"
    DATELINE = "dateline"
    PUBLISHED = "published"
    TITLE = "title"


class PublishedBasis(StrEnum):
    """Where the publication date of an article comes from, best first."""

    GIVEN = "given"
    METADATA = "metadata"
    HEADER = "header"
    DATELINE = "dateline"
    NONE = "none"


class TextBasis(StrEnum):
    """Where the text of an article comes from; a feed often gives a teaser only."""

    TEXT = "text"
    PAGE = "page"
    FEED = "feed"


class Outcome(StrEnum):
    """How an input ended; every input ends in exactly one."""

    OK = "ok"
    NO_INCIDENT = "no_incident"
    DUPLICATE = "duplicate"
    NOT_MODIFIED = "not_modified"
    SKIPPED_ROBOTS = "skipped_robots"
    FETCH_ERROR = "fetch_error"
    FEED_ERROR = "feed_error"
    PARSE_ERROR = "parse_error"
    EXTRACT_ERROR = "extract_error"
    EXTRACT_TIMEOUT = "extract_timeout"
    QUARANTINED = "quarantined"
    NO_TEXT = "no_text"
    NOT_ENGLISH = "not_english"
    TOO_LARGE = "too_large"


READ = (Outcome.OK, Outcome.NO_INCIDENT, Outcome.DUPLICATE, Outcome.NOT_MODIFIED)  # to the end, now or before


# --- articles ------------------------------------------------------------------------------------------------------


def content_id(prefix: str, *parts: object) -> str:
    """Return a stable id: the prefix and a hash of the parts."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(joined.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article's text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Tell whether the other lies inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Page:
    """One input as it came: raw bytes of a file, or the text or HTML of a JSON line.

    Attributes:
        input_id: the id, path or URL it came in under.
        content: bytes still to be decoded, or text.
        is_html: whether the content is a page to be cleaned or plain text.
        origin: absolute path that this is the whole of; blank for one of the records in a file.
        has_id: whether the input id is more than the place of a record in its file.
        charset: encoding of the bytes as the server declared it, or blank.
        from_feed: whether the content is what a feed says of an article whose page could not be had.
    """

    input_id: str
    content: bytes | str
    is_html: bool
    url: str = ""
    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    origin: str = ""
    has_id: bool = True
    charset: str = ""
    from_feed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The address of an article, and what the feed, sitemap or list that names it says of it.

    Attributes:
        url: canonical, so that one article has one address.
        listing: address or path of the feed, sitemap or list; blank if the user gave the address.
        updated: as the listing words it; another value asks for another look at the page.
        text: what the listing holds of the article itself, as plain text.
    """

    url: str
    listing: str = ""
    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of an article that is no running text, and why."""

    span: Span
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article.

    Attributes:
        text: what all offsets refer to; plain text as it came, or the main text of a page.
        published: an ISO day, or blank.
        marks: what is no running text.
        paragraphs: the running text in order, datelines left out; only this is parsed.
    """

    article_id: str
    input_id: str
    text: str
    url: str = ""
    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    published_basis: PublishedBasis = PublishedBasis.NONE
    language: str = ""
    text_basis: TextBasis = TextBasis.TEXT
    sha256: str = ""
    marks: tuple[Mark, ...] = ()
    paragraphs: tuple[Span, ...] = ()

    def marked(self, *kinds: MarkKind) -> tuple[Span, ...]:
        """Return the spans marked as one of the kinds, or as anything."""
        return tuple(mark.span for mark in self.marks if not kinds or mark.kind in kinds)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that was not read, or not to the end, and why."""

    input_id: str
    article_id: str
    stage: str
    outcome: Outcome
    reason: str


# --- mentions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact stands, and which rule read it. The article is the one whose mentions these are."""

    start: int
    end: int
    rule_id: str

    @property
    def span(self) -> Span:
        """The stretch without its rule."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Count:
    """A bounded number of persons as worded; "at least 12" is (12, 12, None, at_least)."""

    low: int | None
    best: int | None
    high: int | None
    qualifier: Qualifier
    text: str

    @property
    def size(self) -> int:
        """The number for comparison, be it only a bound above; 0 for none."""
        return self.best or self.low or self.high or 0

    @property
    def certain(self) -> int:
        """What is certain of the number; 0 for none, or where there is only a bound above."""
        return self.best or self.low or 0


@dataclass(frozen=True, slots=True)
class CasualtyMention:
    """A statement that persons were killed, hurt, lost or taken, or a number that only looks like one.

    Attributes:
        groups: what the counted persons are, such as `children`, `women`, `civilian`, `security_force`, `combatant`.
        parts: how many of them are `children`, `women` or `civilian`, where the text tells.
        group_text: the noun phrase that is counted ("nine police officers").
        trigger: the word that says what happened ("killed"), for the kind of event.
        clause: the stretch in which a place or date would modify this statement.
        sentence: the sentence that holds it.
        asides: stretches of the sentence that tell of something else: "was charged on Friday with" killing.
        attributed_to: who says so, as worded ("he", "the ministry"); blank where the article itself does.
        attributed_name: the name of that speaker, once the quotes of the article are read ("Ilse Brandt").
        attributed_side: which side that is on.
        told_on: the day on which that was said, where the article tells, once its dates are read.
        parent: index, among the casualties of the article, of the total that a subset is part of.
        age: in years, of a single person.
        additive: whether the persons come on top of a toll told before ("three others", "also").
        anaphoric: whether the phrase points back to persons told of before ("both men", "the two soldiers", "he").
        separate: whether its sentence says that it is of another incident ("in a separate attack").
        reject_reason: set if the number is no casualty count; measure and count are then only what it looked like.
    """

    measure: Measure | None
    count: Count
    scope: Scope
    status: Status
    evidence: Evidence
    trigger: Span
    clause: Span
    sentence: Span
    asides: tuple[Span, ...] = ()
    groups: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    group_text: str = ""
    attributed_to: str = ""
    attributed_name: str = ""
    attributed_side: Side | None = None
    told_on: str = ""
    parent: int | None = None
    age: int | None = None
    additive: bool = False
    anaphoric: bool = False
    separate: bool = False
    reject_reason: RejectReason | None = None


@dataclass(frozen=True, slots=True)
class Victim:
    """A named or singly described victim. `age` is in years."""

    name: str
    age: int | None
    sex: str
    role: str
    status: Measure
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place name and what the gazetteer makes of it; coordinates in degrees, WGS84.

    Attributes:
        aside: whether something was only done there about the deed, or at other times: the hospital of the wounded, the
            town that a gang works in.
        where_prec: how exact the coordinates are, as UCDP codes it: 1 the place itself, 2 near it, 3 its district,
            4 its province, 5 a larger region, 6 its country, 7 at sea; none without coordinates.
    """

    text: str
    name: str
    role: PlaceRole
    evidence: Evidence
    country_iso3: str = ""
    adm_1: str = ""
    adm_2: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geonameid: int | None = None
    feature: Feature | None = None
    score: float = 0.0
    where_prec: int | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time expression with its TIMEX3 value, and the days it covers where it covers any.

    Attributes:
        date_prec: UCDP: 1 a day, 2 two to six days, 3 a week, 4 a month, 5 a year or more, 6 unknown.
        role: what it is the date of, by the word that it hangs on.
    """

    text: str
    value: str
    type: DateType
    basis: DateBasis
    evidence: Evidence
    date_start: str = ""
    date_end: str = ""
    date_prec: int = 6
    role: DateRole = DateRole.OPEN


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who spoke, as far as the article tells. `text` is the mention beside the quote."""

    text: str
    span: Span | None
    name: str = ""
    title: str = ""
    org: str = ""
    side: Side | None = None
    is_official: bool | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One piece of reported speech; the pieces of a quote broken by its cue share `group`, an article-wide number."""

    content: Span
    quote_type: QuoteType
    speaker: Speaker
    cue: Span | None
    cue_text: str
    group: int
    coref_basis: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Allegation:
    """Who accuses whom of what, or denies it.

    Attributes:
        denies: index, among the allegations of the article, of the claim that this one denies.
        quote: index, among the quotes of the article, of the quote that makes the claim.
    """

    claim: Span
    act: Act
    accuser: str
    accuser_side: Side | None
    accused: str
    accused_side: Side | None
    polarity: Polarity
    status: AllegationStatus
    evidence: Evidence
    hedge_terms: tuple[str, ...] = ()
    legal_body: str = ""
    denies: int | None = None
    quote: int | None = None


@dataclass(frozen=True, slots=True)
class ActMention:
    """A word that tells the kind of event, its means, or who did it."""

    event_type: EventType | None
    evidence: Evidence
    means: str = ""
    perpetrator: str = ""
    perpetrator_side: Side | None = None
    perpetrator_status: str = ""


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that was found in one article, each kind in text order; `sentences` cover its running text."""

    sentences: tuple[Span, ...] = ()
    casualties: tuple[CasualtyMention, ...] = ()
    victims: tuple[Victim, ...] = ()
    acts: tuple[ActMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    allegations: tuple[Allegation, ...] = ()


# --- events --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Toll:
    """Low, best and high of one measure of an event."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """The stretch of text that a field of an event rests on."""

    field: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Event:
    """One incident, series or background event as told by one article; the fields are those of events.csv.

    Attributes:
        tolls: the measures that the article gives numbers for.
        casualties, victims, quotes, allegations: indices of the mentions of the article that belong to this event.
    """

    event_id: str
    article_id: str
    record_type: RecordType
    event_type: EventType
    summary: Span
    parent_event_id: str = ""
    date_start: str = ""
    date_end: str = ""
    date_prec: int = 6
    date_text: str = ""
    date_basis: DateBasis = DateBasis.NONE
    place: PlaceMention | None = None
    country_iso3: str = ""
    adm_1: str = ""
    adm_2: str = ""
    where_coordinates: str = ""
    where_description: str = ""
    where_prec: int | None = None
    tolls: tuple[tuple[Measure, Toll], ...] = ()
    deaths_qualifier: str = ""
    deaths_scope: str = ""
    deaths_text: str = ""
    deaths_civilians: int | None = None
    deaths_children: int | None = None
    deaths_women: int | None = None
    victim_type: VictimType = VictimType.UNKNOWN
    perpetrators: tuple[str, ...] = ()
    perpetrator_type: Side | None = None
    perpetrator_status: str = ""
    weapons_or_means: tuple[str, ...] = ()
    allegation_status: AllegationStatus | None = None
    source_office: str = ""
    source_original: str = ""
    confidence: float = 0.0
    confidence_flags: tuple[str, ...] = ()
    casualties: tuple[int, ...] = ()
    victims: tuple[int, ...] = ()
    quotes: tuple[int, ...] = ()
    allegations: tuple[int, ...] = ()
    evidence: tuple[FieldEvidence, ...] = ()

    def toll(self, measure: Measure) -> Toll:
        """Return the toll of a measure, blank where there is none."""
        return dict(self.tolls).get(measure, Toll())


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one article gave."""

    article: Article
    mentions: Mentions = field(default_factory=Mentions)
    events: tuple[Event, ...] = ()
    outcome: Outcome = Outcome.OK
