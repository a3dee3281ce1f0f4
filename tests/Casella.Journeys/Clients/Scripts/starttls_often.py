"""STARTTLS a hundred times on each plain port: the hello is on its way the moment the go-ahead is read."""
import imaplib
import poplib
import smtplib
import ssl
import sys

authority, smtp, imap, pop3 = sys.argv[1:]
trust = ssl.create_default_context(cafile=authority)

for _ in range(100):
    with smtplib.SMTP("127.0.0.1", int(smtp), timeout=30) as client:
        client.starttls(context=trust)
        client.noop()
    with imaplib.IMAP4("127.0.0.1", int(imap), timeout=30) as client:
        client.starttls(ssl_context=trust)
        client.noop()
    client = poplib.POP3("127.0.0.1", int(pop3), timeout=30)
    client.stls(context=trust)
    client.quit()
print("all well")
