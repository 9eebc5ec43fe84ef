"""A data set's way into the bucket: its settings first, then the zip in parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.corrections import CorrectionsFile, begin_again
from cli.dataset_zip import judged_zip
from cli.mistakes import Mistake
from pipeline.errors import InputError
from pipeline.gate.inspection import NO_CORRECTIONS
from pipeline.gate.report import DatasetReport
from pipeline.names import DATASETS, sidecar_key
from pipeline.run_settings import RunSettings
from pipeline.sidecar import MOST_BYTES, read_sidecar

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Again:
    """A zip that lies in the bucket already, and the corrections with which a run begins anew."""

    key: str
    corrections: CorrectionsFile

    def send(self, s3: S3Client, bucket: str) -> None:
        begin_again(s3, bucket, self.key, self.corrections)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A zip that was looked at, its key, and the settings that will lie beside it."""

    zip: Path
    key: str
    settings: dict[str, Any] | None
    corrections: CorrectionsFile | None
    report: DatasetReport

    @property
    def size(self) -> int:
        return self.zip.stat().st_size

    def send(self, s3: S3Client, bucket: str, on_bytes: Callable[[int], None]) -> None:
        """The function that the zip wakes reads what lies beside it: that must be there before."""
        if self.settings is not None:
            body = json.dumps(self.settings, indent=2).encode()
            s3.put_object(Bucket=bucket, Key=sidecar_key(self.key), Body=body)
        if self.corrections is not None:
            self.corrections.send(s3, bucket, self.key)
        with self.zip.open("rb") as content:
            s3.upload_fileobj(content, bucket, self.key, Callback=on_bytes, Config=_in_parts())


def checked_upload(
    path: Path,
    *,
    name: str | None,
    settings: str | None,
    changes: Sequence[str],
    corrections: CorrectionsFile | None = None,
) -> Upload:
    """What can be told on this side is told before anything is sent."""
    key = _dataset_key(name or path.stem)
    return Upload(
        zip=path,
        key=key,
        settings=_settings(settings, changes, sidecar_key(key)),
        corrections=corrections,
        report=judged_zip(path, key, corrections.read if corrections else NO_CORRECTIONS),
    )


def checked_again(
    *,
    name: str | None,
    settings: str | None,
    changes: Sequence[str],
    corrections: CorrectionsFile | None,
) -> Again:
    """
    Raises:
        Mistake: it is not said of which data set, or what to correct.
    """
    if corrections is None or name is None:
        raise Mistake("Give a zip or a folder, or --corrections with --name for one in the bucket.")
    if settings is not None or changes:
        raise Mistake("Settings go with a zip or a folder: give that as well.")
    return Again(key=_dataset_key(name), corrections=corrections)


def _dataset_key(name: str) -> str:
    return f"{DATASETS}{_checked_name(name)}.zip"


def settings_from_before(s3: S3Client, bucket: str, key: str) -> RunSettings | None:
    """What an earlier upload of this name has left beside the zip; it applies to this one too.

    Raises:
        Mistake: the run would be rejected for it.
    """
    place = sidecar_key(key)
    try:
        body = s3.get_object(Bucket=bucket, Key=place)["Body"].read(MOST_BYTES + 1)
    except s3.exceptions.NoSuchKey:
        return None
    try:
        return read_sidecar(body, key=place, defaults=RunSettings())
    except InputError as error:
        raise Mistake(
            f"The settings that lie in the bucket from before would be refused ({error}): give "
            "others by --set or --settings; nothing was uploaded."
        ) from error


def _checked_name(name: str) -> str:
    name = name.removesuffix(".zip")
    if not name or "/" in name or not name.isprintable():
        raise Mistake(f"{name!r} cannot name a data set: use a word without slashes for --name.")
    return name


def _settings(given: str | None, changes: Sequence[str], key: str) -> dict[str, Any] | None:
    if given is None and not changes:
        return None
    settings = _json_object(given) if given is not None else {}
    settings |= dict(_change(change) for change in changes)
    return checked_settings(settings, f"the settings (they would become {key})")


def checked_settings(settings: dict[str, Any], name: str) -> dict[str, Any]:
    """By the rule that the pipeline itself applies to what lies beside the zip."""
    try:
        read_sidecar(json.dumps(settings).encode(), key=name, defaults=RunSettings())
    except InputError as error:
        raise Mistake(f"{error}; nothing was uploaded.") from error
    return settings


def _json_object(given: str) -> dict[str, Any]:
    """The settings themselves when they begin with a bracket, else the file that holds them."""
    try:
        text = given if given.lstrip().startswith(("{", "[")) else Path(given).read_text()
        settings = json.loads(text)
    except OSError as error:
        raise Mistake(
            f"--settings {given} cannot be read ({error.strerror}): give a JSON file."
        ) from error
    except ValueError as error:
        raise Mistake(f"--settings {given} is not valid JSON ({error}): mend it.") from error
    if not isinstance(settings, dict):
        raise Mistake(f'--settings {given} must hold one JSON object such as {{"epochs": 5}}.')
    return settings


def _change(change: str) -> tuple[str, str | int]:
    name, sign, value = change.partition("=")
    if not sign:
        raise Mistake(f"--set {change} has no value: write name=value, for example epochs=5.")
    return name.strip(), int(value) if value.strip().isdigit() else value.strip()


def _in_parts() -> Any:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=16 * MEBIBYTE, multipart_chunksize=16 * MEBIBYTE)
