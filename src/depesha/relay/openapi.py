"""The relay's calls as an OpenAPI 3.1 document; a test compares it with the table of calls."""

from collections.abc import Mapping

from depesha.channel import BUNDLE_LIMIT, LISTING_LIMIT, WAIT_LIMIT_SECONDS
from depesha.relay.answer import JSON, OCTETS

Json = dict[str, object]

_BYTES: Json = {"content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}}}
_NAME: Json = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_ID: Json = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DIGEST: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_REFUSED: Json = {
    "description": "Refused",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document() -> Json:
    """Return the document as a value for JSON."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Depesha relay", "version": "1"},
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "capability": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "32 bytes in base64url without padding",
                }
            },
            "schemas": {
                "Problem": _object(type="string", title="string", status="integer", detail="string")
            },
        },
    }


def _paths() -> Json:
    mailbox = "/v1/mailboxes/{name}"
    return {
        mailbox: _mailbox(),
        f"{mailbox}/objects": _objects(),
        f"{mailbox}/objects/{{id}}": _one_object(),
        f"{mailbox}/fetches": _fetches(),
        f"{mailbox}/confirmations": _confirmations(),
        **{path: _sign(words) for path, words in _SIGNS.items()},
    }


_SIGNS: Mapping[str, str] = {
    "/healthz": "Tell that the process answers",
    "/readyz": "Tell that the store answers as well",
    "/metrics": "Tell counts to Prometheus",
    "/schema": "Describe the calls",
    "/schema/openapi.json": "Describe the calls",
}


def _mailbox() -> Json:
    terms = {
        "type": "object",
        "required": ["deposit", "fetch", "objects", "size_bytes"],
        "additionalProperties": False,
        "properties": {
            "deposit": _DIGEST,
            "fetch": _DIGEST,
            "objects": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
            "size_bytes": {"type": "integer", "minimum": 1, "maximum": 1 << 40},
        },
    }
    opened = {"201": _said("Opened"), "200": _said("Open with the same terms")}
    return {
        "parameters": [_path("name", _NAME)],
        "put": _call("Open a mailbox", opened, body={"content": {JSON: {"schema": terms}}}),
        "delete": _call("Close a mailbox", {"204": _said("Gone, with all in it")}),
    }


def _objects() -> Json:
    stored = {"content": {JSON: {"schema": _object(id="string")}}}
    row = _object(id="string", size="integer", arrival="integer")
    rows = {
        "type": "object",
        "required": ["objects"],
        "properties": {"objects": {"type": "array", "items": row, "maxItems": LISTING_LIMIT}},
    }
    listing = _call(
        "List what waits",
        {"200": {"description": "In order of arrival", "content": {JSON: {"schema": rows}}}},
    )
    listing["parameters"] = [
        _query("after", 0, (1 << 63) - 1),
        _query("limit", 1, LISTING_LIMIT),
        _query("wait", 0, WAIT_LIMIT_SECONDS),
    ]
    deposit = _call(
        "Store an object",
        {
            "201": {"description": "On the disk", **stored},
            "200": {"description": "The same bytes wait already", **stored},
        },
        body=_BYTES,
    )
    return {"parameters": [_path("name", _NAME)], "post": deposit, "get": listing}


def _one_object() -> Json:
    return {
        "parameters": [_path("name", _NAME), _path("id", _ID)],
        "get": _call("Fetch an object", {"200": {"description": "Its bytes", **_BYTES}}),
        "delete": _call("Confirm an object", {"204": _said("Gone")}),
    }


def _fetches() -> Json:
    framed = {"description": "Each its length in four bytes, then its bytes", **_BYTES}
    called = _call("Fetch several objects", {"200": framed}, body=_ids())
    return {"parameters": [_path("name", _NAME)], "post": called}


def _confirmations() -> Json:
    called = _call("Confirm several objects", {"204": _said("Gone")}, body=_ids())
    return {"parameters": [_path("name", _NAME)], "post": called}


def _ids() -> Json:
    ids = {"type": "array", "items": _ID, "minItems": 1, "maxItems": BUNDLE_LIMIT}
    schema = {"type": "object", "required": ["ids"], "properties": {"ids": ids}}
    return {"content": {JSON: {"schema": schema}}}


def _sign(words: str) -> Json:
    return {"get": {"summary": words, "responses": {"200": _said("The answer")}}}


def _call(summary: str, answers: Mapping[str, object], *, body: Json | None = None) -> Json:
    made: Json = {
        "summary": summary,
        "security": [{"capability": []}],
        "responses": {**answers, "default": _REFUSED},
    }
    if body is not None:
        made["requestBody"] = {"required": True, **body}
    return made


def _said(words: str) -> Json:
    return {"description": words}


def _object(**types: str) -> Json:
    return {
        "type": "object",
        "required": list(types),
        "properties": {name: {"type": kind} for name, kind in types.items()},
    }


def _path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, least: int, most: int) -> Json:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return {"name": name, "in": "query", "schema": schema}
