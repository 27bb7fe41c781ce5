"""llama.cpp: how busy your own server is.

Nothing is paid here, so there is nothing to be gone: shown are the requests that run and wait (``GET
/metrics``; the server must be started with ``--metrics``). A server is asked once its address is set as
``baseUrl``; several servers are several accounts.
"""

from collections.abc import Iterable

from token_dashboard.model.snapshot import Load, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Provider, Stability
from token_dashboard.providers._metrics import Sample
from token_dashboard.providers._units import percent_of_fraction

_COUNTS = {
    "llamacpp:requests_processing": "requests-running",
    "llamacpp:requests_deferred": "requests-waiting",
}
_CACHE = "llamacpp:kv_cache_usage_ratio"


async def fetch(access: Access) -> Snapshot:
    series = await access.metrics("/metrics")
    loads = tuple(_loads(series))
    if not loads:
        raise access.unexpected("llamacpp:requests_processing")
    return Snapshot(
        provider=PROVIDER.id, account=access.account, taken_ms=access.now_ms, loads=loads, is_usable=True
    )


def _loads(series: Iterable[Sample]) -> Iterable[Load]:
    for one in series:
        if one.name in _COUNTS:
            yield Load(name=_COUNTS[one.name], value=one.value)
        elif one.name == _CACHE:
            yield Load(name="cache-used", value=percent_of_fraction(one.value), unit="percent")


PROVIDER = Provider(
    id="llama-cpp",
    name="llama.cpp",
    base_url="http://127.0.0.1:8080",
    credentials=(),
    capabilities=frozenset({Capability.LOAD}),
    stability=Stability.DOCUMENTED,
    docs="https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
    address_variables=("LLAMA_SERVER_HOST",),
    needs_key=False,
    fetch=fetch,
    polite_pause_s=60,
)
