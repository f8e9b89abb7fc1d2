"""Historic records: reading what their texts state, and the citations of where they are kept."""

from depesha.telegram.records.drafting import DraftParts, draft_from_record
from depesha.telegram.records.facts import (
    Publication,
    RecordCopies,
    RecordNumber,
    RecordParty,
    RecordPoint,
    RecordReference,
    RecordStamp,
)
from depesha.telegram.records.historic import Explanation, HistoricRecord
from depesha.telegram.records.holdings import (
    CitationStyle,
    Holding,
    Leaf,
    LeafRange,
    holdings_to_citation,
    parse_holdings,
)
from depesha.telegram.records.reading import RECORD_LIMIT_BYTES, parse_record, read_record
from depesha.telegram.records.stated import IndexValue, Place, Stated

__all__ = [
    "RECORD_LIMIT_BYTES",
    "CitationStyle",
    "DraftParts",
    "Explanation",
    "HistoricRecord",
    "Holding",
    "IndexValue",
    "Leaf",
    "LeafRange",
    "Place",
    "Publication",
    "RecordCopies",
    "RecordNumber",
    "RecordParty",
    "RecordPoint",
    "RecordReference",
    "RecordStamp",
    "Stated",
    "draft_from_record",
    "holdings_to_citation",
    "parse_holdings",
    "parse_record",
    "read_record",
]
