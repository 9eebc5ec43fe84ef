"""S3 answers a deletion of many with 200, whatever it has refused."""

from __future__ import annotations

import json

import pytest

from localcloud.aws.account import Clients
from pipeline.aws.s3_objects import NotDeleted, S3Objects
from tests.support.account_process import running_account


def test_a_deletion_that_s3_refuses_is_no_success() -> None:
    kept = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": "arn:aws:s3:::kennel/kept",
    }
    with running_account() as url:
        clients = Clients(url)
        clients["s3"].create_bucket(Bucket="kennel")
        clients["s3"].put_bucket_policy(Bucket="kennel", Policy=json.dumps({"Statement": [kept]}))
        objects = S3Objects(clients["s3"], "kennel")

        with pytest.raises(NotDeleted, match="AccessDenied"):
            objects.delete_many(["gone", "kept"])

        clients.close()
