// Stands before each script that a test runs inside Thunderbird, with its rights.
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const flag = Ci.nsMsgFolderFlags;
const server = MailServices.accounts.accounts.map(account => account.incomingServer).find(one => one.type == "imap");
const view = Services.wm.getMostRecentWindow("mail:3pane").msgWindow;
const offline = Cc["@mozilla.org/messenger/offline-manager;1"].getService(Ci.nsIMsgOfflineManager);

async function until(what, isSo) {
  for (let i = 0; i < 800; i++) {
    const value = isSo();
    if (value) {
      return value;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

// A folder that is busy passes over a wish to be updated: it is wished again.
async function updated(what, one, isSo) {
  let looks = 0;
  one.updateFolderWithListener(view, null);
  await until(what, () => {
    if (++looks % 40 == 0) {
      one.updateFolderWithListener(view, null);
    }
    return isSo();
  });
}

const folder = name =>
  server.rootFolder.descendants.find(one => one.name == name || one.URI.endsWith(`/${name}`))?.QueryInterface(Ci.nsIMsgImapMailFolder);
const inbox = () => server.rootFolder.getFolderWithFlags(flag.Inbox).QueryInterface(Ci.nsIMsgImapMailFolder);
const count = one => one.getTotalMessages(false);
const messages = one => [...one.msgDatabase.enumerateMessages()];
const message = (one, subject) => messages(one).find(header => header.mime2DecodedSubject == subject);
const move = (subject, from, to) => MailServices.copy.copyMessages(from, [message(from, subject)], to, true, null, view, true);
