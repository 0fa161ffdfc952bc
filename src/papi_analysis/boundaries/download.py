"""The optional download of detailed district boundaries, checked before they are kept."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.request import Request, urlopen

from papi_analysis.boundaries.diagnoses import finding
from papi_analysis.errors import EnvironmentFault, SourceError
from papi_analysis.i18n import mark
from papi_analysis.ingest.issues import Phrase

_TIMEOUT = 30  # seconds without an answer
_BLOCK = 1 << 16
_HASH = Phrase(mark("its sha256 is not the pinned one"))


@dataclass(frozen=True)
class Layer:
    """A file on the web: where it is, what it must be, and on what terms."""

    name: str
    url: str
    sha256: str
    size: int
    licence: str
    credit: str


#: Districts of the whole country, simplified by their publisher.
GEOBOUNDARIES = Layer(
    name="geoBoundaries-VNM-ADM2_simplified.geojson",
    url="https://github.com/wmgeolab/geoBoundaries/raw/"
    "ea5b27e7aa608eb6827f2cc76620a5b21acc5962/releaseData/gbOpen/VNM/ADM2/"
    "geoBoundaries-VNM-ADM2_simplified.geojson",
    sha256="0605c74a1b2a8efd45d096bb7ab1ca989575781684f0a265ec98eb6a4efcbead",
    size=5_194_724,
    licence="CC BY-SA 4.0",
    credit="geoBoundaries gbOpen VNM ADM2, Runfola et al. (2020), www.geoboundaries.org",
)


def fetch(
    folder: str | Path,
    *,
    layer: Layer = GEOBOUNDARIES,
    progress: bool = False,
) -> Path:
    """Download a layer into a folder, unless it is there already, and record its licence.

    A download that was cut goes on where it stopped. Nothing stands under the final name before
    its sha256 is the pinned one; beside it stands `<name>.licence.json` with address, licence,
    credit, size and sha256.

    Parameters
    ----------
    folder : str or Path
        Where to keep it; made if it is not there.
    layer : Layer
        What to fetch.
    progress : bool
        Show a bar on the terminal.

    Returns
    -------
    Path
        The file, to be read with `load_layer`.

    Raises
    ------
    EnvironmentFault
        When the address cannot be reached, does not have the file, or the connection is cut.
    SourceError
        When what came is not the pinned file; it is thrown away.
    """
    import pooch

    folder = Path(folder)
    pooch.get_logger().setLevel("WARNING")
    part = folder / f"{layer.name}.part"
    try:
        pooch.retrieve(
            layer.url,
            known_hash=f"sha256:{layer.sha256}",
            fname=layer.name,
            path=folder,
            downloader=_Resuming(part, layer, progress),
        )
    except (OSError, HTTPException) as error:
        raise _unreachable(layer, error) from error
    except ValueError as error:  # pooch: the hash is another one; its file is gone already
        raise _not_the_file(layer) from error
    record = json.dumps(asdict(layer), ensure_ascii=False, indent=1)
    (folder / f"{layer.name}.licence.json").write_text(record + "\n", encoding="utf-8")
    return folder / layer.name


class _Resuming:
    """A downloader for pooch that goes on from the part that an earlier try left."""

    def __init__(self, part: Path, layer: Layer, progress: bool) -> None:
        self.part, self.layer, self.progress = part, layer, progress

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        have = self.part.stat().st_size if self.part.is_file() else 0
        if have < self.layer.size:
            asked = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
            with urlopen(asked, timeout=_TIMEOUT) as answer:
                self._write(answer, "ab" if answer.status == 206 else "wb")
        have = self.part.stat().st_size
        if have < self.layer.size:
            raise ConnectionError(f"{have} / {self.layer.size}")
        self.part.replace(output_file)

    def _write(self, answer: HTTPResponse, mode: str) -> None:
        """Keep what comes, also when the connection is cut, but not more than is expected."""
        with self.part.open(mode) as file:
            while block := answer.read1(_BLOCK):
                file.write(block)
                if file.tell() > self.layer.size:
                    break
                if self.progress:
                    shown = f"{file.tell() / 1e6:.1f} / {self.layer.size / 1e6:.1f} MB"
                    print(f"\r{shown}", end="", file=sys.stderr)


def _not_the_file(layer: Layer) -> SourceError:
    return SourceError(
        "{file} from {url} is not the pinned file (sha256 {expected}). It was not kept.",
        issues=(finding("E-FILE-BROKEN", file=layer.name, reason=_HASH),),
        file=layer.name,
        url=layer.url,
        expected=layer.sha256,
    )


def _unreachable(layer: Layer, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        "{url} could not be downloaded ({reason}). Check the connection and run the command "
        "again: it goes on where it stopped. The drawings of the project need no download.",
        url=layer.url,
        reason=str(error)[:200] or type(error).__name__,
    )
