"""What `/session` takes and answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from metrics.principal import Principal, Role


class Credentials(BaseModel):
    """Name and password of a person."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=1024)
    password: SecretStr = Field(max_length=1024)


class SignedInAs(BaseModel):
    """Who is signed in. `units`: those a clerk posts for or a leader signs for, sorted; empty for every other role."""

    username: str
    display_name: str
    role: Role
    units: list[str]

    @classmethod
    def of(cls, principal: Principal) -> SignedInAs:
        """The public face of `principal`."""
        return cls(
            username=principal.username,
            display_name=principal.display_name,
            role=principal.role,
            units=sorted(principal.units),
        )
