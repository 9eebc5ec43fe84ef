"""Several processes on one machine, as torchrun starts them, train as one process does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.sagemaker.containers.layout import python_path
from tests.support.training_jobs import BACKBONE, Job, hyperparameters
from training_code.loops.epochs import Epoch
from training_code.report.results import read_history
from training_code.train import run_training

TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]


