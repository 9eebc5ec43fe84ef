"""A deployed CloudFormation template with its references resolved to what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.aws.account import NUMBER, REGION, Clients

_PSEUDO = {
    "AWS::AccountId": NUMBER,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
}

# How the ARN of a resource is made from its physical name.
_ARNS = {
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
}


class UnresolvedReference(LookupError):
    """The template refers to what the local cloud cannot resolve: extend `template.py`."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    logical: str
    physical: str
    type: str
    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The physical id without the address that moto gives queues."""
        return self.physical.rpartition("/")[2] if "://" in self.physical else self.physical

    @property
    def arn(self) -> str:
        pattern = _ARNS.get(self.type, "{name}")  # a topic's id is its ARN
        return pattern.format(region=REGION, account=NUMBER, name=self.name)


class Template:
    """Reads a stack once; `resources` yields what was really created."""

    def __init__(
        self,
        stack: str,
        body: Mapping[str, Any],
        physical: Mapping[str, str],
        parameters: Mapping[str, str],
    ) -> None:
        self._stack = stack
        self._body = body
        self._physical = physical
        self._parameters = parameters

    @classmethod
    def of_stack(cls, stack: str, clients: Clients) -> Template:
        body = clients["cloudformation"].get_template(StackName=stack)["TemplateBody"]
        described = clients["cloudformation"].describe_stacks(StackName=stack)["Stacks"][0]
        parameters = {
            parameter["ParameterKey"]: parameter["ParameterValue"]
            for parameter in described.get("Parameters", [])
        }
        pages = clients["cloudformation"].get_paginator("list_stack_resources")
        physical = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=stack)
            for resource in page["StackResourceSummaries"]
            if resource.get("PhysicalResourceId")  # blank for types that moto does not know
        }
        return cls(stack, body, physical, parameters)

    def resources(self, kind: str) -> Iterator[Resource]:
        for logical, resource in self._body["Resources"].items():
            if resource["Type"] == kind and self._exists(resource):
                yield self._resource(logical)

    def _exists(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self._holds(resource["Condition"])

    def _resource(self, logical: str) -> Resource:
        body = self._body["Resources"][logical]
        return Resource(
            logical=logical,
            physical=self._physical.get(logical, ""),
            type=body["Type"],
            properties=_Lazy(body.get("Properties", {}), self),
        )

    def resolve(self, value: Any) -> Any:
        """The value with Ref, Fn::GetAtt, Fn::Sub, Fn::Join and Fn::If replaced, at any depth."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        return {name: self.resolve(item) for name, item in value.items()}

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                logical, attribute = (
                    argument.split(".", 1) if isinstance(argument, str) else argument
                )
                return self._attribute(logical, attribute)
            case "Fn::Sub":
                return self._substitute(argument)
            case "Fn::Join":
                return argument[0].join(str(part) for part in self.resolve(argument[1]))
            case "Fn::If":
                return self.resolve(argument[1 if self._holds(argument[0]) else 2])
        raise UnresolvedReference(f"{name} in the template of stack {self._stack}")

    def _ref(self, logical: str) -> Any:
        if logical in _PSEUDO:
            return _PSEUDO[logical]
        if logical == "AWS::StackName":
            return self._stack
        if logical in self._parameters:
            return self._parameters[logical]
        if logical in self._physical:
            return self._physical[logical]
        parameter = self._body.get("Parameters", {}).get(logical)
        if parameter is None:
            raise UnresolvedReference(f"Ref {logical} in the template of stack {self._stack}")
        return parameter.get("Default")

    def _attribute(self, logical: str, attribute: str) -> str:
        resource = self._resource(logical)
        match attribute:
            case "Arn" | "TopicArn":
                return resource.arn
            case "QueueName":
                return resource.name
            case "QueueUrl":
                return resource.physical
        raise UnresolvedReference(f"{logical}.{attribute} in the template of stack {self._stack}")

    def _substitute(self, argument: Any) -> str:
        text, values = (argument, {}) if isinstance(argument, str) else argument

        def value_of(match: re.Match[str]) -> str:
            name = match[1]
            if name in values:
                return str(self.resolve(values[name]))
            call = "Fn::GetAtt" if "." in name else "Ref"
            return str(self._call(call, name))

        return re.sub(r"\$\{([^!}]+)\}", value_of, text).replace("${!", "${")

    def _holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self._holds(self._body["Conditions"][condition])
        name, argument = next(iter(condition.items()))
        match name:
            case "Condition":
                return self._holds(argument)
            case "Fn::Equals":
                left, right = self.resolve(argument)
                return bool(left == right)
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::And":
                return all(self._holds(part) for part in argument)
            case "Fn::Or":
                return any(self._holds(part) for part in argument)
        raise UnresolvedReference(f"condition {name} in the template of stack {self._stack}")


class _Lazy(Mapping[str, Any]):
    """Properties, each resolved when read: what nobody reads may hold what nobody can resolve."""

    def __init__(self, properties: Mapping[str, Any], template: Template) -> None:
        self._properties = properties
        self._template = template

    def __getitem__(self, name: str) -> Any:
        return self._template.resolve(self._properties[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)
