"""Opens a layer in a process of its own, with limits of time and memory: run as a script.

GDAL has no such limits, and a damaged file may make it crash or never end. The answer is JSON on
standard output, so that nothing the file holds can run in the process that asked.
"""

import json
import sys

import geopandas as gpd
import shapely


def limit(seconds: int, memory: int) -> None:
    """Let the system end this process when it takes more."""
    try:
        import resource  # not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def opened(path: str, features: int, points: int) -> dict[str, object]:
    """The features of a layer as plain values, or what is wrong with it."""
    layer = gpd.read_file(path)
    if not isinstance(layer, gpd.GeoDataFrame) or layer.empty:
        return {"empty": True}
    shapes = layer.geometry.to_numpy()
    count = int(shapely.get_num_coordinates(shapes).sum())
    if len(layer) > features:
        return {"large": str(len(layer)), "limit": str(features)}
    if count > points:
        return {"large": f"{count} × (x, y)", "limit": f"{points} × (x, y)"}
    table = layer.drop(columns=layer.geometry.name)
    return {
        "columns": {str(name): table[name].tolist() for name in table},
        "shapes": list(shapely.to_wkb(shapes, hex=True)),
        "crs": layer.crs.to_wkt() if layer.crs is not None else None,
    }


if __name__ == "__main__":
    limit(int(sys.argv[4]), int(sys.argv[5]))
    try:
        answer = opened(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except MemoryError:
        raise
    except Exception as error:  # GDAL raises many kinds for a damaged file
        text = str(error).strip()
        answer = {"broken": text.splitlines()[0] if text else type(error).__name__}
    print(json.dumps(answer, default=str))
