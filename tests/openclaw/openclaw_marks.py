"""What every test of this folder is marked with."""

import pytest

ON_THE_GATEWAY = [
    pytest.mark.asyncio(loop_scope="session"),  # the loop that the gateway's servers run on
]
