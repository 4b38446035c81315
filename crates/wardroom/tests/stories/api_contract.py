"""What a schema cannot say, put right in good data before schemathesis sends it. Bad data goes as it was made, and every answer is checked.

Each line says why a schema cannot say it. Nothing here softens what the server has to answer."""

import datetime
import itertools
import json
import os

import schemathesis

COUNT = itertools.count(1)
# Of the desk: numbers of reports, cases and advisories that are there.
NUMBERS = json.loads(os.environ.get("WARDROOM_NUMBERS", "{}"))


def number(path):
    """A number that fits the address, each in its turn."""
    for kind, numbers in NUMBERS.items():
        if f"/{kind}/" in path and numbers:
            return numbers[next(COUNT) % len(numbers)]
    return None


def cut(text, octets, ends):
    """The beginning of a text that is no longer than so many octets and does not end with one of these signs."""
    return text.encode()[:octets].decode(errors="ignore").rstrip(ends)


def mailable(address):
    """The same address within the lengths of RFC 5321 and RFC 1035, which count octets; a schema counts characters."""
    local, _, domain = address.strip().partition("@")
    labels = [cut(label, 60, "-") for label in domain.split(".")][:3]
    return f"{cut(local, 60, '.')}@{'.'.join(labels)}"


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    # An unknown number is 404 and nothing behind it is tried; so most go to what is there, good and bad data alike.
    known = number(path)
    if known and case.path_parameters and "id" in case.path_parameters and next(COUNT) % 4:
        case.path_parameters["id"] = known
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # A key belongs to one body: a second body under it is refused, whatever both say.
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"key-{next(COUNT)}"
    body = case.body
    if not isinstance(body, dict):
        return
    made = dict(body)
    # A pattern does not make an OpenPGP key, and only an upload gives the name of one.
    for name in ("pgp_key", "reporter_key", "uploads", "upload"):
        if path.endswith("/reports"):
            body.pop(name, None)
    for name in ("email", "sender_address"):
        if isinstance(body.get(name), str) and "@" in body[name]:
            body[name] = mailable(body[name])
    # A body that was put right is held against its schema again, and there the bytes of a file are no text: files go with bodies as they were made.
    if case.media_type == "multipart/form-data" and body != made:
        body.pop("attachments", None)
    # The clock decides which dates lie ahead, the time zone database which names there are.
    if path.endswith("/self/dates") and isinstance(body.get("ends_at"), str) and body["ends_at"]:
        ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
        body["ends_at"] = ahead.strftime("%Y-%m-%dT%H:%M:%SZ")
        if body.get("zone"):
            body["zone"] = "Asia/Shanghai"
    # The disk of whoever runs this decides how much may be announced (507).
    if path.endswith("/uploads") and isinstance(body.get("length"), int):
        body["length"] = min(body["length"], 1 << 20)
