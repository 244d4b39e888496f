"""Figures about checkpoints, the people on duty there, and those who were sent out."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from gridmap.measure.figures import Figures
from gridmap.measure.gaps import DAY, Window, night, within_window
from gridmap.measure.membership import among
from gridmap.measure.rest import RED_DAYS, WARN_DAYS
from gridmap.messages import Message, msg, msg_n
from gridmap.model.people import TargetKind
from gridmap.model.scope import Scope
from gridmap.model.status import CheckpointState
from gridmap.names import NAME

_CLOCK: Final = "%H:%M"
_MINUTE: Final = timedelta(minutes=1)


def counted_checkpoints(scope: Scope) -> pd.DataFrame:
    """The checkpoints of a scope without sealed gates, which need nobody."""
    return scope.checkpoints[scope.checkpoints["state"] != CheckpointState.SEALED.value]


def gaps_in(scope: Scope, window: Window) -> pd.DataFrame:
    """The gaps of a scope's checkpoints inside a window, with the name of each checkpoint.

    The window lies within the stretch that the evaluation was made for, see `gaps.watch`.
    """
    found = within_window(scope.evaluation.gaps, window)
    counted = counted_checkpoints(scope)
    found = found[among(found["checkpoint"], counted.index)]
    return found.assign(**{NAME: found["checkpoint"].map(counted[NAME])})


def manned_now(scope: Scope) -> Figures:
    """Checkpoints at or above their minimum staff at the moment."""
    counted = counted_checkpoints(scope)
    manned = int((counted["state"] == CheckpointState.MANNED.value).sum())
    empty = int((counted["state"] == CheckpointState.EMPTY.value).sum())
    sentence = msg(
        "Of {d} checkpoints {n} are at their minimum staff, {x} are empty.", d=len(counted), n=manned, x=empty
    )
    return Figures(manned, len(counted), sentence)


def gaps_tonight(scope: Scope) -> Figures:
    """Checkpoints at which for some of the night nobody is on duty.

    The notes name each such stretch, and count the checkpoints that are below their minimum but not empty.
    """
    found = gaps_in(scope, night(scope.evaluation.at))
    empty = found[found["on_duty"] == 0]
    count, short = empty["checkpoint"].nunique(), found["checkpoint"].nunique()
    if count == 0:
        sentence = msg("Tonight no checkpoint is left empty.")
    else:
        longest = empty.iloc[int((empty["until"] - empty["from"]).argmax())]
        sentence = msg_n(
            "Tonight {n} checkpoint is empty for a time: {post}, {begins} to {ends}.",
            "Tonight {n} checkpoints are empty for a time, longest {post}, {begins} to {ends}.",
            n=count,
            post=str(longest[NAME]),
            begins=longest["from"].strftime(_CLOCK),
            ends=longest["until"].strftime(_CLOCK),
        )
    notes = _listed(empty)
    if short > count:
        below = msg_n(
            "{n} more checkpoint is below its minimum for a time.",
            "{n} more checkpoints are below their minimum for a time.",
            n=short - count,
        )
        notes = (*notes, below)
    return Figures(count, len(counted_checkpoints(scope)), sentence, notes)


def continuity_24h(scope: Scope) -> Figures:
    """Checkpoints at or above their minimum staff in every minute of the coming 24 hours.

    The notes say how many of all minutes (1,440 a checkpoint) are, and name every gap.
    """
    at = scope.evaluation.at
    found = gaps_in(scope, (at, at + DAY))
    total = len(counted_checkpoints(scope))
    whole = total - found["checkpoint"].nunique()
    sentence = msg("{d} checkpoints, {n} without a gap for 24 hours.", d=total, n=whole)
    minutes = total * (DAY // _MINUTE)
    lacking = int((found["until"] - found["from"]).dt.total_seconds().sum()) // 60
    at_minimum = msg(
        "{n} of {d} minutes at or above minimum staff in the coming 24 hours.", n=minutes - lacking, d=minutes
    )
    return Figures(whole, total, sentence, (at_minimum, *_listed(found)) if total else ())


def without_rest(scope: Scope) -> Figures:
    """People on duty at checkpoints today who have been for `WARN_DAYS` days in a row or more."""
    here = scope.evaluation.duty_days
    here = here[among(here["checkpoint"], scope.checkpoints.index)].drop_duplicates("person_id")
    tired = int((here["days"] >= WARN_DAYS).sum())
    worn_out = int((here["days"] >= RED_DAYS).sum())
    if tired == 0:
        return Figures(0, len(here), msg("Nobody has been on duty for {x} days in a row.", x=WARN_DAYS))
    sentence = msg_n(
        "{n} person has been on duty for {x} days in a row or more; arrange rest today.",
        "{n} people have been on duty for {x} days in a row or more; arrange rest today.",
        n=tired,
        x=WARN_DAYS,
    )
    longest = msg("The longest has been on duty for {x} days in a row.", x=int(here["days"].max()))
    red = msg("{n} of them for {x} days or more.", n=worn_out, x=RED_DAYS)
    return Figures(tired, len(here), sentence, (longest, red) if worn_out else (longest,))


def arrival(scope: Scope) -> Figures:
    """People sent here by another unit who have arrived, of all whose post here has begun and not ended.

    Somebody with several posts has arrived where one of them says so: one arrives once.
    """
    posts = scope.evaluation.deployments
    places = {
        TargetKind.UNIT: scope.units.index,
        TargetKind.CELL: scope.cells.index,
        TargetKind.CONTACT_SITE: scope.sites.index,
    }
    here = np.zeros(len(posts), dtype=bool)
    for kind, codes in places.items():
        here |= (posts["target_kind"] == kind.value).to_numpy() & among(posts["target_code"], codes)
    people = posts[here].groupby("person_id")["arrived"].any()
    there = int(people.sum())
    sentence = msg(
        "Of {d} people sent here {n} have arrived, {x} have not.",
        d=len(people),
        n=there,
        x=len(people) - there,
    )
    return Figures(there, len(people), sentence)


def _listed(found: pd.DataFrame) -> tuple[Message, ...]:
    columns = (NAME, "from", "until", "on_duty", "minimum")
    return tuple(
        _stretch(str(name), begins, ends, f"{on_duty}/{minimum}")
        for name, begins, ends, on_duty, minimum in zip(*(found[column] for column in columns), strict=True)
    )


def _stretch(post: str, begins: pd.Timestamp, ends: pd.Timestamp, on_duty: str) -> Message:
    if ends - begins >= DAY:
        return msg("{post} all 24 hours: {text} on duty", post=post, text=on_duty)
    return msg(
        "{post} {begins} to {ends}: {text} on duty",
        post=post,
        begins=begins.strftime(_CLOCK),
        ends=ends.strftime(_CLOCK),
        text=on_duty,
    )
