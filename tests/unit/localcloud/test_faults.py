"""What `--faults` takes: pairs, a file of them, or the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from localcloud.faults import read_faults


def test_pairs_are_read() -> None:
    assert read_faults("events-twice=0.5, s3-events-after=300") == {
        "events-twice": 0.5,
        "s3-events-after": 300,
    }


def test_a_file_has_a_pair_a_line(tmp_path: Path) -> None:
    path = tmp_path / "faults"
    path.write_text("# a bad day\nthrottled=0.1\nrefused=0.2  # now and then\n")

    assert read_faults(str(path)) == {"throttled": 0.1, "refused": 0.2}


def test_without_either_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_faults(None) == {}

    monkeypatch.setenv("KENNEL_LOCAL_FAULTS", "seed=7")

    assert read_faults(None) == {"seed": 7}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("earthquake=1", "earthquake is no fault: choose of seed, events-twice"),
        ("earthquake=1", "earthquake is no fault: .*, items-unprocessed$"),
        ("refused=2", "refused=2 is not between 0 and 1"),
        ("refused=nan", "refused=nan is not between 0 and 1"),
        ("events-late=-1", "events-late=-1 is not a number of at least 0"),
        ("s3-events-after=-1", "s3-events-after=-1 is not a number of at least 0"),
        ("capacity-wait=inf", "capacity-wait=inf is not a number of at least 0"),
        ("refused=often", "'refused=often' is not name=number"),
        ("no-such-file", "no-such-file is neither name=number,... nor a file"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_faults(text)
