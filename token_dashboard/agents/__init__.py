"""Local logs of coding agents, one module an agent.

``_contract`` says what an agent log is and finds them; ``_jsonl`` reads growing files of JSON lines.
"""
