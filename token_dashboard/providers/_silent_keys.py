"""Keys that call models and tell nothing of their account, so that nobody waits for their figures."""

from collections.abc import Container, Mapping

from token_dashboard.model.status import SilentKey

SILENT_KEYS = (
    SilentKey(
        id="openai", vendor="OpenAI", kind="project key", variables=("OPENAI_API_KEY",), provider="openai"
    ),
    SilentKey(
        id="anthropic",
        vendor="Anthropic",
        kind="API key",
        variables=("ANTHROPIC_API_KEY",),
        provider="anthropic",
    ),
    SilentKey(id="gemini", vendor="Gemini", kind="API key", variables=("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    SilentKey(id="groq", vendor="Groq", kind="API key", variables=("GROQ_API_KEY",)),
    SilentKey(id="cerebras", vendor="Cerebras", kind="API key", variables=("CEREBRAS_API_KEY",)),
    SilentKey(id="nvidia", vendor="NVIDIA", kind="API key", variables=("NVIDIA_API_KEY",)),
    SilentKey(id="cohere", vendor="Cohere", kind="API key", variables=("COHERE_API_KEY", "CO_API_KEY")),
    SilentKey(id="replicate", vendor="Replicate", kind="API token", variables=("REPLICATE_API_TOKEN",)),
    SilentKey(id="perplexity", vendor="Perplexity", kind="API key", variables=("PERPLEXITY_API_KEY",)),
    SilentKey(id="mistral", vendor="Mistral", kind="API key", variables=("MISTRAL_API_KEY",)),
    SilentKey(id="dashscope", vendor="DashScope", kind="API key", variables=("DASHSCOPE_API_KEY",)),
    SilentKey(id="xiaomi", vendor="Xiaomi MiMo", kind="API key", variables=("XIAOMI_API_KEY",)),
)


def silent_keys(environment: Mapping[str, str], configured: Container[str]) -> list[SilentKey]:
    """Those that are set, without those of a provider that has another key; ``configured`` are its ids."""
    return [
        one
        for one in SILENT_KEYS
        if one.provider not in configured and any(environment.get(name) for name in one.variables)
    ]
