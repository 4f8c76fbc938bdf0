"""Looks as a terminal is told them: SGR parameters, and the shortest way from one to another."""

from functools import lru_cache

_RESET = "\x1b[0m"
# What ends an attribute, a colour (38) or a ground (48).
_ENDS = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28",
    "9": "29", "21": "24", "38": "39", "48": "49", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_SEEN = {"4", "7", "9", "21", "51", "52", "53"}  # attributes that are seen of a blank too


@lru_cache(1024)
def change(before: str, style: str) -> str:
    """What turns one style into another, both as SGR parameters."""
    if not style:
        return _RESET
    had, has = _parts(before), _parts(style)
    ended = {_ENDS[kind] for kind in had if kind not in has}
    if any(_ENDS[kind] in ended for kind in has):  # bold and dim end together
        return f"\x1b[0;{style}m"
    new = [code for kind, code in has.items() if had.get(kind) != code]
    return f"\x1b[{';'.join([*sorted(ended), *new])}m"


@lru_cache(1024)
def alike(style: str, other: str) -> bool:
    """Whether a blank looks the same in both."""
    return ground(style) == ground(other)


@lru_cache(1024)
def for_blank(before: str, style: str) -> str:
    """The style nearest to `before` in which a blank looks as it does in `style`."""
    if alike(before, style):
        return before
    parts = _parts(before)
    if not before or _SEEN & (parts.keys() | _parts(style).keys()):
        return style
    parts.pop("48", None)
    return ";".join([*parts.values(), *filter(None, [ground(style)])])


@lru_cache(1024)
def ground(style: str) -> str:
    """The part of a style that is seen of a blank."""
    parts = _parts(style)
    return style if _SEEN & parts.keys() else parts.get("48", "")


def _parts(style: str) -> dict[str, str]:
    """A style's attributes, each under its own name, its colour and its ground."""
    parts: dict[str, str] = {}
    codes = iter(style.split(";")) if style else iter(())
    for code in codes:
        if code in ("38", "48"):
            kind = next(codes)
            rest = [next(codes) for _ in range(3 if kind == "2" else 1)]
            parts[code] = ";".join((code, kind, *rest))
        elif code in _ENDS:
            parts[code] = code
        else:  # one of the terminal's own colours: 3x or 9x, of the ground 4x or 10x
            parts["38" if code[0] in "39" else "48"] = code
    return parts
