/** An address of the web that may be read, or why not, in a word. */
export type WebAddress = { readonly ok: true; readonly url: string; readonly host: string; readonly isPrivate: boolean } | { readonly ok: false; readonly why: 'notAnAddress' | 'notTheWeb' | 'holdsPassword' };

/** What a person typed or a page leads to. An address without a scheme is one of https. */
export function webAddress(text: string, base?: string): WebAddress {
  const trimmed = text.trim();
  const url = URL.parse(base === undefined && /^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(trimmed) ? `https://${trimmed}` : trimmed, base);
  if (!url) return { ok: false, why: 'notAnAddress' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ok: false, why: 'notTheWeb' };
  if (url.username !== '' || url.password !== '') return { ok: false, why: 'holdsPassword' };
  url.hash = '';
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return { ok: true, url: url.href, host: url.host, isPrivate: isPrivateName(name) || isPrivateIp(name) };
}

/** Names that stand for this machine or its network. */
function isPrivateName(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, '');
  return !/[.:]/.test(host) || /(^|\.)(localhost|local|internal|lan|home|corp|intranet|home\.arpa)$/.test(host);
}

/** Whether an IP address leads to this machine, its network, or nowhere on the open internet (IANA special-purpose registries). A name is none. */
export function isPrivateIp(ip: string): boolean {
  const four = fourOf(ip);
  if (four) return isPrivateFour(four);
  if (!ip.includes(':')) return false;
  const groups = groupsOf(ip);
  if (!groups) return true;
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0, eighth = 0] = groups;
  const inside = [seventh >> 8, seventh & 255, eighth >> 8, eighth & 255] as const;
  const startsEmpty = first === 0 && second === 0 && third === 0 && fourth === 0;
  // Mapped, compatible and translated addresses of version 4 lead where those lead; the unspecified and the own address are among them.
  if (startsEmpty && ((fifth === 0 && (sixth === 0 || sixth === 0xffff)) || (fifth === 0xffff && sixth === 0))) return sixth === 0 && fifth === 0 ? true : isPrivateFour(inside);
  if (first === 0x64 && second === 0xff9b) return isPrivateFour(inside);
  if (first === 0x2002) return isPrivateFour([second >> 8, second & 255, third >> 8, third & 255]);
  // Only 2000::/3 is given out; of it, documentation and Teredo lead nowhere of their own.
  return (first & 0xe000) !== 0x2000 || (first === 0x2001 && (second === 0xdb8 || second === 0)) || (first & 0xfff0) === 0x3ff0;
}

type Four = readonly [number, number, number, number];

function fourOf(ip: string): Four | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip);
  if (!found) return undefined;
  return [Number(found[1]), Number(found[2]), Number(found[3]), Number(found[4])];
}

function isPrivateFour([a, b, c]: Four): boolean {
  return (
    a === 0 || a === 10 || a === 127 || a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113)
  );
}

/** The eight groups of an address of version 6; undefined when it is none. */
function groupsOf(ip: string): readonly number[] | undefined {
  const plain = ip.replace(/%.*$/, '');
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const four = dotted && fourOf(dotted[2] ?? '');
  const text = dotted && four ? `${dotted[1] ?? ''}${((four[0] << 8) | four[1]).toString(16)}:${((four[2] << 8) | four[3]).toString(16)}` : plain;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}
