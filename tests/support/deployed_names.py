"""The names that the template's resources have once they are deployed."""

from __future__ import annotations

from tests.support.compiled_template import ACCOUNT, REGION

BUCKET = f"arn:aws:s3:::kennel-dev-{ACCOUNT}-{REGION}"


JOBS_ROLE = f"arn:aws:iam::{ACCOUNT}:role/JobsRole"
