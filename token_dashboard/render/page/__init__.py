"""The page in a browser: how things stand, as one document without a single further request.

Nothing on it is fetched, so it works in a frame that may run scripts and nothing else. It is readable on a
phone and on a wide screen, light and dark, by keyboard and by a screen reader.
"""

from token_dashboard.render.page.document import POLICY, failure, page
from token_dashboard.render.page.look import Look, Range, Split, View

__all__ = ["POLICY", "Look", "Range", "Split", "View", "failure", "page"]
