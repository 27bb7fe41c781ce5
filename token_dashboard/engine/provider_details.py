"""One provider looked at closely, for whoever wonders where a figure comes from or why there is none."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from token_dashboard.engine.catalog import Catalog
from token_dashboard.engine.collector import Collector
from token_dashboard.ledger import Ledger
from token_dashboard.model.provider_detail import AccountDetail, Asking, ProviderDetail
from token_dashboard.model.status import Account, ProviderInfo, Status


async def detail_of(
    provider_id: str,
    only: str | None,
    status: Status,
    infos: Sequence[ProviderInfo],
    catalog: Catalog,
    ledger: Ledger,
) -> ProviderDetail:
    """A provider's accounts, or the one that is named: those that are shown, and those that aren't asked."""
    info = next(one for one in infos if one.id == provider_id)
    set_up = {one.account: one for one in catalog.accounts.known() if one.provider.id == provider_id}
    shown = {one.account: one for one in status.accounts if one.provider == provider_id}
    details = []
    for name in [*shown, *(one for one in set_up if one not in shown)]:
        if only not in {None, name}:
            continue
        known = set_up.get(name)
        details.append(
            AccountDetail(
                account=shown.get(name) or _unshown(provider_id, name, known.name if known else info.name),
                info=next((one for one in info.accounts if one.account == name), None),
                asking=await ledger.askings.get(provider_id, name),
                host=urlsplit(known.base_url or "").hostname if known else None,
                held_back_by=known.held_back_by if known else None,
            )
        )
    return ProviderDetail(
        as_of_ms=status.as_of_ms,
        time_zone=status.time_zone,
        poll_interval_s=status.poll_interval_s,
        provider=info,
        accounts=tuple(details),
    )


async def tested(
    provider_id: str, only: str | None, catalog: Catalog, collector: Collector
) -> Mapping[str, Asking | None]:
    """Ask about the accounts, one after the other; by account, ``None`` for one that may not be asked."""
    return {
        one.account: await collector.test(one) if one.is_watched else None
        for one in await catalog.accounts.current()
        if one.provider.id == provider_id and only in {None, one.account}
    }


def _unshown(provider: str, account: str, name: str) -> Account:
    return Account(
        provider=provider,
        account=account,
        name=name,
        snapshot=None,
        checked_ms=None,
        problem=None,
        is_stale=False,
        next_check_ms=None,
    )
