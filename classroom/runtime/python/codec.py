"""JSON by the part of it that is written in C; `json` itself would load regular expressions and more into every room."""

from __future__ import annotations

try:
    import _json
except ImportError:
    _json = None


class _Plain:
    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict = {}


if _json is not None:
    _scan = _json.make_scanner(_Plain())
    _encode = _json.make_encoder(None, repr, _json.encode_basestring_ascii, None, ":", ",", False, False, False)

    def loads(data: bytes) -> object:
        """:raises ValueError: also where it is no UTF-8. :raises RecursionError:"""
        text = data.decode("utf-8").strip(" \t\r\n")
        try:
            value, end = _scan(text, 0)
        except StopIteration:
            raise ValueError("no JSON") from None
        if end != len(text):
            raise ValueError("more than one JSON value")
        return value

    def dumps(value: object) -> bytes:
        """:returns: ASCII only, so that a name which is no UTF-8 gets through"""
        return "".join(_encode(value, 0)).encode("ascii")

else:
    import json

    def loads(data: bytes) -> object:
        """:raises ValueError: :raises RecursionError:"""
        return json.loads(data)

    def dumps(value: object) -> bytes:
        """:returns: ASCII only, so that a name which is no UTF-8 gets through"""
        return json.dumps(value, separators=(",", ":")).encode("ascii")
