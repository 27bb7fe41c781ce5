"""Local logs of coding agents, one module an agent.

``_contract`` says what an agent log is and finds them, ``_walk`` finds files, ``_growing_file`` reads what is
new in them, and ``_jsonl`` decodes files of JSON lines.
"""
