"""Captures: raw bytes ↔ `Capture`, and what is known of one beside its text.

Responsible for what is worth reading (by name, then by content), for reading it within limits, and for the evidence
that lies around a page: marks of the tool that saved it, a sidecar file, the folders, a pattern over the path. Opens
files for reading only. Leaves the text to `extract`, the walking of trees and the workers to `ingest`, its caller.
"""

from newsidx.capture.container import (
    Place,
    container_of,
    list_records,
    open_records,
    parts_of,
    read_from,
    read_record,
)
from newsidx.capture.content import media_type_of
from newsidx.capture.files import LIMIT_BYTES, read_stored
from newsidx.capture.folders import folder_hints
from newsidx.capture.globs import Glob
from newsidx.capture.jsonl import record_formats
from newsidx.capture.names import container_of_name, folder_verdict, is_companion_dir, name_verdict, skip_detail
from newsidx.capture.pattern import PathPattern
from newsidx.capture.record import Entry, Listing, Problem, Record, Revisit
from newsidx.capture.saved import saved_page_hints
from newsidx.capture.sidecar import sidecar_hints, sidecar_hints_of, sidecar_names
from newsidx.capture.stored import from_bytes, from_record, load

__all__ = [
    "LIMIT_BYTES",
    "Entry",
    "Glob",
    "Listing",
    "PathPattern",
    "Place",
    "Problem",
    "Record",
    "Revisit",
    "container_of",
    "container_of_name",
    "folder_hints",
    "folder_verdict",
    "from_bytes",
    "from_record",
    "is_companion_dir",
    "list_records",
    "load",
    "media_type_of",
    "name_verdict",
    "open_records",
    "parts_of",
    "read_from",
    "read_record",
    "read_stored",
    "record_formats",
    "saved_page_hints",
    "sidecar_hints",
    "sidecar_hints_of",
    "sidecar_names",
    "skip_detail",
]
