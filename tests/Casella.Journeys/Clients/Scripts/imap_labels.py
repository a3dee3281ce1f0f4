"""A script (imaplib) that looks into the box again and again and labels what is its own."""
import imaplib
import ssl
import sys
import time

authority, port, user, password, expected = sys.argv[1:]
box = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=ssl.create_default_context(cafile=authority), timeout=30)
assert box.login(user, password)[0] == "OK"
assert box.select("INBOX")[0] == "OK"
labelled = set()
end = time.monotonic() + 60
while len(labelled) < int(expected):
    assert time.monotonic() < end, f"only {len(labelled)} came"
    assert box.noop()[0] == "OK"
    kind, data = box.uid("SEARCH", "SUBJECT", '"[script labels]"', "UNKEYWORD", "$Label2")
    assert kind == "OK", data
    for uid in data[0].split():
        assert box.uid("STORE", uid, "+FLAGS", "($Label2)")[0] == "OK"
        labelled.add(uid)
    time.sleep(0.1)
box.logout()
