from __future__ import annotations

import pytest

from tests.support.batch_story import answer, batch_in_flight, document, tell, with_batch_of
from tests.support.browsing import browse

KEY = "images/big & small/ö+1.png"


def test_what_became_of_an_image_is_told_by_its_key() -> None:
    services = with_batch_of(KEY)
    batch = batch_in_flight(services)
    client = browse(services)

    before = client.get("/predictions", query_string={"key": KEY}).get_json()
    tell(services, answer(services, batch))
    after = client.get("/predictions", query_string={"key": KEY}).get_json()

    assert before == {"key": KEY, "state": "in_batch", "batch": batch, "document": None}
    assert (after["state"], after["document"]) == ("predicted", document(services, KEY))


def test_an_image_that_never_came_is_not_found() -> None:
    response = browse(with_batch_of(KEY)).get("/predictions?key=images/c.jpg")

    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "unknown_image"


@pytest.mark.parametrize("query", ["", "?key="])
def test_a_question_without_a_key_is_refused(query: str) -> None:
    response = browse(with_batch_of(KEY)).get(f"/predictions{query}")

    assert response.status_code == 400
    assert "/predictions?key=images/" in response.get_json()["error"]["message"]
