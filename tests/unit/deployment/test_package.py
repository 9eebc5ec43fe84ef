"""What is in the Lambda package, whatever machine has made it."""

from __future__ import annotations

import struct
import sysconfig
import zipfile
from email import message_from_bytes

from tests.support.packaging import Deployment

MEGABYTE = 1024 * 1024
X86_64 = 62  # e_machine in an ELF header

OURS = {"handlers", "pipeline", "dashboard", "training_code", "inference_code"}
NEVER = {
    "tests",
    "localcloud",
    "cli",
    "benchmarks",
    "node_modules",
    "boto3",
    "botocore",
    "torch",
    "wsgi_handler.py",
}


def compiled_files(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.endswith(".so") or ".so." in name]


def wheel_tags(archive: zipfile.ZipFile) -> list[str]:
    wheels = [name for name in archive.namelist() if name.endswith(".dist-info/WHEEL")]
    return [
        tag for name in wheels for tag in message_from_bytes(archive.read(name)).get_all("Tag", [])
    ]


def top_folders(archive: zipfile.ZipFile) -> set[str]:
    return {name.partition("/")[0] for name in archive.namelist()}


def test_packaging_warns_of_nothing(dev: Deployment) -> None:
    assert "warning" not in dev.said.lower()


def test_the_package_for_aws_is_small(dev_zip: zipfile.ZipFile) -> None:
    zipped = sum(entry.compress_size for entry in dev_zip.infolist())

    assert zipped < 10 * MEGABYTE


def test_compiled_files_for_aws_are_of_lambdas_python(dev_zip: zipfile.ZipFile) -> None:
    names = compiled_files(dev_zip)

    assert names, "markupsafe has a compiled part: the test would prove nothing without one"
    assert all(".cpython-312-x86_64-" in name or ".abi3." in name for name in names), names


def test_compiled_files_for_aws_are_of_lambdas_architecture(dev_zip: zipfile.ZipFile) -> None:
    headers = {name: dev_zip.read(name)[:20] for name in compiled_files(dev_zip)}

    machines = {name: struct.unpack_from("<H", header, 18)[0] for name, header in headers.items()}

    assert all(header.startswith(b"\x7fELF") for header in headers.values())
    assert set(machines.values()) == {X86_64}, machines


def test_wheels_for_aws_are_pure_or_of_lambdas_kind(dev_zip: zipfile.ZipFile) -> None:
    tags = wheel_tags(dev_zip)

    kinds = {(tag.split("-")[1], tag.split("-")[2].rpartition("_manylinux")[2]) for tag in tags}

    assert tags
    assert all(abi == "none" or abi in {"cp312", "abi3"} for abi, _ in kinds), tags
    assert all(where == "any" or where.endswith("x86_64") for _, where in kinds), tags


def test_the_local_package_fits_the_running_interpreter(local_zip: zipfile.ZipFile) -> None:
    suffix = sysconfig.get_config_var("EXT_SUFFIX")

    names = compiled_files(local_zip)

    assert names
    assert all(name.endswith(suffix) or ".abi3." in name for name in names), names


def test_only_what_the_functions_run_is_packaged(dev_zip: zipfile.ZipFile) -> None:
    folders = top_folders(dev_zip)

    assert folders >= OURS
    assert not folders & NEVER


def test_both_stages_have_the_same_sources(
    dev_zip: zipfile.ZipFile, local_zip: zipfile.ZipFile
) -> None:
    sources = [
        {name: archive.read(name) for name in archive.namelist() if name.partition("/")[0] in OURS}
        for archive in (dev_zip, local_zip)
    ]

    assert sources[0] == sources[1]


def test_no_bytecode_is_packaged(dev_zip: zipfile.ZipFile) -> None:
    assert [name for name in dev_zip.namelist() if name.endswith(".pyc")] == []
