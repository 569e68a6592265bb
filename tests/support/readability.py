"""LIX, the Danish readability index."""

import re

LIX_OF_A_PAGE_MAX = 30


def lix(text: str) -> float:
    """The LIX of a text whose sentences end in a full stop, a question mark, an exclamation mark or a colon."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)
