"""Prints the mailbox's UIDLs, one a line."""
import poplib
import ssl
import sys

authority, port, user, password = sys.argv[1:]
box = poplib.POP3_SSL("127.0.0.1", int(port), context=ssl.create_default_context(cafile=authority), timeout=30)
box.user(user)
box.pass_(password)
for line in box.uidl()[1]:
    print(line.split()[1].decode())
box.quit()
