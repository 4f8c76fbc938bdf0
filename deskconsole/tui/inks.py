"""The colours of words, such that they can be read on every ground of their theme.

A theme gives its colours; what is written in one that is too near to a ground is written in a
lighter or darker one. WCAG 2 asks for 4.5 (success criterion 1.4.3); a little more is for rounding.
"""

from collections.abc import Mapping, Sequence

from textual.color import Color

ENOUGH = 4.52
_GROUNDS = ("background", "background-lighten-1", "surface", "surface-lighten-1", "panel")
_FILLED = ("primary", "block-cursor-background")
_WORDS = ("accent", "primary", "secondary", "success", "warning", "error")
_FOCUS = 0.06  # of the foreground over a ground: a little more than a focused field lays there
_QUIET = 0.35  # how much of the background quiet words take on
_STEPS = 20


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """A theme's variables (of colours by number, not the terminal's own) for words to be read."""
    colors = {name: Color.parse(variables[name]) for name in (*_GROUNDS, *_FILLED, "foreground")}
    plain = [colors[name] for name in _GROUNDS]
    foreground = readable(colors["foreground"], plain)
    grounds = [*plain, *(ground.blend(foreground, _FOCUS) for ground in plain)]
    quiet = readable(foreground.blend(colors["background"], _QUIET), grounds).hex
    words = {
        f"text-{name}": readable(
            Color.parse(variables[f"text-{name}"]),
            [*grounds, Color.parse(variables[f"{name}-muted"])],
        ).hex
        for name in _WORDS
    }
    return {
        **words,
        "foreground": readable(foreground, grounds).hex,
        "button-foreground": readable(foreground, grounds).hex,
        "text-muted": quiet,
        "text-disabled": quiet,
        "block-cursor-foreground": readable(_WHITE, [colors["block-cursor-background"]]).hex,
        "button-color-foreground": readable(_WHITE, [colors["primary"]]).hex,
    }


def readable(ink: Color, grounds: Sequence[Color]) -> Color:
    """The ink nearest to `ink` that can be read on all grounds, or the best there is."""
    shades = [
        ink.blend(end, step / _STEPS) for step in range(_STEPS + 1) for end in (_BLACK, _WHITE)
    ]
    for shade in shades:
        if least_contrast(shade, grounds) >= ENOUGH:
            return shade
    return max(shades, key=lambda shade: least_contrast(shade, grounds))


def least_contrast(ink: Color, grounds: Sequence[Color]) -> float:
    """The contrast of `ink` with the ground that it is nearest to, from 1 to 21."""
    return min(_contrast(_luminance(ink), _luminance(ground)) for ground in grounds)


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(color: Color) -> float:
    """Relative luminance, as WCAG 2 defines it for sRGB."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
