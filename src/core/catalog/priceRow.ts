import { fromUsd, pricePerMillion } from '../model/money';
import type { Price, Rates, Share, SpecialRates } from '../model/price';
import { list, number, optional, optionalList, record, SnapshotError, string } from './snapshotValue';

/** Tiers and surcharges, shared by many prices. */
export type PriceTerms = Pick<Price, 'tiers' | 'surcharges'>;

/** Rows of terms as scripts/catalogue.mjs writes them: shares by word, those of tiers and those of surcharges. */
export function readTerms(value: unknown): readonly PriceTerms[] {
  return optionalList(value, 'terms').map((row) => {
    const [tiers, surcharges] = list(row, 'terms').map((shares) => record(shares, 'terms'));
    return { ...(tiers && Object.keys(tiers).length > 0 ? { tiers: readShares(tiers) } : {}), ...(surcharges && Object.keys(surcharges).length > 0 ? { surcharges: readShares(surcharges) } : {}) };
  });
}

function readShares(shares: Readonly<Record<string, unknown>>): Readonly<Record<string, Share>> {
  return Object.fromEntries(
    Object.entries(shares).map(([word, share]) => {
      const [part, whole] = list(share, word);
      return [word, [number(part, word), number(whole, word)]];
    }),
  );
}

/**
 * A price: USD per 1M tokens of input, output, cache read, cache write, cache write for an hour, reasoning; which terms
 * (from 1); USD per call; special rates. Zeros at the end are left out, zero is none, and a price without rates is free.
 */
export function readPriceRow(value: unknown, { terms, asOf }: { readonly terms: readonly PriceTerms[]; readonly asOf: string }, where: string): Price {
  const row = list(value, where);
  // Hundreds are read before the first answer: built in place, most have nothing beyond their rates.
  const price: Writable<Price> = { ...readRates(row, where), asOf, source: 'snapshot' };
  const ofTerms = optional(row[6], 0);
  if (ofTerms > terms.length) throw new SnapshotError(`${where}: unknown terms`);
  if (ofTerms > 0) Object.assign(price, terms[ofTerms - 1]);
  const perCall = optional(row[7], 0);
  if (perCall > 0) price.perCall = fromUsd(perCall);
  if (row[8] !== undefined) price.specials = list(row[8], where).map((one) => readSpecial(list(one, where), where));
  return price;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** When it holds, and then rates as above. */
function readSpecial([when, ...rates]: readonly unknown[], where: string): SpecialRates {
  const { above, from, until, minutes, weekdays } = record(when, where);
  const [start, end] = optionalList(minutes, where);
  return {
    ...readRates(rates, where),
    ...(above === undefined ? {} : { above: number(above, where) }),
    ...(from === undefined ? {} : { from: readMoment(from, where) }),
    ...(until === undefined ? {} : { until: readMoment(until, where) }),
    ...(minutes === undefined ? {} : { minutes: [number(start, where), number(end, where)] }),
    ...(weekdays === undefined ? {} : { weekdays: true }),
  };
}

/** An ISO date or moment; a date is its midnight in UTC. */
function readMoment(value: unknown, where: string): number {
  const moment = Date.parse(string(value, where));
  if (Number.isNaN(moment)) throw new SnapshotError(`${where}: not a date`);
  return moment;
}

function readRates(row: readonly unknown[], where: string): Rates {
  const rates: Writable<Rates> = { input: pricePerMillion(optional(row[0], 0)), output: pricePerMillion(optional(row[1], 0)) };
  if (isTold(row[2])) rates.cacheRead = pricePerMillion(number(row[2], where));
  if (isTold(row[3])) rates.cacheWrite = pricePerMillion(number(row[3], where));
  if (isTold(row[4])) rates.cacheWrite1h = pricePerMillion(number(row[4], where));
  if (isTold(row[5])) rates.reasoning = pricePerMillion(number(row[5], where));
  return rates;
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== 0;
}
