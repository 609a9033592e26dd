"""What gunicorn serves; importing it reads the environment and fails, naming everything wrong with it."""

from __future__ import annotations

from services.storefront.app import create
from services.storefront.settings import Settings

application = create(Settings.read())
