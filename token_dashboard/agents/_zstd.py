"""Zstandard, with a bound on what a few bytes may grow into."""

import sys
from collections.abc import Iterator
from io import FileIO

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE_BYTES = 1 << 20
_LIMITS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 27}
"""128 MiB: what a decoder may be asked to hold."""


def decompressed(data: bytes, limit: int) -> bytes:
    """What was compressed.

    Raises:
        ValueError: it is no Zstandard frame, it is cut off, or it holds more than ``limit`` bytes.
    """
    decompressor = zstd.ZstdDecompressor(options=_LIMITS)
    try:
        text = decompressor.decompress(data, limit + 1)
    except zstd.ZstdError:
        raise ValueError("it is not compressed with Zstandard") from None
    if len(text) > limit:
        raise ValueError(f"decompressed, it is longer than {limit >> 20} MiB")
    if not decompressor.eof:
        raise ValueError("its compressed data end too early")
    return text


def pieces(source: FileIO) -> Iterator[bytes]:
    """A compressed file's content from where ``source`` stands, a bounded piece at a time.

    Raises:
        ValueError: it is no Zstandard file, or it is cut off.
    """
    decompressor = zstd.ZstdDecompressor(options=_LIMITS)
    is_begun = False
    while True:
        try:
            if decompressor.eof:
                # A file may hold several frames, one after another.
                rest = decompressor.unused_data
                decompressor = zstd.ZstdDecompressor(options=_LIMITS)
                is_begun = False
                data = rest or source.read(_PIECE_BYTES) or b""
            elif decompressor.needs_input:
                data = source.read(_PIECE_BYTES) or b""
            else:
                data = b""
            if not data and decompressor.needs_input:
                break
            is_begun = True
            text = decompressor.decompress(data, _PIECE_BYTES)
        except zstd.ZstdError:
            raise ValueError("it is not compressed with Zstandard, or damaged") from None
        if text:
            yield text
    if is_begun and not decompressor.eof:
        raise ValueError("its compressed data end too early")
