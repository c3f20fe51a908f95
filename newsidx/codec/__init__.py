"""The layouts of the index: bytes ↔ NumPy arrays over a buffer that is given to it. No files, no Whoosh.

One module a structure, each with its writer, its reader, and its layout in its opening lines; docs/format.md says how
they make up a segment. `newsidx.engine.local` owns the files, the maps and the order in which they are made durable.
"""

from newsidx.codec.columns import Columns, write_columns
from newsidx.codec.dictionary import Dictionary, write_dictionary
from newsidx.codec.frame import FORMAT, READ_FORMATS, Frames, Guard, SegmentWriter, read_sheet, write_sheet
from newsidx.codec.groups import Groups, write_groups
from newsidx.codec.postings import Lists, ListsWriter, Tokens
from newsidx.codec.ragged import Ints, firsts, lengths, spans
from newsidx.codec.segment import (
    CURRENT,
    DELETED,
    EARLIER,
    Contents,
    Labels,
    Page,
    Patches,
    Segment,
    Uses,
    WordStretch,
    read_written,
    write_segment,
    written_key,
)
from newsidx.codec.texts import Texts, write_texts

__all__ = [
    "CURRENT",
    "DELETED",
    "EARLIER",
    "FORMAT",
    "READ_FORMATS",
    "Columns",
    "Contents",
    "Dictionary",
    "Frames",
    "Groups",
    "Guard",
    "Ints",
    "Labels",
    "Lists",
    "ListsWriter",
    "Page",
    "Patches",
    "Segment",
    "SegmentWriter",
    "Texts",
    "Tokens",
    "Uses",
    "WordStretch",
    "firsts",
    "lengths",
    "read_sheet",
    "read_written",
    "spans",
    "write_columns",
    "write_dictionary",
    "write_groups",
    "write_segment",
    "write_sheet",
    "write_texts",
    "written_key",
]
