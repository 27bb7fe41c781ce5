"""What a vendor's refusal means for its owner: which key to make, which setting to look at, what to run."""

from pathlib import Path

from token_dashboard.model.errors import CredentialsRejected, KeyWanted, LoginExpired, RegionRejected
from token_dashboard.model.key import Key
from token_dashboard.providers._contract import Credential, Provider


def refused(
    provider: Provider, credential: Credential | None, key: Key | None, status: str
) -> CredentialsRejected:
    """A key was refused, or none was sent; ``status`` is the vendor's code for it, never its words."""
    name = provider.name
    if credential is None or key is None:
        return KeyWanted(provider=name, status=status, checks=settings_to_check(provider))
    if credential.login and Path(key.source).is_absolute():
        return LoginExpired(provider=name, status=status, command=credential.login.command)
    if provider.regions and credential.region is None:
        setting = f"providers.{provider.id}.region"
        return RegionRejected(provider=name, status=status, where=credential.where, setting=setting)
    return CredentialsRejected(provider=name, status=status, where=credential.where)


def key_needed(provider: Provider) -> str:
    """The kind of key that shows most, and where it is made."""
    best = next(iter(provider.credentials), None)
    if best is None:
        return provider.docs
    return f"{best.kind} (run `{best.login.command}`)" if best.login else f"{best.kind} ({best.where})"


def settings_to_check(provider: Provider) -> str:
    """What could be wrong when nothing is there."""
    names = ["baseUrl", *(["region"] if provider.regions else [])]
    names += [f"options.{one.name}" for one in provider.options]
    return ", ".join(f"providers.{provider.id}.{one}" for one in names)
