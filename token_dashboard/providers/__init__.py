"""Remote provider accounts, one module a provider.

``_contract`` says what a provider is and finds them, ``_http`` is the only place that speaks HTTP to vendors.
"""
