"""The coverage page in a real Chromium: light and dark, wide and narrow, and nothing in it runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Result

Run = Callable[..., Result]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

CONTRASTS = """() => {
  const channel = c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  const light = rgb => rgb.map(c => channel(c / 255)).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0)
  const parse = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number)
  const back = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor
      if (!/, 0\\)$/.test(colour)) return parse(colour)
    }
    return [255, 255, 255]
  }
  return [...document.querySelectorAll("h1,h2,small,p,li,th,td,b,span,code")].filter(n => n.textContent.trim()).map(node => {
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(back(node))].sort((x, y) => y - x)
    return [node.tagName + "." + node.className + " " + node.textContent.slice(0, 20), (a + 0.05) / (b + 0.05)]
  })
}"""  # noqa: E501 - JavaScript, a statement a line


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page_file(connlint: Run, hostile: Path, folder: Path) -> Path:
    file = folder / "coverage.html"
    connlint("coverage", "--format", "html", "-o", str(file))
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_the_page_is_readable(browser: Any, page_file: Path, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(page_file.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert {name for name, ratio in page.evaluate(CONTRASTS) if ratio < 4.5} == set(), "WCAG AA"
    assert page.locator("script, img, iframe").count() == 0
    assert requests == [page_file.as_uri()]
    assert said == []
    page.close()


def test_the_table_says_what_the_text_says(browser: Any, page_file: Path, connlint: Run) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())

    rows = page.locator("tbody tr").all()
    assert rows[-1].locator("th").inner_text() == "all"
    assert rows[0].locator("th").inner_text() == "cats"
    lack = page.locator("section li").all_inner_texts()
    assert lack == ["no resource: cat.born"]
    page.close()
