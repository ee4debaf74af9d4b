import { judge } from './wire/judge';
import { play } from './wire/play';
import { readCase } from './wire/readCase';
import { wires } from './wire/stage';
import { type EvalRow, type Evaluation, textField } from './evaluation';
import type { WireName } from '../../src/core/model/provider';

/**
 * Replays faults of providers and networks against the whole product, and judges afterwards. A case is played by a
 * server on loopback and real windows on real books; what it demands is only read once it is over.
 */
export const evaluation: Evaluation = {
  inputs: ['../shared/data/wirefaults/cases.json', 'test/fixtures/wirefaults.json'],
  target: 'all pass',
  open: async () => ({
    atOnce: 8,
    alone: needsQuiet,
    again: (result) => result['pass'] !== true,
    row: async (row) => {
      const { played, must } = readCase(row, knownWires);
      const startedAt = performance.now();
      const facts = await within(longestCaseMs, play(played));
      const wrong = judge(must, facts);
      const { asks, ledger, attempts, waitsMs, fallback, told, shown, uncaught, check } = facts;
      const observed = {
        text: asks.at(-1)?.text.slice(0, 200),
        state: asks.at(-1)?.answer.state,
        failure: asks.at(-1)?.answer.failure,
        attempts,
        ...(waitsMs.length === 0 ? {} : { waitsMs: waitsMs.map(Math.round) }),
        ...(fallback === undefined ? {} : { fallback }),
        ...(check === undefined ? {} : { check }),
        ledger,
        told: told.map(({ sentence }) => sentence),
        ...(Object.keys(shown).length === 0 ? {} : { shown }),
        ...(uncaught.length === 0 ? {} : { uncaught }),
        ms: Math.round(facts.ms),
        tookMs: Math.round(performance.now() - startedAt),
      };
      return { id: textField(row, 'id'), pass: wrong.length === 0, ...(wrong.length === 0 ? {} : { wrong }), observed };
    },
    sum: (done) => {
      const passed = done.filter(({ result }) => result['pass'] === true).length;
      const categories: Record<string, string> = {};
      for (const category of new Set(done.map(({ row }) => String(row['category'])))) {
        const some = done.filter(({ row }) => String(row['category']) === category);
        categories[category] = `${some.filter(({ result }) => result['pass'] === true).length}/${some.length}`;
      }
      return { passed, categories, figure: `${passed} of ${done.length} pass` };
    },
  }),
};

/** No case takes so long, in milliseconds. */
const longestCaseMs = 90_000;

/** Rejects when the work has not ended by then. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the case did not end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const knownWires: readonly WireName[] = (['openaiChat', 'openaiResponses', 'anthropicMessages', 'ollama'] as const).filter((name) => wires[name] !== undefined);

/** Moments of tens of milliseconds, memory and the time zone are looked at where nothing else runs. */
function needsQuiet(row: EvalRow): boolean {
  const text = JSON.stringify([row['attempts'], row['client_ops']]);
  return /"at_ms"|"tz"|"record"|"send_repeat_\w+"|"send_models"|"kill_extension_host"/.test(text);
}
