"""Names derived from a run or a batch: job names and the keys in the bucket. Calls nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Literal, NewType

from pipeline.errors import UnknownEvent
from pipeline.service_limits import LONGEST_KEY
from pipeline.settings import Settings

RunId = NewType("RunId", str)
BatchId = NewType("BatchId", str)

RunJobKind = Literal["preparation", "tuning", "training", "evaluation", "model"]
JobKind = Literal[RunJobKind, "batch", "lake"]

# The jobs that run Kennel's own code, each from a bundle of its own.
Program = Literal["preparation", "tuning", "training"]
PROGRAMS: tuple[Program, ...] = ("preparation", "tuning", "training")

DATASETS = "datasets/"
IMAGES = "images/"
PREDICTIONS = "predictions/"
RUNS = "runs/"
BATCHES = "batches/"
CHECKED = "checked/"
LAKES = "lakes/"  # a record for each run over what lies somewhere: it stays, as runs do
WAITING = "waiting/"  # the lifecycle takes nothing from it: an image may wait for weeks
CODE = "code/"
ZIP = ".zip"
SIDECAR = ".json"
CORRECTIONS = ".corrections.csv"
BUNDLE = "sourcedir.tar.gz"
WHEELS = "wheels/"
WEIGHTS = "weights/"

# Below a run's own folder: what the gate hands to the preparation.
GATE = "gate/"
VERDICT = f"{GATE}verdict.json"

# And what is told there of each stage.
DATASET_REPORT = "dataset_report.json"
PREPARATION_REPORT = "preparation/report.json"
SEARCH = "tuning/"
TRIALS = f"{SEARCH}trials.json"
BEST_HEAD = f"{SEARCH}model.tar.gz"
TRIAL_OUTPUTS = "trials/"  # of each trial of a tuning job; they expire
TRAINING_REPORTS = "training/"
EVALUATION_REPORT = "evaluation.json"
REPORT_PAGE = "report.html"  # the training's own below its reports, the whole one beside them

DIGEST_AT_END = re.compile(r"~[0-9a-f]{64}\Z")

LETTER = "k"  # every derived id begins with it
LAST_ATTEMPT = 9  # a digit


def derived_id(*parts: str) -> str:
    """A letter and 9 characters of base32 (45 bits): the same parts give the same id.

    The letter in front, as ids travel as hyperparameters: SageMaker's toolkit reads 2e45672345 as
    a number, and hands on infinity.
    """
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return LETTER + base64.b32encode(digest)[:9].decode().lower()


def job_prefix(settings: Settings) -> str:
    """How the names of a stage's jobs begin, of any kind, and those of their log streams."""
    return f"{settings.service}-{settings.stage}-"


def job_name(settings: Settings, kind: JobKind, subject: RunId | BatchId, attempt: int = 0) -> str:
    """As short as a tuning job's name must be: docs/decisions/0006 counts the characters.

    SageMaker takes no name twice. A further attempt has its number in place of the id's letter,
    which is the same for all and tells nothing, so that the name grows no longer.
    """
    marked = f"{attempt}{subject[1:]}" if attempt else subject
    return f"{settings.service}-{settings.stage}-{kind}-{marked}"


def subject_of(job: str, settings: Settings, kind: JobKind) -> tuple[str, int]:
    """The run or batch that a job name was derived from, and the number of the attempt.

    Raises:
        UnknownEvent: the name is of another service, stage or kind.
    """
    prefix = f"{settings.service}-{settings.stage}-{kind}-"
    if not job.startswith(prefix) or len(job) == len(prefix):
        raise UnknownEvent(f"job {job!r} does not begin with {prefix!r}")
    subject = job.removeprefix(prefix)
    if subject[0].isdigit():
        return LETTER + subject[1:], int(subject[0])
    return subject, 0


def run_key(run: RunId, name: str) -> str:
    return f"{RUNS}{run}/{name}"


def batch_key(batch: BatchId, name: str) -> str:
    return f"{BATCHES}{batch}/{name}"


def rows_key(batch: BatchId, part: str) -> str:
    """Where a part's answers lie for people: the same rows as the documents, in one file."""
    return f"{PREDICTIONS}_batches/{batch}/{part}.jsonl"


def pointer_key(waiting_list: str) -> str:
    """Where it is noted which batch has predicted a waiting list."""
    return f"{PREDICTIONS}_lists/{waiting_list.removeprefix(WAITING)}.json"


def prediction_key(image: str) -> str:
    """Where the document of `images/<key>` lies, and that of no other image.

    What S3 would find too long ends in a digest of the whole key, and so does what ends like that
    by itself: else the shorter key of another image could be made to name the same document.
    """
    key = f"{PREDICTIONS}{image.removeprefix(IMAGES)}"
    if len(key.encode()) > LONGEST_KEY - len(".json") or DIGEST_AT_END.search(key):
        digest = hashlib.sha256(image.encode()).hexdigest()
        key = f"{key.encode()[: LONGEST_KEY // 2].decode(errors='ignore')}~{digest}"
    return f"{key}.json"


def checked_folder(run: RunId) -> str:
    """Where the jobs find their zip: a copy of the one that was judged, and nothing else."""
    return f"{CHECKED}{run}/"


def bundle_key(digest: str, program: Program) -> str:
    """Where a program's code of this digest lies, as SageMaker's toolkit names it."""
    return f"{CODE}{digest}/{program}/{BUNDLE}"


def weights_key(backbone: str) -> str:
    return f"{WEIGHTS}{backbone}.pth"


def sidecar_key(dataset: str) -> str:
    return f"{dataset.removesuffix(ZIP)}{SIDECAR}"


def corrections_key(dataset: str) -> str:
    """Where the table of a data set's moved and dropped images lies, beside its zip."""
    return f"{dataset.removesuffix(ZIP)}{CORRECTIONS}"


def uri(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"
