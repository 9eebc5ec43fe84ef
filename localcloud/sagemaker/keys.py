"""What an AWS client signs with; the administrator's keys open nothing but this machine's cloud."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Credentials of an AWS client; a role's have a token."""

    key: str
    secret: str
    token: str | None = None

    def environment(self) -> dict[str, str]:
        """How a process is given them."""
        token = {"AWS_SESSION_TOKEN": self.token} if self.token else {}
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, **token}


ADMINISTRATOR = Keys(key="local", secret="local")  # noqa: S106 (see above)


def client_environment(keys: Keys, *, endpoint: str, region: str) -> dict[str, str]:
    """What any AWS client needs to talk to the cloud at `endpoint` instead of AWS."""
    return {"AWS_ENDPOINT_URL": endpoint, **keys.environment(), "AWS_DEFAULT_REGION": region}
