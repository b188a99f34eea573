"""What a browser with an empty cache fetches until the workbench stands: requests and bytes on the wire.

    python bench/first_page.py [--size S]

Targets: at most 160 KB in at most 10 requests, then at most 15 KB for another page.
Needs Playwright and Chromium (or $CHROMIUM).
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from bench.pages import serving, way_in
from playwright.sync_api import sync_playwright

FIRST, REQUESTS, NEXT = 160 * 1024, 10, 15 * 1024


def fetched(page: Any, path: str) -> tuple[int, int]:
    """Open a page; return how many requests it took and their bytes as they were sent."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    client.detach()
    counted = [size for size in sizes if size]
    return len(counted), round(sum(counted))


def main() -> int:
    """Print both pages; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="S")
    options = parser.parse_args()
    with serving(options.size) as (base, environment), sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        member = browser.new_context(base_url=base)
        page = member.new_page()
        page.goto(way_in(environment, "admin"))
        page.locator("form button").first.click()
        page.wait_for_url(f"{base}/")
        cookies = member.cookies()
        fresh = browser.new_context(base_url=base)
        fresh.add_cookies(cookies)
        page = fresh.new_page()
        first, second = fetched(page, "/"), fetched(page, "/projects/")
        browser.close()
    print(f"first page: {first[1] / 1024:.1f} KB in {first[0]} requests (at most {FIRST // 1024} KB in {REQUESTS})")
    print(f"another page: {second[1] / 1024:.1f} KB in {second[0]} requests (at most {NEXT // 1024} KB)")
    return int(first[1] > FIRST or first[0] > REQUESTS or second[1] > NEXT)


if __name__ == "__main__":
    sys.exit(main())
