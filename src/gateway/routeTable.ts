import type { PathValues, Row } from './row';

export interface FoundRow {
  readonly row: Row;
  readonly path: PathValues;
}

export type RouteTable = (method: string, path: string) => FoundRow | { readonly allow: readonly string[]; readonly problem: Row['problem'] } | undefined;

/**
 * Finds the row of a path as it was sent, not decoded. Base addresses are written with and without their `/v1`, so a path
 * is looked up as it is, with one, and with one of two. Undefined: no row has this path; `allow`: only for other methods.
 */
export function routeTable(rows: readonly Row[]): RouteTable {
  const fixed = new Map<string, Row>();
  const open: { readonly row: Row; readonly pattern: RegExp; readonly names: readonly string[] }[] = [];
  for (const row of rows) {
    if (row.path.includes('{')) open.push({ row, ...patternOf(row.path) });
    else fixed.set(`${row.method} ${row.path}`, row);
  }
  const methods: readonly Row['method'][] = ['GET', 'POST'];
  const find = (method: string, path: string): FoundRow | undefined => {
    const row = fixed.get(`${method} ${path}`);
    if (row) return { row, path: {} };
    for (const one of open) {
      const values = one.row.method === method ? one.pattern.exec(path) : null;
      const decoded = values && decodedValues(one.names, values.slice(1));
      if (decoded) return { row: one.row, path: decoded };
    }
    return undefined;
  };
  return (method, path) => {
    const spellings = spellingsOf(path);
    for (const spelling of spellings) {
      const found = find(method, spelling);
      if (found) return found;
    }
    const others = methods.flatMap((other) => spellings.flatMap((spelling) => find(other, spelling)?.row ?? []));
    return others[0] && { allow: others.map((row) => row.method), problem: others[0].problem };
  };
}

function spellingsOf(path: string): readonly string[] {
  const twice = /^\/v1(?=\/v1(beta)?\/)/.exec(path);
  if (twice) return [path.slice('/v1'.length)];
  // Google's clients can be told the version v1.
  if (/^\/v1\/models\/.+:\w+$/.test(path)) return [path, path.replace('/v1/', '/v1beta/')];
  return path.startsWith('/v1') ? [path] : [path, `/v1${path}`, `/v1beta${path}`];
}

/** `{name}` is one segment up to what follows it in the row; at the end of the row it is all that is left. */
function patternOf(path: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names: string[] = [];
  const source = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return '(.+)';
  });
  return { pattern: new RegExp(`^${source}$`), names };
}

function decodedValues(names: readonly string[], raw: readonly string[]): PathValues | undefined {
  try {
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(raw[index] ?? '')]));
  } catch {
    return undefined;
  }
}
