import * as z from 'zod';
import { asArmId } from '../../src/core/model/modelCard';
import { answer, type Script } from '../support/fakeWire';
import { prefers, refused, verdict, workApp, worked } from '../support/workScripts';
import { type Evaluation, type EvalRow, textField } from './evaluation';

/** What a model says: a text, a verdict (an object in the form it is asked for, the id is put in), the version it prefers, or nothing. */
const reply = z.union([z.string(), z.strictObject({ prefers: z.string() }), z.strictObject({ refuses: z.literal(true) }), z.record(z.string(), z.unknown())]);

const script = z.object({
  question: z.string(),
  strategy: z.enum(['compare', 'consensus', 'refine', 'cascade']),
  models: z.array(z.string()).default(['demo-small', 'demo-medium', 'demo-large']),
  rounds: z.number().optional(),
  enough: z.number().optional(),
  budgetUsd: z.number().optional(),
  replies: z.record(z.string(), z.array(reply)),
});

/** Several models on one question by a script, with the whole core and a wire that says what the row says. */
export const evaluation: Evaluation = {
  inputs: ['test/fixtures/work/cases.json'],
  target: 'all as expected',
  open: async () => ({
    row: async (row) => {
      const { models, replies, question, strategy, rounds, enough, budgetUsd } = script.parse(row);
      const { app, wire, ledger } = workApp({ settings: { 'budget.day': budgetUsd ?? null } });
      for (const [model, says] of Object.entries(replies)) for (const one of says) wire.will(model, scriptOf(one));
      const { message } = await worked(app, { strategy, arms: models.map((model) => asArmId(`demo/${model}`)), ...(rounds === undefined ? {} : { rounds }), ...(enough === undefined ? {} : { enough }) }, question);
      const { work, state } = message.answer ?? {};
      const { share, by } = work?.agreement ?? {};
      if (ledger.holds.size > 0) throw new Error('money is still held');
      return { id: textField(row, 'id'), end: work?.end, state, text: message.text, calls: wire.requests.length, share, by };
    },
    sum: (done) => {
      const wrong = done.flatMap(({ row, result: came }) => (isAsExpected(row, came) ? [] : [row['id']]));
      return { figure: `${done.length - wrong.length} of ${done.length} as expected`, wrong };
    },
  }),
};

function scriptOf(one: z.infer<typeof reply>): Script {
  if (typeof one === 'string') return answer(one);
  if ('refuses' in one) return refused;
  return 'prefers' in one && typeof one.prefers === 'string' ? prefers(one.prefers) : verdict(one);
}

/** Only the fields that the row names. */
function isAsExpected({ expected }: EvalRow, came: EvalRow): boolean {
  const fields = z.record(z.string(), z.unknown()).safeParse(expected).data;
  return fields !== undefined && Object.entries(fields).every(([name, value]) => came[name] === value);
}
