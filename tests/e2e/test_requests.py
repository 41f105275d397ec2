"""Bodies and tokens: what is wrong is told with a typed error, and the next request is served."""

import json
import time

import harness
from harness import TOKEN, Case, Host, cypher_bytes, decode, read_to_end

MALFORMED = [
    b"", b" ", b"{", b"}", b"[", b"null", b"1", b'"a"', b"[]", b"{}x", b'{"query":"RETURN 1"', b'{"query":"RETURN 1"}}',
    b'{"query":"RETURN 1",}', b"{'query':'RETURN 1'}", b'{query:"RETURN 1"}', b'{"query":"RETURN 1"} {}', b'{"query" "RETURN 1"}',
    b'{"query":"RETURN 1","params":{"a":01}}', b'{"query":"RETURN 1","params":{"a":1.}}', b'{"query":"RETURN 1","params":{"a":.5}}',
    b'{"query":"RETURN 1","params":{"a":+1}}', b'{"query":"RETURN 1","params":{"a":NaN}}', b'{"query":"RETURN 1","params":{"a":tru}}',
    b'{"query":"RETURN 1","params":{"a":1,}}', b'{"query":"RETURN 1\n"}', b'{"query":"\\x"}', b'{"query":"\\u12"}',
    b'{"query":"\\ud800"}', b'{"query":"RETURN 1","params":{"a":"\\udc00"}}', b'\xef\xbb\xbf{"query":"RETURN 1"}',
    b'// c\n{"query":"RETURN 1"}', b'{"query":"RETURN 1"}\0',
]  # fmt: skip

WRONG = [
    b"{}", b'{"query":1}', b'{"query":null}', b'{"query":["RETURN 1"]}', b'{"params":{}}', b'{"query":"RETURN 1","params":[]}',
    b'{"query":"RETURN 1","params":"a"}', b'{"query":"RETURN 1","query":"RETURN 2"}', b'{"query":"RETURN 1","params":{},"params":{}}',
    b'{"query":"RETURN 1","params":{"a":1,"a":2}}', b'{"query":"RETURN 1","params":{"a":{"b":1,"b":2}}}',
    b'{"query":"RETURN 1","parameters":{}}', b'{"querry":"RETURN 1"}', b'{"query":"RETURN 1","x":1}', b'{"Query":"RETURN 1"}',
]  # fmt: skip

BAD_UTF8 = [b"\xff", b"\xc0\xaf", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"]


class OneHost(Case):
    @classmethod
    def setUpClass(cls):
        cls.host = Host("memory://requests")

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()

    def send(self, body, more=None):
        headers = {"Content-Type": "application/json"}
        headers.update(more or {})
        return self.host.request("POST", "/v0/cypher", body, headers)

    def refused(self, body, status=400):
        answer = self.send(body)
        self.assertEqual(answer.status, status, "%s\n%s" % (body[:200], answer.body))
        error = decode(answer)
        self.assertIn("code", error)
        self.assertIn("request_id", error)
        self.assertEqual(self.host.health()["status"], "ok")
        return error


class Bodies(OneHost):
    def test_malformed__is_told(self):
        for body in MALFORMED:
            with self.subTest(body):
                self.assertEqual(self.refused(body)["code"], "Request.Malformed")

    def test_wrong_fields__are_told(self):
        for body in WRONG:
            with self.subTest(body):
                self.assertRegex(self.refused(body)["code"], r"\ARequest\.(Malformed|InvalidParameter)\Z")

    def test_unknown_field__gets_a_suggestion(self):
        self.assertIn("query", json.dumps(self.refused(b'{"querry":"RETURN 1"}')))
        error = self.refused(b'{"query":"RETURN 1","parms":{}}')
        self.assertIn("parms", error["error"])
        self.assertIn("params", error["hint"])

    def test_duplicate__is_named(self):
        self.assertIn("a", self.refused(b'{"query":"RETURN 1","params":{"a":1,"a":2}}')["error"])

    def test_utf8__is_checked_wherever_it_stands(self):
        for bad in BAD_UTF8:
            for body in [b'{"query":"RETURN \'%s\'"}', b'{"query":"RETURN 1","params":{"%s":1}}', b'{"query":"RETURN $a","params":{"a":"%s"}}']:
                with self.subTest(body % bad):
                    self.assertEqual(self.refused(body % bad)["code"], "Request.Malformed")

    def test_accepted__forms(self):
        for body in [
            b'{"query":"RETURN 1 AS x"}',
            b' \r\n\t{ "params" : null , "query" : "RETURN 1 AS x" } \n',
            b'{"query":"RETURN 1 AS x","params":{}}',
            b'{"query":"\\u0052ETURN 1 AS x"}',
        ]:
            answer = self.send(body)
            self.assertEqual((answer.status, answer.body), (200, b'{"columns":["x"],"rows":[{"x":1}]}'))
        self.assertEqual(self.send(b'{"query":"RETURN 1"}', {"Content-Type": "application/json; charset=utf-8"}).status, 200)
        self.assertEqual(self.send(b'{"query":"RETURN 1"}', {"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(self.send(b'{"query":"RETURN 1"}', {"Content-Encoding": "gzip"}).status, 415)
        self.assertEqual(self.host.value("RETURN '\\u00e9\U0001d11e' AS x"), "é\U0001d11e")

    def test_surrogate_pair__is_one_character(self):
        self.assertEqual(decode(self.send(b'{"query":"RETURN $a AS a","params":{"a":"\\ud834\\udd1e"}}'))["rows"], [{"a": "\U0001d11e"}])


class Large(OneHost):
    def test_query_of_10_mb__is_served_or_told(self):
        text = "RETURN '%s' AS x" % ("a" * (10 * 1000 * 1000))
        self.assertEqual(len(self.host.value(text)), 10 * 1000 * 1000)
        error = self.refused(json.dumps({"query": "RETURN '%s' AS x" % ("a" * (11 << 20))}).encode())
        self.assertRegex(error["code"], r"\A(Limit\.QueryTooComplex|Request\.TooLarge)\Z")

    def test_wide_query__of_10_mb(self):
        text = "RETURN [" + ",".join(["1"] * 4_900_000) + "] AS x"
        answer = self.host.post(text, timeout=60)
        self.assertIn(answer.status, (200, 400, 413))
        if answer.status != 200:
            self.assertRegex(decode(answer)["code"], r"\ALimit\.")
        self.assertEqual(self.host.health()["status"], "ok")

    def test_nested__a_million_deep(self):
        deep = 1_000_000
        for query in [
            "RETURN " + "[" * deep + "]" * deep,
            "RETURN " + "(" * deep + "1" + ")" * deep,
            "RETURN " + "[" * deep,
            "RETURN " + "(" * deep,
            "RETURN " + "{a:" * deep,
            "RETURN " + "NOT " * deep + "true",
            "RETURN " + "-" + " -" * deep + "1",
            "RETURN 1" + "+1" * deep,
            "RETURN x" + ".a" * deep,
            "RETURN x" + "[0]" * deep,
            "RETURN " + "CASE WHEN true THEN " * (deep // 10) + "1",
            "MATCH " + "(" * deep,
            "MATCH (a)" + "-->(a)" * deep + " RETURN a",
            "RETURN 1 UNION " * (deep // 10) + "RETURN 1",
        ]:
            with self.subTest(query[:24]):
                began = time.monotonic()
                answer = self.host.post(query)
                self.assertIn(answer.status, (400, 413), answer.body)
                self.assertRegex(decode(answer)["code"], r"\A(Limit\.Query(TooComplex|Memory)|SyntaxError\.\w+)\Z")
                self.assertEqual(self.host.health()["status"], "ok")
                self.assertLess(time.monotonic() - began, 5 * harness.PATIENCE)

    def test_nested_json__a_million_deep(self):
        for opening in [b"[", b'{"a":']:
            body = b'{"query":"RETURN 1","params":{"a":' + opening * 1_000_000
            self.assertEqual(self.refused(body)["code"], "Request.Malformed")
        for depth, status in [(100, 200), (1000, 400)]:
            body = b'{"query":"RETURN size($a) AS x","params":{"a":' + b"[" * depth + b"]" * depth + b"}}"
            self.assertEqual(self.send(body).status, status)

    def test_names__of_any_length(self):
        self.refused(json.dumps({"query": "CREATE (:%s)" % ("L" * 20000)}).encode())
        self.refused(json.dumps({"query": "RETURN %s" % ("v" * 1_000_000)}).encode())


class Tokens(OneHost):
    def test_wrong__is_401_with_challenge(self):
        for value in [
            None, "Bearer wrong", "Bearer " + TOKEN + "x", "Bearer " + TOKEN[:-1], "Bearer " + TOKEN.upper(), "Bearer", "Bearer ",
            TOKEN, "Basic " + TOKEN, "Bearer a b", "Bearer " + "a" * 30000, "Digest x",
        ]:  # fmt: skip
            with self.subTest(value):
                headers = {"Authorization": value} if value is not None else {}
                answer = self.host.request("POST", "/v0/cypher", '{"query":"CREATE (:T)"}', headers, auth=False)
                self.assertEqual(answer.status, 401)
                self.assertRegex(answer.headers["www-authenticate"], r"\ABearer\b")
                error = decode(answer)
                self.assertEqual(error["code"], "Security.Unauthorized")
                self.assertEqual(error["neo4j_code"], "Neo.ClientError.Security.Unauthorized")
                self.assertNotIn(TOKEN, answer.body.decode())
        self.assertEqual(self.host.value("MATCH (n:T) RETURN count(*) AS c"), 0)
        self.assertNotIn(TOKEN, self.host.stderr)

    def test_right__in_any_case_of_the_scheme(self):
        for scheme in ["Bearer", "bearer", "BEARER"]:
            answer = self.host.request(
                "POST", "/v0/cypher", '{"query":"RETURN 1"}', {"Authorization": "%s %s" % (scheme, TOKEN)}, auth=False
            )
            self.assertEqual(answer.status, 200)


class Connections(OneHost):
    def test_pipelined__answers_in_order(self):
        with self.host.connect() as sock:
            count = 200
            batch = b"".join(cypher_bytes("RETURN %d AS x" % i) for i in range(count - 1))
            sock.sendall(batch + cypher_bytes("RETURN %d AS x" % (count - 1), more="Connection: close\r\n"))
            data = read_to_end(sock)
        found = [int(part.split(b"}")[0]) for part in data.split(b'"rows":[{"x":')[1:]]
        self.assertEqual(found, list(range(count)))

    def test_pipelined__an_error_in_between_is_just_one(self):
        with self.host.connect() as sock:
            sock.sendall(
                cypher_bytes("RETURN 1 AS x") + cypher_bytes("RETURN y") + cypher_bytes("CREATE (:Pl)") + cypher_bytes("MATCH (n:Pl) RETURN count(*) AS x", more="Connection: close\r\n")
            )
            data = read_to_end(sock)
        self.assertEqual(data.count(b"HTTP/1.1 200 "), 3)
        self.assertEqual(data.count(b"HTTP/1.1 400 "), 1)
        self.assertTrue(data.endswith(b'"rows":[{"x":1}]}'))

    def test_continue__is_said_before_the_body(self):
        body = b'{"query":"RETURN 1 AS x"}'
        head = cypher_bytes("", more="Expect: 100-continue\r\nConnection: close\r\n").split(b"Content-Length")[0]
        with self.host.connect() as sock:
            sock.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
            self.assertEqual(sock.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
            sock.sendall(body)
            self.assertTrue(read_to_end(sock).endswith(b'"rows":[{"x":1}]}'))
        with self.host.connect() as sock:  # no 100 for those who may not
            sock.sendall(head.replace(TOKEN.encode(), b"no") + b"Content-Length: %d\r\n\r\n" % len(body))
            self.assertTrue(read_to_end(sock).startswith(b"HTTP/1.1 401 "))

    def test_http_1_0__closes_unless_asked(self):
        with self.host.connect() as sock:
            sock.sendall(b"GET /v0/version HTTP/1.0\r\n\r\n")
            self.assertIn(b" 200 ", read_to_end(sock))

    def test_request_id__is_echoed_or_made(self):
        answer = self.host.request("GET", "/v0/version", headers={"X-Request-Id": "abc-123"}, auth=False)
        self.assertEqual(answer.headers["x-request-id"], "abc-123")
        ids = {self.host.request("GET", "/v0/version", auth=False).headers["x-request-id"] for _ in range(10)}
        self.assertEqual(len(ids), 10)

    def test_streamed__a_large_answer_is_whole(self):
        answer = self.host.post("UNWIND range(1, 200000) AS i RETURN i, 'text ' + toString(i) AS t")
        rows = decode(answer)["rows"]
        self.assertEqual((len(rows), rows[0], rows[-1]), (200000, {"i": 1, "t": "text 1"}, {"i": 200000, "t": "text 200000"}))


if __name__ == "__main__":
    harness.main()
