"""The look, said once: colours, statuses and type as Python values, from which CSS, Mantine and Plotly all draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from metrics.results import Status

FONT = '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",system-ui,sans-serif'


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as `#rrggbb`. Dark statuses are lighter than light ones: 3:1 against their ground."""

    paper: str
    raised: str
    line: str
    ink: str
    muted: str
    accent: str
    on_accent: str
    statuses: dict[Status, str]
    series: tuple[str, ...] = ()  # of lines that were chosen, the first the accent; none is a status's or the ink


PALETTES: dict[Theme, Palette] = {
    Theme.LIGHT: Palette(
        paper="#FAFAF7",
        raised="#FFFFFF",
        line="#E3E3DC",
        ink="#1B1F24",
        muted="#5C6670",
        accent="#2E5AAC",
        on_accent="#FFFFFF",
        statuses={
            Status.MET: "#0B7A5E",
            Status.ON_TRACK: "#2F8F9D",
            Status.BEHIND: "#B7791F",
            Status.RECTIFYING: "#C05621",
            Status.OVERDUE: "#B3261E",
            Status.NO_DATA: "#7A858F",
            Status.NOT_APPLICABLE: "#7A858F",
        },
        series=("#2E5AAC", "#840B47", "#AF5A5A", "#525214", "#1D3272"),
    ),
    Theme.DARK: Palette(
        paper="#14171A",
        raised="#1C2024",
        line="#2E343A",
        ink="#ECEDEE",
        muted="#9AA3AD",
        accent="#8FB1F0",
        on_accent="#14171A",
        statuses={
            Status.MET: "#3DB48C",
            Status.ON_TRACK: "#5FB8C6",
            Status.BEHIND: "#DBA24A",
            Status.RECTIFYING: "#E58C58",
            Status.OVERDUE: "#F07A70",
            Status.NO_DATA: "#929CA6",
            Status.NOT_APPLICABLE: "#929CA6",
        },
        series=("#8FB1F0", "#C9E265", "#F8AAAA", "#AC8053", "#A184F5"),
    ),
}


def theme_of(text: object) -> Theme:
    """The theme a cookie or a callback names, chosen or the system's (`auto-dark`); light for anything else."""
    return Theme.DARK if text in (Theme.DARK.value, f"auto-{Theme.DARK.value}") else Theme.LIGHT


def stylesheet() -> str:
    """The palettes as CSS variables, light by default, dark under Mantine's attribute, and on paper always light."""
    light, dark = (_rule(theme) for theme in (Theme.LIGHT, Theme.DARK))
    return f":root{light}{_DARK}{dark}@media print{{{_DARK}{light}}}"


def _rule(theme: Theme) -> str:
    return f"{{color-scheme:{theme.value};{_variables(PALETTES[theme])}}}"


_DARK = ':root[data-mantine-color-scheme="dark"]'


def _variables(palette: Palette) -> str:
    colours = {
        "paper": palette.paper,
        "raised": palette.raised,
        "line": palette.line,
        "ink": palette.ink,
        "muted": palette.muted,
        "accent": palette.accent,
        "on-accent": palette.on_accent,
    } | {status.value.replace("_", "-"): colour for status, colour in palette.statuses.items()}
    colours |= {f"series-{place}": colour for place, colour in enumerate(palette.series)}
    return f"--font:{FONT};" + "".join(f"--{name}:{colour};" for name, colour in colours.items())


def mantine_theme() -> dict[str, Any]:
    """Mantine's theme: our fonts, sizes, corners and accent."""
    blue = [
        "#eef3fb",
        "#dae4f5",
        "#b8cbea",
        "#8fb1f0",
        "#6a90d6",
        "#4a74c2",
        "#2e5aac",
        "#274d93",
        "#20407a",
        "#183060",
    ]
    return {
        "fontFamily": FONT,
        "fontSizes": {"xs": "12px", "sm": "14px", "md": "14px", "lg": "16px", "xl": "20px"},
        "defaultRadius": 4,
        "primaryColor": "biaochi",
        "primaryShade": {"light": 6, "dark": 3},
        "colors": {"biaochi": blue},
        "respectReducedMotion": True,
        "cursorType": "pointer",
    }


def plotly_layout(theme: Theme) -> dict[str, Any]:
    """The layout every figure starts from: transparent ground, quiet axes, our type, no motion."""
    colours = PALETTES[theme]
    axis = {
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.line,
        "tickfont": {"size": 12, "color": colours.muted},
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "font": {"family": FONT.replace('"', "'"), "size": 12, "color": colours.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 40, "t": 28, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colours.raised,
            "bordercolor": colours.line,
            "font": {"family": FONT.replace('"', "'"), "size": 12, "color": colours.ink},
        },
        "xaxis": axis | {"showgrid": False},
        "yaxis": axis,
    }


def faded(colour: str, share: float) -> str:
    """`colour` (#rrggbb) at an opacity of `share`, as `rgba(…)`."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"
