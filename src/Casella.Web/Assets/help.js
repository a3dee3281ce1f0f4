// Makes a link of the office's address, which the page has in words and in numbers, so that nobody collects it.
for (const place of document.querySelectorAll('.cloaked')) {
  const address = place.dataset.letters.split(' ').map(Number).reverse().map(code => String.fromCharCode(code)).join('');
  const link = document.createElement('a');
  link.href = `mailto:${address}`;
  link.textContent = address;
  place.replaceChildren(link);
}
