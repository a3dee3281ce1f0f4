"""One session of imaplib against a new mailbox."""
import imaplib
import re
import ssl
import sys
import time

authority, encryption, port, user, password = sys.argv[1:]
trust = ssl.create_default_context(cafile=authority)

if encryption == "tls":
    box = imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=trust, timeout=30)
else:
    box = imaplib.IMAP4("127.0.0.1", int(port), timeout=30)
    assert "LOGINDISABLED" in box.capabilities, box.capabilities
    box.starttls(ssl_context=trust)


def ok(answer):
    kind, data = answer
    assert kind == "OK", answer
    return data


try:
    box.login(user, "not the password")
    raise AssertionError("signed in with a wrong password")
except imaplib.IMAP4.error:
    pass
ok(box.login(user, password))

folders = b"\n".join(ok(box.list()))
for name, use in ((b"Sent", b"\\Sent"), (b"Drafts", b"\\Drafts"), (b"Trash", b"\\Trash"), (b"SPAM", b"\\Junk"), (b"Archive", b"\\Archive")):
    assert re.search(re.escape(use) + rb'\b.*' + name, folders), (name, folders)
subscribed = b"\n".join(ok(box.lsub()))
assert b"Trash" in subscribed, subscribed

messages = [f"From: a@example.org\r\nTo: {user}\r\nSubject: numero {i}\r\n\r\nTesto {i} perch\u00e9\r\n".encode() for i in range(5)]
for message in messages:
    ok(box.append("INBOX", r"(\Flagged)", imaplib.Time2Internaldate(time.time()), message))

assert ok(box.select("INBOX")) == [b"5"]
assert box.response("UIDVALIDITY")[1][0] is not None
assert ok(box.search(None, "SUBJECT", '"numero 3"')) == [b"4"]
assert ok(box.search(None, "FLAGGED", "UNSEEN")) == [b"1 2 3 4 5"]
box.literal = "perch\u00e9".encode()
assert ok(box.search("UTF-8", "BODY")) == [b"1 2 3 4 5"]

data = ok(box.fetch("2", "(BODY.PEEK[] FLAGS RFC822.SIZE)"))
assert data[0][1] == messages[1], data
assert str(len(messages[1])).encode() in data[0][0], data
assert ok(box.search(None, "SEEN")) == [b""]
ok(box.fetch("2", "(BODY[HEADER.FIELDS (SUBJECT)])"))
assert ok(box.search(None, "SEEN")) == [b"2"], "BODY[] did not set Seen"

ok(box.create('"Campo base"'))
ok(box.copy("1:3", '"Campo base"'))
ok(box.store("1:2", "+FLAGS.SILENT", r"(\Deleted)"))
assert len(ok(box.expunge())) == 2
assert ok(box.search(None, "ALL")) == [b"1 2 3"]
assert ok(box.fetch("1", "(BODY.PEEK[])"))[0][1] == messages[2]
assert b"MESSAGES 3" in ok(box.status('"Campo base"', "(MESSAGES UIDNEXT)"))[0]
ok(box.rename('"Campo base"', '"Archive/Campo base"'))
ok(box.select('"Archive/Campo base"', readonly=True))
assert box.is_readonly
ok(box.close())
ok(box.delete('"Archive/Campo base"'))
quota = ok(box.getquotaroot("INBOX"))
assert b"STORAGE" in quota[1][0], quota
box.logout()
print("all well")
