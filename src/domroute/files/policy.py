"""A policy as plain values, refused where they would not bring it back."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from domroute.errors import InputError, Issue
from domroute.policy import Policy


def policy_to_dict(policy: Policy) -> dict[str, Any]:
    """
    Return a policy as plain values, ready for JSON.

    Parameters
    ----------
    policy
        What to write.

    Raises
    ------
    InputError
        If a term or rule of your own has no JSON form, or is not registered so that it
        could be read again: code ``not_savable``.

    Examples
    --------
    >>> policy_to_dict(Policy())["unfilled_penalty"]
    1000.0
    """
    try:
        plain: dict[str, Any] = policy.model_dump(mode="json")
        again = Policy.model_validate(plain)
    except (PydanticSerializationError, ValidationError) as error:
        raise _not_savable(str(error).splitlines()[0]) from None
    if again != policy:
        raise _not_savable("a term or rule would come back as another; register it")
    return plain


def _not_savable(text: str) -> InputError:
    return InputError([Issue("not_savable", "policy", text)])
