"""What articles have to do with each other: near copies of one text, and the news agency behind it."""

from pipeline.link._agencies import find_agency
from pipeline.link._copies import Fingerprint, are_copies, fingerprint_of, group_copies, keys_of

__all__ = ["Fingerprint", "are_copies", "find_agency", "fingerprint_of", "group_copies", "keys_of"]
