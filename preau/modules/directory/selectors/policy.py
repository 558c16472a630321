"""A school's own rules, read once and kept in memory until the school changes them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import AccessRule, Duty, Narrowing, Profile

_DUTIES = frozenset(Duty.values) - {Duty.OVERSEE}


@dataclass(frozen=True)
class ProfileFacts:
    code: str
    label: str
    kind: str
    duties: frozenset[str]
    rank: int
    narrowed: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """Immutable: one version of the rules of one school."""

    profiles: Mapping[int, ProfileFacts]
    rules: Mapping[str, Mapping[str, tuple[str, ...]]]  # right -> subject -> relations

    def rules_for(self, right: str) -> Mapping[str, tuple[str, ...]]:
        return self.rules.get(right, {})

    def of_kind(self, kind: str) -> ProfileFacts | None:
        """The first profile of a kind: the one pupils and guardians hold."""
        found = [profile for profile in self.profiles.values() if profile.kind == kind]
        return min(found, key=lambda profile: profile.rank, default=None)


_kept: dict[UUID, tuple[UUID, Policy]] = {}


def policy_of(school: School) -> Policy:
    """Costs three queries when the rules have changed since they were last read here, else none."""
    kept = _kept.get(school.uuid)
    if kept is not None and kept[0] == school.rules_version:
        return kept[1]
    policy = _read(school)
    _kept[school.uuid] = (school.rules_version, policy)
    return policy


def forget_policies() -> None:
    """For tests, whose schools come and go."""
    _kept.clear()


def _read(school: School) -> Policy:
    with in_school(school):
        narrowed: dict[int, set[str]] = defaultdict(set)
        for profile_id, permission in Narrowing.objects.values_list("profile_id", "permission"):
            narrowed[profile_id].add(permission)
        profiles = {
            profile.pk: ProfileFacts(
                profile.code,
                profile.label,
                profile.kind,
                # To oversee is an authority's: a school cannot give it.
                frozenset(profile.duties) & _DUTIES,
                profile.rank,
                frozenset(narrowed[profile.pk]),
            )
            for profile in Profile.objects.all()
        }
        rules: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for right, subject, relation in AccessRule.objects.values_list("right", "subject", "relation"):
            rules[right][subject].append(relation)
    return Policy(
        profiles,
        {
            right: {subject: tuple(held) for subject, held in subjects.items()}
            for right, subjects in rules.items()
        },
    )
