"""Requests that two servers could read differently, and those that are too much: what each gets.

name, bytes, status. After each the connection must be closed without a second answer.
"""

HOST = b"Host: x\r\n"
GET = b"GET /v0/version HTTP/1.1\r\n"
SECOND = b"GET /v0/health HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer e2e-token-0123456789abcdef\r\n"


def chunked(body, head=POST):
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + body + SECOND


SMUGGLED = [
    ("length and chunked", POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND, 400),
    ("chunked and length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SECOND, 400),
    ("two lengths", POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SECOND, 400),
    ("two equal lengths", POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SECOND, 400),
    ("list of lengths", POST + b"Content-Length: 2, 2\r\n\r\n{}" + SECOND, 400),
    ("length with a plus", POST + b"Content-Length: +5\r\n\r\nabcde" + SECOND, 400),
    ("length with a minus", POST + b"Content-Length: -5\r\n\r\nabcde" + SECOND, 400),
    ("length in hex", POST + b"Content-Length: 0x5\r\n\r\nabcde" + SECOND, 400),
    ("length empty", POST + b"Content-Length: \r\n\r\n" + SECOND, 400),
    ("length with a blank", POST + b"Content-Length: 5 5\r\n\r\nabcde" + SECOND, 400),
    ("length beyond 64 bits", POST + b"Content-Length: 18446744073709551621\r\n\r\nabcde" + SECOND, 400),
    ("gzip, chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SECOND, 501),
    ("xchunked", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND, 501),
    ("xchunked and length", POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nabcde" + SECOND, 400),
    ("chunked, identity", POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SECOND, 501),
    ("chunked twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND, 400),
    ("coding in 1.0", POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND, 400),
    ("space before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND, 400),
    ("folded header", GET + HOST + b"X-A: b\r\n c\r\n\r\n" + SECOND, 400),
    ("folded with a tab", GET + HOST + b"X-A: b\r\n\tc\r\n\r\n" + SECOND, 400),
    ("bare line feeds", b"GET /v0/version HTTP/1.1\nHost: x\n\n" + SECOND, 400),
    ("one bare line feed", GET + b"Host: x\n\r\n" + SECOND, 400),
    ("bare carriage return", GET + HOST + b"X-A: b\rX-B: c\r\n\r\n" + SECOND, 400),
    ("NUL in a header", GET + HOST + b"X-A: b\0c\r\n\r\n" + SECOND, 400),
    ("NUL in a name", GET + HOST + b"X\0A: b\r\n\r\n" + SECOND, 400),
    ("no colon", GET + HOST + b"nonsense\r\n\r\n" + SECOND, 400),
    ("empty name", GET + HOST + b": b\r\n\r\n" + SECOND, 400),
    ("no Host", GET + b"\r\n" + SECOND, 400),
    ("two Hosts", GET + HOST + HOST + b"\r\n" + SECOND, 400),
    ("chunk size in hex notation", chunked(b"0x1\r\na\r\n0\r\n\r\n"), 400),
    ("chunk size signed", chunked(b"+1\r\na\r\n0\r\n\r\n"), 400),
    ("chunk size empty", chunked(b"\r\na\r\n0\r\n\r\n"), 400),
    ("chunk size beyond 64 bits", chunked(b"10000000000000001\r\na\r\n0\r\n\r\n"), 400),
    ("chunk without CRLF", chunked(b"1\r\na0\r\n\r\n"), 400),
    ("chunk line with a bare line feed", chunked(b"1\na\r\n0\r\n\r\n"), 400),
    ("chunk longer than said", chunked(b"1\r\nabc\r\n0\r\n\r\n"), 400),
    ("trailer malformed", chunked(b"0\r\nnonsense\r\n\r\n"), 400),
    ("NUL in the path", b"GET /v0/version%00 HTTP/1.1\r\nHost: x\r\n\r\n" + SECOND, 400),
    ("half an escape", b"GET /v0/version%4 HTTP/1.1\r\nHost: x\r\n\r\n" + SECOND, 400),
    ("space in the path", b"GET /v0/ver sion HTTP/1.1\r\nHost: x\r\n\r\n" + SECOND, 400),
    ("lower-case version", b"GET /v0/version http/1.1\r\nHost: x\r\n\r\n" + SECOND, 400),
    ("no version", b"GET /v0/version\r\n\r\n" + SECOND, 400),
    ("HTTP/2.0", b"GET /v0/version HTTP/2.0\r\nHost: x\r\n\r\n" + SECOND, 505),
    ("preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", None),
    ("TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), 400),
    ("binary", bytes(range(256)), 400),
]

TOO_MUCH = [
    ("1 MB header", GET + HOST + b"X-A: " + b"a" * 1000000 + b"\r\n\r\n", 431),
    ("20,000 headers", GET + HOST + b"".join(b"X-%d: a\r\n" % i for i in range(20000)) + b"\r\n", 431),
    ("129 headers", GET + HOST + b"".join(b"X-%d: a\r\n" % i for i in range(128)) + b"\r\n", 431),
    ("64 KiB of headers", GET + HOST + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(66)) + b"\r\n", 431),
    ("8 MB path", b"GET /" + b"a" * (8 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("8 KiB path and one", b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("64 MiB body and one", POST + b"Content-Length: %d\r\n\r\n" % ((64 << 20) + 1), 413),
    ("stranger's body", b"POST /v0/cypher HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + b"a" * 900000, 401),
    ("body without a path", b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + b"a" * 900000, 404),
]

# Whole requests that are fine but for what they ask, and leave the connection open.
ASKED = [
    ("no such path", b"GET /v0/nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ("near path", b"GET /v0/helth HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ("root", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ("wrong method", b"GET /v0/cypher HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("wrong method on health", b"POST /v0/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
    ("TRACE", b"TRACE /v0/health HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("DELETE", b"DELETE /v0/version HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("HEAD", b"HEAD /v0/version HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("OPTIONS", b"OPTIONS /v0/cypher HTTP/1.1\r\nHost: x\r\n\r\n", 204),
    ("OPTIONS of all", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204),
    ("absolute form", b"GET http://x/v0/version HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("query string", b"GET /v0/version?x=1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
]
