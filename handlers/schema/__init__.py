"""The relational schema and how it is applied."""
