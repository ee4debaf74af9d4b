import * as z from 'zod';
import type { WireName } from '../../../src/core/model/provider';
import type { EvalRow } from '../evaluation';

const headerValue = z.union([z.string(), z.number().transform(String)]);

const step = z.discriminatedUnion('op', [
  z.object({ op: z.literal('headers'), status: z.number().int(), headers: z.record(z.string(), headerValue).optional() }),
  z.object({ op: z.literal('send'), data: z.string() }),
  z.object({ op: z.literal('send_b64'), data: z.string() }),
  z.object({ op: z.literal('send_bytewise'), data: z.string() }),
  z.object({ op: z.literal('send_gzip'), data: z.string() }),
  z.object({ op: z.literal('send_repeat_content'), bytes: z.number().int(), char: z.string().default('x') }),
  z.object({ op: z.literal('send_repeat_raw'), bytes: z.number().int().optional(), times: z.number().int().optional(), n: z.number().int().optional(), char: z.string().optional(), data: z.string().optional() }),
  z.object({ op: z.literal('send_models'), n: z.number().int() }),
  z.object({ op: z.literal('sleep_ms'), ms: z.number(), virtual_time: z.boolean().optional() }),
  z.object({ op: z.literal('repeat'), every_ms: z.number(), times: z.number().int().optional(), data: z.string(), virtual_time: z.boolean().optional() }),
  z.object({ op: z.literal('end') }),
  z.object({ op: z.literal('reset') }),
  z.object({ op: z.literal('hang') }),
  z.object({ op: z.literal('refuse'), address: z.string().optional() }),
  z.object({ op: z.literal('dns_fail') }),
  z.object({ op: z.literal('tls_fail') }),
]);

export type Step = z.infer<typeof step>;

const faultCase = z.object({
  id: z.string(),
  category: z.string().default(''),
  title: z.string().default(''),
  protocol: z.enum(['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama-native']),
  attempts: z.array(z.array(step)).default([]),
  client_ops: z.array(z.record(z.string(), z.unknown())).default([]),
  client_must: z.record(z.string(), z.unknown()),
});

/** A case as the runner needs it. What must come of it is apart: nobody but the judge gets that. */
export interface FaultCase {
  readonly id: string;
  readonly category: string;
  readonly title: string;
  readonly wire: WireName;
  /** What the server does with each request, in order; the last is done again for every further one. */
  readonly attempts: readonly (readonly Step[])[];
  readonly clientOps: readonly EvalRow[];
}

const wires: Readonly<Record<z.infer<typeof faultCase>['protocol'], string>> = {
  'openai-chat': 'openaiChat',
  'openai-responses': 'openaiResponses',
  'anthropic-messages': 'anthropicMessages',
  'ollama-native': 'ollama',
};

/** Throws a sentence that names the field of a row that is no case. */
export function readCase(row: EvalRow, known: readonly WireName[]): { readonly played: FaultCase; readonly must: EvalRow } {
  const read = faultCase.safeParse(row);
  if (!read.success) throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const { id, category, title, protocol, attempts, client_ops: clientOps, client_must: must } = read.data;
  const wire = known.find((name) => name === wires[protocol]);
  if (wire === undefined) throw new Error(`protocol: there is no wire for ${protocol}`);
  return { played: { id, category, title, wire, attempts, clientOps }, must };
}
