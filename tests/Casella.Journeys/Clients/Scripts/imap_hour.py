"""One hour of a person with a script (imaplib), who tidies up what is theirs and more."""
import imaplib
import ssl
import sys

authority, port, user, password = sys.argv[1:]
box = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=ssl.create_default_context(cafile=authority), timeout=30)


def ok(answer):
    kind, data = answer
    assert kind == "OK", answer
    return data


def uids(task):
    found = ok(box.uid("SEARCH", "SUBJECT", f'"[{task}]"'))[0].decode().split()
    assert found, task
    return ",".join(found)


ok(box.login(user, password))
ok(box.select("INBOX"))
wanted = uids("all bin").split(",")
ok(box.uid("STORE", uids("script stars"), "+FLAGS", r"(\Flagged \Seen $Label1)"))
for one in wanted:
    # Somebody else may have been faster: then there is nothing to move, and that is OK.
    ok(box.uid("MOVE", one, "Trash"))
ok(box.uid("MOVE", uids("script bins"), "Trash"))
ok(box.uid("MOVE", uids("script archives"), "Archive"))
ok(box.uid("MOVE", uids("script loses"), "Vecchie"))
ok(box.uid("MOVE", uids("script expunges"), "Vecchie"))
ok(box.select("Vecchie"))
gone = uids("script expunges")
ok(box.uid("STORE", gone, "+FLAGS.SILENT", r"(\Deleted)"))
ok(box.uid("EXPUNGE", gone))
ok(box.close())
ok(box.delete("Vecchie"))
box.logout()
