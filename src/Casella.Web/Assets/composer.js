// Composers. What is written lives here and is saved into Drafts every few seconds by requests of its own, so it outlives
// a lost connection; the server draws a composer once and then leaves it alone.

import { Recipients } from './recipients.js';
import { exchangeSignature, isPicture, picturesOf, placeIn, plainText, showPicture, withSignature } from './writing.js';

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
    this.pictures = new Map();
    this.limit = +form.dataset.limit;
    this.isRich = form.dataset.rich === '1';
    this.text = form.querySelector('.composer-text');
    this.rich = form.querySelector('.composer-rich');
    this.state = form.querySelector('.composer-state');
    this.error = form.querySelector('.composer-error');
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
    this.recipients = new Recipients(this.form, () => this.changed());
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
    for (const type of ['dragstart', 'dragend']) this.rich.addEventListener(type, () => { this.dragsOwn = type === 'dragstart'; });
    this.rich.addEventListener('drop', event => this.dropText(event));
    this.text.addEventListener('paste', event => { if (event.clipboardData.files.length) { event.preventDefault(); this.attach(event.clipboardData.files); } });
    for (const type of ['dragover', 'drop', 'dragleave']) this.form.addEventListener(type, event => this.dragged(event));
    const first = this.recipients.people.to.length === 0 ? this.form.querySelector('[data-recipients=to] input') : this.isRich ? this.rich : this.text;
    first.focus({ preventScroll: true });
    if (first === this.text) this.text.setSelectionRange(0, 0);
    this.beginning = this.words();
  }

  words() { return this.isRich ? this.rich.innerHTML : this.text.value.trim(); }

  // ---- what is written

  content() {
    if (this.isRich) picturesOf(this.rich);
    const html = this.isRich ? this.rich.innerHTML : null;
    return {
      account: this.account, from: this.identity?.value ?? null, isTemplate: this.isTemplate, draft: this.draft,
      wantsReport: this.form.querySelector('.composer-report')?.checked ?? false,
      messageId: this.messageId, ...this.recipients.people,
      subject: this.form.querySelector('.composer-subject').value, text: this.isRich ? plainText(this.rich) : this.text.value, html,
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
    this.timer = setTimeout(() => { this.timer = null; this.save(); }, this.size() > largeFrom ? saveLargeAfter : saveAfter);
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
    this.recipients.finishAll();
    this.error.textContent = '';
    if (this.recipients.isWrong) { this.error.textContent = this.error.dataset.recipient; return; }
    if (this.recipients.isEmpty) { this.error.textContent = this.error.dataset.noRecipient; return; }
    if (this.files.some(file => !file.id)) { this.error.textContent = this.error.dataset.coming; return; }
    if (this.forgetsAttachment()) { this.error.textContent = this.error.dataset.forgotten; this.hasWarned = true; return; }
    clearTimeout(this.timer);
    if (this.saving) await this.saving.catch(() => {});
    // Before it is hidden: what nobody sees has no lines.
    const content = this.content();
    this.form.inert = true;
    this.form.hidden = true;
    try {
      const sent = await post('/compose/send', { ...content, ...when });
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
    return !this.draft && !content.to.length && !content.subject && !this.files.length && this.words() === this.beginning;
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
    if (before === signature) return;
    if (this.isRich) exchangeSignature(this.rich, before, signature);
    else this.text.value = withSignature(this.text.value, before, signature);
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
    } else {
      this.text.value = plainText(this.rich);
      // What stood in the text goes along beside it.
      for (const one of picturesOf(this.rich))
        if (!this.files.some(file => file.id === one.id)) this.showFile({ ...one, bytes: this.pictures.get(one.id) ?? 0 });
    }
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
    if (event.clipboardData.files.length) return this.attach(event.clipboardData.files, placeIn(this.rich));
    document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  }

  dragged(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'dragover') this.form.dataset.drop = '1';
    else delete this.form.dataset.drop;
    if (event.type === 'drop') this.attach(event.dataTransfer.files, this.isRich && this.rich.contains(event.target) ? placeIn(this.rich, event) : null);
  }

  /** From another page only words come, as when they are pasted. */
  dropText(event) {
    if (this.dragsOwn || event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    const place = placeIn(this.rich, event);
    this.rich.focus();
    getSelection().removeAllRanges();
    getSelection().addRange(place);
    document.execCommand('insertText', false, event.dataTransfer.getData('text/plain'));
  }

  // ---- files

  /** Pictures into the text where there is a place for them, everything else beside it. */
  attach(files, place = null) {
    for (const file of files)
      if (this.fits(file)) this.upload(file, place && isPicture(file) ? place : null);
  }

  size() {
    const inText = this.isRich ? picturesOf(this.rich).reduce((sum, one) => sum + (this.pictures.get(one.id) ?? 0), 0) : 0;
    return this.files.reduce((sum, file) => sum + (file.bytes ?? 0), inText);
  }

  /** Said before anything goes over the line. */
  fits(file) {
    const words = file.size > this.limit ? 'tooLarge' : this.size() + file.size > this.limit ? 'full' : null;
    if (words) this.error.textContent = this.error.dataset[words].replace('{name}', () => file.name);
    return !words;
  }

  upload(file, place) {
    const entry = { name: file.name, bytes: file.size };
    const item = this.showFile(entry);
    const progress = document.createElement('progress');
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute('aria-label', file.name);
    item.querySelector('span').after(progress);
    const request = new XMLHttpRequest();
    request.open('POST', `/compose/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('X-Casella-Forms', token());
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.addEventListener('progress', event => { progress.value = event.loaded / event.total; });
    request.addEventListener('loadend', () => { progress.remove(); this.uploaded(request, file, { entry, item, place }); });
    entry.request = request;
    request.send(file);
  }

  async uploaded(request, file, { entry, item, place }) {
    if (request.status === 200) {
      const taken = { ...JSON.parse(request.responseText), bytes: file.size };
      if (place && this.isRich) {
        this.pictures.set(taken.id, file.size);
        if (await showPicture(this.rich, place, taken.id, taken.name)) {
          this.removeFile(entry, item);
          return this.changed();
        }
      }
      Object.assign(entry, taken);
      return this.changed();
    }
    // Taken away meanwhile.
    if (!this.files.includes(entry)) return;
    this.removeFile(entry, item);
    let words = this.error.dataset.offline;
    try { words = JSON.parse(request.responseText).error ?? words; } catch { /* no words came */ }
    this.error.textContent = `${file.name}: ${words}`;
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
  /** The page begins anew: what is open now is open then. What could not be saved is in the browser (save). */
  async keepForNext() {
    await composer.keepAll();
    const drafts = [...open.values()].filter(one => one.draft && !one.isTemplate && !one.isDirty).map(one => ({ account: one.account, draft: one.draft }));
    sessionStorage.setItem('casella-open', JSON.stringify(drafts));
    for (const one of open.values()) one.isGone = true;
  },
  /** Goes on with what was being written when the page had to begin anew, or the browser ended. */
  async goOn() {
    const drafts = JSON.parse(sessionStorage.getItem('casella-open') ?? '[]');
    sessionStorage.removeItem('casella-open');
    for (const key of Object.keys(sessionStorage).filter(one => /^casella-[0-9a-f]{32}$/.test(one))) {
      const content = JSON.parse(sessionStorage.getItem(key));
      try {
        drafts.push({ account: content.account, draft: (await post('/compose/save', content)).draft });
        sessionStorage.removeItem(key);
      } catch { /* it is still in the browser, for the next time */ }
    }
    for (const one of drafts) page?.invokeMethodAsync('Continue', one.account, one.draft, false);
  },
  async callBack(id) {
    const answer = await post(`/compose/call-back/${id}`).catch(() => null);
    if (!answer) return;
    if (answer.draft) page?.invokeMethodAsync('Continue', answer.account, answer.draft, answer.wantsReport);
    else page?.invokeMethodAsync('NotCalledBack', answer.isTaken);
  },
};

addEventListener('beforeunload', event => {
  if ([...open.values()].some(one => one.isDirty && !one.isGone && !one.isEmpty())) event.preventDefault();
});
addEventListener('online', () => composer.keepAll());
