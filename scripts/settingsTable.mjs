// Writes docs/settings.md from package.json and package.nls.json. With --check it only compares, and fails on a difference.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));

/** The page as it should be. */
export function settingsPage() {
  const { contributes } = read('package.json');
  const texts = read('package.nls.json');
  /** @param {string} value */
  const text = (value) => texts[value.slice(1, -1)] ?? value;
  /** @param {string} value */
  const cell = (value) => value.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = Object.entries(/** @type {Record<string, any>} */ (contributes.configuration.properties)).map(([name, row]) => {
    const kind = row.enum ? row.enum.map((/** @type {string} */ one) => `\`${one}\``).join(', ') : [row.type].flat().join(' or ');
    const bounds = [row.minimum === undefined ? '' : `from ${row.minimum}`, row.maximum === undefined ? '' : `to ${row.maximum}`].filter(Boolean).join(' ');
    const choices = (row.enumDescriptions ?? []).map((/** @type {string} */ one, /** @type {number} */ index) => ` \`${row.enum[index]}\`: ${text(one)}`).join('');
    return `| \`${name}\` | ${cell(kind)}${bounds === '' ? '' : `, ${bounds}`} | \`${JSON.stringify(row.default)}\` | ${scopes[row.scope]} | ${variable(name, row)} | ${cell(text(row.markdownDescription) + choices)} |`;
  });
  return ['# Settings', '', 'Made from `package.json` by `node scripts/settingsTable.mjs`; a test keeps it true.', '', 'Scope "you": only your user settings count, a folder cannot set it. Scope "you, folder stricter": a folder may make it stricter, never looser; a looser value is ignored and reported.', '', 'An environment variable of the editor overrides the setting beside it; lists have commas between, no limit is `none`. In a container, whose environment a folder describes, a variable may only make a setting stricter. **Farthing: Check Configuration** lists the variables in force.', '', '| Setting | Type | Default | Scope | Variable | What it does |', '|:--|:--|:--|:--|:--|:--|', ...rows, ''].join('\n');
}

/**
 * As `variableOf` in src/shared/settings.ts names it.
 * @param {string} name @param {{ type: string | string[], items?: { type?: string } }} row
 */
function variable(name, row) {
  if (row.type === 'object' || (row.type === 'array' && row.items?.type !== 'string')) return '';
  return `\`${name.replaceAll('.', '_').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}\``;
}

/** @type {Record<string, string>} */
const scopes = { application: 'you', window: 'you, folder stricter' };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(root, 'docs', 'settings.md');
  const page = settingsPage();
  if (!process.argv.includes('--check')) writeFileSync(file, page);
  else if (readFileSync(file, 'utf8') !== page) {
    console.error('docs/settings.md is not what package.json says: run node scripts/settingsTable.mjs');
    process.exit(1);
  }
}
