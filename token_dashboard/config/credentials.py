"""Where keys are: what the configuration says of them, and environment variables."""

from collections.abc import Mapping, Sequence

from token_dashboard.config import values
from token_dashboard.model.key import Key


def key_in(environment: Mapping[str, str], variables: Sequence[str]) -> Key | None:
    """The key in the first variable that holds one.

    What can't be a key (empty, or with characters that no HTTP header takes) counts as not there.
    """
    for variable in variables:
        try:
            if secret := values.key(environment.get(variable, "")):
                return Key(secret=secret, source=variable)
        except ValueError:
            continue
    return None
