"""From an empty machine to one mailbox on three programs: python3 empty_machine.py CA LINK STEP [TOKEN]

Step "owner" opens the first start's link and becomes the owner. Step "mail" has a token of the office: it makes domain,
persons, mailbox and devices, reads what an iPhone, Thunderbird and a PC are told, and uses exactly that.
"""
import http.cookiejar
import imaplib
import json
import plistlib
import poplib
import re
import smtplib
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from email.message import EmailMessage

authority, link, step = sys.argv[1:4]
root = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(link))
tls = ssl.create_default_context(cafile=authority)
web = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def page(path, fields=None, headers=None):
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    with web.open(urllib.request.Request(urllib.parse.urljoin(root, path), data, headers or {})) as answer:
        return answer.read()


def become_owner():
    form = page(link).decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', form))
    assert hidden, form
    action = re.search(r'<form method="post" action="([^"]+)"', form).group(1)
    words = "correct horse battery staple"
    office = page(action, {**hidden, "name": "Anna", "user": "anna", "password": words, "again": words}).decode()
    assert "/office/mailboxes" in office, office
    again = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls)).open(link).read().decode()
    assert '<form method="post"' not in again, "the link works once"


def call(method, path, body=None):
    request = urllib.request.Request(f"{root}/api/v1{path}", None if body is None else json.dumps(body).encode(), {
        "Authorization": f"Bearer {sys.argv[4]}", "Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, context=tls) as answer:
        text = answer.read()
        return json.loads(text) if text else None


ADDRESS = "info@example.test"


def make_mailbox():
    """One form of the office: the mailbox with its members, without a common password; then devices that the office makes."""
    call("POST", "/domains", {"domain": "example.test"})
    call("POST", "/people", {"name": "Marco", "login": "marco"})
    rights = ["read", "work", "send"]
    call("POST", "/mailboxes", {"address": ADDRESS, "commonPassword": False, "members": [{"login": login, "rights": rights} for login in ("anna", "marco")]})

    def device(login, name, protocols):
        return call("POST", f"/mailboxes/{ADDRESS}/devices", {"login": login, "name": name, "protocols": protocols})["password"]

    return (device("anna", "iPad", ["imap", "smtp"]), device("marco", "Thunderbird", ["imap", "smtp"]), device("marco", "PC", ["pop3", "smtp"]))


def asked_profile():
    """Anna has signed in on her iPhone and asks for a profile: the form for a new device, as a browser sends it."""

    def form(path, **fields):
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page(path).decode()))
        return {**hidden, **fields}

    page("/sign-in", form("/sign-in", user="anna", password="correct horse battery staple"))
    fields = form("/devices/new", mailbox=ADDRESS, kind="Iphone", name="iPhone")
    stranger = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls))
    for opener, sent in ((stranger, fields), (web, {**fields, "__RequestVerificationToken": ""})):
        try:
            opener.open(f"{root}/devices/profile", urllib.parse.urlencode(sent).encode())
            raise AssertionError("a profile for who is not signed in, or has not asked")
        except urllib.error.HTTPError as refused:
            assert refused.code in (400, 401), refused
    with web.open(f"{root}/devices/profile", urllib.parse.urlencode(fields).encode()) as answer:
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == "application/x-apple-aspen-config", answer.headers
        signed = answer.read()
    # The other kinds of devices have no profile, and no device is made of a name that is taken.
    for other in ({**fields, "kind": "Outlook", "name": "PC"}, fields):
        assert "<form" in page("/devices/profile", other).decode()
    return signed


def iphone(signed, asked):
    """The profile as the telephone takes it: the signature is checked with openssl, the list read by plistlib."""
    opened = subprocess.run(["openssl", "cms", "-verify", "-inform", "DER", "-CAfile", authority, "-purpose", "any"], input=signed, capture_output=True)
    assert opened.returncode == 0, opened.stderr
    profile = plistlib.loads(opened.stdout)
    assert profile["PayloadType"] == "Configuration" and profile["PayloadVersion"] == 1
    mail = profile["PayloadContent"][0]
    assert mail["PayloadType"] == "com.apple.mail.managed" and mail["EmailAccountType"] == "EmailTypeIMAP"
    assert mail["IncomingMailServerUseSSL"] is True and mail["OutgoingMailServerUseSSL"] is True
    assert ("IncomingPassword" in mail) == asked and mail["OutgoingPasswordSameAsIncomingPassword"] is True
    assert not asked or signed.count(mail["IncomingPassword"].encode()) == 1, "one password, once"
    return ((mail["IncomingMailServerHostName"], mail["IncomingMailServerPortNumber"]), (mail["OutgoingMailServerHostName"], mail["OutgoingMailServerPortNumber"]), mail["IncomingMailServerUsername"], mail.get("IncomingPassword"))


def thunderbird():
    """Both places where it looks say the same."""
    found = [
        page(f"/mail/config-v1.1.xml?emailaddress={urllib.parse.quote(ADDRESS)}", headers={"Host": "autoconfig.example.test"}),
        page("/.well-known/autoconfig/mail/config-v1.1.xml", headers={"Host": "example.test"}),
    ]
    assert found[0] == found[1]
    config = xml.fromstring(found[0])
    assert config.tag == "clientConfig" and config.get("version") == "1.1"
    provider = config.find("emailProvider")
    assert provider.get("id") == "example.test" and provider.findtext("domain") == "example.test"

    def server(element, kind):
        first = next(one for one in provider.findall(element) if one.get("type") == kind)
        assert first.findtext("socketType") == "SSL" and first.findtext("authentication") == "password-cleartext"
        assert first.findtext("username") == "%EMAILADDRESS%"
        return first.findtext("hostname"), int(first.findtext("port"))

    return server("incomingServer", "imap"), server("outgoingServer", "smtp"), server("incomingServer", "pop3")


OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/"
AUTODISCOVER = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"


def outlook():
    """The second version leads to the first, and that answers as MS-OXDSCLI has it."""
    located = json.loads(page(f"/autodiscover/autodiscover.json/v1.0/{ADDRESS}?Protocol=AutodiscoverV1"))
    assert located["Protocol"] == "AutodiscoverV1" and located["Url"].startswith(root), located
    question = (f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{OUTLOOK}requestschema/2006"><Request>'
                f"<EMailAddress>{ADDRESS}</EMailAddress><AcceptableResponseSchema>{OUTLOOK}responseschema/2006a</AcceptableResponseSchema>"
                "</Request></Autodiscover>")
    with urllib.request.urlopen(urllib.request.Request(located["Url"], question.encode(), {"Content-Type": "text/xml"}), context=tls) as answer:
        document = xml.fromstring(answer.read())
    assert document.tag == f"{AUTODISCOVER}Autodiscover", document.tag
    space = f"{{{OUTLOOK}responseschema/2006a}}"
    account = document.find(f"{space}Response/{space}Account")
    assert account.findtext(f"{space}AccountType") == "email" and account.findtext(f"{space}Action") == "settings"
    found = {}
    for protocol in account.findall(f"{space}Protocol"):
        assert protocol.findtext(f"{space}LoginName") == ADDRESS and protocol.findtext(f"{space}SPA") == "off"
        found[protocol.findtext(f"{space}Type")] = (protocol.findtext(f"{space}Server"), int(protocol.findtext(f"{space}Port")))
    return found


def send(server, password, subject, to=ADDRESS):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ADDRESS, to, subject
    message.set_content("Ciao")
    with smtplib.SMTP_SSL(*server, context=tls) as smtp:
        smtp.login(ADDRESS, password)
        smtp.send_message(message)


def seen_by_imap(server, password, folder, subject):
    with imaplib.IMAP4_SSL(*server, ssl_context=tls) as imap:
        imap.login(ADDRESS, password)
        assert imap.select(folder, readonly=True)[0] == "OK"
        for _ in range(50):
            imap.noop()
            if imap.search(None, "SUBJECT", f'"{subject}"')[1][0]:
                return
            time.sleep(0.1)
    raise AssertionError(f"{subject} is not in {folder}")


def seen_by_pop3(server, password, subjects):
    pop = poplib.POP3_SSL(*server, context=tls)
    pop.user(ADDRESS)
    pop.pass_(password)
    count = len(pop.list()[1])
    texts = [b"\n".join(pop.retr(number)[1]).decode() for number in range(1, count + 1)]
    pop.dele(1)
    pop.quit()
    for subject in subjects:
        assert any(f"Subject: {subject}" in text for text in texts), (subject, texts)


def mail():
    pad, bird, pc = make_mailbox()
    phone_imap, phone_smtp, user, phone = iphone(asked_profile(), asked=True)
    # The profile that anybody may have says the same and has no password: the iPad asks for it.
    assert iphone(page(f"/setup/profile.mobileconfig?address={ADDRESS}"), asked=False) == (phone_imap, phone_smtp, user, None)
    assert user == ADDRESS
    bird_imap, bird_smtp, pop3 = thunderbird()
    told = outlook()
    assert (told["IMAP"], told["SMTP"], told["POP3"]) == (bird_imap, bird_smtp, pop3), told
    send(phone_smtp, phone, "from the iPhone")
    send(phone_smtp, pad, "from the iPad")
    send(bird_smtp, bird, "from Thunderbird")
    send(bird_smtp, pc, "from the PC")
    for subject in ("from the iPhone", "from the iPad", "from Thunderbird", "from the PC"):
        for server, password in ((phone_imap, phone), (phone_imap, pad), (bird_imap, bird)):
            seen_by_imap(server, password, "INBOX", subject)
            seen_by_imap(server, password, "Sent", subject)
    seen_by_pop3(pop3, pc, ("from the iPhone", "from Thunderbird", "from the PC"))
    # The PC has deleted the first for itself alone.
    seen_by_imap(phone_imap, phone, "INBOX", "from the iPhone")
    try:
        with imaplib.IMAP4_SSL(*phone_imap, ssl_context=tls) as imap:
            imap.login(ADDRESS, pc)
        raise AssertionError("a password for POP3 opens no IMAP")
    except imaplib.IMAP4.error:
        pass


{"owner": become_owner, "mail": mail}[step]()
print("all well")
