"""Looks as a terminal is told them: SGR parameters, and the shortest way from one to another."""

from functools import lru_cache

_RESET = "\x1b[0m"


@lru_cache(4096)
def change(before: str, style: str) -> str:
    """What turns one style into another, both as SGR parameters."""
    if not style:
        return _RESET
    had, has = _parts(before), _parts(style)
    if any(kind not in has for kind in had):
        return f"\x1b[0;{style}m"
    new = [code for kind, code in has.items() if had.get(kind) != code]
    return f"\x1b[{';'.join(new)}m"


def _parts(style: str) -> dict[str, str]:
    """A style's attributes, each under its own name, its colour and its ground."""
    parts: dict[str, str] = {}
    codes = iter(style.split(";")) if style else iter(())
    for code in codes:
        if code in ("38", "48"):
            kind = next(codes)
            rest = [next(codes) for _ in range(3 if kind == "2" else 1)]
            parts[code] = ";".join((code, kind, *rest))
        elif len(code) == 1 or code in ("21", "51", "52", "53"):
            parts[code] = code
        else:  # one of the terminal's own colours: 3x or 9x, of the ground 4x or 10x
            parts["38" if code[0] in "39" else "48"] = code
    return parts
