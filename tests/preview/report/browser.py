"""A real browser that looks at the page, and what it is asked."""

import json
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

PROBES = Path(__file__).with_name("probes.js")
HEIGHT = 900
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")


class Browser:
    """Chromium without a window, at any width and in either theme."""

    def __init__(self, program: str, driver: str) -> None:
        options: Any = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self._driver: Any = webdriver.Chrome(options=options, service=Service(driver))
        self._driver.set_script_timeout(30)
        self._shown: tuple[Path, int, str] | None = None

    def open(self, page: Path, *, width: int, theme: str) -> None:
        """Load a page as a screen of that width shows it; what was logged before is forgotten."""
        self._driver.get("about:blank")
        for log in ("browser", "performance"):
            self._driver.get_log(log)
        size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
        self._driver.get(page.as_uri())
        self._driver.execute_script(PROBES.read_text("utf-8"))
        self.ask("ready")
        self._shown = None

    def open_all(self, page: Path, *, width: int, theme: str) -> None:
        """The same, with every promise and disclosure open and every chart drawn; loaded once for several tests."""
        if self._shown != (page, width, theme):
            self.open(page, width=width, theme=theme)
            self.ask("openAll")
            self._shown = (page, width, theme)

    def ask(self, probe: str, *arguments: Any) -> Any:
        """What a function of `probes.js` answers."""
        call = "const done = arguments[arguments.length - 1]; Promise.resolve(probes[arguments[0]](...arguments[1]))"
        failed = "(error) => done(`failed: ${error}`)"
        answer: Any = self._driver.execute_async_script(f"{call}.then(done, {failed});", probe, list(arguments))
        assert not str(answer).startswith("failed: "), answer
        return answer

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        for key in keys:
            ActionChains(self._driver).send_keys(key).perform()

    def console(self) -> list[str]:
        """What the page logged since it was opened."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses that were asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self._driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        """End the browser."""
        self._driver.quit()
