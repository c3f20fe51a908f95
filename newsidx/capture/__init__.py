"""Captures: raw bytes ↔ `Capture`, and what is known of one beside its text.

Responsible for what is worth reading (by name, then by content), for reading it within limits, and for the evidence
that lies around a page: marks of the tool that saved it, a sidecar file, the folders, a pattern over the path. Opens
files for reading only. Leaves the text to `extract`, the walking of trees and the workers to `ingest`, its caller.
"""

from newsidx.capture.content import media_type_of
from newsidx.capture.files import LIMIT_BYTES, read_stored
from newsidx.capture.folders import folder_hints
from newsidx.capture.globs import Glob
from newsidx.capture.names import folder_verdict, is_companion_dir, name_verdict, skip_detail
from newsidx.capture.pattern import PathPattern
from newsidx.capture.saved import saved_page_hints
from newsidx.capture.sidecar import sidecar_hints, sidecar_hints_of, sidecar_names
from newsidx.capture.stored import from_bytes, load

__all__ = [
    "LIMIT_BYTES",
    "Glob",
    "PathPattern",
    "folder_hints",
    "folder_verdict",
    "from_bytes",
    "is_companion_dir",
    "load",
    "media_type_of",
    "name_verdict",
    "read_stored",
    "saved_page_hints",
    "sidecar_hints",
    "sidecar_hints_of",
    "sidecar_names",
    "skip_detail",
]
