"""Bounds of AWS's services, and of our own functions in them, that names, keys, settings and data
sets keep: numbers, no client.

They stand here, not in `pipeline/aws`, as names are derived, settings and data sets judged before
anything is sent; the adapters keep the bounds of single calls to themselves.
"""

from __future__ import annotations

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE

# S3's bound on a key, in bytes of UTF-8.
LONGEST_KEY = 1024
# SageMaker's bounds on the name of a tuning job and of any other job or model.
LONGEST_TUNING_NAME = 32
LONGEST_JOB_NAME = 63
# SageMaker's bound on MaxConcurrentTransforms times MaxPayloadInMB, and so on one image.
PAYLOADS_IN_FLIGHT_MB = 100
# SageMaker's longest time for a job where the account has no larger quota: 5 days.
LONGEST_RUNTIME_SECONDS = 5 * 24 * 3600
# Test images times classes that one evaluation compares: by benchmarks/evaluation.py it takes about
# a third of the function's time, and as little memory as one part.
MOST_TEST_SCORES = 100_000_000
