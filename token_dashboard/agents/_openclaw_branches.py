"""Which entries of a transcript OpenClaw shows: those on the way from its active leaf back to the beginning.

An entry names its parent. The leaf is the last entry that was appended, unless a ``leaf`` entry chose another
one since, as going back in a conversation does. What is appended ``side``ways doesn't move it. Older
transcripts name no parents: every entry follows the one before.
"""

import msgspec

from token_dashboard.agents._transcripts import Entry, Spoken

_ENTRIES = frozenset(
    {
        *("message", "thinking_level_change", "model_change", "compaction", "reset", "branch_summary"),
        *("custom", "custom_message", "label", "session_info"),
    }
)
_SILENT = frozenset({"NO_REPLY", "HEARTBEAT_OK"})
"""What a model answers when it has nothing to say; nobody is shown it."""


class Part(msgspec.Struct, gc=False):
    """A part of a message's content."""

    type: str | None = None
    text: str | None = None


_CONTENT: msgspec.json.Decoder[list[Part] | str] = msgspec.json.Decoder(list[Part] | str)


class Said(Spoken, gc=False, rename="camel"):
    """A message with what it says, which isn't decoded unless it may be silence."""

    content: msgspec.Raw = msgspec.Raw()

    @property
    def is_silent(self) -> bool:
        """It says nothing but that it has nothing to say, and calls no tool."""
        raw = bytes(self.content)
        if not any(word.encode() in raw for word in _SILENT):
            return False
        try:
            content = _CONTENT.decode(raw)
        except ValueError:
            return False
        if isinstance(content, str):
            return content.strip() in _SILENT
        parts = [part for part in content if part.type != "thinking"]
        return (
            all(part.type == "text" for part in parts)
            and "".join(part.text or "" for part in parts).strip() in _SILENT
        )


class Node(Entry, gc=False, rename="camel"):
    """An entry with its place in the tree; ``None`` as a parent is the beginning."""

    message: Said | str | None = None
    parent_id: str | msgspec.UnsetType | None = msgspec.UNSET
    target_id: str | msgspec.UnsetType | None = msgspec.UNSET
    append_parent_id: str | msgspec.UnsetType | None = msgspec.UNSET
    append_mode: str | None = None


class Tree:
    """The entries of one session, in the order in which they were appended."""

    def __init__(self) -> None:
        self._parents: dict[str, str | None] = {}
        self._leaf: str | None = None
        self._append_parent: str | None = None
        self._is_a_tree = False
        self._since_reset: set[str] | None = None

    def add(self, node: Node) -> None:
        if not node.id or node.type == "session":
            return
        if node.type == "leaf":
            self._choose(node.id, node)
        elif node.type in _ENTRIES:
            self._append(node.id, node)
        elif node.parent_id is not msgspec.UNSET:
            self._parents[node.id], self._append_parent = node.parent_id, node.id

    def _choose(self, name: str, node: Node) -> None:
        target = node.target_id
        if target is msgspec.UNSET or not (target is None or target in self._parents):
            return
        if self._since_reset is not None and target not in self._since_reset:
            target = self._leaf  # what was reset can't be gone back to
        appended = node.append_parent_id
        self._parents[name] = self._leaf = target
        self._append_parent = target if appended is msgspec.UNSET else appended
        self._is_a_tree = True

    def _append(self, name: str, node: Node) -> None:
        parent, is_side = node.parent_id, node.append_mode == "side"
        if parent is msgspec.UNSET:
            parent = self._leaf
        elif not is_side:
            self._is_a_tree = True
            is_lost = parent is not None and parent not in self._parents and self._leaf is not None
            is_before_reset = self._since_reset is not None and parent not in self._since_reset
            if is_lost or is_before_reset or parent == self._append_parent:
                parent = self._leaf
        self._parents[name], self._append_parent = parent, name
        if node.type == "reset":
            self._since_reset = {name}
        elif self._since_reset is not None and parent in self._since_reset:
            self._since_reset.add(name)
        if not is_side:
            self._leaf = name

    def active(self) -> frozenset[str] | None:
        """The entries on the active branch; ``None`` when all are, since there are no branches."""
        if not self._is_a_tree:
            return None
        path: set[str] = set()
        here = self._leaf
        while here is not None and here not in path:
            path.add(here)
            here = self._parents.get(here)
        return frozenset(path)
