"""Fetch the browser libraries the app serves itself, with their licences, and write the manifest.

Run it to take up another version; the files it writes are committed, so nobody needs it to run the app:

    .venv/bin/python scripts/vendor_assets.py
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "gridmap" / "web" / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """An npm package, and which of its files are served from which place."""

    name: str
    version: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "leaflet",
        "1.9.4",
        {
            "dist/leaflet.js": "leaflet.js",
            "dist/leaflet.css": "leaflet.css",
            "dist/images/layers.png": "images/layers.png",
            "dist/images/layers-2x.png": "images/layers-2x.png",
            "dist/images/marker-icon.png": "images/marker-icon.png",
            "dist/images/marker-icon-2x.png": "images/marker-icon-2x.png",
            "dist/images/marker-shadow.png": "images/marker-shadow.png",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        "@geoman-io/leaflet-geoman-free",
        "2.20.2",
        {
            "dist/leaflet-geoman.min.js": "leaflet-geoman.js",
            "dist/leaflet-geoman.css": "leaflet-geoman.css",
            "LICENSE": "LICENSE",
        },
    ),
)


def main() -> None:
    """Fetch every package, copy its files and write `manifest.json`."""
    manifest = [vendor(package) for package in PACKAGES]
    text = json.dumps({"packages": manifest}, indent=2, ensure_ascii=False)
    (VENDOR / "manifest.json").write_text(text + "\n", encoding="utf-8")


def vendor(package: Package) -> dict[str, Any]:
    """Copy one package's files; its entry in the manifest."""
    files, folder = fetch(package), package.name.rpartition("/")[2]
    for source, target in package.files.items():
        path = VENDOR / folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(served(files[source], target))
        print(path)
    return {
        "name": package.name,
        "version": package.version,
        "licence": json.loads(files["package.json"])["license"],
        "files": {
            f"{folder}/{target}": hashlib.sha256(served(files[source], target)).hexdigest()
            for source, target in sorted(package.files.items())
        },
    }


def fetch(package: Package) -> dict[str, bytes]:
    """The contents of a package by path, from the registry npm is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            members = {member.name.partition("/")[2]: member for member in tar if member.isfile()}
            return {name: read(tar, member) for name, member in members.items()}


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """The content of one file of an archive."""
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def served(content: bytes, name: str) -> bytes:
    """A file without its pointer to a source map: the map is not served, and a browser would ask for it."""
    if not name.endswith((".js", ".css")):
        return content
    pointers = (b"//# sourceMappingURL", b"/*# sourceMappingURL")
    return b"\n".join(line for line in content.split(b"\n") if not line.startswith(pointers))


if __name__ == "__main__":
    main()
