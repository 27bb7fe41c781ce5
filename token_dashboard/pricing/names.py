"""Names of models and vendors: how one model is spelled in many logs, and who sells it.

Spellings are undone one at a time, the lightest first, so that a name that has a price of its own
(``gpt-4o-2024-05-13``) is found before what it would be shortened to. Nothing is searched for inside a name.
"""

import re
from collections.abc import Iterator

_ALIASES = {
    "alibaba": "qwen",
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "aws.bedrock": "bedrock",
    "azure-openai": "azure",
    "azure-openai-responses": "azure",
    "azure.ai.openai": "azure",
    "azure_ai": "azure",
    "bigmodel": "zhipuai",
    "bedrock_converse": "bedrock",
    "dashscope": "qwen",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "vertex",
    "gemini": "google",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex",
    "kimi": "moonshot",
    "minimaxai": "minimax",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "qwencloud": "qwen",
    "together-ai": "together",
    "together_ai": "together",
    "togetherai": "together",
    "vertex_ai": "vertex",
    "vertexai": "vertex",
    "x-ai": "xai",
    "x_ai": "xai",
    "z-ai": "zai",
    "z.ai": "zai",
    "zai-org": "zai",
    "zhipu": "zhipuai",
    "zhipuai-cn": "zhipuai",
}

_OWN_MACHINE = frozenset({"llama.cpp", "llamacpp", "lm-studio", "lmstudio", "local", "mlx", "ollama", "vllm"})

_FAMILIES = (
    (re.compile(r"claude\b"), "anthropic"),
    (re.compile(r"(ft:)?(gpt|chatgpt|o[134]|codex|davinci|babbage|computer-use)\b"), "openai"),
    (re.compile(r"(gemini|gemma|learnlm)\b"), "google"),
    (re.compile(r"grok\b"), "xai"),
    (re.compile(r"deepseek\b"), "deepseek"),
    (re.compile(r"(kimi|moonshot)\b"), "moonshot"),
    (
        re.compile(r"(open-)?(mistral|codestral|devstral|magistral|ministral|mixtral|pixtral|voxtral)\b"),
        "mistral",
    ),
    (re.compile(r"glm\b"), "zai"),
    (re.compile(r"minimax\b"), "minimax"),
    (re.compile(r"(qwen|qwq)"), "qwen"),
    (re.compile(r"command\b"), "cohere"),
)

_BEDROCK = re.compile(r"(?:(?:us|us-gov|eu|apac|au|jp|ca|sa|me|af|global|regional)\.)?[a-z0-9]+\.(?=[a-z])")
_MARKS = re.compile(r"(\[[0-9a-z]+\]|@[0-9a-z-]+|:thinking|:beta|-v\d+:\d+)$")
_BEDROCK_VERSION = re.compile(r"-v\d+(:\d+)?$")
_FINE_TUNE = re.compile(r"(ft:[^:]+):.+")
_DATE = re.compile(r"-(20\d{6}|20\d\d-[01]\d-[0-3]\d)$")
_EFFORT = re.compile(r"-(none|minimal|low|medium|high|xhigh|thinking)$")
_DOT = re.compile(r"(?<=\d)\.(?=\d)")
_VERSION_WORDS = re.compile(r"(-(preview|exp|experimental|beta|latest|instruct|v\d+|\d{2,8}))+")


def vendor_id(name: str) -> str:
    """The book's own id of a provider, whatever it is called in a log."""
    lower = name.lower()
    return _ALIASES.get(lower, lower)


def undated(name: str) -> str:
    """A name without the date of its version."""
    return _DATE.sub("", name)


def plain(name: str) -> str:
    """A name with its version dots as dashes: ``glm-4.7`` and ``glm-4-7`` are one."""
    return _DOT.sub("-", name)


def spellings(model: str) -> Iterator[str]:
    """The names that a logged model may have in the book, the least altered first."""
    name = model.strip().lower()
    yield name
    if tuned := _FINE_TUNE.fullmatch(name):
        name = tuned[1]
        yield name
    yield from _shortened(name)
    while "/" in name:
        name = name.partition("/")[2]
        yield name
        yield from _shortened(name)
    if bedrock := _BEDROCK.match(name):
        name = _BEDROCK_VERSION.sub("", name[bedrock.end() :])
        yield name
        yield from _shortened(name)


def _shortened(name: str) -> Iterator[str]:
    """A name without its marks, then without its date, then without its effort.

    ``:free`` stays: what is given away is another thing than what is sold.
    """
    while _MARKS.search(name):
        name = _MARKS.sub("", name)
        yield name
    for ending in (_DATE, _EFFORT, _EFFORT, _DATE):
        if ending.search(name):
            name = ending.sub("", name)
            yield name


def vendors(provider: str | None, model: str) -> Iterator[str]:
    """Whose price a model may have, the one who bills first.

    An id of Bedrock's shape is Bedrock's whatever the log calls the provider. Then come the logged provider,
    the vendors that the model's path names (``openrouter/anthropic/…``) and the maker of its family. A model
    that runs on the user's own machine has no maker's price.
    """
    bare = model.strip().lower()
    path = []
    while "/" in bare:
        head, _, bare = bare.partition("/")
        path.append(vendor_id(head))
    if bedrock := _BEDROCK.match(bare):
        yield "bedrock"
        bare = bare[bedrock.end() :]
    if provider is not None:
        yield vendor_id(provider)
    if provider is None or provider.lower() not in _OWN_MACHINE:
        yield from path
        yield from (vendor for pattern, vendor in _FAMILIES if pattern.match(bare))


def is_version_of(name: str, start: str) -> bool:
    """Whether a name is ``start`` with nothing behind it but words that name a version of the same model."""
    return name.startswith(start) and _VERSION_WORDS.fullmatch(name, len(start)) is not None
