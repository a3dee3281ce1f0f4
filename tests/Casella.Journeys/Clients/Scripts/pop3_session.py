"""poplib against three messages "primo", "secondo", "terzo": a session that breaks off, then one that deletes the second."""
import poplib
import ssl
import sys

authority, encryption, port, user, password = sys.argv[1:]
trust = ssl.create_default_context(cafile=authority)


def sign_in():
    if encryption == "tls":
        box = poplib.POP3_SSL("127.0.0.1", int(port), context=trust, timeout=30)
    else:
        box = poplib.POP3("127.0.0.1", int(port), timeout=30)
        box.stls(context=trust)
    capabilities = box.capa()
    for wanted in ("TOP", "UIDL", "USER", "SASL", "RESP-CODES", "PIPELINING"):
        assert wanted in capabilities, (wanted, capabilities)
    box.user(user)
    box.pass_(password)
    return box


def refused(action):
    try:
        action()
    except poplib.error_proto:
        return
    raise AssertionError("was accepted")


box = sign_in()
count, size = box.stat()
assert count == 3, count
sizes = [int(line.split()[1]) for line in box.list()[1]]
assert sum(sizes) == size, (sizes, size)
uidls = [line.split()[1] for line in box.uidl()[1]]
assert len(set(uidls)) == 3, uidls

top = b"\r\n".join(box.top(1, 1)[1])
assert b"Subject: primo" in top and b"second line" not in top, top
lines = box.retr(1)[1]
assert b".a line with a dot" in lines, lines
assert sum(len(line) + 2 for line in lines) == sizes[0], (lines, sizes)

refused(lambda: box.retr(0))
refused(lambda: box.retr(4))
box.dele(1)
refused(lambda: box.retr(1))
box.rset()
box.retr(1)
box.dele(1)
box.close()  # no QUIT: nothing may be deleted (RFC 1939, section 6)

box = sign_in()
assert box.stat()[0] == 3, "deleted without QUIT"
assert [line.split()[1] for line in box.uidl()[1]] == uidls
box.dele(2)
box.quit()

box = sign_in()
assert [line.split()[1] for line in box.uidl()[1]] == [uidls[0], uidls[2]]
box.quit()
print("all well")
