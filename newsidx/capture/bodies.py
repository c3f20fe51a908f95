"""The body of an HTTP response as it was sent → the page's bytes: transfer and content codings taken off.

Every coding is undone within the limit on what comes out, so that a bomb costs no more than an honest page. Archiving
tools often store the decoded body under the headers of the coded one: a coding that the bytes do not show is passed
over. Called by `warc`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Any

from newsidx.capture.files import too_large
from newsidx.capture.zstd import is_zstd, unpacked
from newsidx.errors import CaptureFailed

__all__ = ["decoded_body"]

_CHUNK_BYTES = 1024 * 1024
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_MOST_CODINGS = 4
"""Servers that compress twice exist; the limit is against headers that name a thousand."""


def decoded_body(body: bytes, headers: Mapping[str, str], *, limit_bytes: int) -> bytes:
    """The entity in the body of a response. CaptureFailed: too-large, encoding (a coding unknown or damaged)."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    codings = [coding.strip().lower() for coding in headers.get("content-encoding", "").split(",")]
    named = [coding for coding in codings if coding not in ("", "identity", "none")]
    if len(named) > _MOST_CODINGS:
        raise CaptureFailed("more than four content codings", reason="encoding")
    for coding in reversed(named):
        body = _decoded(body, coding, limit_bytes)
    if len(body) > limit_bytes:
        raise too_large(limit_bytes)
    return body


def _dechunked(body: bytes) -> bytes:
    """The chunks' contents; the body as it is where it is not in chunks. A cut last chunk is kept as far as it goes."""
    chunks: list[bytes] = []
    at = 0
    while (size := _SIZE_LINE.match(body, at)) is not None:
        length = int(size[1], 16)
        if length == 0:
            return b"".join(chunks)
        chunks.append(body[size.end() : size.end() + length])
        at = size.end() + length
        if at >= len(body):
            return b"".join(chunks)
        if body.startswith(b"\r\n", at):
            at += 2
        elif body.startswith(b"\n", at):
            at += 1
        else:
            return body if len(chunks) == 1 else b"".join(chunks)
    return b"".join(chunks) if chunks else body


def _decoded(body: bytes, coding: str, limit_bytes: int) -> bytes:
    match coding:
        case "gzip" | "x-gzip":
            return _inflated(body, (zlib.MAX_WBITS | 16,), limit_bytes) if body.startswith(b"\x1f\x8b") else body
        case "deflate":
            # RFC 9110 means zlib's format; servers have always sent bare deflate data too.
            is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
            first, second = (zlib.MAX_WBITS, -zlib.MAX_WBITS) if is_zlib else (-zlib.MAX_WBITS, zlib.MAX_WBITS)
            return body if _is_markup(body) else _inflated(body, (first, second), limit_bytes)
        case "br":
            return body if _is_markup(body) else _unbrotlied(body, limit_bytes)
        case "zstd":
            return unpacked(body, limit_bytes) if is_zstd(body) else body
        case _:
            if _is_markup(body):
                return body
            raise CaptureFailed(f"the content coding {coding[:40]!r} is not known", reason="encoding")


def _is_markup(body: bytes) -> bool:
    return body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\f").startswith(b"<")


def _inflated(body: bytes, formats: tuple[int, ...], limit_bytes: int) -> bytes:
    """What comes out by the first of the formats that fits. A body cut short gives what there is of it."""
    reason = ""
    for wbits in formats:
        try:
            out, rest = _inflated_once(body, wbits, limit_bytes)
        except zlib.error as error:
            reason = str(error)
            continue
        while rest.startswith(b"\x1f\x8b") and wbits > zlib.MAX_WBITS:  # several members make one body
            more, rest = _inflated_once(rest, wbits, limit_bytes - len(out))
            out += more
        return out
    raise CaptureFailed(f"the compressed body is damaged: {reason}", reason="encoding")


def _inflated_once(body: bytes, wbits: int, limit_bytes: int) -> tuple[bytes, bytes]:
    inflater = zlib.decompressobj(wbits=wbits)
    chunks: list[bytes] = []
    total, pending = 0, body
    while not inflater.eof:
        try:
            chunk = inflater.decompress(pending, min(_CHUNK_BYTES, limit_bytes + 1 - total))
        except zlib.error:
            if not chunks:
                raise
            break  # damaged further on: what came before is the page's beginning
        total += len(chunk)
        if total > limit_bytes:
            raise too_large(limit_bytes)
        chunks.append(chunk)
        pending = inflater.unconsumed_tail
        if not chunk and not pending:
            break
    return b"".join(chunks), inflater.unused_data


def _unbrotlied(body: bytes, limit_bytes: int) -> bytes:
    try:
        import brotli
    except ImportError as error:
        raise CaptureFailed(
            'the body is compressed by brotli: pip install "newsidx[warc]"', reason="encoding"
        ) from error
    decoder: Any = brotli.Decompressor()
    chunks: list[bytes] = []
    total, pending = 0, body
    try:
        while not decoder.is_finished():
            chunk = decoder.process(pending, output_buffer_limit=_CHUNK_BYTES)
            pending = b""
            total += len(chunk)
            if total > limit_bytes:
                raise too_large(limit_bytes)
            if not chunk and decoder.can_accept_more_data():
                break  # cut short
            chunks.append(chunk)
    except brotli.error as error:
        raise CaptureFailed("the compressed body is damaged", reason="encoding") from error
    return b"".join(chunks)
