"""The pages as a reader gets them."""

import logging
from html import escape

import pytest
from litestar.testing import TestClient

from depesha.archive import StoreBusyError
from depesha.station import RegisterLine, RegisterStatus, Station
from depesha.web import Door, Reader, RegisterView, TelegramSheet, build_app
from depesha.web.register_view import LEAF_ENTRIES
from tests.web.conftest import ACCESS
from tests.web.world import CORRIDOR, HOSTILE, QUAY, World


class BusyReader(Reader):
    """A station whose store another command is writing to."""

    def register(self, *, leaf: int | None = None) -> RegisterView:
        raise StoreBusyError("another writer holds the store; try again")


class BrokenReader(Reader):
    """A station that fails in a way nobody foresaw, with a text in its words."""

    def telegram(self, record_id: str) -> TelegramSheet:
        raise RuntimeError(QUAY)


class LongReader(Reader):
    """A station whose register fills three leaves."""

    def register(self, *, leaf: int | None = None) -> RegisterView:
        count = 2 * LEAF_ENTRIES + 1
        lines = [
            RegisterLine(index=index, entry="", what="void", record_id=None)
            for index in range(count)
        ]
        status = RegisterStatus(origin="o", size=count, root="r", cosigned_size=0, cosigned_by=())
        return RegisterView.of("POST", status, lines, [], leaf=leaf)


def shown(text: str) -> str:
    return escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def test_the_register(reader: TestClient[Door], station: Station, world: World) -> None:
    """The register shows its sum, who cosigned it, and a row for each entry with its link."""
    page = reader.get("/")
    status = station.registering.status()

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert status.root in page.text.replace("&#43;", "+")
    assert "port-amaro/witness" in page.text
    for record_id in (world.sent, world.answer, world.hostile):
        assert f'href="/telegrams/{record_id}"' in page.text
    assert page.text.count('<tr role="row" id="entry-') == status.size
    assert "No. 17/k" in page.text
    assert "Release decided" in page.text
    assert "Leaf 1" not in page.text


def test_the_register_shows_no_text(reader: TestClient[Door]) -> None:
    """The list is numbers: no subject, title or addressee stands in it."""
    page = reader.get("/")

    for word in ("Minister", "Okonjo", "barges", "Ciphered"):
        assert word not in page.text


def test_a_telegram_sent(reader: TestClient[Door], world: World) -> None:
    """Heading, points, stamps, copies, enclosures and description are all on its page."""
    page = reader.get(f"/telegrams/{world.sent}")

    assert page.status_code == 200
    for words in (
        "No. 17/k of",
        "Confidential · Relief only",
        "PORT AMARO (immediate)",
        "the Harbour Minister",
        "spoken, if asked written unsigned",
        QUAY,
        CORRIDOR,
        "<small>[sic]</small>",
        "Acknowledge by return.",
        "soundings.csv",
        "released",
        "packed into a pouch",
        "Acknowledged",
        "North Desk [Ines Calder]",
        "CARM, Fond 12, Opis 1, Delo 31, Listy 4-5, 9 (original copy)",
        "PAA, Fond 3a, Opis 2, Delo 7, Papka 2, Listy 88-89",
        "September 14, 2026",
        "English",
        "asking for pilots",
    ):
        assert (words if words.startswith("<") else shown(words)) in page.text, words


def test_a_telegram_received(reader: TestClient[Door], world: World) -> None:
    """A received telegram tells that its page is burnt, and links what it answers."""
    page = reader.get(f"/telegrams/{world.answer}")

    assert ", burnt" in page.text
    assert f'<a href="/telegrams/{world.sent}">No. 17/k</a>' in page.text
    assert "resolved" in page.text


def test_a_citation_of_nothing_held(reader: TestClient[Door], world: World) -> None:
    """What is not held here is said so, and linked to nothing."""
    page = reader.get(f"/telegrams/{world.hostile}")

    assert "No. 999 " in page.text
    assert "not held" in page.text


def test_every_text_is_escaped(reader: TestClient[Door], world: World) -> None:
    """Nothing that a correspondent writes becomes markup, on any page."""
    telegram, register = reader.get(f"/telegrams/{world.hostile}").text, reader.get("/").text

    assert telegram.count(shown(HOSTILE)) >= 4
    for page in (telegram, register):
        assert "<script" not in page
        assert "<img" not in page
        assert "<b>" not in page
        assert "North &lt;b&gt;Desk" in page


def test_pages_need_nothing_but_the_stylesheet(reader: TestClient[Door], world: World) -> None:
    """No page holds a script, a form, a style of its own or an address elsewhere."""
    for path in ("/", f"/telegrams/{world.sent}", "/nowhere"):
        page = reader.get(path).text
        for word in ("<script", "<form", "<style", "style=", "http://", "https://", "<iframe"):
            assert word not in page
        assert page.count("<link ") == 1


def test_the_title_of_a_page_names_nobody(reader: TestClient[Door], world: World) -> None:
    """Browsers keep titles in their history: a title is a number and no subject."""
    page = reader.get(f"/telegrams/{world.sent}").text
    title = page.partition("<title>")[2].partition("</title>")[0]

    assert title.startswith("No. 17/k of ")
    assert title.endswith(" · Depesha")
    assert "Minister" not in title


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/telegrams/none", "station.not_found"),
        ("/telegrams/%00%ff%2e%2e", "station.not_found"),
        ("/telegrams/' OR 1=1 --", "station.not_found"),
        ("/telegrams", "web.no_page"),
        ("/telegrams/", "web.no_page"),
        ("/telegrams/a/b", "web.no_page"),
        ("/../keys.age", "web.no_page"),
        ("/pages.css/x", "web.no_page"),
        ("/?leaf=2", "web.no_page"),
        ("/?leaf=99999999999999999999", "web.no_page"),
    ],
)
def test_what_is_not_there(reader: TestClient[Door], path: str, code: str) -> None:
    """A wrong address is answered with a page that names the code."""
    answer = reader.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<code>{code}</code>" in answer.text


@pytest.mark.parametrize("leaf", ["0", "-1", "x", "1.5", ""])
def test_a_leaf_that_cannot_be_read(reader: TestClient[Door], leaf: str) -> None:
    """A leaf is a number from 1; anything else is refused and not repeated."""
    answer = reader.get("/", params={"leaf": leaf})

    assert answer.status_code == 400
    assert "<code>web.request</code>" in answer.text


def test_leaves_are_turned_by_links(station: Station) -> None:
    """A long register opens at its last leaf and is turned in both directions."""
    with TestClient(build_app(LongReader(station), ACCESS), base_url=ACCESS.origin) as client:
        last = client.get(ACCESS.opening_address).text
        middle = client.get("/?leaf=2").text
        first = client.get("/?leaf=1").text

    assert "Leaf 3 of 3" in last
    assert 'href="/?leaf=2"' in last
    assert "Later entries" not in last
    assert f'id="entry-{2 * LEAF_ENTRIES}"' in last
    assert 'rel="prev" href="/?leaf=1"' in middle
    assert 'rel="next" href="/?leaf=3"' in middle
    assert "Earlier entries" not in first
    assert "nobody yet" in first


def test_a_busy_store(station: Station) -> None:
    """While another command writes, the reader is asked to come back."""
    with TestClient(build_app(BusyReader(station), ACCESS), base_url=ACCESS.origin) as client:
        answer = client.get(ACCESS.opening_address)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "archive.store_busy" in answer.text


def test_a_failure_says_nothing(
    station: Station, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is answered and logged without a word of what was read."""
    caplog.set_level(logging.DEBUG)
    with TestClient(build_app(BrokenReader(station), ACCESS), base_url=ACCESS.origin) as client:
        client.get(ACCESS.opening_address)
        caplog.clear()
        answer = client.get(f"/telegrams/{world.sent}")

    ours = [record for record in caplog.records if record.name.startswith("depesha")]
    assert answer.status_code == 500
    assert "barges" not in answer.text
    assert [record.getMessage() for record in ours] == ["a page failed: web (RuntimeError)"]
    assert all(record.exc_info is None for record in ours)
    assert "barges" not in caplog.text


def test_reading_is_not_logged(
    reader: TestClient[Door], world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """No log of ours or of the framework tells what was read, found or refused."""
    caplog.set_level(logging.DEBUG)
    for path in ("/", f"/telegrams/{world.sent}", "/telegrams/none", "/?leaf=x", "/nowhere"):
        reader.get(path)

    written = [
        record.getMessage() for record in caplog.records if not record.name.startswith("httpx")
    ]
    assert not any("telegrams" in line or ACCESS.key in line for line in written)
