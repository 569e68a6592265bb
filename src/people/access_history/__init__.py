"""Who has read a citizen's data, as the citizen sees it: pages, documents and a monthly letter."""
