"""The exit codes: what they mean, in general and for each command. Help and documentation are made from this."""

from __future__ import annotations

from typing import Final

__all__ = ["CODES", "DONE", "FAULT", "INTERRUPTED", "NOTHING", "PARTIAL", "WRONG", "codes_of"]

DONE: Final = 0
NOTHING: Final = 1
WRONG: Final = 2
PARTIAL: Final = 3
FAULT: Final = 70
INTERRUPTED: Final = 130

CODES: dict[int, str] = {
    DONE: "done, or there are hits",
    NOTHING: "nothing was found, or some captures failed",
    WRONG: "wrong use; the index is missing, damaged or busy; a file cannot be read or written",
    PARTIAL: "a partial result: time ran out",
    FAULT: "a fault of newsidx itself",
    INTERRUPTED: "interrupted",
}

_OWN: dict[str, dict[int, str]] = {
    "add": {
        DONE: "done; captures that are skipped are no failure",
        NOTHING: "some captures failed; the others are in the index",
        WRONG: "wrong use; the index cannot be opened or made, or another writer holds it longer than --wait",
        INTERRUPTED: "interrupted; what was committed stays",
    },
    "search": {
        DONE: "there are hits",
        NOTHING: "no article matches",
        WRONG: "wrong use, or an error in the query; the index is missing or damaged",
        PARTIAL: "there are hits, but time ran out: others may be missing",
    },
    "suggest": {
        DONE: "there are completions",
        NOTHING: "no word of the index begins so",
        WRONG: "wrong use; the index is missing or damaged",
    },
    "why": {
        DONE: "the article is found",
        NOTHING: "it is not",
        WRONG: "wrong use, or an error in the query; no such ID; the index is missing or damaged",
    },
    "reparse": {
        DONE: "done; captures that are gone are no failure",
        NOTHING: "some captures failed; their articles stay as they were",
        WRONG: "wrong use; the index is missing or damaged, or another writer holds it longer than --wait",
        INTERRUPTED: "interrupted; what was committed stays",
    },
    "show": {
        DONE: "shown",
        NOTHING: "with --open: there is nothing to open, or nothing opens it",
        WRONG: "no such ID; no index",
    },
    "parse": {
        DONE: "every file is an article",
        NOTHING: "some file is no capture, or cannot be read as one",
        WRONG: "wrong use",
    },
    "remove": {
        DONE: "taken out",
        NOTHING: "the query matches nothing, or you said no",
        WRONG: "wrong use; no such ID or path; no index; no --yes, and nobody to ask",
    },
    "stats": {DONE: "done", WRONG: "the index is missing or damaged"},
    "check": {
        DONE: "nothing is wrong, or all of it was repaired",
        NOTHING: "with --repair: repaired, but something is lost",
        WRONG: "something is wrong, or the index is missing or damaged",
    },
    "merge": {DONE: "done", WRONG: "the index is missing or damaged, or another writer holds it longer than --wait"},
    "rebuild": {
        DONE: "made",
        WRONG: "wrong use; the index is missing or damaged; the folder for the new one is not empty",
    },
    "serve": {
        DONE: "stopped by Ctrl-C or SIGTERM",
        WRONG: "wrong use; no index; the extra is missing; the address cannot be had",
    },
    "mcp": {
        DONE: "the client went; with --http, stopped by Ctrl-C or SIGTERM",
        WRONG: "wrong use; no index; the extra is missing; the address cannot be had",
    },
    "roots": {DONE: "done", WRONG: "the index is missing or damaged"},
    "roots move": {DONE: "moved", WRONG: "wrong use: no such root, or the new one overlaps another; no index"},
}


def codes_of(command: str) -> dict[int, str]:
    """What each exit code means when it comes from this command; in general where `command` is empty."""
    if not command:
        return CODES
    own = _OWN.get(command, {DONE: CODES[DONE], WRONG: CODES[WRONG]})
    return dict(sorted((own | {FAULT: CODES[FAULT]} | {INTERRUPTED: own.get(INTERRUPTED, CODES[INTERRUPTED])}).items()))
