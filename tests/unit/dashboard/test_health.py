from __future__ import annotations

from tests.fakes.services import fake_services
from tests.support.batch_story import drop
from tests.support.browsing import browse
from tests.support.samples import CHAMPION


def test_health_before_any_model_serves() -> None:
    response = browse(fake_services()).get("/health")

    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "service": "kennel",
        "stage": "test",
        "serving": None,
        "images": {"waiting": 0},
        "batches": {"instances": 0},
        "transform": {
            "transform_instance": "ml.c5.xlarge",
            "max_instances": 2,
            "max_image_mb": 20,
            "predict_from": "",
        },
    }


def test_health_names_the_model_that_serves_and_counts_what_waits() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, *(f"images/{number}.jpg" for number in range(3)))

    answer = browse(services).get("/health").get_json()

    assert answer["serving"] == {"run": "championrn", "version": 3}
    assert answer["images"] == {"waiting": 3}
