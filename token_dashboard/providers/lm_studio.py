"""LM Studio: which models your own server holds in memory.

Nothing is paid here, so there is nothing to be gone: shown are the models that are loaded and the length of
context that each was loaded with (``GET /api/v0/models``). No key is needed. A server is asked once its
address is set as ``baseUrl``; several servers are several accounts.
"""

from decimal import Decimal

import msgspec

from token_dashboard.model.snapshot import Load, LoadedModel, Note, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Provider, Stability
from token_dashboard.providers._units import Count


class Model(msgspec.Struct):
    """One model on the machine; ``state`` is ``loaded`` or ``not-loaded``."""

    id: str
    state: str
    loaded_context_length: Count | None = None


class ModelsAnswer(msgspec.Struct):
    """The answer of ``/api/v0/models``."""

    data: list[Model]


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/api/v0/models", ModelsAnswer)
    loaded = [model for model in answer.data if model.state == "loaded"]
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        models=tuple(LoadedModel(name=model.id) for model in loaded),
        loads=tuple(
            Load(
                name="context-length",
                value=Decimal(model.loaded_context_length),
                unit="tokens",
                model=model.id,
            )
            for model in loaded
            if model.loaded_context_length is not None
        ),
        notes=() if loaded else (Note.IDLE,),
        is_usable=True,
    )


PROVIDER = Provider(
    id="lm-studio",
    name="LM Studio",
    base_url="http://127.0.0.1:1234",
    credentials=(),
    capabilities=frozenset({Capability.MODELS, Capability.LOAD}),
    stability=Stability.DOCUMENTED,
    docs="https://lmstudio.ai/docs/app/api/endpoints/rest",
    address_variables=("LM_STUDIO_HOST",),
    needs_key=False,
    fetch=fetch,
    polite_pause_s=60,
)
