"""What the operator asked for: found, read, checked against ``schemas/config.schema.json``, typed.

``finding.load`` is the front door; ``settings.Settings`` is what comes out; ``credentials.find_keys`` and
``ids.check_ids`` are asked once the providers are known; ``showing.shown`` is for people. Everything of
pydantic, jsonschema and pyjson5 is imported only when there is a document to read or to complain about.
"""
