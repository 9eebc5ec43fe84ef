"""Wheels of next to nothing, so that a test can install something without a network."""

from __future__ import annotations

import zipfile
from pathlib import Path

DIST_INFO = {
    "METADATA": "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "entry_points.txt": "[console_scripts]\n{name}-command = {name}:main\n",
}
MODULE = "VERSION = '{version}'\n\ndef main():\n    print('{name} {version}')\n"


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """A package of one module, which has VERSION and a command `<name>-command`."""
    files = {f"{name}.py": MODULE}
    files |= {f"{name}-{version}.dist-info/{file}": text for file, text in DIST_INFO.items()}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text.format(name=name, version=version))
        record = f"{name}-{version}.dist-info/RECORD"
        wheel.writestr(record, "".join(f"{file},,\n" for file in [*files, record]))
    return path
