"""OpenClaw's gateway as our host: the Python end of the bridge whose other end is ``gateway/shim``.

OpenClaw starts one process of ours and speaks JSON-RPC 2.0 with it, a line a message, over stdin and stdout.
"""
