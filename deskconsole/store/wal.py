"""SQLite's journal of what is not yet in a desk's file, judged by its own bytes.

SQLite passes over a damaged journal in silence, from the first frame that does not add up: this is
how it is found out. The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

import struct
from pathlib import Path

_HEADER = 32
_FRAME = 24
_MAGICS = {0x377F0682: "<", 0x377F0683: ">"}  # and in which order of bytes it is summed


def lost_frames(path: Path) -> str:
    """What of a journal SQLite will not read though it was written, in words; "" if nothing."""
    if not path.exists() or path.stat().st_size < _HEADER:
        return ""
    with path.open("rb") as file:
        header = file.read(_HEADER)
        magic, _, size, _, salt, more = struct.unpack(">6I", header[:24])
        order = _MAGICS.get(magic)
        sums = struct.unpack(">2I", header[24:])
        if order is None or _sum(header[:24], order, (0, 0)) != sums:
            return "all of it"
        number, bad, commits = 0, 0, 0
        while len(frame := file.read(_FRAME + size)) == _FRAME + size:
            number += 1
            _, committed, *salts = struct.unpack(">4I", frame[:16])
            if tuple(salts) != (salt, more):
                break  # what is left of an earlier round
            if not bad:
                sums = _sum(frame[:8] + frame[_FRAME:], order, sums)
                bad = 0 if sums == struct.unpack(">2I", frame[16:_FRAME]) else number
            commits += bool(bad and committed)
    return f"from frame {bad} of {number} on" if commits else ""


def _sum(data: bytes, order: str, sums: tuple[int, ...]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
