"""The error tree. An error carries a key and parameters; ``render`` makes translated sentences of them.

``str(error)`` is the English sentence: what happened, where, what to do next. No error carries a secret.
"""

from typing import ClassVar


class TokenDashboardError(Exception):
    """The root. ``key`` names the sentence, ``params`` fill it."""

    key: ClassVar[str] = "error"
    sentence: ClassVar[str] = "{reason}"

    def __init__(self, **params: str) -> None:
        self.params = params
        super().__init__(self.sentence.format_map(params))


class ConfigError(TokenDashboardError):
    """The operator's configuration cannot be used. Params: ``file``, ``path`` (JSON path), ``reason``."""

    key = "config"
    sentence = "{file}: {path} {reason}"
    others: tuple["ConfigError", ...] = ()
    """What else is wrong in the same document, as far as it was seen at once."""


class ProviderError(TokenDashboardError):
    """A provider's account could not be read. Params always hold ``provider`` (the display name).

    ``retry_after_s`` is when the provider wishes to be asked again, ``None`` when it didn't say.
    """

    key = "provider"

    def __init__(self, *, retry_after_s: float | None = None, **params: str) -> None:
        super().__init__(**params)
        self.retry_after_s = retry_after_s


class CredentialsMissing(ProviderError):
    """No credential is configured. Params: ``needed`` (what to set)."""

    key = "credentials_missing"
    sentence = "{provider} has no key: set {needed}."


class SettingMissing(CredentialsMissing):
    """There is a key, and something beside it must be set. Params: ``setting``, ``variable``: its names."""

    key = "setting_missing"
    sentence = "{provider} needs a setting beside its key: set {variable}, or {setting} in the configuration."


class CredentialsRejected(ProviderError):
    """The provider refused the credential (401). Params: ``status``, ``where`` (where to make a new one)."""

    key = "credentials_rejected"
    sentence = "{provider} answered {status}: the key was refused. Make a new one: {where}"


class RegionRejected(CredentialsRejected):
    """The same of a vendor whose keys each belong to one region. Params: also ``setting``."""

    key = "region_rejected"
    sentence = (
        "{provider} answered {status}: the key was refused. If it is of another region, set {setting}; "
        "otherwise make a new one: {where}"
    )


class KeyWanted(CredentialsRejected):
    """What is asked without a key wants one (401, 403). Params: ``status``, ``checks``."""

    key = "key_wanted"
    sentence = "{provider} answered {status}: it wants a key, and none is sent to it. Check {checks}."


class PermissionMissing(ProviderError):
    """The credential is of a kind that may not ask (403). Params: ``status``, ``needed``."""

    key = "permission_missing"
    sentence = "{provider} answered {status}: this key may not read the account. Needed: {needed}."


class WrongKey(PermissionMissing):
    """The key is known by its beginning to be of another kind; it was not sent.

    Params: ``found`` (what it is), ``needed`` (the kind to make instead), ``where``.
    """

    key = "wrong_key"
    sentence = (
        "{provider} was given a key of another kind ({found}), which was not sent. "
        "Needed: {needed}. Make one: {where}"
    )


class LoginExpired(CredentialsRejected):
    """A login of the vendor's own program is stale; only that program renews it. Params: ``command``."""

    key = "login_expired"
    sentence = "{provider}: the stored login has expired. Run `{command}` once, which renews it."


class NotFound(ProviderError):
    """Nothing there for this key (404): another plan, team, region or address. Params: ``checks``."""

    key = "not_found"
    sentence = "{provider} answered 404: there is nothing for this key. Check {checks}."


class RateLimited(ProviderError):
    """Asked too often (429). Moves the next poll; no alert."""

    key = "rate_limited"
    sentence = "{provider} answered 429: asked too often; the next check waits."


class ProviderUnavailable(ProviderError):
    """No usable answer: network, timeout, 5xx. Params: ``reason`` in a few words."""

    key = "provider_unavailable"
    sentence = "{provider} could not be asked: {reason}."


class UnexpectedResponse(ProviderError):
    """An answer of a shape we don't know. Params: ``fields``: names of fields, never their values."""

    key = "unexpected_response"
    sentence = (
        "{provider} answered in a shape this version doesn't know: {fields}. "
        "Update token-dashboard, or report what `tokens providers test` shows."
    )


class AgentLogError(TokenDashboardError):
    """A log file could not be read at all; bad lines are counted instead. Params: ``path``, ``reason``."""

    key = "agent_log"
    sentence = "{path} could not be read: {reason}."


class LedgerError(TokenDashboardError):
    """The ledger cannot be used. Params always hold ``path``."""

    key = "ledger"
    sentence = "The ledger {path} cannot be used: {reason}."


class LedgerTooNew(LedgerError):
    """Written by a newer version. Params: ``found``, ``known`` (schema numbers)."""

    key = "ledger_too_new"
    sentence = (
        "The ledger {path} was written by a newer version (schema {found}, this one knows {known}). "
        "Upgrade token-dashboard; nothing was changed."
    )


class LedgerLocked(LedgerError):
    """Another process holds the ledger for too long."""

    key = "ledger_locked"
    sentence = "The ledger {path} is held by another process. Nothing was lost; try again in a moment."


class LedgerCorrupt(LedgerError):
    """Not a database any more; told, not raised, since a new one takes its place. Params: ``moved_to``."""

    key = "ledger_corrupt"
    sentence = "The ledger {path} was damaged. It was moved to {moved_to} and a new one was started."


class BundleError(TokenDashboardError):
    """A bundle isn't taken, or can't be written. Params: ``path``, ``reason``."""

    key = "bundle"
    sentence = "The bundle {path} can't be used: {reason}."


class RpcError(TokenDashboardError):
    """A gateway method refuses a request. Params: ``reason``; ``code`` as OpenClaw's gateway spells it."""

    key = "rpc"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason=reason)
        self.code = code
