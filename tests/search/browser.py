"""A real browser: which words of a page a link marks."""

from __future__ import annotations

import io
import re
import shutil
import threading
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

STYLE = "<style>body{margin:0;font:16px/20px sans-serif}::target-text{background:#f00;color:#f00}</style>"
TALL = '<div style="height:5000px"></div>'

WORDS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const match of node.data.matchAll(/\\S+/g)) {
      range.setStart(node, match.index); range.setEnd(node, match.index + match[0].length);
      const box = range.getClientRects()[0];
      if (box && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth)
        found.push([match[0], box.left + box.width / 2, box.top + box.height / 2]);
    }
  return found;
}"""


class Browser:
    """Chromium, headless, with scripts off and no network, and a server of the pages that it is shown."""

    def __init__(self, context):
        self._page, self._pages = context.new_page(), {}
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = pages.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def serve(self, path, html):
        """Have *html* at *path*; its address."""
        self._pages[path] = html.encode()
        return self.address + path

    def marked(self, link):
        """The words that the browser marks and scrolls to, in their order on the page; none where it finds nothing."""
        from PIL import Image

        self._page.goto("about:blank")  # or only the fragment changes, and nothing is loaded
        self._page.goto(link)
        self._page.wait_for_timeout(50)
        if not self._page.evaluate("scrollY"):
            return []
        picture = Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")
        words = self._page.evaluate(WORDS)
        return [word for word, x, y in words if picture.getpixel((int(x), int(y))) == (255, 0, 0)]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def open_browser():
    """A `Browser`, closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as chromium:
        context = chromium.new_context(viewport={"width": 800, "height": 1200}, java_script_enabled=False)
        context.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
        browser = Browser(context)
        try:
            yield browser
        finally:
            browser.close()


def page_of(article):
    """A page as papers make them: headline, authors, paragraphs, an advertisement in between, far down."""
    paragraphs = [f"<p>{escape(p)}</p>" for p in article.text.split("\n\n")]
    body = "".join([*paragraphs[:1], "<aside>Anzeige</aside>", *paragraphs[1:]])
    head = f"<!doctype html><meta charset=utf-8><title>{escape(article.title)}</title>{STYLE}"
    return f"{head}{TALL}<h1>{escape(article.title)}</h1><div>Von Anna Muster</div>{body}{TALL}"


def plain_page(raw):
    """A publisher's page without scripts, styles, pictures and frames, far down."""
    html = re.sub(r"(?is)<(script|style|iframe|svg|noscript|template)\b.*?</\1\s*>", " ", raw)
    html = re.sub(r"(?is)<(link|meta|img|source|base)\b[^>]*>", " ", html)
    html = re.sub(r'(?i)\s(style|hidden|class|onload|onerror)(="[^"]*")?(?=[\s>])', " ", html)
    html = re.sub(r"(?is)<head\b.*?</head\s*>", "", html)
    html = re.sub(r"(?is)<!doctype[^>]*>", "", html)
    return f"<!doctype html><meta charset=utf-8>{STYLE}{TALL}{html}{TALL}"
