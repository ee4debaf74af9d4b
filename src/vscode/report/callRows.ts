import type { CallRecord } from '../../core/model/call';
import type { NanoDollars } from '../../core/model/money';

type Cell = string | number | undefined;

/** Names of the gateway's clients by their ids. One that was removed has only its id. */
export type ClientNames = ReadonlyMap<string, string>;

/** What is told of a call in a file. Holds no word of questions and answers, no key, no id of a conversation. */
const columns: readonly (readonly [name: string, read: (call: CallRecord, clients: ClientNames) => Cell])[] = [
  ['startedAt', ({ startedAt }) => new Date(startedAt).toISOString()],
  ['question', ({ question }) => question],
  ['purpose', ({ purpose }) => purpose],
  ['provider', ({ provider }) => provider],
  ['model', ({ model }) => model],
  ['effort', ({ effort }) => effort],
  ['outcome', ({ outcome }) => outcome],
  ['inputTokens', ({ usage }) => usage.inputTokens],
  ['cachedInputTokens', ({ usage }) => usage.cachedInputTokens],
  ['outputTokens', ({ usage }) => usage.outputTokens],
  ['costUsd', ({ charge }) => usd(charge.amount)],
  ['costSource', ({ charge }) => charge.source],
  ['predictedLowUsd', ({ decided }) => usd(decided?.expected?.low)],
  ['predictedLikelyUsd', ({ decided }) => usd(decided?.expected?.likely)],
  ['predictedHighUsd', ({ decided }) => usd(decided?.expected?.high)],
  ['chanceOfSuccess', ({ decided }) => decided?.p],
  ['chosen', ({ decided }) => decided?.how],
  ['quality', ({ decided }) => decided?.quality],
  ['tier', ({ decided }) => decided?.tier],
  ['bestModel', ({ decided }) => decided?.alternatives?.ablest?.arm],
  ['cheapestModel', ({ decided }) => decided?.alternatives?.cheapest?.arm],
  ['pinnedModel', ({ decided }) => decided?.alternatives?.pinned?.arm],
  ['client', ({ client }, clients) => (client === undefined ? undefined : clients.get(client))],
  ['clientId', ({ client }) => client],
  ['folder', ({ folder }) => folder],
];

export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`;

/** A line of CSV (RFC 4180). */
export function csvLine(call: CallRecord, clients: ClientNames): string {
  return `${columns.map(([, read]) => csvCell(read(call, clients))).join(',')}\r\n`;
}

/** The same with names, for JSON; amounts are numbers there. */
export function callObject(call: CallRecord, clients: ClientNames): Readonly<Record<string, string | number>> {
  const fields = columns.flatMap(([name, read]) => {
    const value = read(call, clients);
    return value === undefined ? [] : [[name, name.endsWith('Usd') ? Number(value) : value] as const];
  });
  return Object.fromEntries(fields);
}

/** A spreadsheet runs what begins like a formula, and names of models are the words of others. */
function csvCell(value: Cell): string {
  if (value === undefined) return '';
  const text = String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Exact: nine digits behind the point. */
function usd(amount: NanoDollars | undefined): string | undefined {
  return amount === undefined ? undefined : (amount / 1e9).toFixed(9);
}
