"""vLLM: how busy your own server is.

Nothing is paid here, so there is nothing to be gone: shown are the requests that run and wait, and how full
the cache is, for each model (``GET /metrics``). The server's own key, if it has one, isn't needed for that. A
server is asked once its address is set as ``baseUrl``; several servers are several accounts.
"""

from collections.abc import Iterable

from token_dashboard.model.snapshot import Load, LoadedModel, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Provider, Stability
from token_dashboard.providers._metrics import Sample
from token_dashboard.providers._units import percent_of_fraction

_COUNTS = {
    "vllm:num_requests_running": "requests-running",
    "vllm:num_requests_waiting": "requests-waiting",
}
_CACHE = ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc")
"""A fraction, whatever the name; the second is the older one."""


async def fetch(access: Access) -> Snapshot:
    series = await access.metrics("/metrics")
    loads = tuple(_loads(series))
    if not loads:
        raise access.unexpected("vllm:num_requests_running")
    models = dict.fromkeys(load.model for load in loads if load.model)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        models=tuple(LoadedModel(name=name) for name in models),
        loads=loads,
        is_usable=True,
    )


def _loads(series: Iterable[Sample]) -> Iterable[Load]:
    for one in series:
        model = one.labels.get("model_name")
        if one.name in _COUNTS:
            yield Load(name=_COUNTS[one.name], value=one.value, model=model)
        elif one.name in _CACHE:
            yield Load(name="cache-used", value=percent_of_fraction(one.value), unit="percent", model=model)


PROVIDER = Provider(
    id="vllm",
    name="vLLM",
    base_url="http://127.0.0.1:8000",
    credentials=(),
    capabilities=frozenset({Capability.MODELS, Capability.LOAD}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.vllm.ai/en/latest/usage/metrics.html",
    address_variables=("VLLM_HOST",),
    needs_key=False,
    fetch=fetch,
    polite_pause_s=60,
)
