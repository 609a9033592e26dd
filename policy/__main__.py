"""Serves the pack to whoever starts this folder: the engine, or the offline preview."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from policy.pack import serve  # noqa: E402 - the project's folder has to be known first

serve()
