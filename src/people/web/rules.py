"""Route policies: who may come to a route at all."""

import msgspec

from people.access.model import Actor, Role
from people.access.scopes import Api, Feature


class Rule(msgspec.Struct, frozen=True):
    """Who may come to a route at all: everyone, everyone signed in, or those with one of the roles."""

    name: str
    public: bool = False
    roles: frozenset[Role] = frozenset()
    half: bool = False  # also those who have given their password but not yet their one-time code

    def admits(self, actor: Actor) -> bool:
        """Whether the actor may come in."""
        return self.public or (actor.person_id is not None and (self.half or actor.has(*self.roles)))


PUBLIC = Rule("public", public=True)
SIGNED_IN = Rule("signed in", roles=frozenset(Role))
HALF_SIGNED_IN = Rule("half signed in", roles=frozenset(Role), half=True)


def only(*roles: Role) -> dict[str, Rule]:
    """The `opt` of a route for people with one of these roles."""
    return {"access": Rule(" or ".join(roles), roles=frozenset(roles))}


def everyone() -> dict[str, Rule]:
    """The `opt` of a route that needs no sign-in."""
    return {"access": PUBLIC}


def signed_in() -> dict[str, Rule]:
    """The `opt` of a route for everyone who is signed in, whatever their role."""
    return {"access": SIGNED_IN}


def half_signed_in() -> dict[str, Rule]:
    """The `opt` of a route for everyone who is signed in, and on the way there after the password."""
    return {"access": HALF_SIGNED_IN}


def api(feature: Feature, *roles: Role) -> dict[str, Rule | Api]:
    """The `opt` of a route under /api/ for programs whose token has a scope of that feature, and whose owner one of the
    roles (or any)."""
    name = f"token {feature}: {' or '.join(roles) or SIGNED_IN.name}"
    return {"access": Rule(name, roles=frozenset(roles or Role)), "api": Api(feature)}
