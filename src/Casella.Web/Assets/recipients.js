// The lines of a composer that say who gets the mail: each name a chip, with proposals while one types.

export class Recipients {
  /** @param changed called when somebody is added or taken away. */
  constructor(form, changed) {
    this.form = form;
    this.changed = changed;
    this.people = { to: [], cc: [], bcc: [] };
    this.proposals = JSON.parse(form.dataset.proposals || '[]');
    for (const line of this.lines) this.begin(line);
  }

  get lines() { return this.form.querySelectorAll('[data-recipients]'); }
  get isEmpty() { return !this.people.to.length && !this.people.cc.length && !this.people.bcc.length; }
  get isWrong() { return this.form.querySelector('.person[data-bad]') !== null; }

  /** What is typed and not yet a chip becomes one. */
  finishAll() { for (const line of this.lines) this.finish(line); }

  begin(line) {
    const field = line.dataset.recipients, input = line.querySelector('input');
    for (const address of (line.dataset.initial || '').split('\n').filter(Boolean)) this.add(line, address);
    input.addEventListener('input', () => this.propose(line));
    input.addEventListener('blur', () => setTimeout(() => { this.finish(line); this.hide(line); }, 150));
    input.addEventListener('paste', event => {
      const text = event.clipboardData.getData('text');
      if (!/[,;\n]/.test(text)) return;
      event.preventDefault();
      for (const one of text.split(/[,;\n]+/).map(t => t.trim()).filter(Boolean)) this.add(line, one);
      this.changed();
    });
    input.addEventListener('keydown', event => this.key(event, line, field));
  }

  key(event, line, field) {
    const input = event.target, list = line.querySelector('.proposals');
    const chosen = list?.querySelector('[aria-selected=true]');
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && list) {
      event.preventDefault();
      const next = event.key === 'ArrowDown' ? chosen?.nextElementSibling ?? list.firstElementChild : chosen?.previousElementSibling ?? list.lastElementChild;
      chosen?.removeAttribute('aria-selected');
      next.setAttribute('aria-selected', 'true');
    } else if (['Enter', 'Tab', ',', ';'].includes(event.key) && input.value.trim() && !event.ctrlKey && !event.metaKey) {
      if (event.key !== 'Tab' || chosen) event.preventDefault();
      this.add(line, chosen?.dataset.value ?? input.value);
      input.value = '';
      this.hide(line);
      this.changed();
    } else if (event.key === 'Backspace' && !input.value && this.people[field].length) {
      this.people[field].pop();
      [...line.querySelectorAll('.person')].pop()?.remove();
      this.changed();
    } else if (event.key === 'Escape' && list) {
      event.preventDefault();
      this.hide(line);
    }
  }

  propose(line) {
    this.hide(line);
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
        this.add(line, one);
        this.hide(line);
        this.changed();
      });
      list.append(item);
    });
    line.append(list);
  }

  hide(line) { line.querySelector('.proposals')?.remove(); }

  finish(line) {
    const input = line.querySelector('input');
    if (!input.value.trim()) return;
    this.add(line, input.value);
    input.value = '';
    this.changed();
  }

  add(line, text) {
    // A group of the address book (RFC 5322 §3.4): its members, not its name.
    const group = /^[^:<>@]+:(.*);$/.exec(text.trim());
    if (group) return group[1].split(/,(?=[^>]*(?:<|$|,))/).map(one => one.trim()).filter(Boolean).forEach(one => this.add(line, one));
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
}
