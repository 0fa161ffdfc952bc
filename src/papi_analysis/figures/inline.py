"""A drawing of matplotlib turned into small, deterministic SVG for a page or a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Protocol
from xml.etree import ElementTree as ET

from papi_analysis.figures import paths
from papi_analysis.figures.palette import COLOURS, colour

SVG = "http://www.w3.org/2000/svg"
HALO = "halo"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_TOKENS = {pair[0]: name for name, pair in COLOURS.items()}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_PATH_GAP = re.compile(r"\s*([A-Za-z])\s*")
_FACES = "Inter, 'DejaVu Sans', 'Liberation Sans', sans-serif"

ET.register_namespace("", SVG)


class Words(Protocol):
    """What a drawing is called and comes from."""

    title: str
    subtitle: str
    source: str
    alt: str


def page_svg(drawing: str, *, title: str, alt: str, key: str = "") -> str:
    """Inline SVG: colours as CSS variables (light form as fallback), type of the page.

    Parameters
    ----------
    drawing : str
        See `clean`.
    title, alt : str
        Short name, and the drawing told in words.
    key : str
        Keeps ids apart where the same drawing stands twice.
    """
    root = ET.fromstring(drawing)
    for element in root.iter():
        for name in ("style", "fill", "stroke"):
            if name in element.attrib:
                _to_variables(element, name)
    digest = hashlib.sha256(f"{key}{title}{alt}".encode() + ET.tostring(root)).hexdigest()
    prefix = f"f{digest[:8]}"
    _rename(root, prefix)
    _describe(root, prefix, title, alt)
    return _text(root)


def plain_svg(drawing: str, words: Words, lines: Callable[[str, float, int], list[str]]) -> str:
    """An SVG file that stands alone: plain colours, headline, subtitle and source drawn in.

    `drawing` as in `page_svg`; `lines(text, size, weight)` breaks text to its width.
    """
    root = ET.fromstring(drawing)
    width, height = (float(root.get(name, "0")) for name in ("width", "height"))
    body = list(root)
    head, top = _stack(words.title, 16, 600, colour("ink"), lines, 20.0)
    below, top = _stack(words.subtitle, 12.5, 400, colour("muted"), lines, top)
    top = top if words.title or words.subtitle else 0.0
    foot, end = _stack(words.source, 11, 400, colour("muted"), lines, top + height + 18)
    end = end if words.source else top + height
    for child in body:
        root.remove(child)
    paper = {"width": _short(width), "height": _short(end), "fill": colour("paper")}
    ET.SubElement(root, f"{{{SVG}}}rect", paper)
    moved = ET.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate(0 {_short(top)})"})
    moved.extend(body)
    root.extend([*head, *below, *foot])
    root.set("height", _short(end))
    root.set("viewBox", f"0 0 {_short(width)} {_short(end)}")
    root.set("font-family", _FACES)
    _rename(root, "p")
    _describe(root, "p", words.title, words.alt)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + _text(root) + "\n"


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
        look = {"y": _short(top), "font-size": _short(size), "font-weight": str(weight)}
        element = ET.Element(f"{{{SVG}}}text", {"x": "0", **look, "fill": fill})
        element.text = line
        found.append(element)
        top += round(size * 1.35, 1)
    return found, top


def clean(raw: str) -> str:
    """What matplotlib wrote without metadata, its style sheet, unused names and long numbers."""
    root = ET.fromstring(raw[raw.index("<svg") :])
    for child in list(root):
        if child.tag.endswith("metadata") or child.find(f"{{{SVG}}}style") is not None:
            root.remove(child)
    for name in ("width", "height"):
        root.set(name, _short(float(root.get(name, "0pt").removesuffix("pt"))))
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
    return _text(root)


def _add_halos(root: ET.Element) -> None:
    """Words that lie over a drawing get an edge in the colour of the paper (`style.halo`)."""
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("id") == HALO:
            for text in group.iter(f"{{{SVG}}}text"):
                edge = f"paint-order:stroke;stroke:{colour('paper')};stroke-width:3px"
                text.set("style", f"{text.get('style', '')};{edge}")


def _tidy(name: str, value: str) -> str:
    if name == "d":
        value = _PATH_GAP.sub(r"\1", value).replace("\n", " ").strip()
        if paths.straight(value):
            return paths.steps(value)
    value = _NUMBER.sub(lambda hit: _short(float(hit.group())), value)
    if name == "transform":
        return value.replace("rotate(-0 ", "rotate(0 ")
    if name == "style":
        kept = [part.strip() for part in value.split(";")]
        kept = [re.sub(r":\s+", ":", part) for part in kept if not part.startswith("font-family")]
        return ";".join(part for part in kept if part)
    return value


def _short(value: float) -> str:
    """Two decimals at most, without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in (_XLINK, "href"):
                yield value.removeprefix("#")
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

    def named(hit: re.Match[str]) -> str:
        token = _TOKENS.get(hit.group())
        return f"var(--c-{token},{hit.group()})" if token else hit.group()

    value = re.sub(r"#[0-9a-f]{6}", named, element.attrib[name])
    if name == "style" or value == element.attrib[name]:
        element.set(name, value)
        return
    del element.attrib[name]
    declared = element.get("style")
    element.set("style", f"{name}:{value};{declared}" if declared else f"{name}:{value}")


def _rename(root: ET.Element, prefix: str) -> None:
    """Number the names that are referred to, behind a prefix of their own."""
    names = [element.get("id") for element in root.iter() if element.get("id")]
    new = {name: f"{prefix}-{i}" for i, name in enumerate(dict.fromkeys(names), start=1)}
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            if attribute == "id":
                element.set("id", new[value])
            elif attribute == "href":
                element.set("href", "#" + new[value.removeprefix("#")])
            elif "url(#" in value:
                swapped = _REFERENCE.sub(lambda hit: f"url(#{new[hit.group(1)]})", value)
                element.set(attribute, swapped)


def _describe(root: ET.Element, prefix: str, title: str, alt: str) -> None:
    """Make it one image with a name and a description for those who do not see it."""
    words = [("title", f"{prefix}-t", title), ("desc", f"{prefix}-d", alt)]
    words = [(tag, name, text) for tag, name, text in words if text]
    for place, (tag, name, text) in enumerate(words):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": name})
        element.text = text
        root.insert(place, element)
    root.set("class", "papi-svg")
    if not words:  # nothing to tell: an ornament
        root.set("aria-hidden", "true")
        return
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(name for _, name, _ in words))


def _text(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)
