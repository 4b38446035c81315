//! Inputs of our own, class by class as in the corpora: so that a class is mended and not a file, and so that something is tried where the
//! corpora are not there.

use super::items::Item;

/// A mail with these header fields and this body.
fn mail(fields: &str, body: &str) -> Vec<u8> {
    let fields = fields.replace('\n', "\r\n");
    let has = |name: &str| fields.lines().any(|line| line.to_ascii_lowercase().starts_with(name));
    let from = if has("from:") { "" } else { "From: Kim <kim@finder.example>\r\n" };
    let id = digest(&format!("{fields}{body}"));
    format!(
        "{from}To: psirt@vendor.example\r\nMessage-ID: <own-{id}@finder.example>\r\nMIME-Version: 1.0\r\n{fields}\r\n\r\n{}\r\n",
        body.replace('\n', "\r\n")
    )
    .into_bytes()
}

/// A short name for a text.
pub fn digest(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// All of them.
pub fn items() -> Vec<Item> {
    [
        loops(),
        spoofs(),
        headers(),
        structures(),
        names(),
        markup(),
        urls(),
        files(),
        unicode(),
        json_bodies(),
        requests(),
        codes(),
        dates(),
        keys(),
    ]
    .concat()
}

fn loops() -> Vec<Item> {
    [
        ("own-vacation", "accept-noack", "Subject: Re: your mail\nAuto-Submitted: auto-replied (vacation)"),
        ("own-ticket-system", "accept-noack", "Subject: [#4711] received\nAuto-Submitted: auto-generated\nPrecedence: bulk"),
        ("own-suppress", "accept-noack", "Subject: x\nX-Auto-Response-Suppress: DR, OOF, AutoReply"),
        ("own-list-id", "accept-noack", "Subject: [list] x\nList-Id: <dev.lists.example>"),
        ("own-mailer-daemon", "accept-noack", "From: MAILER-DAEMON@finder.example\nSubject: Undelivered"),
        ("own-noreply", "accept-noack", "From: no-reply@finder.example\nSubject: Notice"),
        ("own-zh-away", "accept-noack", "Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN77ya5Zue5aSN?="),
        ("own-fr-away", "accept-noack", "Subject: R\u{e9}ponse automatique : absence"),
        (
            "own-disposition",
            "accept",
            "Subject: Flaw in X\nDisposition-Notification-To: kim@finder.example\nReturn-Receipt-To: kim@finder.example",
        ),
        ("own-from-self", "ignore", "From: psirt@vendor.example\nSubject: Flaw in Z"),
        ("own-from-self-tag", "ignore", "From: \"PSIRT\" <PSIRT+R-2026-0001@Vendor.example>\nSubject: Flaw in Z"),
        ("own-from-self-auto", "ignore", "From: psirt@vendor.example\nAuto-Submitted: auto-generated\nSubject: Notice"),
        ("own-auto-no", "accept", "Subject: Flaw in Y\nAuto-Submitted: no"),
        ("own-about-away", "accept", "Subject: The out-of-office form of your portal leaks names"),
    ]
    .into_iter()
    .map(|(name, expect, fields)| Item::new("A-mail-loop", name, "mail", expect, mail(fields, "A flaw in Widget 3.2.")))
    .collect()
}

fn spoofs() -> Vec<Item> {
    [
        ("own-two-from", "quarantine", "From: kim@finder.example\nFrom: boss@vendor.example\nSubject: x"),
        ("own-two-addresses", "quarantine", "From: kim@finder.example, lee@finder.example\nSubject: x"),
        ("own-empty-angle", "quarantine", "From: Kim <>\nSubject: x"),
        ("own-no-at", "quarantine", "From: Kim <kim>\nSubject: x"),
        ("own-cyrillic", "quarantine", "From: k\u{456}m@finder.example\nSubject: x"),
        ("own-address-in-name", "accept-safe", "From: \"ceo@vendor.example\" <kim@finder.example>\nSubject: y"),
        (
            "own-encoded-address-in-name",
            "accept-safe",
            "From: =?utf-8?q?ceo=40vendor=2Eexample_=3Cceo=40vendor=2Eexample=3E?= <kim@finder.example>\nSubject: z",
        ),
    ]
    .into_iter()
    .map(|(name, expect, fields)| Item::new("B-thread-spoof", name, "mail", expect, mail(fields, "A flaw in Widget 3.2.")))
    .collect()
}

fn headers() -> Vec<Item> {
    let email =
        |name: &str, expect: &str, value: &str| Item::new("C-header-injection", &format!("email-own-{name}"), "form", expect, value);
    let words = |name: &str, value: &str| Item::new("C-header-injection", &format!("words-own-{name}"), "form", "accept-safe", value);
    vec![
        email("lf", "reject", "a@b.example\nBcc: x@evil.example"),
        email("cr", "reject", "a@b.example\rBcc: x@evil.example"),
        email("nul", "reject", "a@b.example\0"),
        email("ls", "reject", "a@b.example\u{2028}Bcc: x"),
        email("comma", "reject", "a@b.example,x@evil.example"),
        email("semicolon", "reject", "a@b.example;x@evil.example"),
        email("angle", "reject", "Ada <a@b.example>"),
        email("percent", "either", "a%evil.example@b.example"),
        email("bang", "either", "evil!a@b.example"),
        email("two-dots", "reject", "a..b@b.example"),
        email("end-dot", "reject", "a.@b.example"),
        email("dash-domain", "reject", "a@-b.example"),
        email("dots-domain", "reject", "a@b..example"),
        email("route", "reject", "@evil.example:a@b.example"),
        email("quoted", "reject", "\"a b\"@b.example"),
        email("literal", "reject", "a@[127.0.0.1]"),
        email("mailto", "reject", "mailto:a@b.example"),
        email("query", "reject", "a@b.example?bcc=x@evil.example"),
        email("bidi", "reject", "a@b.example\u{202e}"),
        email("zero-width", "reject", "a\u{200b}@b.example"),
        email("dash", "reject", "-oQ/tmp@b.example"),
        email("long", "reject", &format!("{}@b.example", "a".repeat(300))),
        email("spaces", "accept-safe", "  a@b.example \n"),
        email("full-width", "accept-safe", "\u{ff41}\u{ff20}\u{ff42}\u{ff0e}example"),
        words("bcc", "x\nBcc: y@evil.example\n\nbody"),
        words("encoded", "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?="),
        words("template", "{{7*7}} ${7*7} <%= 7*7 %>"),
        words("long", &"x".repeat(60_000)),
        words("case", "Re: [R-2026-0001] [C-2026-0001]"),
    ]
}

fn structures() -> Vec<Item> {
    let item = |name: &str, expect: &str, bytes: Vec<u8>| Item::new("D-mime", name, "mail", expect, bytes);
    let deep: String = (0..300).map(|n| format!("--b{n}\nContent-Type: multipart/alternative; boundary=b{}\n\n", n + 1)).collect();
    vec![
        item("own-depth-300", "quarantine", mail("Subject: deep\nContent-Type: multipart/mixed; boundary=b0", &deep)),
        item(
            "own-parts-20000",
            "quarantine",
            mail("Subject: many\nContent-Type: multipart/mixed; boundary=b", &"--b\n\nx\n".repeat(20_000)),
        ),
        item(
            "own-received-200",
            "quarantine",
            mail(&format!("{}Subject: loop", "Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000\n".repeat(200)), "x"),
        ),
        item("own-empty-boundary", "quarantine", mail("Subject: b\nContent-Type: multipart/mixed; boundary=\"\"", "--\n\nx\n----\n")),
        item(
            "own-boundary-elsewhere",
            "quarantine",
            mail("Subject: b\nContent-Type: multipart/mixed; boundary=other", "--this\n\nx\n--this--\n"),
        ),
        item(
            "own-unterminated",
            "accept-safe",
            mail("Subject: b\nContent-Type: multipart/mixed; boundary=q", "--q\n\nThe flaw is in Widget."),
        ),
        item("own-comments-in-from", "either", mail(&format!("From: {}kim@finder.example\nSubject: c", "(".repeat(20_000)), "x")),
        item("own-references-5000", "accept-safe", mail(&format!("Subject: r\nReferences: {}", "<a@b.example>\n ".repeat(5_000)), "x")),
        item(
            "own-qp-garbage",
            "accept-safe",
            mail("Subject: q\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", "=ZZ=0=\n==3D="),
        ),
        item(
            "own-base64-garbage",
            "accept-safe",
            mail("Subject: q\nContent-Type: text/plain\nContent-Transfer-Encoding: base64", "!!!!????====SGk="),
        ),
        item(
            "own-html-only",
            "accept-safe",
            mail("Subject: h\nContent-Type: text/html", "<script>HOSTILE_MARK</script><img src=x onerror=HOSTILE_MARK>The flaw"),
        ),
        item("own-html-deep", "accept-safe", mail("Subject: h2\nContent-Type: text/html", &format!("{}x", "<div>".repeat(50_000)))),
        item("own-charset-unknown", "accept-safe", mail("Subject: cs\nContent-Type: text/plain; charset=x-klingon", "The flaw \u{fffd}")),
        item(
            "own-charset-utf16",
            "accept-safe",
            mail("Subject: cs2\nContent-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64", "//5UAGgAZQAgAGYAbABhAHcA"),
        ),
        item("own-partial", "accept-safe", mail("Subject: p\nContent-Type: message/partial; id=x; number=1; total=2", "The first half")),
        item("own-noise", "quarantine", (0..3_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect()),
        item("own-zeros", "quarantine", vec![0; 5_000]),
        item("own-no-header", "quarantine", b"The flaw is in Widget 3.2\nand you should mend it.\n".to_vec()),
        item("own-large-60MB", "reject", [mail("Subject: large", "x"), vec![b'a'; 60_000_000]].concat()),
    ]
}

fn names() -> Vec<Item> {
    [
        "../../../etc/passwd",
        "/etc/passwd",
        "C:\\boot.ini",
        "con",
        "nul.txt",
        "a/b\\c",
        "..",
        ".",
        "",
        " ",
        "x\ny",
        "x\r\ny",
        "x\u{7f}y",
        "\u{202e}gpj.exe",
        "\u{2215}etc\u{2215}passwd",
        "%2e%2e%2fx",
        "x\"; filename=\"y",
        "x\u{0}",
        "-rf",
        "$(id)",
        "`id`",
        "|id",
        "\u{1f4a9}.txt",
        "index.html",
        "x.html;.txt",
        ".htaccess",
        "<img src=x onerror=HOSTILE_MARK>.png",
        "e\u{301}.txt",
        "x.",
        "x ",
    ]
    .into_iter()
    .enumerate()
    .map(|(n, name)| Item::new("F-filenames", &format!("own-{n}"), "upload", "accept-safe", name))
    .collect()
}

fn markup() -> Vec<Item> {
    [
        "<img src=x onerror=HOSTILE_MARK>",
        "<svg onload=HOSTILE_MARK>",
        "<svg><script>HOSTILE_MARK</script></svg>",
        "<iframe srcdoc='<script>HOSTILE_MARK</script>'>",
        "\"><script>HOSTILE_MARK</script>",
        "'-HOSTILE_MARK-'",
        "</textarea><script>HOSTILE_MARK</script>",
        "</title><script>HOSTILE_MARK</script>",
        "javascript:HOSTILE_MARK",
        "![x](x onerror=HOSTILE_MARK)",
        "<style>@import '//evil.example'</style>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=HOSTILE_MARK>",
        "{{constructor.constructor('HOSTILE_MARK')()}}",
        "<script src=//evil.example></script>",
        "\u{0}<script>HOSTILE_MARK</script>",
        "<a href=\"data:text/html,HOSTILE_MARK\">x</a>",
        "<form action=javascript:HOSTILE_MARK><button>x</button></form>",
        "<noscript><p title=\"</noscript><img src=x onerror=HOSTILE_MARK>\">",
    ]
    .into_iter()
    .enumerate()
    .map(|(n, text)| Item::new("G-markup", &format!("own-{n}"), "render", "accept-safe", text))
    .collect()
}

fn urls() -> Vec<Item> {
    let back = [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "http:evil.example",
        "https://evil.example/",
        "/%2f/evil.example",
        "/..//evil.example",
        "\r\nLocation: https://evil.example",
        "data:text/html,HOSTILE_MARK",
        "///evil.example",
        "/@evil.example/../..//evil.example",
    ];
    let back = back.into_iter().enumerate().map(|(n, text)| Item::new("H-url", &format!("open-redirect-own-{n}"), "http", "reject", text));
    let there = [
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest/meta-data/",
        "gopher://127.0.0.1/",
        "file:///etc/passwd",
        "http://[::]/",
        "http://0/",
        "ftp://localhost/",
    ];
    let there = there.into_iter().enumerate().map(|(n, text)| Item::new("H-url", &format!("webhook-own-{n}"), "api", "reject", text));
    back.chain(there).collect()
}

fn files() -> Vec<Item> {
    let item = |name: &str, bytes: Vec<u8>| Item::new("L-file", name, "upload", "accept-safe", bytes);
    vec![
        item("own.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"HOSTILE_MARK\"/>".to_vec()),
        item("own.html", b"<html><script>HOSTILE_MARK</script>".to_vec()),
        item("own.exe", b"MZ\x90\0\x03".to_vec()),
        item("own.docm", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        item("own.empty", Vec::new()),
        item("own.zeros", vec![0; 3_000_000]),
        item("own-gzip.gz", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff]),
        item("own-7z.7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        item("own-tar.tar", vec![0xff; 10_240]),
    ]
}

fn unicode() -> Vec<Item> {
    [
        ("bidi", "a\u{202e}b\u{2066}c"),
        ("bom", "\u{feff}x"),
        ("tag", "x\u{e0041}\u{e0042}"),
        ("private", "\u{e000}"),
        ("noncharacter", "\u{fffe}\u{10ffff}"),
        ("zalgo", "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}"),
        ("flags", "\u{1f1e8}\u{1f1f3}"),
        ("family", "\u{1f469}\u{200d}\u{1f4bb}"),
        ("line", "a\u{2028}b\u{2029}c"),
        ("full", "\u{ff21}\u{ff22}\u{ff23}\u{3000}\u{ff11}"),
        ("nfd", "\u{1112}\u{1161}\u{11ab}"),
        ("crlf", "a\r\nb\rc"),
        ("tab", "\tx\t"),
        ("long", "\u{6f0f}\u{6d1e}"),
    ]
    .into_iter()
    .map(|(name, text)| Item::new("M-unicode", &format!("own-{name}"), "form", "accept-safe", text))
    .collect()
}

fn json_bodies() -> Vec<Item> {
    let item = |name: &str, body: String| Item::new("N-json", &format!("own-{name}"), "api", "reject", body);
    vec![
        item("empty", String::new()),
        item("null", "null".to_owned()),
        item("number", "1e999".to_owned()),
        item("string", "\"x\"".to_owned()),
        item("bom", "\u{feff}{\"title\":\"x\"}".to_owned()),
        item("comment", "{\"title\":\"x\"/**/}".to_owned()),
        item("nan", "{\"title\":NaN}".to_owned()),
        item("single-quotes", "{'title':'x'}".to_owned()),
        item("trailing", "{\"title\":\"x\"} x".to_owned()),
        item("surrogate", "{\"title\":\"\\ud800\"}".to_owned()),
        item("unclosed", "{\"title\":\"x".to_owned()),
        item("deep-mixed", "{\"a\":[".repeat(50_000)),
        item("role", "{\"role\":\"administrator\",\"state\":\"accepted\"}".to_owned()),
        item("long-key", format!("{{\"{}\":1}}", "k".repeat(1_000_000))),
        item("number-name", "{\"limit\":9999999999999999999999999}".to_owned()),
        item("title-object", "{\"title\":{\"$gt\":\"\"}}".to_owned()),
    ]
}

fn requests() -> Vec<Item> {
    let item = |name: &str, bytes: &str| Item::new("O-http", &format!("own-{name}.raw"), "http", "reject", bytes);
    let host = "Host: vendor.example\r\n";
    vec![
        item("two-lengths", &format!("POST /report HTTP/1.1\r\n{host}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")),
        item(
            "length-and-chunked",
            &format!(
                "POST /report HTTP/1.1\r\n{host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
            ),
        ),
        item("chunked-twice", &format!("POST /report HTTP/1.1\r\n{host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")),
        item("negative-length", &format!("POST /report HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n")),
        item("plus-length", &format!("POST /report HTTP/1.1\r\n{host}Content-Length: +3\r\n\r\nabc")),
        item("space-in-name", &format!("GET / HTTP/1.1\r\n{host}X : y\r\n\r\n")),
        item("two-hosts", &format!("GET / HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n")),
        item("absolute", "GET http://evil.example/ HTTP/1.1\r\nHost: vendor.example\r\n\r\n"),
        item("asterisk", &format!("OPTIONS * HTTP/1.1\r\n{host}\r\n")),
        item("connect", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"),
        item("trace", &format!("TRACE / HTTP/1.1\r\n{host}\r\n")),
        item("unknown-method", &format!("HACK / HTTP/1.1\r\n{host}\r\n")),
        item("nul", &format!("GET /\0 HTTP/1.1\r\n{host}\r\n")),
        item(
            "chunk-extension",
            &format!("POST /report HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n1;{}\r\nx\r\n0\r\n\r\n", "a=b;".repeat(10_000)),
        ),
        item("chunk-huge", &format!("POST /report HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx")),
        item("many-headers", &format!("GET / HTTP/1.1\r\n{host}{}\r\n", "A: b\r\n".repeat(2_000))),
        item("long-path", &format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(70_000))),
        item("bare-cr", "GET / HTTP/1.1\rHost: x\r\r"),
        item("http2-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        item("upgrade", &format!("GET / HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")),
        item("dots", &format!("GET /../../../../etc/passwd HTTP/1.1\r\n{host}\r\n")),
        item("encoded-dots", &format!("GET /%2e%2e/%2e%2e/keys/master.key HTTP/1.1\r\n{host}\r\n")),
        item("env", &format!("GET /.env HTTP/1.1\r\n{host}\r\n")),
        item(
            "forwarded",
            &format!(
                "GET / HTTP/1.1\r\n{host}Forwarded: host=evil.example\r\nX-Forwarded-Proto: https\r\nX-Original-URL: /inbox\r\nX-Rewrite-URL: /inbox\r\n\r\n"
            ),
        ),
        item("range", &format!("GET / HTTP/1.1\r\n{host}Range: bytes={}\r\n\r\n", "0-0,".repeat(5_000))),
        item("tls", "\x16\x03\x01\x02\0\x01"),
        item("nothing", "\r\n\r\n\r\n"),
        item(
            "multipart-no-boundary",
            &format!("POST /report HTTP/1.1\r\n{host}Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc"),
        ),
    ]
}

fn codes() -> Vec<Item> {
    let code = |name: &str, text: &str| Item::new("Q-auth", &format!("receipt-own-{name}"), "auth", "reject", text);
    let token = |name: &str, text: &str| Item::new("Q-auth", &format!("tokens-own-{name}"), "auth", "reject", text);
    let query = |name: &str, text: &str| Item::new("S-search", &format!("own-{name}"), "search", "accept-safe", text);
    let log = |name: &str, text: &str| Item::new("R-log", &format!("own-{name}"), "http", "accept-safe", text);
    vec![
        code("percent", "%"),
        code("quote", "' OR '1'='1"),
        code("zeros", "00000000000000000000000000"),
        code("long", &"A".repeat(100_000)),
        code("dots", "../../../"),
        code("array", "[]"),
        token("empty", ""),
        token("none", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."),
        token("long", &"A".repeat(8_000)),
        token("prefix", "wr_pat_"),
        token("true", "true"),
        token("sql", "' OR 1=1 --"),
        query("quote", "\""),
        query("star", "*"),
        query("fts", "a AND OR NOT"),
        query("column", "words:x"),
        query("percent", "%%%_"),
        query("null", "\0"),
        query("long", &"a ".repeat(5_000)),
        query("zh", "\u{6f0f}\u{6d1e}"),
        log("escape", "\u{1b}[2J\u{1b}]0;x\u{7}"),
        log("nul", "a\0b"),
        log("lines", "a\nlevel=error msg=\"fake\""),
        log("bidi", "\u{202e}x"),
        log("json", "\"}{\"level\":\"ERROR\""),
    ]
}

fn dates() -> Vec<Item> {
    [
        ("accept", "2027-06-01T00:00:00Z"),
        ("accept", "2027-06-01T00:00:00+08:00"),
        ("accept", "2031-12-31T23:59:59.999Z"),
        ("reject", ""),
        ("reject", "tomorrow"),
        ("reject", "2030-13-01T00:00:00Z"),
        ("reject", "2030-02-30T00:00:00Z"),
        ("reject", "2030-06-01T25:00:00Z"),
        ("reject", "01/06/2030"),
        ("reject", "1900000000"),
        ("reject", "2030-06-01"),
        ("reject", "2030-06-01T00:00:00"),
        ("reject", "2030-06-01T00:00:00+99:00"),
        ("reject", "\u{ff12}\u{ff10}30-06-01T00:00:00Z"),
        ("reject", "2030-06-01T00:00:00Z\0"),
        ("reject", "-2030-06-01T00:00:00Z"),
        ("reject", "99999-01-01T00:00:00Z"),
        ("reject", "2030-W10-1"),
        ("either", "2030-06-01T00:00:60Z"),
        ("either", "0001-01-01T00:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (expect, text))| Item::new("T-time", &format!("own-{n}"), "api", expect, text))
    .collect()
}

fn keys() -> Vec<Item> {
    let armored = |middle: &str| format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{middle}\n-----END PGP PUBLIC KEY BLOCK-----\n");
    let item = |name: &str, bytes: String| Item::new("U-pgp", &format!("own-{name}"), "key", "reject", bytes);
    vec![
        item("empty-armor", armored("")),
        item("text-armor", armored("This is no key at all.")),
        item("zeros-armor", armored(&"A".repeat(400))),
        item("ones-armor", armored(&"/".repeat(400))),
        item("word", "my key".to_owned()),
        item("fingerprint", "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567".to_owned()),
        item("private", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n".to_owned()),
        item("message", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n".to_owned()),
        item("large", armored(&"mDMEZ\n".repeat(60_000))),
    ]
}
