// Makes src/core/catalog/snapshot.json: which models exist, what they cost at our providers, how able they are.
//   node scripts/catalogue.mjs [folder with catalogue/ and routing/]
// Same inputs, same output. Reads the folder (default ../shared/data), the model lists inside one npm package,
// fetched with `npm pack`, and the price table of the installed @pydantic/genai-prices. Also rewrites the counts in
// docs/catalogue.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { fitEstimate, measureKinds, readRows, releaseOf } from './ability.mjs';
import { root } from './node24.mjs';
import { priceTable, withoutTail } from './priceTable.mjs';

const pricePackage = '@earendil-works/pi-ai@1.5.2';
const snapshotFile = path.join(root, 'src/core/catalog/snapshot.json');
const docsFile = path.join(root, 'docs/catalogue.md');
const largestSnapshotBytes = 160_000;

/** Letters of efforts in an offer. */
const effortLetters = { none: 'n', low: 'l', medium: 'm', high: 'h', xhigh: 'x' };

/**
 * Output tokens relative to the same model without reasoning. Only `high` is measured (median 8.3, p10 to p90 2.4 to
 * 24); the others are evenly spaced on the logarithmic scale between none and high, xhigh one step beyond.
 */
const verbosity = { none: 1, low: 2, medium: 4.1, high: 8.3, xhigh: 16.8 };

/** Output may cost many times input, but a row beyond this ratio is an artefact of averaged hosts. */
const largestPriceRatio = 40;

/**
 * Providers that spell with dashes what all others spell with dots, and whose live list names only the dated one of two
 * twins: the other would be gone with the first list. A cache write of five minutes is 1.25 times the input price with
 * every model of theirs, which the older source does not say.
 */
const dashedIds = ['anthropic'];

/** Where no source tells a limit. */
const unknownContext = 32_768;
const unknownOutput = 8192;

/**
 * @typedef {{ provider: string, id: string, name: string | undefined, input: number | undefined, output: number | undefined,
 *   cacheRead: number | undefined, cacheWrite: number | undefined, steps?: any[], price?: unknown, asOf: string, efforts: string,
 *   context: number | undefined, maxOutput: number | undefined, letters: string }} SourceOffer
 * @typedef {{ id: string, name: string, context: number | undefined, maxOutput: number | undefined, letters: string,
 *   efforts: unknown[], offers: SourceOffer[], retired: SourceOffer[], aliases: string[] }} Draft
 */

await main(path.resolve(root, process.argv[2] ?? '../shared/data'));

/** @param {string} folder */
async function main(folder) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'catalogue-'));
  try {
    const names = await loadSource(temporary, 'src/core/catalog/modelNames.ts');
    const { builtInProviders } = await loadSource(temporary, 'src/core/providers/definitions.ts');
    const compact = JSON.parse(readFileSync(path.join(folder, 'catalogue/catalogue.compact.json'), 'utf8'));
    const abilities = JSON.parse(readFileSync(path.join(folder, 'catalogue/capabilities.json'), 'utf8'));
    const { taskKinds } = await loadSource(temporary, 'src/core/model/modelCard.ts');
    const measured = measureKinds(readRows(path.join(folder, 'routing/coderouterbench_train.jsonl')), abilities);
    const priceLists = fetchPriceLists(temporary);
    const { matcherOf, priceSpellings } = await loadSource(temporary, 'src/core/catalog/priceSheet.ts');
    const table = priceTable({ matcherOf, priceSpellings, isChatModel: names.isChatModel, asOf: priceLists.asOf });
    const { snapshot, counts } = buildSnapshot({ names, providers: builtInProviders, compact, abilities, priceLists, table, measured: measured.rows, taskKinds });
    const text = `${JSON.stringify(snapshot)}\n`;
    if (Buffer.byteLength(text) > largestSnapshotBytes) throw new Error(`the snapshot has ${Buffer.byteLength(text)} bytes, more than ${largestSnapshotBytes}`);
    writeFileSync(snapshotFile, text);
    writeCounts({ ...counts, 'Bytes of the snapshot': Buffer.byteLength(text) }, snapshot.asOf);
    for (const [what, count] of Object.entries(counts)) process.stdout.write(`${what}: ${count}\n`);
    process.stdout.write(`${path.relative(root, snapshotFile)}: ${Buffer.byteLength(text)} bytes, as of ${snapshot.asOf}\n`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * The extension's own rules for names and providers, so that the snapshot and the running program cannot disagree.
 * @param {string} temporary
 * @param {string} source
 */
async function loadSource(temporary, source) {
  const outfile = path.join(temporary, `${path.basename(source, '.ts')}.mjs`);
  await esbuild.build({ absWorkingDir: root, entryPoints: [source], bundle: true, format: 'esm', platform: 'neutral', outfile, logLevel: 'error' });
  return import(pathToFileURL(outfile).href);
}

/**
 * @param {string} temporary
 * @returns {{ asOf: string, read: (provider: string) => any[] }} chat models of a provider, and the date of the lists
 */
function fetchPriceLists(temporary) {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', pricePackage, '--json', '--silent', '--pack-destination', temporary], { encoding: 'utf8', shell: process.platform === 'win32' }));
  execFileSync('tar', ['-xzf', packed.filename], { cwd: temporary });
  const data = path.join(temporary, 'package/dist/providers/data');
  const { generatedAt } = JSON.parse(readFileSync(path.join(data, '.manifest.json'), 'utf8'));
  return {
    asOf: generatedAt.slice(0, 10),
    read: (provider) =>
      Object.values(JSON.parse(readFileSync(path.join(data, `${provider}.json`), 'utf8')))
        .flatMap((models) => Object.values(models))
        .filter((model) => model.type === 'chat'),
  };
}

/** @param {any} inputs */
function buildSnapshot({ names, providers, compact, abilities, priceLists, table, measured, taskKinds }) {
  const providerIds = providers.map((/** @type {any} */ provider) => provider.id);
  const domains = Object.keys(abilities.domain_benchmarks);
  const counts = { 'Prices in both sources': 0, 'of them different': 0, 'Implausible prices set aside': 0, 'Zero prices read as unknown': 0 };
  /** @type {Map<string, Draft>} */
  const drafts = new Map();

  // The older source knows abilities; its offers are what the newer one is compared with.
  for (const model of compact.models) {
    drafts.set(model.id, {
      id: model.id,
      name: model.id,
      context: model.ctx ?? undefined,
      maxOutput: model.out ?? undefined,
      letters: model.caps,
      efforts: abilities.rows.filter((/** @type {any} */ row) => row.model === model.id).map((/** @type {any} */ row) => effortRow(row, domains, measured, taskKinds)),
      offers: [],
      retired: model.offers.filter((/** @type {any[]} */ offer) => isOurs(offer[0], offer[1], providerIds)).map(olderOffer),
      aliases: model.ollama ? [model.ollama] : [],
    });
  }

  const known = knownNames(names, [...drafts.values()]);
  // Dashed ids last, when the cards with dots are there.
  const ordered = providers.toSorted((/** @type {any} */ a, /** @type {any} */ b) => Number(dashedIds.includes(a.id)) - Number(dashedIds.includes(b.id)));
  for (const provider of ordered) {
    const dashed = dashedIds.includes(provider.id) ? new Map([...drafts.keys()].map((id) => [id.replaceAll('.', '-'), id])) : undefined;
    for (const model of priceLists.read(provider.id)) {
      const exact = known.exact.get(`${provider.id}/${model.id}`);
      if (!names.isChatModel(model.id) || provider.otherWireModels?.test(model.id)) continue;
      if (names.isMovingName(model.id)) continue;
      const cardId = exact ?? known.find(model.id) ?? dashed?.get(model.id) ?? names.cardIdOf(model.id);
      const draft = drafts.get(cardId) ?? emptyDraft(cardId);
      drafts.set(cardId, draft);
      const older = draft.retired.find((offer) => offer.provider === provider.id && offer.id === model.id);
      draft.retired = draft.retired.filter((offer) => offer !== older);
      draft.offers.push(newerOffer(provider, model, older, priceLists.asOf, counts));
    }
  }

  for (const row of measured) {
    const draft = drafts.get(row.model);
    if (row.z !== undefined && draft?.efforts.length === 0) measuredHereAlone(draft, row, domains, taskKinds);
  }
  for (const draft of drafts.values()) finish(draft);
  const snapshot = compactSnapshot([...drafts.values()], { providerIds, domains, taskKinds, estimate: estimateFigures(fitEstimate(compact, abilities, domains)), asOf: priceLists.asOf, sources: [`catalogue ${compact.built}`, pricePackage, table.source], table });
  return { snapshot, counts: { ...counts, ...countCards([...drafts.values()]), 'Prices of models that are on no card': Object.values(snapshot.sheet).flat().length } };
}

/** @param {string} id @returns {Draft} */
function emptyDraft(id) {
  return { id, name: id, context: undefined, maxOutput: undefined, letters: '', efforts: [], offers: [], retired: [], aliases: [] };
}

/** Vertex sells other vendors' models under `google`; the Gemini interface does not. */
function isOurs(/** @type {string} */ provider, /** @type {string} */ id, /** @type {string[]} */ providerIds) {
  return providerIds.includes(provider) && (provider !== 'google' || /^(gemini|gemma)/.test(id));
}

/** @param {any[]} offer @returns {SourceOffer} */
function olderOffer([provider, id, input, output, cacheRead, asOf]) {
  const free = id.endsWith(':free');
  const zero = !(input > 0) && !(output > 0);
  return {
    ...{ provider, id, name: undefined, asOf, efforts: '', context: undefined, maxOutput: undefined, letters: '' },
    input: zero && !free ? undefined : input,
    output: zero && !free ? undefined : output,
    cacheRead: cacheRead > 0 ? cacheRead : undefined,
    cacheWrite: dashedIds.includes(provider) && input > 0 ? 1.25 * input : undefined,
  };
}

/**
 * The newest source wins, unless its row cannot be true.
 * @param {any} provider @param {any} model @param {SourceOffer | undefined} older @param {string} asOf @param {Record<string, number>} counts
 * @returns {SourceOffer}
 */
function newerOffer(provider, model, older, asOf, counts) {
  const { input, output, cacheRead, cacheWrite, tiers } = model.cost;
  const free = model.id.endsWith(':free');
  const zero = !(input > 0) && !(output > 0);
  const implausible = !zero && output > largestPriceRatio * input;
  if (older?.input !== undefined && !zero) {
    count(counts, 'Prices in both sources');
    if (older.input !== input || older.output !== output) count(counts, 'of them different');
  }
  if (implausible) count(counts, 'Implausible prices set aside');
  if (zero && !free) count(counts, 'Zero prices read as unknown');
  const described = {
    provider: provider.id,
    id: model.id,
    name: shownName(model.name),
    efforts: effortsTaken(provider, model),
    context: model.contextWindow,
    maxOutput: model.maxTokens,
    letters: `t${model.input.includes('image') ? 'v' : ''}${model.reasoning ? 'r' : ''}`,
  };
  if (zero && !free) return { ...described, input: older?.input, output: older?.output, cacheRead: older?.cacheRead, cacheWrite: undefined, asOf: older?.asOf ?? asOf };
  if (implausible) {
    // The dearer of both, because a budget is held by it; unknown where there is nothing to compare with.
    const known = older?.input !== undefined && older.output !== undefined;
    return { ...described, input: known ? Math.max(older.input ?? 0, input) : undefined, output: known ? Math.max(older.output ?? 0, output) : undefined, cacheRead: undefined, cacheWrite: undefined, asOf: older?.asOf ?? asOf };
  }
  return { ...described, input, output, cacheRead: cacheRead > 0 && cacheRead <= input ? cacheRead : undefined, cacheWrite: cacheWrite > 0 ? cacheWrite : undefined, steps: tiers ?? [], asOf };
}

/**
 * Efforts a provider takes by name for a model, as letters. The list maps our level to the provider's word; a level
 * mapped to another word is one that this provider calls differently and is left out.
 * @param {any} provider @param {any} model
 */
function effortsTaken(provider, model) {
  if (provider.effortField === 'thinking') return effortsByTraits(provider, model);
  const levels = model.thinkingLevelMap;
  const broker = provider.effortField === 'reasoning.effort';
  if (!model.reasoning || provider.effortField === 'none') return '';
  if (model.compat?.supportsReasoningEffort === false) return '';
  // Gemini 2.5 has budgets of its own; the OpenAI-compatible route maps the words to them. Only Pro cannot be switched off.
  const gemini25 = provider.id === 'google' && model.id.startsWith('gemini-2.5');
  // Behind Hugging Face are many hosts: a word nobody confirmed for the model is not sent.
  if (levels === undefined && !broker && !gemini25) return '';
  const words = levels ?? {};
  const taken = ['low', 'medium', 'high'].filter((level) => !(level in words) || words[level] === level);
  if (words.xhigh === 'xhigh') taken.push('xhigh');
  const off = broker || gemini25 ? !('off' in words) || words.off === 'none' : words.off === 'none';
  if (off && !(gemini25 && model.id.includes('pro'))) taken.unshift('none');
  return taken.map((level) => effortLetters[/** @type {keyof typeof effortLetters} */ (level)]).join('');
}

/**
 * Where the definition says how each model is asked to think. Not to think is taken where it can be switched off, and
 * where a budget is not asked for. The list says which models know more than `high`.
 * @param {any} provider @param {any} model
 */
function effortsByTraits(provider, model) {
  const traits = provider.modelTraits?.find((/** @type {any} */ row) => row.models.test(model.id));
  if (traits?.thinking === undefined) return '';
  const off = traits.thinking === 'budget' || traits.thinkingOff !== undefined;
  const beyond = traits.thinking === 'effort' && model.thinkingLevelMap?.xhigh === 'xhigh';
  return `${off ? 'n' : ''}lmh${beyond ? 'x' : ''}`;
}

/** @param {any} row @param {string[]} domains @param {import('./ability.mjs').MeasuredRow[]} measured @param {string[]} taskKinds */
function effortRow(row, domains, measured, taskKinds) {
  const effort = /** @type {keyof typeof verbosity} */ (row.effort);
  const own = measured.filter(({ model }) => model === row.model);
  const exact = own.find((one) => one.effort === effort);
  const tokens = exact ? hundredths(exact.verbosity) / 100 : verbosity[effort];
  return withoutTail([effortLetters[effort], row.default ? 1 : 0, tokens, domains.flatMap((domain) => [hundredths(row.domains[domain].z), hundredths(row.domains[domain].sd)]), specialtyFigures(exact ?? own[0], exact !== undefined, taskKinds)]);
}

/**
 * At another effort than the measured one, half of a specialty is taken to hold: part of it is how the model thinks.
 * @param {import('./ability.mjs').MeasuredRow | undefined} row @param {boolean} isExact @param {string[]} taskKinds
 */
function specialtyFigures(row, isExact, taskKinds) {
  if (row === undefined) return [];
  return taskKinds.flatMap((kind) => {
    const { shift, sd } = row.specialties[kind] ?? { shift: 0, sd: 0 };
    return (isExact ? [shift, sd] : [shift / 2, Math.hypot(sd, shift / 2)]).map(hundredths);
  });
}

/**
 * A model that only the single tasks measured: its ability in code with the doubt of one benchmark, in all else with more.
 * @param {Draft} draft @param {import('./ability.mjs').MeasuredRow} row @param {string[]} domains @param {string[]} taskKinds
 */
function measuredHereAlone(draft, row, domains, taskKinds) {
  const figures = domains.flatMap((domain) => [hundredths(row.z ?? 0), domain.endsWith('code') ? 40 : 70]);
  draft.efforts = [[effortLetters.none, 1, hundredths(row.verbosity) / 100, figures, specialtyFigures(row, true, taskKinds)]];
  // Places list it with and without the date of its release.
  draft.aliases.push(row.model.replace(/-\d\d-\d\d$/, ''));
}

/** Thousandths, by domain: a model of mid 2025, a year, the logarithm of the price, low, medium, high effort, error. @param {ReturnType<typeof fitEstimate>} estimate */
function estimateFigures({ origin, date, price, byDomain }) {
  return { origin, date: [thousandths(date.mean), thousandths(date.sd)], price: [thousandths(price.mean), thousandths(price.sd)], domains: byDomain.map(({ fit, rmse }) => [...fit, rmse].map(thousandths)) };
}

/**
 * Recognises a model under any spelling that is known for exactly one card.
 * @param {any} names @param {Draft[]} drafts
 */
function knownNames(names, drafts) {
  const exact = new Map(drafts.flatMap((draft) => draft.retired.map((offer) => [`${offer.provider}/${offer.id}`, draft.id])));
  /** @type {Map<string, string>} */
  const index = names.nameIndex(drafts.map((draft) => ({ id: draft.id, names: [...draft.aliases, ...draft.retired.map((offer) => offer.id)] })));
  return { exact, find: (/** @type {string} */ id) => names.findByName(index, id) };
}

/**
 * One offer a provider and card (and the free one): dated twins and second names only add equal arms. The others keep
 * their price for the books.
 * @param {Draft} draft
 */
function finish(draft) {
  const byPlace = Map.groupBy(draft.offers, (offer) => `${offer.provider}${offer.id.endsWith(':free') ? ' free' : ''}`);
  const kept = [...byPlace.values()].map((same) => same.toSorted(byPreference)[0]);
  draft.retired.push(...draft.offers.filter((offer) => !kept.includes(offer)));
  draft.offers = draft.offers.filter((offer) => kept.includes(offer));
  draft.name = draft.offers.find((offer) => offer.name)?.name ?? prettyName(draft.id);
  draft.context ??= largest(draft.offers.map((offer) => offer.context));
  draft.maxOutput ??= largest(draft.offers.map((offer) => offer.maxOutput));
  for (const letter of new Set(draft.offers.map((offer) => offer.letters).join(''))) if (!draft.letters.includes(letter)) draft.letters += letter;
  if (draft.efforts.length === 0) draft.efforts = [[effortLetters.none, 1, 1, []]];
}

function byPreference(/** @type {SourceOffer} */ a, /** @type {SourceOffer} */ b) {
  const shorterFirst = dashedIds.includes(a.provider) ? -1 : 1;
  const priced = (/** @type {SourceOffer} */ offer) => (offer.input === undefined || offer.output === undefined ? Infinity : offer.input + offer.output * 3);
  return priced(a) - priced(b) || (a.id.length - b.id.length) * shorterFirst || (a.id < b.id ? -1 : 1);
}

/** @param {Draft[]} drafts @param {{ providerIds: string[], domains: string[], taskKinds: string[], estimate: unknown, asOf: string, sources: string[], table: ReturnType<typeof priceTable> }} about */
function compactSnapshot(drafts, { providerIds, domains, taskKinds, estimate, asOf, sources, table }) {
  for (const offer of drafts.flatMap((draft) => [...draft.offers, ...draft.retired])) {
    const { row, asOf: seen } = table.priceOf(offer);
    Object.assign(offer, { price: row, asOf: seen });
  }
  const dates = [...new Set(drafts.flatMap((draft) => [...draft.offers, ...draft.retired].map((offer) => offer.asOf)))].toSorted();
  const place = (/** @type {SourceOffer} */ offer) => [providerIds.indexOf(offer.provider), offer.id, offer.price, dates.indexOf(offer.asOf)];
  const snapshot = {
    format: 2,
    asOf,
    sources,
    providers: providerIds,
    domains,
    kinds: taskKinds,
    estimate,
    dates,
    models: drafts.map((draft) => {
      const context = draft.context ?? unknownContext;
      const maxOutput = Math.min(draft.maxOutput ?? unknownOutput, context);
      const offers = draft.offers.map((offer) =>
        withoutTail([...place(offer), offer.efforts || 0, lower(offer.context, context), lower(offer.maxOutput, maxOutput)]),
      );
      return withoutTail([draft.id, draft.name === draft.id ? 0 : draft.name, context, maxOutput, draft.letters, draft.efforts, offers, draft.retired.map((offer) => withoutTail(place(offer))), draft.aliases, isMeasured(draft) ? 0 : (releaseOf(draft.id) ?? 0)]);
    }),
  };
  const sold = new Set(drafts.flatMap((draft) => [...draft.offers, ...draft.retired].map((offer) => `${offer.provider}/${offer.id.toLowerCase()}`)));
  return { ...snapshot, sheetAsOf: table.asOf, sheet: table.sheet(sold), terms: table.terms() };
}

/** @param {Draft[]} drafts */
function countCards(drafts) {
  const offers = drafts.flatMap((draft) => draft.offers);
  return {
    'Models': drafts.length,
    'with measured ability': drafts.filter(isMeasured).length,
    'Offers': offers.length,
    'with a price': offers.filter((offer) => offer.price !== 0).length,
    'Prices kept for the books only': drafts.reduce((sum, draft) => sum + draft.retired.length, 0),
  };
}

/** @param {Record<string, number>} counts @param {string} asOf */
function writeCounts(counts, asOf) {
  const table = ['| what | count |', '|---|---:|', ...Object.entries(counts).map(([what, value]) => `| ${what} | ${value} |`)].join('\n');
  const text = readFileSync(docsFile, 'utf8');
  writeFileSync(docsFile, text.replace(/(<!-- counts -->\n)[^]*?(\n<!-- \/counts -->)/, `$1As of ${asOf}.\n\n${table}$2`));
}

function lower(/** @type {number | undefined} */ own, /** @type {number} */ general) {
  return own !== undefined && own < general ? own : 0;
}

function isMeasured(/** @type {Draft} */ draft) {
  return draft.efforts.length > 1 || (/** @type {any[]} */ (draft.efforts[0])[3] ?? []).length > 0;
}

function thousandths(/** @type {number} */ value) {
  return Math.round(value * 1000) / 1000;
}

function hundredths(/** @type {number} */ value) {
  return Math.round(value * 100);
}

function largest(/** @type {(number | undefined)[]} */ values) {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function shownName(/** @type {string} */ name) {
  return name.replace(/^[^:]{1,30}: /, '').replace(/ \(free\)$/i, '').trim();
}

function prettyName(/** @type {string} */ id) {
  return id.split('-').map((word) => (/^(gpt|glm|qwq|r1|vl)/.test(word) ? word.toUpperCase() : word.replace(/^[a-z]/, (letter) => letter.toUpperCase()))).join(' ');
}

function count(/** @type {Record<string, number>} */ counts, /** @type {string} */ what) {
  counts[what] = (counts[what] ?? 0) + 1;
}
