"""Who is posted where, as far as an audience may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from gridmap.messages import Language
from gridmap.model.audience import Audience
from gridmap.model.people import Function
from gridmap.model.plan import Plan
from gridmap.names import NAME

HEADS: Final = "heads"
DEPUTIES: Final = "deputies"
MEMBERS: Final = "members"
OTHERS: Final = "others"
GROUPS: Final = (HEADS, DEPUTIES, MEMBERS, OTHERS)
_GROUP_OF: Final[Mapping[str, str]] = {
    Function.HEAD: HEADS,
    Function.DEPUTY: DEPUTIES,
    Function.MEMBER: MEMBERS,
}
_JOINTS: Final[Mapping[Language, str]] = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Staff:
    """People at one place. `names` and `phones` (masked) are empty where the audience may not see them."""

    people: int = 0
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def listed(self, language: Language) -> str:
        """Names, each with the phone where there is one."""
        phones = self.phones or ("",) * len(self.names)
        each = (f"{name} {phone}".rstrip() for name, phone in zip(self.names, phones, strict=True))
        return _JOINTS[language].join(each)


NOBODY: Final = Staff()
Staffing = Mapping[tuple[str, str], Staff]
"""Staff by code of the place and group of functions; who is not in it is nowhere."""


def staff_by_group(plan: Plan, posts: pd.DataFrame, audience: Audience) -> dict[tuple[str, str], Staff]:
    """The people of `posts` by place and group; what `audience` may not see is not in the result at all."""
    groups = posts["function"].map(_GROUP_OF).fillna(OTHERS)
    return _gather(plan, posts.assign(group=groups), audience)


def staff_at(plan: Plan, posts: pd.DataFrame, audience: Audience, group: str) -> dict[tuple[str, str], Staff]:
    """The people of `posts` by place, all as one group."""
    return _gather(plan, posts.assign(group=group), audience)


def _gather(plan: Plan, posts: pd.DataFrame, audience: Audience) -> dict[tuple[str, str], Staff]:
    ordered = posts.sort_values(["target_code", "group", "valid_from", "person_id"])
    held = ordered.drop_duplicates(["target_code", "group", "person_id"])
    names = plan.people[NAME].reindex(held["person_id"]).fillna("").to_numpy()
    phones = plan.people["phone"].reindex(held["person_id"]).fillna("").to_numpy()
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for code, group, name, phone in zip(held["target_code"], held["group"], names, phones, strict=True):
        found.setdefault((str(code), str(group)), []).append((str(name), str(phone)))
    return {
        place: Staff(
            len(people),
            tuple(name for name, _ in people) if audience.sees_names else (),
            tuple(phone for _, phone in people) if audience.sees_phones else (),
        )
        for place, people in found.items()
    }
