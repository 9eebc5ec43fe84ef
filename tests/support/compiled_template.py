"""A compiled CloudFormation template as a deployment in one account would see it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
REGION = "us-east-1"

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{BucketName}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{QueueName}}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{TableName}}",
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{TopicName}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{FunctionName}}",
}
REFERENCES = {  # where Ref answers something else than the name that the template gives
    "AWS::SQS::Queue": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{{QueueName}}",
    "AWS::SNS::Topic": ARNS["AWS::SNS::Topic"],
    "AWS::S3::Bucket": "{BucketName}",
    "AWS::DynamoDB::Table": "{TableName}",
    "AWS::Lambda::Function": "{FunctionName}",
}


@dataclass(frozen=True)
class Template:
    """Resources by type, with every reference resolved."""

    body: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Template:
        return cls(json.loads(path.read_text()))

    def resources(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Logical name and resolved properties."""
        for name, resource in self.body["Resources"].items():
            if resource["Type"] == kind:
                yield name, self.resolve(resource.get("Properties", {}))

    def properties(self, logical: str) -> Mapping[str, Any]:
        resolved: Mapping[str, Any] = self.resolve(self.body["Resources"][logical]["Properties"])
        return resolved

    def functions(self) -> dict[str, Mapping[str, Any]]:
        """Name in serverless.yml to properties, in its order."""
        found = (properties for _, properties in self.resources("AWS::Lambda::Function"))
        return {function["FunctionName"].split("-", 2)[2]: function for function in found}

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        match value:
            case {"Ref": str(name)}:
                return self._reference(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return self._attribute(name, attribute)
            case {"Fn::Sub": sub}:
                return self._substitute(sub)
            case {"Fn::Join": [str(separator), parts]}:
                return separator.join(str(self.resolve(part)) for part in parts)
            case {"Fn::FindInMap": [str(mapping), first, second]}:
                return self.body["Mappings"][mapping][self.resolve(first)][self.resolve(second)]
        return {name: self.resolve(item) for name, item in value.items()}

    def _reference(self, name: str) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.body.get("Parameters", {}):
            return str(self.body["Parameters"][name]["Default"])
        return self._named(name, REFERENCES)

    def _attribute(self, name: str, attribute: str) -> str:
        if attribute == "Arn":
            return self._named(name, ARNS)
        return str(self.properties(name).get(attribute, name))

    def _named(self, name: str, forms: Mapping[str, str]) -> str:
        resource = self.body["Resources"][name]
        if resource["Type"] == "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{name}"
        # CloudFormation makes up what the template does not name: here its logical name.
        given = defaultdict(lambda: name, self.properties(name))
        return forms.get(resource["Type"], name).format_map(given)

    def _substitute(self, sub: Any) -> str:
        text, given = (sub, {}) if isinstance(sub, str) else sub

        def value(found: re.Match[str]) -> str:
            name, _, attribute = found[1].partition(".")
            if name in given:
                return str(self.resolve(given[name]))
            return self._attribute(name, attribute) if attribute else self._reference(name)

        return re.sub(r"\$\{([^}]+)\}", value, text)
