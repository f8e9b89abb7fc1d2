"""The same as the pages, as JSON."""

import json

import pytest
from litestar.testing import TestClient

from depesha.station import Station
from depesha.web import Door
from tests.web.conftest import ACCESS
from tests.web.world import QUAY, World


def test_the_register(reader: TestClient[Door], station: Station, world: World) -> None:
    """The document holds the sum and every entry, telegrams and decisions alike."""
    told = reader.get("/api/register").json()
    status = station.registering.status()

    assert told["call_sign"] == "NORTH DESK"
    assert told["origin"] == status.origin
    assert (told["size"], told["root"]) == (status.size, status.root)
    assert told["cosigned_by"] == ["port-amaro/witness"]
    assert (told["leaf"], told["leaves"]) == (1, 1)
    assert [row["index"] for row in told["entries"]] == list(range(status.size))
    assert [row["what"] for row in told["entries"]] == ["telegram"] * 3 + ["release decided"]
    first, answer, waiting, decision = told["entries"]
    assert first["record_id"] == world.sent
    assert (first["number"], first["transmissions"]) == ("17/k", ["1206"])
    assert (answer["direction"], answer["originator"]) == ("received", "Port Amaro")
    assert (waiting["state"], waiting["transmissions"]) == ("released", [])
    assert decision["record_id"] == world.sent
    assert decision["number"] is None
    assert all(len(bytes.fromhex(row["entry"])) == 65 for row in told["entries"])


def test_a_telegram(reader: TestClient[Door], station: Station, world: World) -> None:
    """The document agrees with what the station itself tells of the telegram."""
    told = reader.get(f"/api/telegrams/{world.sent}").json()
    view = station.reading.telegram(world.sent)

    assert told["number"] == view.line.number
    assert told["minute_digest"] == view.minute_digest
    assert told["points"][0] == {"label": "1.", "text": QUAY}
    assert told["points"][3] == {"label": "", "text": "Acknowledge by return."}
    assert told["signature"] == "North Desk"
    assert told["markings"] == ["Confidential", "Relief only"]
    assert {field["name"] for field in told["heading"]} >= {"from", "action", "via", "for"}
    assert [copy["holder"] for copy in told["copies"]] == ["PORT AMARO", "file"]
    (transmission,) = told["copies"][0]["transmissions"]
    assert (transmission["serial"], transmission["acknowledged"]) == (1206, True)
    assert transmission["page_burnt"] is None
    assert [stamp["kind"] for stamp in told["stamps"]] == [one.kind for one in view.stamps]
    assert told["enclosures"] == ["soundings.csv"]
    description = told["description"]
    assert description["holdings"][0].startswith("CARM, Fond 12")
    assert description["identified"] == [
        {"role": "originator", "name": "North Desk", "identification": "Ines Calder"}
    ]


def test_an_answer_names_the_record_it_answers(reader: TestClient[Door], world: World) -> None:
    """A resolved citation carries the record, and a received copy its burnt page."""
    told = reader.get(f"/api/telegrams/{world.answer}").json()

    assert told["citations"] == [
        {"relation": "In reply to", "number": "17/k", "status": "resolved", "records": [world.sent]}
    ]
    (transmission,) = told["copies"][0]["transmissions"]
    assert (transmission["page_burnt"], transmission["acknowledged"]) == (True, None)


def test_no_document_holds_a_key_or_a_cover(reader: TestClient[Door], world: World) -> None:
    """Covers, seeds and the readers' key stay where they are."""
    told = reader.get(f"/api/telegrams/{world.sent}").text

    assert '"cover"' not in told
    assert "depesha/1 cover" not in told
    assert ACCESS.key not in told


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/telegrams/none", 404, "station.not_found"),
        ("/api/register?leaf=2", 404, "web.no_page"),
        ("/api/register?leaf=x", 400, "web.request"),
        ("/api/nowhere", 404, "web.no_page"),
        ("/api", 404, "web.no_page"),
    ],
)
def test_refusals_are_problem_documents(
    reader: TestClient[Door], path: str, status: int, code: str
) -> None:
    """Programs are refused in a document with the stable code (RFC 9457)."""
    answer = reader.get(path)
    told = answer.json()

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["title"]) == (status, code)
    assert told["type"] == f"https://depesha.example/problems/{code}"


def test_the_door_answers_programs_likewise(stranger: TestClient[Door]) -> None:
    """A refusal at the door has the same shape as one behind it."""
    answer = stranger.get("/api/register")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "web.access"


def test_the_schema_describes_the_documents_and_nothing_else(reader: TestClient[Door]) -> None:
    """The OpenAPI document lists the two calls; pages are for people."""
    told = json.loads(reader.get("/api/schema/openapi.json").content)

    assert set(told["paths"]) == {"/api/register", "/api/telegrams/{record_id}"}
    assert all(set(path) == {"get"} for path in told["paths"].values())
