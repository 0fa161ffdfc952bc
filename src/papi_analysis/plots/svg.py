"""A drawing of matplotlib as short, byte-stable SVG for a page or a file.

No library writes this: matplotlib's own SVG holds fixed colours and styles, and is several times
as long.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import re
from collections.abc import Callable, Iterator
from html import escape
from io import StringIO
from typing import Protocol, TextIO
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from papi_analysis.plots.measure import Metrics
from papi_analysis.plots.palette import COLOURS, colour

SVG = "http://www.w3.org/2000/svg"
HALO = "halo"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_TOKENS = {pair[0]: name for name, pair in COLOURS.items()}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NAME = re.compile(r'(id="|href="#|url\(#)([^")]+)')
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_GAP = re.compile(r":\s+")
_COMMANDS = "MLQCz"  # those that matplotlib writes in a path
_FACES = "Inter, 'DejaVu Sans', 'Liberation Sans', sans-serif"
_STRAIGHT = re.compile(r"(?:M[-\d.]+ [-\d.]+(?:L[-\d.]+ [-\d.]+)*[zZ]?)+")
_ZERO = re.compile(r"(?<!\d)0\.")

ET.register_namespace("", SVG)


class Words(Protocol):
    """What a drawing is called and comes from."""

    title: str
    subtitle: str
    source: str
    alt: str


def page_svg(drawing: ET.Element, *, title: str, alt: str, key: str = "") -> str:
    """Inline SVG: colours as CSS variables (light form as fallback), type of the page.

    Parameters
    ----------
    drawing : Element
        See `clean`; it stays as it is.
    title, alt : str
        Short name, and the drawing told in words.
    key : str
        Keeps ids apart where the same drawing stands twice.
    """
    root = copy.deepcopy(drawing)
    for element in root.iter():
        for name in ("style", "fill", "stroke"):
            if name in element.attrib:
                _to_variables(element, name)
    text = as_text(root)
    seen = f"{key}{title}{alt}".encode() + text.encode("ascii", "xmlcharrefreplace")
    prefix = f"f{hashlib.sha256(seen).hexdigest()[:8]}"
    return _described(_renamed(text, _names(root), prefix), prefix, title, alt)


def plain_svg(
    drawing: ET.Element, words: Words, lines: Callable[[str, float, int], list[str]]
) -> str:
    """An SVG file that stands alone: plain colours, headline, subtitle and source drawn in.

    `drawing` as in `page_svg`; `lines(text, size, weight)` breaks text to its width.
    """
    root = copy.deepcopy(drawing)
    width, height = (float(root.get(name, "0")) for name in ("width", "height"))
    body = list(root)
    head, top = _stack(words.title, 16, 600, colour("ink"), lines, 20.0)
    below, top = _stack(words.subtitle, 12.5, 400, colour("muted"), lines, top)
    top = top if words.title or words.subtitle else 0.0
    foot, end = _stack(words.source, 11.5, 400, colour("muted"), lines, top + height + 18)
    end = end if words.source else top + height
    for child in body:
        root.remove(child)
    paper = {"width": short(width), "height": short(end), "fill": colour("paper")}
    ET.SubElement(root, f"{{{SVG}}}rect", paper)
    moved = ET.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate(0 {short(top)})"})
    moved.extend(body)
    root.extend([*head, *below, *foot])
    root.set("height", short(end))
    root.set("viewBox", f"0 0 {short(width)} {short(end)}")
    root.set("font-family", _FACES)
    text = _described(_renamed(as_text(root), _names(root), "p"), "p", words.title, words.alt)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _stack(
    text: str,
    size: float,
    weight: int,
    fill: str,
    lines: Callable[[str, float, int], list[str]],
    top: float,
) -> tuple[list[ET.Element], float]:
    """Lines of text set below each other from `top`, and where the next thing starts."""
    found = []
    for line in lines(text, size, weight) if text else []:
        look = {"y": short(top), "font-size": short(size), "font-weight": str(weight)}
        element = ET.Element(f"{{{SVG}}}text", {"x": "0", **look, "fill": fill})
        element.text = line
        found.append(element)
        top += round(size * 1.35, 1)
    return found, top


def clean(raw: str) -> ET.Element:
    """What matplotlib wrote without metadata, its style sheet, unused names and long numbers."""
    root = ET.fromstring(raw[raw.index("<svg") :])
    for child in list(root):
        if child.tag.endswith("metadata") or child.find(f"{{{SVG}}}style") is not None:
            root.remove(child)
    for name in ("width", "height"):
        root.set(name, short(float(root.get(name, "0pt").removesuffix("pt"))))
    root.set("stroke-linejoin", "round")
    root.attrib.pop("version", None)
    _add_halos(root)
    used = set(_references(root))
    for element in root.iter():
        if _XLINK in element.attrib:
            element.set("href", element.attrib.pop(_XLINK))
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        for name in ("d", "x", "y", "width", "height", "transform", "style"):
            if name in element.attrib:
                element.set(name, _tidy(name, element.attrib[name]))
        if element.get("transform", "").startswith("rotate(0 "):
            del element.attrib["transform"]
        if not (element.text or "").strip():
            element.text = None
        element.tail = None
    _unwrap(root)
    return root


def _add_halos(root: ET.Element) -> None:
    """Words that lie over a drawing get an edge in the colour of the paper (`style.halo`)."""
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("id") == HALO:
            for text in group.iter(f"{{{SVG}}}text"):
                edge = f"paint-order:stroke;stroke:{colour('paper')};stroke-width:3px"
                text.set("style", f"{text.get('style', '')};{edge}")


def _tidy(name: str, value: str) -> str:
    if name == "d":
        value = " ".join(value.split())
        for command in _COMMANDS:
            value = value.replace(f" {command}", command).replace(f"{command} ", command)
        return steps(value) if straight(value) else _rounded(value)
    if name == "style":
        return _tidy_style(value)
    value = _rounded(value)
    return value.replace("rotate(-0 ", "rotate(0 ") if name == "transform" else value


def _rounded(value: str) -> str:
    return _NUMBER.sub(lambda hit: short(float(hit.group())), value)


@functools.lru_cache(maxsize=1024)
def _tidy_style(value: str) -> str:
    """A declaration of style without white space, long numbers and the family of type."""
    kept = [part.strip() for part in _rounded(value).split(";")]
    kept = [_GAP.sub(":", part) for part in kept if not part.startswith("font-family")]
    return ";".join(part for part in kept if part)


def short(value: float) -> str:
    """Two decimals at most, without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in (_XLINK, "href"):
                yield value.removeprefix("#")
            elif "url(#" in value:
                yield from _REFERENCE.findall(value)


def _unwrap(element: ET.Element) -> None:
    """Take out groups that carry nothing, and drawn paths without a line or a filling."""
    children: list[ET.Element] = []
    for child in list(element):
        _unwrap(child)
        bare = child.tag == f"{{{SVG}}}g" and not child.attrib
        empty = child.tag == f"{{{SVG}}}path" and child.get("style") == "fill:none"
        children.extend(list(child) if bare else [] if empty else [child])
        element.remove(child)
    element.extend(children)


def _to_variables(element: ET.Element, name: str) -> None:
    """Name the colours of the palette by their meaning."""
    before = element.attrib[name]
    value = _variables(before)
    if name == "style" or value == before:
        element.set(name, value)
        return
    del element.attrib[name]
    declared = element.get("style")
    element.set("style", f"{name}:{value};{declared}" if declared else f"{name}:{value}")


@functools.lru_cache(maxsize=1024)
def _variables(value: str) -> str:
    """A value whose colours are CSS variables, with the light form as fallback."""

    def named(hit: re.Match[str]) -> str:
        token = _TOKENS.get(hit.group())
        return f"var(--c-{token},{hit.group()})" if token else hit.group()

    return _COLOUR.sub(named, value)


def _names(root: ET.Element) -> list[str]:
    """The names that elements have, each once."""
    return list(
        dict.fromkeys(element.attrib["id"] for element in root.iter() if "id" in element.attrib)
    )


def _renamed(text: str, names: list[str], prefix: str) -> str:
    """Number the names that are referred to, behind a prefix of their own."""
    new = {name: f"{prefix}-{i}" for i, name in enumerate(names, start=1)}
    return _NAME.sub(lambda hit: hit.group(1) + new.get(hit.group(2), hit.group(2)), text)


def _described(text: str, prefix: str, title: str, alt: str) -> str:
    """Make it one image with a name and a description for those who do not see it."""
    words = [("title", f"{prefix}-t", title), ("desc", f"{prefix}-d", alt)]
    words = [word for word in words if word[-1]]
    head = "".join(
        f'<{tag} id="{name}">{escape(told, quote=False)}</{tag}>' for tag, name, told in words
    )
    ids = " ".join(name for _, name, _ in words)
    role = f'role="img" aria-labelledby="{ids}"' if words else 'aria-hidden="true"'  # an ornament
    opening, _, rest = text.partition(">")
    return f'{opening} class="papi-svg" {role}>{head}{rest}'


def as_text(root: ET.Element) -> str:
    """A drawing as text."""
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def straight(path: str) -> bool:
    """Whether a path is made of straight lines only, in absolute places without white space."""
    return _STRAIGHT.fullmatch(path) is not None


@functools.lru_cache(maxsize=1024)
def steps(path: str) -> str:
    """A polygon or line by its steps in hundredths, which are shorter to write than its places.

    >>> steps("M10.001 20L30.5 20L30.5 25z")
    'm10 20l20.5 0 0 5z'
    """
    parts: list[str] = []
    at = [0, 0]
    for line in path.split("M")[1:]:
        body = line.rstrip("zZ")
        closed = len(body) < len(line)
        places = [round(round(float(n), 2) * 100) for n in body.replace("L", " ").split()]
        moves = [(new - old) / 100 for new, old in zip(places, at + places, strict=False)]
        parts += ["m", _row(moves[:2]), "l" if moves[2:] else "", _row(moves[2:])]
        parts += ["z"] if closed else []
        at = places[:2] if closed else places[-2:]
    return "".join(parts)


def _row(numbers: list[float]) -> str:
    """Numbers beside each other, as short as they can be written.

    >>> _row([0.0, -0.05, 1.2, 20.0, -1.01])
    '0-.05 1.2 20-1.01'
    """
    text = " ".join(["%.7g"] * len(numbers)) % tuple(numbers)
    return _ZERO.sub(".", text.replace(" -", "-"))


class Pen(RendererSVG):
    """Writes what is drawn on so many CSS pixels to a text file."""

    def __init__(self, width: float, height: float, file: TextIO) -> None:
        super().__init__(
            width, height, file, image_dpi=72, metadata={"Date": None, "Creator": None}
        )
        self._text2path = Metrics()


def measuring(figure: Figure) -> RendererSVG:
    """A renderer that knows how wide words are in a figure, and writes to nowhere."""
    return Pen(*figure.bbox.size, StringIO())
