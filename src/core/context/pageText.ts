/** What a page of the web says. */
export interface PageText {
  readonly title: string;
  readonly text: string;
}

/** Elements whose content nobody reads, or that hold no text. Their content is left out up to their end tag. */
const unread: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'svg', 'math', 'iframe', 'object', 'embed', 'canvas', 'audio', 'video', 'select', 'textarea', 'button', 'dialog', 'nav', 'head']);
/** Those whose content is text up to their end tag, whatever stands in it. */
const rawText: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'textarea', 'title', 'iframe', 'xmp', 'noembed', 'noframes', 'plaintext']);
const blocks: ReadonlySet<string> = new Set(['p', 'div', 'section', 'article', 'main', 'header', 'footer', 'aside', 'ul', 'ol', 'dl', 'dt', 'dd', 'table', 'tr', 'blockquote', 'figure', 'figcaption', 'form', 'fieldset', 'address', 'details', 'summary', 'hr', 'body', 'html']);
const empty: ReadonlySet<string> = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/**
 * The readable text of a page: headings and lists as in Markdown, no scripts, styles, forms, navigation, and nothing that
 * the page hides from its readers. One pass in time proportional to the text, whatever stands in it; nothing is loaded.
 */
export function pageText(html: string): PageText {
  const out = new Lines();
  /** Hidden elements that are open, innermost last: what is inside is not read. */
  const hidden: string[] = [];
  let title = '';
  let pre = 0;
  let main = { from: -1, to: -1, tag: '', depth: 0 };
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    const textEnd = open === -1 ? html.length : open;
    if (textEnd > at && hidden.length === 0) out.add(decoded(html.slice(at, textEnd)), pre > 0);
    if (open === -1) break;
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open + 4);
      at = end === -1 ? html.length : end + 3;
      continue;
    }
    const tag = tagAt(html, open);
    if (!tag) {
      // A lone sign, or a declaration.
      const isDeclaration = html[open + 1] === '!' || html[open + 1] === '?';
      const end = isDeclaration ? html.indexOf('>', open) : open;
      if (!isDeclaration && hidden.length === 0) out.add('<', pre > 0);
      at = end === -1 ? html.length : end + 1;
      continue;
    }
    const { name, isEnd, attributes } = tag;
    at = tag.end;
    if (!isEnd && rawText.has(name)) {
      const end = endOf(html, name, at);
      if (name === 'title' && title === '') title = oneLine(decoded(html.slice(at, end)));
      at = end;
      continue;
    }
    if (hidden.length > 0) {
      if (isEnd) {
        const opened = hidden.lastIndexOf(name);
        if (opened >= 0) hidden.length = opened;
        // A page that forgets to end what it hides is not hidden for good.
        else if (name === 'body' || name === 'html') hidden.length = 0;
      } else if (name === 'body') hidden.length = 0;
      else if (!empty.has(name) && hidden.length < deepest && (hidden.includes(name) || unread.has(name))) hidden.push(name);
      continue;
    }
    if (!isEnd && !empty.has(name) && (unread.has(name) || isHidden(attributes))) {
      hidden.push(name);
      continue;
    }
    if ((name === 'main' || name === 'article') && !tag.isSelfClosing) {
      if (!isEnd && main.from < 0) main = { from: out.length, to: -1, tag: name, depth: 1 };
      else if (name === main.tag && main.to < 0) {
        main = { ...main, depth: main.depth + (isEnd ? -1 : 1) };
        if (main.depth === 0) main = { ...main, to: out.length };
      }
    }
    if (name === 'pre') pre = Math.max(0, pre + (isEnd ? -1 : 1));
    mark(out, name, isEnd, attributes);
  }
  const whole = out.text();
  const body = main.from >= 0 ? out.text(main.from, main.to < 0 ? undefined : main.to) : '';
  // What calls itself the main part may be a frame around nothing.
  return { title, text: body.length >= whole.length / 4 ? body : whole };
}

/** Elements open at once that are looked after; deeper ones are a trick. */
const deepest = 1_000;

function mark(out: Lines, name: string, isEnd: boolean, attributes: string): void {
  const heading = /^h([1-6])$/.exec(name);
  if (heading) {
    out.paragraph();
    if (!isEnd) out.add(`${'#'.repeat(Number(heading[1]))} `, true);
  } else if (name === 'br') out.line();
  else if (name === 'li') {
    out.line();
    if (!isEnd) out.add('- ', true);
  } else if (name === 'pre') {
    out.paragraph();
    out.add('```', true);
    out.line();
  } else if (name === 'td' || name === 'th') {
    if (isEnd) out.add(' | ', false);
  } else if (name === 'tr' || name === 'dt' || name === 'dd') out.line();
  else if (name === 'img' && !isEnd) {
    const alt = /(?:^|\s)alt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
    const words = oneLine(decoded(alt?.[1] ?? alt?.[2] ?? ''));
    if (words !== '') out.add(`[${words}]`, false);
  } else if (blocks.has(name)) out.paragraph();
}

/** Lines of text with at most one empty line between them. */
class Lines {
  readonly #pieces: string[] = [];
  #ends = 2;
  #isSpaced = true;
  #wanted = 0;

  get length(): number {
    return this.#pieces.length;
  }

  add(text: string, asItIs: boolean): void {
    const shown = asItIs ? text : text.replace(/[\s\u00a0]+/g, ' ');
    if (shown === '' || (shown === ' ' && (this.#isSpaced || this.#wanted > 0))) return;
    const starts = this.#wanted > this.#ends;
    if (starts) this.#pieces.push('\n'.repeat(this.#wanted - this.#ends));
    const begun = (starts || this.#isSpaced) && !asItIs ? shown.replace(/^ /, '') : shown;
    this.#wanted = 0;
    if (begun === '') return;
    this.#pieces.push(begun);
    this.#ends = begun.endsWith('\n') ? 1 : 0;
    this.#isSpaced = /\s$/.test(begun);
  }

  line(): void {
    this.#wanted = Math.max(this.#wanted, 1);
  }

  paragraph(): void {
    this.#wanted = Math.max(this.#wanted, 2);
  }

  text(from = 0, to?: number): string {
    return this.#pieces.slice(from, to).join('').replace(/[ \t]+\n/g, '\n').replace(/\n{3,}/g, '\n\n').trim();
  }
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isSelfClosing: boolean;
  readonly attributes: string;
  /** Behind its `>`. */
  readonly end: number;
}

/** The tag that begins here; undefined: a sign that is none. A `>` inside of quotation marks does not end it. */
function tagAt(html: string, open: number): Tag | undefined {
  const isEnd = html[open + 1] === '/';
  let at = open + (isEnd ? 2 : 1);
  const start = at;
  while (at < html.length && /[a-z0-9:-]/i.test(html[at] ?? '')) at += 1;
  const name = html.slice(start, at).toLowerCase();
  if (!/^[a-z]/.test(name)) return undefined;
  const from = at;
  let quote = '';
  let last = '';
  for (; at < html.length; at += 1) {
    const sign = html[at] ?? '';
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if ((sign === '"' || sign === "'") && last === '=') quote = sign;
    else if (sign === '>') break;
    if (!/\s/.test(sign)) last = sign;
  }
  const attributes = html.slice(from, at);
  return { name, isEnd, isSelfClosing: attributes.endsWith('/'), attributes, end: Math.min(at + 1, html.length) };
}

/** Where the end tag of an element of raw text begins; the end of the page where it has none. */
function endOf(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at !== -1; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name && !/[a-z0-9-]/i.test(html[at + 2 + name.length] ?? '')) return at;
  }
  return html.length;
}

function isHidden(attributes: string): boolean {
  if (attributes.length === 0) return false;
  const some = attributes.slice(0, 2_000);
  return /(?:^|\s)hidden(?=[\s=/]|$)(?!\s*=\s*["']?until-found)/i.test(some) || /(?:^|\s)aria-hidden\s*=\s*["']?true/i.test(some) || /(?:^|\s)style\s*=\s*["'][^"']{0,500}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d]))/i.test(some);
}

const named: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»',
  copy: '©', reg: '®', trade: '™', bull: '•', middot: '·', times: '×', minus: '−', deg: '°', para: '¶', sect: '§', euro: '€', pound: '£', larr: '←', rarr: '→', uarr: '↑', darr: '↓',
  le: '≤', ge: '≥', ne: '≠', auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', szlig: 'ß', eacute: 'é', egrave: 'è', agrave: 'à', ccedil: 'ç', ntilde: 'ñ', shy: '', zwnj: '', zwj: '',
};

/** Text without entities, and without what nobody would see: directions, characters without width, control characters. */
function decoded(text: string): string {
  const plain = text.includes('&') ? text.replace(/&(?:#(\d{1,20})|#[xX]([\da-fA-F]{1,20})|([a-zA-Z]{2,8}));?/g, (whole, decimal?: string, hex?: string, name?: string) => (name === undefined ? fromCode(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)) : Object.hasOwn(named, name) ? (named[name] ?? whole) : whole)) : text;
  return plain.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, '');
}

function fromCode(code: number): string {
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
