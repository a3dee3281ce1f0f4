"""smtplib as another server on port 25, and as a user on the submission ports."""
import smtplib
import ssl
import sys

authority, mx, submission, submissions, user, password, other = sys.argv[1:]
trust = ssl.create_default_context(cafile=authority)
message = f"From: mario@example.org\r\nTo: {user}\r\nSubject: ciao\r\nMessage-ID: <%s@example.org>\r\n\r\nTesto\r\n.con un punto\r\n"
mine = f"From: {user}\r\nTo: {other}\r\nSubject: ciao\r\n\r\nTesto\r\n"


def refused(code, enhanced, action):
    try:
        action()
    except smtplib.SMTPRecipientsRefused as refusal:
        answer = list(refusal.recipients.values())[0]
    except smtplib.SMTPResponseException as refusal:
        answer = (refusal.smtp_code, refusal.smtp_error)
    else:
        raise AssertionError(f"{code} {enhanced} expected, was accepted")
    assert answer[0] == code and answer[1].startswith(enhanced), (code, enhanced, answer)


with smtplib.SMTP("127.0.0.1", int(mx), timeout=30) as server:
    server.ehlo("mx.example.org")
    for extension in ("pipelining", "size", "8bitmime", "smtputf8", "chunking", "enhancedstatuscodes", "dsn", "starttls"):
        assert server.has_extn(extension), (extension, server.esmtp_features)
    assert not server.has_extn("auth")
    server.starttls(context=trust)
    server.ehlo("mx.example.org")
    assert not server.has_extn("starttls") and not server.has_extn("auth")
    assert server.sendmail("mario@example.org", [user], message % 1) == {}
    assert server.sendmail("", [user], message % 2, mail_options=["SIZE=200", "BODY=8BITMIME"]) == {}
    refused(550, b"5.1.1", lambda: server.sendmail("mario@example.org", ["nobody@example.test"], message % 3))
    refused(550, b"5.7.1", lambda: server.sendmail("mario@example.org", ["x@example.net"], message % 3))
    refused(552, b"5.3.4", lambda: server.sendmail("mario@example.org", [user], message % 3, mail_options=["SIZE=999999999999"]))
    server.rset()

    # One of two is refused: the other gets it.
    problems = server.sendmail("mario@example.org", [user, "nobody@example.test"], message % 4)
    assert list(problems) == ["nobody@example.test"], problems

    # CHUNKING (RFC 3030), pipelined.
    chunk = (message % 5).encode()
    server.mail("mario@example.org")
    server.rcpt(user)
    server.send(b"BDAT 10\r\n" + chunk[:10] + b"BDAT %d LAST\r\n" % (len(chunk) - 10) + chunk[10:])
    assert server.getreply()[0] == 250 and server.getreply()[0] == 250
    assert server.vrfy(user)[0] == 252

with smtplib.SMTP("127.0.0.1", int(submission), timeout=30) as client:
    client.ehlo("pc")
    assert not client.has_extn("auth"), "AUTH is offered in clear text"
    assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] in (530, 538)
    client.starttls(context=trust)
    refused(530, b"5.7.0", lambda: client.sendmail(user, [other], mine))
    client.rset()
    refused(535, b"5.7.8", lambda: client.login(user, "not the password"))
    client.login(user, password)
    assert client.sendmail(user, [other], mine) == {}

with smtplib.SMTP_SSL("127.0.0.1", int(submissions), context=trust, timeout=30) as client:
    client.user, client.password = user, password
    client.ehlo("pc")
    client.auth("LOGIN", client.auth_login)
    refused(550, b"5.7.1", lambda: client.sendmail("president@example.test", [other], mine))
    client.rset()
    refused(550, b"5.7.1", lambda: client.sendmail(user, [other], mine.replace(f"From: {user}", "From: president@example.test")))
    refused(554, b"5.6.0", lambda: client.sendmail(user, [other], mine.replace(f"From: {user}", f"From: {user}\r\nFrom: president@example.test")))
    assert client.sendmail(user, [other], mine) == {}
print("all well")
