// Composers. What is written lives here and is saved into Drafts every few seconds by requests of its own, so it outlives
// a lost connection; the server draws a composer once and then leaves it alone.

const token = () => document.querySelector('meta[name=casella-forms]')?.content ?? '';
const open = new Map();
const saveAfter = 2500, saveLargeAfter = 20000, largeFrom = 1000000;
let page = null;

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST', credentials: 'same-origin', redirect: 'error',
    headers: { 'Content-Type': 'application/json', 'X-Casella-Forms': token() }, body: JSON.stringify(body ?? {}),
  });
  if (response.status === 204) return {};
  const answer = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
  if (!response.ok) throw Object.assign(new Error(answer.error ?? ''), { isRefusal: response.status === 422 });
  return answer;
}

class Composer {
  constructor(form) {
    this.form = form;
    this.id = form.dataset.composer;
    this.draft = form.dataset.draft || null;
    this.messageId = this.id;
    this.files = [];
    this.people = { to: [], cc: [], bcc: [] };
    this.isRich = form.dataset.rich === '1';
    this.text = form.querySelector('.composer-text');
    this.rich = form.querySelector('.composer-rich');
    this.state = form.querySelector('.composer-state');
    this.error = form.querySelector('.composer-error');
    this.proposals = JSON.parse(form.dataset.proposals || '[]');
    this.account = +form.dataset.account;
    this.isTemplate = form.dataset.template === '1';
    this.identity = form.querySelector('.composer-identity');
    this.signature = this.identity?.selectedOptions[0]?.dataset.signature ?? '';
    this.begin();
  }

  begin() {
    this.text.value = this.text.dataset.initial ?? '';
    // Washed by the server; the page's policy runs nothing of it in any case.
    this.rich.innerHTML = this.rich.dataset.initial ?? '';
    for (const line of this.form.querySelectorAll('[data-recipients]')) this.beginLine(line);
    for (const file of JSON.parse(this.form.querySelector('.composer-files').dataset.initial || '[]')) this.showFile(file);
    this.form.addEventListener('input', () => this.changed());
    this.form.addEventListener('submit', event => { event.preventDefault(); this.send(); });
    this.form.addEventListener('click', event => this.clicked(event));
    this.identity?.addEventListener('change', () => this.changeIdentity());
    this.form.querySelector('.composer-later')?.addEventListener('input', event => {
      const go = this.form.querySelector('.composer-later-go');
      go.hidden = !event.target.value;
      go.dataset.sendClock = event.target.value;
    });
    this.form.querySelector('[data-templates]')?.addEventListener('toggle', event => { if (event.target.open) this.listTemplates(); });
    this.form.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.send(); }
      const menu = event.key === 'Escape' && this.form.querySelector('details.menu[open]');
      if (menu) { event.stopPropagation(); menu.open = false; menu.querySelector('summary').focus(); return; }
      if (event.key === 'Escape' && !event.defaultPrevented) { event.stopPropagation(); this.close(); }
    });
    this.form.querySelector('[data-compose=attach]').addEventListener('change', event => { this.attach(event.target.files); event.target.value = ''; });
    this.rich.addEventListener('paste', event => this.paste(event));
    this.text.addEventListener('paste', event => { if (event.clipboardData.files.length) { event.preventDefault(); this.attach(event.clipboardData.files); } });
    for (const type of ['dragover', 'drop', 'dragleave']) this.form.addEventListener(type, event => this.dragged(event));
    const first = this.people.to.length === 0 ? this.form.querySelector('[data-recipients=to] input') : this.isRich ? this.rich : this.text;
    first.focus({ preventScroll: true });
    if (first === this.text) this.text.setSelectionRange(0, 0);
  }

  // ---- recipients

  beginLine(line) {
    const field = line.dataset.recipients, input = line.querySelector('input');
    for (const address of (line.dataset.initial || '').split('\n').filter(Boolean)) this.addPerson(line, address);
    input.addEventListener('input', () => this.propose(line));
    input.addEventListener('blur', () => setTimeout(() => { this.finish(line); this.hideProposals(line); }, 150));
    input.addEventListener('paste', event => {
      const text = event.clipboardData.getData('text');
      if (!/[,;\n]/.test(text)) return;
      event.preventDefault();
      for (const one of text.split(/[,;\n]+/).map(t => t.trim()).filter(Boolean)) this.addPerson(line, one);
      this.changed();
    });
    input.addEventListener('keydown', event => this.keyInLine(event, line, field));
  }

  keyInLine(event, line, field) {
    const input = event.target, list = line.querySelector('.proposals');
    const chosen = list?.querySelector('[aria-selected=true]');
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && list) {
      event.preventDefault();
      const next = event.key === 'ArrowDown' ? chosen?.nextElementSibling ?? list.firstElementChild : chosen?.previousElementSibling ?? list.lastElementChild;
      chosen?.removeAttribute('aria-selected');
      next.setAttribute('aria-selected', 'true');
    } else if (['Enter', 'Tab', ',', ';'].includes(event.key) && input.value.trim() && !event.ctrlKey && !event.metaKey) {
      if (event.key !== 'Tab' || chosen) event.preventDefault();
      this.addPerson(line, chosen?.dataset.value ?? input.value);
      input.value = '';
      this.hideProposals(line);
      this.changed();
    } else if (event.key === 'Backspace' && !input.value && this.people[field].length) {
      this.people[field].pop();
      [...line.querySelectorAll('.person')].pop()?.remove();
      this.changed();
    } else if (event.key === 'Escape' && list) {
      event.preventDefault();
      this.hideProposals(line);
    }
  }

  propose(line) {
    this.hideProposals(line);
    const typed = line.querySelector('input').value.trim().toLowerCase();
    if (typed.length < 1) return;
    const taken = new Set([...this.people.to, ...this.people.cc, ...this.people.bcc]);
    const found = this.proposals.filter(one => !taken.has(one) && one.toLowerCase().split(/[\s<@.]+/).some(word => word.startsWith(typed)) || one.toLowerCase().startsWith(typed)).slice(0, 6);
    if (!found.length) return;
    const list = document.createElement('ul');
    list.className = 'proposals';
    list.setAttribute('role', 'listbox');
    found.forEach((one, i) => {
      const item = document.createElement('li');
      item.textContent = one.endsWith(';') ? one.replace(/:.*$/s, ` (${one.split('@').length - 1})`) : one;
      item.dataset.value = one;
      item.setAttribute('role', 'option');
      if (i === 0) item.setAttribute('aria-selected', 'true');
      item.addEventListener('mousedown', event => {
        event.preventDefault();
        line.querySelector('input').value = '';
        this.addPerson(line, one);
        this.hideProposals(line);
        this.changed();
      });
      list.append(item);
    });
    line.append(list);
  }

  hideProposals(line) { line.querySelector('.proposals')?.remove(); }

  finish(line) {
    const input = line.querySelector('input');
    if (!input.value.trim()) return;
    this.addPerson(line, input.value);
    input.value = '';
    this.changed();
  }

  addPerson(line, text) {
    // A group of the address book (RFC 5322 §3.4): its members, not its name.
    const group = /^[^:<>@]+:(.*);$/.exec(text.trim());
    if (group) return group[1].split(/,(?=[^>]*(?:<|$|,))/).map(one => one.trim()).filter(Boolean).forEach(one => this.addPerson(line, one));
    const field = line.dataset.recipients, clean = text.trim().replace(/[,;]+$/, ''), input = line.querySelector('input');
    if (!clean || this.people[field].includes(clean)) return;
    this.people[field].push(clean);
    const chip = document.createElement('span');
    chip.className = 'person';
    const name = document.createElement('span');
    name.textContent = clean.replace(/\s*<.*>$/, '') || clean;
    chip.title = clean;
    if (!/[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?$/.test(clean)) chip.dataset.bad = '1';
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `${input.dataset.remove} ${clean}`);
    remove.addEventListener('click', () => {
      this.people[field] = this.people[field].filter(one => one !== clean);
      chip.remove();
      this.changed();
    });
    chip.append(name, remove);
    input.before(chip);
    line.hidden = false;
  }

  // ---- what is written

  content() {
    const html = this.isRich ? this.rich.innerHTML : null;
    return {
      account: this.account, from: this.identity?.value ?? null, isTemplate: this.isTemplate, draft: this.draft,
      wantsReport: this.form.querySelector('.composer-report')?.checked ?? false,
      messageId: this.messageId, ...this.people,
      subject: this.form.querySelector('.composer-subject').value, text: this.isRich ? this.rich.innerText : this.text.value, html,
      inReplyTo: this.form.dataset.inReplyTo || null, references: (this.form.dataset.references || '').split('\n').filter(Boolean),
      files: this.files.filter(file => file.id).map(file => file.id),
    };
  }

  changed() {
    this.isDirty = true;
    // It may have been sent although no answer came. Sent again as it is it goes out once; changed it is another mail.
    if (this.isUnsure) [this.isUnsure, this.messageId] = [false, crypto.randomUUID().replaceAll('-', '')];
    this.error.textContent = '';
    this.hasWarned = false;
    // Others use a template while it is changed: it is kept when its writer says so.
    if (this.timer || this.isTemplate) return;
    const size = this.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    this.timer = setTimeout(() => { this.timer = null; this.save(); }, size > largeFrom ? saveLargeAfter : saveAfter);
  }

  /** One at a time: each replaces the draft of the one before. */
  async save() {
    if (this.saving) { await this.saving; }
    if (!this.isDirty || this.isGone) return true;
    this.isDirty = false;
    this.state.textContent = this.state.dataset.saving;
    this.saving = post('/compose/save', this.content());
    try {
      this.draft = (await this.saving).draft;
      this.state.textContent = this.isDirty ? '' : this.state.dataset.saved;
      sessionStorage.removeItem(`casella-${this.id}`);
      return true;
    } catch (failure) {
      this.isDirty = true;
      this.state.textContent = this.state.dataset.unsaved;
      sessionStorage.setItem(`casella-${this.id}`, JSON.stringify(this.content()));
      this.error.textContent = failure.isRefusal ? failure.message : this.error.dataset.offline;
      if (!failure.isRefusal && !this.isGone) setTimeout(() => this.save(), 5000);
      return false;
    } finally {
      this.saving = null;
    }
  }

  async send(when) {
    if (this.isTemplate) return this.close();
    for (const line of this.form.querySelectorAll('[data-recipients]')) this.finish(line);
    this.error.textContent = '';
    if (this.form.querySelector('.person[data-bad]')) { this.error.textContent = this.error.dataset.recipient; return; }
    if (!this.people.to.length && !this.people.cc.length && !this.people.bcc.length) { this.error.textContent = this.error.dataset.noRecipient; return; }
    if (this.files.some(file => !file.id)) return;
    if (this.forgetsAttachment()) { this.error.textContent = this.error.dataset.forgotten; this.hasWarned = true; return; }
    clearTimeout(this.timer);
    if (this.saving) await this.saving.catch(() => {});
    this.form.inert = true;
    this.form.hidden = true;
    try {
      const sent = await post('/compose/send', { ...this.content(), ...when });
      this.isGone = true;
      this.leave('ComposerSent', sent.sending, sent.at);
    } catch (failure) {
      this.isUnsure = !failure.isRefusal;
      this.form.inert = false;
      this.form.hidden = false;
      this.isDirty = true;
      this.error.textContent = failure.isRefusal ? failure.message : this.error.dataset.offline;
    }
  }

  forgetsAttachment() {
    if (this.files.length || this.hasWarned) return false;
    const own = this.content().text.split('\n').filter(line => !line.startsWith('>')).join(' ').toLowerCase();
    return this.error.dataset.words.split(',').some(word => own.includes(word));
  }

  async close() {
    clearTimeout(this.timer);
    if (this.isDirty && !this.isEmpty() && !(await this.save())) return;
    this.isGone = true;
    this.leave('ComposerClosed');
  }

  isEmpty() {
    const content = this.content();
    return !this.draft && !content.to.length && !content.subject && !this.files.length && content.text.trim() === (this.text.dataset.initial ?? '').trim();
  }

  async discard() {
    clearTimeout(this.timer);
    this.isGone = true;
    if (this.saving) await this.saving.catch(() => {});
    // A template stays as it was.
    if (this.draft && !this.isTemplate) await post('/compose/discard', this.content()).catch(() => {});
    this.leave('ComposerClosed');
  }

  leave(how, ...what) {
    open.delete(this.id);
    sessionStorage.removeItem(`casella-${this.id}`);
    page?.invokeMethodAsync(how, this.id, ...what);
  }

  clicked(event) {
    const later = event.target.closest('[data-send-at]');
    if (later) return this.sendLater(later);
    const what = event.target.closest('[data-compose]')?.dataset.compose;
    const format = event.target.closest('[data-format]')?.dataset.format;
    if (what === 'close') this.close();
    else if (what === 'discard') this.discard();
    else if (what === 'more') this.form.querySelectorAll('[data-recipients]').forEach(line => { line.hidden = false; });
    else if (what === 'rich') this.toggleRich();
    else if (what === 'keep-template') this.keepAsTemplate(event.target.closest('button'));
    else if (format) this.format(format);
  }

  sendLater(button) {
    button.closest('details').open = false;
    return this.send(button.dataset.sendClock ? { sendAtClock: button.dataset.sendClock } : { sendAt: button.dataset.sendAt });
  }

  // ---- as whom

  /** Another mailbox has other Drafts: the draft goes with the address. */
  async changeIdentity() {
    const chosen = this.identity.selectedOptions[0], account = +chosen.dataset.account;
    this.exchangeSignature(chosen.dataset.signature ?? '');
    if (account !== this.account) {
      clearTimeout(this.timer);
      this.timer = null;
      if (this.saving) await this.saving.catch(() => {});
      if (this.draft) await post('/compose/discard', this.content()).catch(() => {});
      this.draft = null;
      this.account = account;
    }
    this.changed();
  }

  exchangeSignature(signature) {
    const before = this.signature;
    this.signature = signature;
    if (before === signature || this.isRich) return;
    const old = before ? `\n-- \n${before}\n` : '', next = signature ? `\n-- \n${signature}\n` : '';
    if (old && this.text.value.includes(old)) this.text.value = this.text.value.replace(old, () => next);
    else if (!old) {
      const quote = this.text.value.search(/\n[^\n]*\n>/);
      this.text.value = quote < 0 ? `${this.text.value.trimEnd()}\n${next}` : `${this.text.value.slice(0, quote)}${next}${this.text.value.slice(quote)}`;
    }
  }

  // ---- templates

  async listTemplates() {
    const box = this.form.querySelector('.composer-templates');
    let all;
    try {
      const response = await fetch(`/compose/templates?account=${this.form.querySelector('[data-templates]').dataset.templates}`, { credentials: 'same-origin' });
      if (!response.ok) throw new Error();
      all = await response.json();
    } catch {
      all = null;
    }
    box.replaceChildren();
    if (!all?.length) {
      const words = document.createElement('p');
      words.className = 'menu-none';
      words.textContent = all ? box.dataset.empty : box.dataset.failed;
      box.append(words);
      return;
    }
    for (const one of all) {
      const item = document.createElement('button');
      item.type = 'button';
      item.className = 'menu-item';
      item.textContent = one.name || box.dataset.unnamed;
      item.addEventListener('click', () => this.useTemplate(one.key));
      box.append(item);
    }
  }

  async useTemplate(key) {
    const menu = this.form.querySelector('[data-templates]');
    menu.open = false;
    let one;
    try {
      const response = await fetch(`/compose/template?account=${menu.dataset.templates}&key=${encodeURIComponent(key)}`, { credentials: 'same-origin' });
      if (!response.ok) throw new Error();
      one = await response.json();
    } catch {
      this.error.textContent = this.error.dataset.offline;
      return;
    }
    const subject = this.form.querySelector('.composer-subject');
    subject.value ||= one.subject;
    if (one.html && !this.isRich) this.toggleRich();
    if (this.isRich) {
      const piece = document.createElement('div');
      // Washed by the server; the page's policy runs nothing of it in any case.
      if (one.html) piece.innerHTML = one.html; else piece.innerText = one.text.trimEnd();
      this.rich.prepend(piece);
    } else {
      this.text.value = `${one.text.trimEnd()}\n${this.text.value.startsWith('\n') ? '' : '\n'}${this.text.value}`;
      this.text.focus();
      this.text.setSelectionRange(0, 0);
    }
    for (const file of one.files) if (!this.files.some(other => other.id === file.id)) this.showFile(file);
    this.changed();
  }

  async keepAsTemplate(button) {
    button.closest('details').open = false;
    try {
      await post('/compose/save', { ...this.content(), isTemplate: true, draft: null, to: [], cc: [], bcc: [], inReplyTo: null, references: [], messageId: '' });
      this.state.textContent = button.dataset.kept;
    } catch (failure) {
      this.error.textContent = failure.isRefusal ? failure.message : this.error.dataset.offline;
    }
  }

  toggleRich() {
    this.isRich = !this.isRich;
    if (this.isRich) {
      this.rich.replaceChildren();
      for (const line of this.text.value.split('\n')) {
        const row = document.createElement('div');
        if (line) row.textContent = line; else row.append(document.createElement('br'));
        this.rich.append(row);
      }
    } else this.text.value = this.rich.innerText;
    this.rich.hidden = !this.isRich;
    this.text.hidden = this.isRich;
    this.form.querySelector('.composer-tools').hidden = !this.isRich;
    this.form.querySelector('[data-compose=rich]').setAttribute('aria-pressed', this.isRich);
    (this.isRich ? this.rich : this.text).focus();
    this.changed();
  }

  format(command) {
    this.rich.focus();
    const value = command === 'createLink' ? prompt('https://') : null;
    if (command === 'createLink' && !/^(https?:|mailto:)/i.test(value ?? '')) return;
    document.execCommand(command, false, value);
    this.changed();
  }

  paste(event) {
    event.preventDefault();
    if (event.clipboardData.files.length) return this.attach(event.clipboardData.files);
    document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  }

  dragged(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'dragover') this.form.dataset.drop = '1';
    else delete this.form.dataset.drop;
    if (event.type === 'drop') this.attach(event.dataTransfer.files);
  }

  // ---- files

  attach(files) { for (const file of files) this.upload(file); }

  upload(file) {
    const entry = { name: file.name, bytes: file.size };
    const item = this.showFile(entry);
    const progress = document.createElement('progress');
    progress.max = 1;
    progress.value = 0;
    item.querySelector('span').after(progress);
    const request = new XMLHttpRequest();
    request.open('POST', `/compose/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('X-Casella-Forms', token());
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.addEventListener('progress', event => { progress.value = event.loaded / event.total; });
    request.addEventListener('loadend', () => {
      progress.remove();
      if (request.status === 200) {
        Object.assign(entry, JSON.parse(request.responseText), { bytes: file.size });
        this.changed();
        return;
      }
      this.removeFile(entry, item);
      let words = this.error.dataset.offline;
      try { words = JSON.parse(request.responseText).error ?? words; } catch { /* no words came */ }
      this.error.textContent = `${file.name}: ${words}`;
    });
    entry.request = request;
    request.send(file);
  }

  showFile(entry) {
    const list = this.form.querySelector('.composer-files'), item = document.createElement('li');
    const name = document.createElement('span'), remove = document.createElement('button');
    name.textContent = entry.name;
    remove.type = 'button';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `${list.dataset.remove} ${entry.name}`);
    remove.addEventListener('click', () => { this.removeFile(entry, item); this.changed(); });
    item.append(name, remove);
    list.append(item);
    this.files.push(entry);
    return item;
  }

  removeFile(entry, item) {
    entry.request?.abort();
    this.files = this.files.filter(file => file !== entry);
    item.remove();
  }
}

export const composer = {
  /** Takes charge of the composers that the server has drawn, and forgets those that it has taken away. */
  adopt(self) {
    page = self;
    for (const [id, one] of open) if (!one.form.isConnected) open.delete(id);
    for (const form of document.querySelectorAll('form[data-composer]'))
      if (!open.has(form.dataset.composer) && page) open.set(form.dataset.composer, new Composer(form));
  },
  async keepAll() { await Promise.all([...open.values()].map(one => one.save())); },
  async callBack(id) {
    const answer = await post(`/compose/call-back/${id}`).catch(() => null);
    if (!answer) return;
    if (answer.draft) page?.invokeMethodAsync('Continue', answer.account, answer.draft, answer.wantsReport);
    else page?.invokeMethodAsync('NotCalledBack', answer.isTaken);
  },
};

addEventListener('beforeunload', event => {
  if ([...open.values()].some(one => one.isDirty && !one.isEmpty())) event.preventDefault();
});
addEventListener('online', () => composer.keepAll());
