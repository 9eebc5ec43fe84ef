"""What the data set gate tolerates, each limit with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.service_limits import MOST_TEST_SCORES

MIB = 1024**2
GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class GateLimits:
    """Bounds of an acceptable data set; a sane one stays far away from nearly all of them."""

    # ImageNet's own training set has 1,281,167 images and is 150 GB: out of reach of the instances
    # and volumes that Kennel asks for. 200,000 entries keep the gate below 200 MB of memory.
    max_entries: int = 200_000
    # 200,000 entries with paths of 100 characters. Read in one piece, so it bounds the memory too.
    max_directory_bytes: int = 48 * MIB
    # Three splits of 1,000 classes, and some folders below them. All are remembered.
    max_folders: int = 10_000
    # The jobs' volumes hold the zip, whatever lies between its entries, and its test images.
    max_archive_bytes: int = 26 * GIB
    max_uncompressed_bytes: int = 25 * GIB
    # A bitmap of 8,000 x 8,000 pixels has 192 MB. Prepare leaves out an image far below that and
    # says so; a file beyond it is no image, and a reason to look at the rest with suspicion.
    max_entry_bytes: int = 256 * MIB
    # Photos do not shrink in a zip, bitmaps of drawings about 50 times; deflate ends at 1,032.
    max_entry_ratio: int = 200
    max_archive_ratio: int = 50
    # Tiny files may shrink a lot and harm nobody: ratios count from here on.
    min_bytes_for_entry_ratio: int = 1 * MIB
    min_bytes_for_archive_ratio: int = 100 * MIB
    # Object keys end at 1,024 bytes, file names at 255: longer ones exist nowhere but in attacks.
    max_path_bytes: int = 1024
    max_name_bytes: int = 255
    # Labels are printed in tables, reports and prediction documents.
    max_label_characters: int = 100
    # All of them are in the run's item in the ledger, which ends at 400 KB with all else it holds.
    max_labels_bytes: int = 100_000
    # The evaluation's own bound: the gate must not accept what fails after a paid training.
    max_test_scores: int = MOST_TEST_SCORES
    # ImageNet's number of classes; each prediction document carries every class's probability.
    max_classes: int = 1000
    # With its own split: one image of each class to choose by and one to judge by, and enough to
    # learn from. A class with fewer cannot be told from chance.
    min_train_images: int = 5
    min_valid_images: int = 1
    min_test_images: int = 1
    # Without: a tenth of ten images is the least that leaves one each for validation and test.
    min_unsplit_images: int = 10
    # The largest class over the smallest, in train: from here on accuracy hides the small ones.
    imbalance_warning_ratio: float = 10.0
    # Local headers compared with the directory: each costs a range read of a few kilobytes.
    sampled_headers: int = 16
