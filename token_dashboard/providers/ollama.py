"""Ollama: which models your own server holds in memory.

Nothing is paid here, so there is nothing to be gone: shown are the models that are loaded (``GET /api/ps``),
the memory that each takes, how much of it on a graphics card, and when it is unloaded. No key is needed. A
server is asked once its address is set, as ``baseUrl`` or in ``OLLAMA_HOST``; several servers are several
accounts.
"""

import msgspec

from token_dashboard.model.snapshot import LoadedModel, Note, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Provider, Stability
from token_dashboard.providers._units import Count, Iso


class Running(msgspec.Struct):
    """One model; sizes are bytes."""

    name: str
    size: Count | None = None
    size_vram: Count | None = None
    expires_at: Iso | None = None


class RunningAnswer(msgspec.Struct):
    """The answer of ``/api/ps``."""

    models: list[Running]


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/api/ps", RunningAnswer)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        models=tuple(
            LoadedModel(
                name=model.name,
                memory_bytes=model.size,
                gpu_memory_bytes=model.size_vram,
                unloads_ms=model.expires_at,
            )
            for model in answer.models
        ),
        notes=() if answer.models else (Note.IDLE,),
        is_usable=True,
    )


PROVIDER = Provider(
    id="ollama",
    name="Ollama",
    base_url="http://127.0.0.1:11434",
    credentials=(),
    capabilities=frozenset({Capability.MODELS}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.ollama.com/api/ps",
    address_variables=("OLLAMA_HOST",),
    needs_key=False,
    fetch=fetch,
    polite_pause_s=60,
)
