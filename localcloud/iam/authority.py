"""The account's judge: who a request is from, and whether the deployed policies let it pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from localcloud.iam.conditions import UnsupportedPolicy
from localcloud.iam.evaluation import Decision, Need, Policies, decide
from localcloud.iam.policies import Policy, read_policy
from localcloud.iam.principals import Principal
from localcloud.iam.sessions import Credentials, Sessions

Record = Callable[[Principal, Need, Decision], None]


def ignored(principal: Principal, need: Need, decision: Decision) -> None:
    """Nobody wants to know what was judged."""


_EVERYTHING = read_policy('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
# Longer than any local cloud runs: on AWS the credentials of jobs and functions are renewed.
_SERVICE_SESSION = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs with a key, and the secret to check the signature with."""

    principal: Principal
    secret: str


class Directory(Protocol):
    """What is deployed: users, and the policies of users, roles and resources, as JSON texts."""

    def key_of_user(self, key: str) -> Signer | None:
        """The user to whom an access key belongs, and the key's secret."""
        ...

    def identity_policies(self, identity: str) -> Iterable[str]:
        """Of the role or user with that ARN; none when it does not exist."""
        ...

    def resource_policy(self, arn: str) -> str | None:
        """Of a bucket or its object, a queue, topic or function; a role's is its trust policy."""
        ...


class AccessDenied(Exception):
    """The policies do not let the request pass: `because` is the end of AWS's sentence."""

    def __init__(self, principal: Principal, need: Need, because: str) -> None:
        self.principal = principal
        self.need = need
        self.because = because
        super().__init__(self.sentence(need.action, need.resource))

    def sentence(self, action: str, resource: str) -> str:
        """In AWS's words; services differ in how they write the action and the resource."""
        return (
            f"User: {self.principal.arn} is not authorized to perform: {action} "
            f"on resource: {resource} {self.because.replace(self.need.action, action)}"
        )


class Authority:
    def __init__(
        self,
        directory: Directory,
        administrator: Signer,
        *,
        administrators_key: str,
        record: Record = ignored,
    ) -> None:
        self._directory = directory
        self._administrator = administrator
        self._administrators_key = administrators_key
        self._sessions = Sessions()
        self._record = record

    def signer(self, key: str, token: str = "") -> Signer:
        """Whose key it is; `UnknownKey` or `KeyExpired` when it opens nothing."""
        if key == self._administrators_key:
            return self._administrator
        if user := self._directory.key_of_user(key):
            return user
        found = self._sessions.find(key, token)
        return Signer(principal=found.principal, secret=found.secret)

    def is_administrator(self, principal: Principal) -> bool:
        return principal == self._administrator.principal

    def require(self, principal: Principal, *needs: Need) -> None:
        """Raise `AccessDenied` at the first permission that the principal lacks."""
        for need in needs:
            decision = self._decide(principal, need)
            self._record(principal, need, decision)
            if not decision.allowed:
                raise AccessDenied(principal, need, decision.because)

    def require_service(self, service: str, need: Need, *, source: str) -> None:
        """A service of AWS acts for the resource with the ARN `source`."""
        account = source.split(":")[4] or self._administrator.principal.account
        context = {"aws:SourceArn": (source,), "aws:SourceAccount": (account,), **need.context}
        self.require(Principal.service(service), replace(need, context=context))

    def assume(self, role: str, session: str, lasting: timedelta) -> Credentials:
        """Credentials of the role: whoever asks for them must have been judged before."""
        return self._sessions.issue(Principal.session(role, session), lasting)

    def assume_for(self, service: str, role: str, session: str, *, source: str) -> Credentials:
        """Credentials for work that a service does as the role, for as long as it may last."""
        need = Need(action="sts:AssumeRole", resource=role)
        self.require_service(service, need, source=source)
        return self.assume(role, session, _SERVICE_SESSION)

    def withdraw(self, credentials: Credentials) -> None:
        self._sessions.withdraw(credentials)

    def _decide(self, principal: Principal, need: Need) -> Decision:
        try:
            policies = Policies(
                identity=tuple(self._identity_policies(principal)),
                resource=self._resource_policy(need.resource),
            )
        except UnsupportedPolicy as error:
            return Decision(False, f"because {error}")
        return decide(principal, need, policies)

    def _identity_policies(self, principal: Principal) -> Iterator[Policy]:
        if self.is_administrator(principal):
            yield _EVERYTHING
        elif principal.kind != "service":
            yield from map(read_policy, self._directory.identity_policies(principal.identity))

    def _resource_policy(self, arn: str) -> Policy:
        document = self._directory.resource_policy(arn)
        return read_policy(document) if document else ()
