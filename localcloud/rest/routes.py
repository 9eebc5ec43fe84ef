"""The deployed REST API's routes, found for a request as API Gateway finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from localcloud.aws.account import REGION, Clients


@dataclass(frozen=True, kw_only=True)
class Route:
    method: str  # or ANY
    resource: str  # such as /runs/{run} or /{proxy+}
    resource_id: str
    function: str
    signed: bool  # AWS_IAM authorization


@dataclass(frozen=True, kw_only=True)
class Match:
    route: Route
    parameters: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class RestApi:
    id: str
    stage: str
    routes: Sequence[Route]
    binary_types: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where it would answer on AWS."""
        return f"https://{self.id}.execute-api.{REGION}.amazonaws.com/{self.stage}"

    def match(self, method: str, path: str) -> Match | None:
        """The most specific route: literal parts before parameters, parameters before `+`."""
        for route in sorted(self.routes, key=_rank):
            if route.method in (method, "ANY") and (found := _pattern(route).fullmatch(path)):
                values = {name: unquote(value) for name, value in found.groupdict().items()}
                return Match(route=route, parameters=values or None)
        return None

    def is_binary(self, content_type: str) -> bool:
        kind = content_type.partition(";")[0].strip().lower()
        return any(
            wanted in ("*/*", kind) or (wanted.endswith("/*") and kind.startswith(wanted[:-1]))
            for wanted in self.binary_types
        )


def _rank(route: Route) -> tuple[list[int], int]:
    parts = route.resource.strip("/").split("/")
    return [2 if part.endswith("+}") else int("{" in part) for part in parts], route.method == "ANY"


def _pattern(route: Route) -> re.Pattern[str]:
    parts = []
    for part in route.resource.strip("/").split("/"):
        name = part.strip("{}+")
        if part.endswith("+}"):
            parts.append(f"(?P<{name}>.+)")
        elif part.startswith("{"):
            parts.append(f"(?P<{name}>[^/]+)")
        else:
            parts.append(re.escape(part))
    return re.compile("/" + "/".join(parts) + "/?")


def read_rest_api(clients: Clients) -> RestApi | None:
    """The account's REST API, None when the service has no HTTP events."""
    gateway = clients["apigateway"]
    for api in gateway.get_rest_apis()["items"]:
        stages = gateway.get_stages(restApiId=api["id"])["item"]
        return RestApi(
            id=api["id"],
            stage=stages[0]["stageName"],
            routes=tuple(_routes(gateway, api["id"])),
            binary_types=tuple(api.get("binaryMediaTypes", ())),
        )
    return None


def _routes(gateway: Any, api: str) -> Iterator[Route]:
    for resource in gateway.get_resources(restApiId=api, limit=500)["items"]:
        for method in resource.get("resourceMethods", {}):
            place = {"restApiId": api, "resourceId": resource["id"], "httpMethod": method}
            integration = gateway.get_integration(**place)
            found = re.search(r":function:([^/:]+)", integration.get("uri") or "")
            if found is None:
                continue  # such as the MOCK behind an OPTIONS of CORS
            authorization = gateway.get_method(**place).get("authorizationType", "NONE")
            yield Route(
                method=method,
                resource=resource["path"],
                resource_id=resource["id"],
                function=found[1],
                signed=authorization == "AWS_IAM",
            )
