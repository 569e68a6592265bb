"""Route policies: who may call a route at all."""

import msgspec

from people.access.model import Actor, Role
from people.access.scopes import Feature, ScopeRequirement


class RoutePolicy(msgspec.Struct, frozen=True):
    """Who may call a route: everyone, everyone signed in, or users with one of the roles."""

    name: str
    public: bool = False
    roles: frozenset[Role] = frozenset()
    first_factor_suffices: bool = False  # the password alone is enough, before the one-time code

    def allows(self, actor: Actor) -> bool:
        """Whether the actor may call the route."""
        return self.public or (
            actor.person_id is not None and (self.first_factor_suffices or actor.has_role(*self.roles))
        )


PUBLIC = RoutePolicy("public", public=True)
# All roles and not "no condition": until the second factor is entered, the actor has no role.
SIGNED_IN = RoutePolicy("signed in", roles=frozenset(Role))
FIRST_FACTOR = RoutePolicy("half signed in", roles=frozenset(Role), first_factor_suffices=True)


def require_role(*roles: Role) -> dict[str, RoutePolicy]:
    """The `opt` of a route for users with one of these roles."""
    return {"access": RoutePolicy(" or ".join(roles), roles=frozenset(roles))}


def public() -> dict[str, RoutePolicy]:
    """The `opt` of a route that needs no sign-in."""
    return {"access": PUBLIC}


def require_sign_in() -> dict[str, RoutePolicy]:
    """The `opt` of a route for everyone who is signed in, with any role."""
    return {"access": SIGNED_IN}


def require_first_factor() -> dict[str, RoutePolicy]:
    """The `opt` of a route for everyone who is signed in, also while the second factor is pending."""
    return {"access": FIRST_FACTOR}


def require_scope(feature: Feature, *roles: Role) -> dict[str, RoutePolicy | ScopeRequirement]:
    """The `opt` of a route under /api/, for tokens with a scope of that feature.

    The token's owner must have one of the roles; without roles, any.
    """
    name = f"token {feature}: {' or '.join(roles) or SIGNED_IN.name}"
    return {"access": RoutePolicy(name, roles=frozenset(roles or Role)), "api": ScopeRequirement(feature)}
