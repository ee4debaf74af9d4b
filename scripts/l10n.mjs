// Collects the texts for people, every `t('…')` of src and webview-ui, into l10n/bundle.l10n.json, which translators copy to
// bundle.l10n.<language>.json. With --check it only compares, and fails on a difference.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const bundleFile = path.join(root, 'l10n', 'bundle.l10n.json');

/**
 * The texts of one source file, with what stands against them: the editor's language is known when the first function
 * runs, so a text outside of functions would stay English, and one that is put together cannot be found.
 * @param {string} source @param {string} file
 * @returns {{ texts: string[], problems: string[] }}
 */
export function textsIn(source, file) {
  /** @type {string[]} */
  const texts = [];
  /** @type {string[]} */
  const problems = [];
  /** @type {Set<unknown>} */
  const drawn = new Set();
  /** @param {unknown} node @param {boolean} inFunction */
  const walk = (node, inFunction) => {
    if (Array.isArray(node)) for (const one of node) walk(one, inFunction);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, callee, arguments: given, ...rest } = /** @type {Record<string, any>} */ (node);
    if (isCallOf(node, 'filled') && isCallOf(given[0]?.expression, 't')) drawn.add(given[0].expression);
    if (isCallOf(node, 't')) {
      const found = literals(given[0]?.expression);
      for (const text of found) {
        if (text === undefined) problems.push(`${file}: the text of a t(…) is put together`);
        else if (!inFunction) problems.push(`${file}: "${text}" is outside of functions`);
        else texts.push(text);
      }
      // What is drawn at its places is given to `filled`, which the compiler cannot count either.
      const whole = found.filter((text) => text !== undefined);
      const isSpread = given.some((/** @type {any} */ one) => one.spread);
      if (!isSpread && !drawn.has(node) && whole.length > 0 && Math.max(...whole.map(placesIn)) !== given.length - 1) problems.push(`${file}: "${whole[0]}" has not as many places as values`);
    }
    const inside = inFunction || (typeof type === 'string' && /Function|Method|Constructor|Getter|Setter/.test(type));
    walk(callee, inside);
    walk(given, inside);
    for (const value of Object.values(rest)) walk(value, inside);
  };
  walk(parseSync(source, { syntax: 'typescript', tsx: file.endsWith('.tsx') }).body, false);
  return { texts, problems };
}

/** Attributes of a page that nobody reads. */
const unread = new Set(['class', 'key', 'id', 'role', 'type', 'style', 'd', 'transform', 'viewBox', 'name', 'rel', 'target']);

/**
 * Words of one source file that look as if a person read them and are in no t(…): two words beside each other, or any in
 * the text of a page. Not looked at: what is thrown or logged, compared, or an address.
 * @param {string} source @param {string} file
 * @returns {string[]}
 */
export function plainTextsIn(source, file) {
  /** @type {string[]} */
  const plain = [];
  /** @param {unknown} node */
  const walk = (node) => {
    if (Array.isArray(node)) for (const one of node) walk(one);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const one = /** @type {Record<string, any>} */ (node);
    if (/^(Import|Export(All|Named)|Ts(Interface|TypeAlias|LiteralType))/.test(one.type)) return;
    if (one.type === 'BinaryExpression' && /^[!=]==?$/.test(one.operator)) return;
    if (one.type === 'NewExpression' && String(one.callee.value).endsWith('Error')) return;
    if (one.type === 'JSXAttribute' && unread.has(one.name.value)) return;
    if (one.type === 'CallExpression') {
      const [object, called] = one.callee.type === 'MemberExpression' ? [one.callee.object, one.callee.property.value] : [undefined, one.callee.value];
      if (called === 't') {
        walk(one.arguments.slice(1));
        return;
      }
      if (/^log$/i.test(object?.property?.value ?? object?.value ?? '')) return;
    }
    const text = one.type === 'TemplateLiteral' && one.expressions ? one.quasis.map((/** @type {any} */ quasi) => quasi.cooked).join('{}') : one.type === 'StringLiteral' || one.type === 'JSXText' ? one.value : '';
    if (one.type === 'JSXText' ? /\p{L}{2}/u.test(text) : /\p{L}{2,}[,.:;)”"]* [(“"]?\p{L}{2,}|(^|\s)\p{L}{2,} \{\}|\{\} \p{L}{2,}/u.test(text)) plain.push(text.trim());
    for (const value of Object.values(one)) walk(value);
  };
  walk(parseSync(source, { syntax: 'typescript', tsx: file.endsWith('.tsx') }).body);
  return plain;
}

/** @param {any} node @param {string} name */
function isCallOf(node, name) {
  return node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.value === name;
}

/** How many values a text has places for. @param {string} text */
function placesIn(text) {
  return Math.max(0, ...[...text.matchAll(/\{(\d)\}/g)].map(([, place]) => Number(place) + 1));
}

/** What a text can be: a literal, or one of two. @param {any} node @returns {(string | undefined)[]} */
function literals(node) {
  switch (node?.type) {
    case 'StringLiteral':
      return [node.value];
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? [node.quasis[0].cooked] : [undefined];
    case 'ConditionalExpression':
      return [...literals(node.consequent), ...literals(node.alternate)];
    case 'ParenthesisExpression':
      return literals(node.expression);
    default:
      return [undefined];
  }
}

/** The bundle as it should be, and what stands in its way. */
export function bundleOfTexts() {
  const files = ['src', 'webview-ui'].flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name))).filter((file) => /\.tsx?$/.test(file));
  const found = files.map((file) => textsIn(readFileSync(path.join(root, file), 'utf8'), file));
  const texts = [...new Set(found.flatMap((one) => one.texts))].toSorted();
  return { problems: found.flatMap((one) => one.problems), bundle: `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bundle, problems } = bundleOfTexts();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  if (!process.argv.includes('--check')) {
    mkdirSync(path.dirname(bundleFile), { recursive: true });
    writeFileSync(bundleFile, bundle);
  } else if (readFileSync(bundleFile, 'utf8') !== bundle) {
    console.error('l10n/bundle.l10n.json is not what the sources say: run node scripts/l10n.mjs');
    process.exitCode = 1;
  }
}
