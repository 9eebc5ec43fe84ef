"""Who is replaced finishes what he has begun."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.endpoints import config, config_of, in_service, served
from tests.support.sagemaker_engine import Cloud
from tests.support.waiting import eventually

SLOW = """
import pathlib, time

def model_fn(model_dir):
    return None

def transform_fn(model, body, content_type, accept):
    print("thinking", flush=True)
    while not pathlib.Path(bytes(body).decode()).exists():
        time.sleep(0.01)
    return "at last", "text/plain"
"""


def test_an_update_waits_for_the_answers_that_are_under_way(cloud: Cloud, tmp_path: Path) -> None:
    model = cloud.model(SLOW, SAGEMAKER_MODEL_SERVER_WORKERS="2")
    slow, quick = config_of(cloud, {"AllTraffic": (model, 1.0)}), config(cloud, " answers")
    awaited = tmp_path / "awaited"
    with served(cloud, slow) as name, ThreadPoolExecutor(1) as caller:

        def invoke(path: Path) -> str:
            answer = cloud.runtime.invoke_endpoint(EndpointName=name, Body=str(path).encode())
            return str(answer["Body"].read().decode())

        under_way = caller.submit(invoke, awaited)
        eventually(
            lambda: cloud.log(f"Endpoints/{name}", "AllTraffic"), lambda log: "thinking" in log
        )
        cloud.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=quick)
        eventually(lambda: invoke(tmp_path), lambda answer: answer.endswith(" answers"))
        awaited.touch()

        assert under_way.result() == "at last"
        in_service(cloud, name, quick)
