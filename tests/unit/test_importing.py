"""What importing a module may do: read no environment, touch no network, drag in nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.source_files import ROOT, module_names

IMPORT_ALL = """
import importlib, sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise AssertionError(f"{event} {arguments} while importing")

sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.parametrize(
    "packages",
    [("pipeline", "handlers", "dashboard"), ("inference_code",), ("training_code",), ("cli",)],
    ids="-".join,
)
def test_every_module_imports_with_an_empty_environment_and_without_a_network(
    packages: tuple[str, ...],
) -> None:
    shim = (
        "import localcloud.sagemaker.containers.site.sitecustomize as shim; shim.install()\n"
        if "training_code" in packages
        else ""
    )

    done = subprocess.run(
        [sys.executable, "-B", "-c", shim + IMPORT_ALL, *module_names(*packages)],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_function_s_modules_drag_in_nothing_heavy() -> None:
    heavy = "{'torch', 'numpy', 'PIL', 'onnxruntime', 'moto', 'typer', 'rich', 'optuna'}"
    show = f"\nprint(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL + show, *module_names("handlers")],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
