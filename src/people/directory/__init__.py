"""People, their areas, roles and relations."""
