"""Which vendor's key is it? Told by its beginning, before it is sent to anybody."""

from token_dashboard.providers._contract import Credential

WELL_KNOWN = {
    "sk-ant-admin": "Anthropic Admin key",
    "sk-ant-api": "Anthropic API key",
    "sk-ant-oat": "Claude login",
    "sk-ant-ort": "Claude refresh token",
    "sk-ant-sid": "Claude browser session",
    "sk-admin-": "OpenAI Admin key",
    "sk-proj-": "OpenAI project key",
    "sk-svcacct-": "OpenAI service account key",
    "sk-or-v1-": "OpenRouter key",
    "sk-kimi-": "Kimi coding plan key",
    "sk-cp-": "MiniMax plan key",
    "xai-token-": "xAI management key",
    "xai-": "xAI API key",
    "gsk_": "Groq API key",
    "hf_": "Hugging Face token",
    "tvly-": "Tavily API key",
    "fc-": "Firecrawl API key",
    "cpk_": "Chutes API key",
    "wk-": "Warp API key",
    "github_pat_": "GitHub fine-grained token",
    "ghp_": "GitHub personal access token",
    "gho_": "GitHub login",
    "ghu_": "GitHub login",
    "AIza": "Google API key",
    "ya29.": "Google login",
    "AKIA": "AWS access key id",
    "pplx-": "Perplexity API key",
    "r8_": "Replicate API token",
    "nvapi-": "NVIDIA API key",
}


def mistaken_for(key: str, credential: Credential) -> str | None:
    """What a key is, when its beginning shows that it is of another kind; the longest match decides."""
    right = max((len(one) for one in credential.prefixes if key.startswith(one)), default=0)
    others = WELL_KNOWN | dict(credential.wrong_prefixes)
    wrong = max((one for one in others if key.startswith(one)), key=len, default="")
    return others[wrong] if len(wrong) > right else None
