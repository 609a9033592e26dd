"""What people and machines are told of a stack's service levels.

described     all of it as one plain dict, which `--json` writes and the page is made of
derivations   figures with their formulas, settings and facts, each once
architecture  the components and what refers to what, for the drawing
terminal      the promises' table
page          one self-contained HTML file
"""
