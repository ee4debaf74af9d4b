import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { App } from '../../core/app';
import type { AskRequest } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import { formatUsd, type NanoDollars } from '../../core/model/money';
import { t } from '../../shared/l10n';
import { costText } from '../costText';
import type { TextContext } from '../failureTexts';
import { markdownText } from '../markdownText';
import { withSignal } from './chatProvider';
import { choicesOf, previewCost } from './participantTexts';
import { editorError } from './tellFailure';

const question = z.string().check(z.trim(), z.minLength(1), z.maxLength(400_000));
const quality = z.optional(z.enum(['economy', 'balanced', 'quality']));

const askInput = z.object({ question, quality });
const estimateInput = z.object({ question });


type Tools = Readonly<Record<'ask' | 'estimateCost' | 'spend', vscode.LanguageModelTool<unknown>>>;

/** Who asks does so for another model: the answer is to be used, not to be talked about. */
const instructions = 'Another model asks you this while it works on a task of its own. Answer what is asked, whole and briefly, without a greeting and without asking back.';

/** Characters of the question that are shown before it is asked. */
const mostShown = 400;

/** What any agent in the editor can use. Results are texts; what goes wrong is an error with a sentence. */
export function languageModelTools(app: App, context: () => TextContext): Tools {
  return {
    ask: {
      prepareInvocation: async ({ input }, token) => {
        const read = askInput.safeParse(input);
        if (!read.success) return { invocationMessage: t('Asking a cheaper model') };
        const wanted = read.data.quality ?? 'economy';
        const previews = await withSignal(token, (signal) => app.preview({ text: read.data.question, threadId: undefined, before: [] }, signal));
        const preview = previews?.[wanted];
        const who = preview?.ok ? t('{0} at {1} would be asked, for {2}.', preview.candidate.arm.card.name, context().nameOf(preview.candidate.arm.offer.provider), previewCost(preview)) : t('What it will cost is not known yet.');
        const shown = read.data.question.length > mostShown ? `${read.data.question.slice(0, mostShown)}…` : read.data.question;
        return {
          invocationMessage: preview?.ok ? t('Asking {0}', preview.candidate.arm.card.name) : t('Asking a cheaper model'),
          confirmationMessages: { title: t('Ask a cheaper model?'), message: new vscode.MarkdownString(`${markdownText(who)}\n\n> ${markdownText(shown)}`) },
        };
      },
      invoke: async ({ input }, token) => {
        const { question: text, quality: wanted = 'economy' } = parsed(askInput, input);
        const answer = await withSignal(token, (signal) => answerOf(app, { messages: [{ role: 'system', text: instructions }, { role: 'user', text }], purpose: 'tool', quality: wanted }, signal));
        if ('failure' in answer) throw editorError(answer.failure, context());
        return textResult(answer.text, `(${[answer.model, costText(answer.cost, answer.source), ...(answer.cutOff ? ['cut off at the longest length allowed'] : [])].join(', ')})`);
      },
    },
    estimateCost: {
      prepareInvocation: () => ({ invocationMessage: t('Working out what it would cost') }),
      invoke: async ({ input }, token) => {
        const { question: text } = parsed(estimateInput, input);
        const previews = await withSignal(token, (signal) => app.preview({ text, threadId: undefined, before: [] }, signal));
        if (!previews) throw new vscode.CancellationError();
        return textResult(JSON.stringify({ asked: false, choices: choicesOf(previews, context()) }));
      },
    },
    spend: {
      prepareInvocation: () => ({ invocationMessage: t('Reading what was spent') }),
      invoke: async () => {
        const overview = await app.budgets(undefined);
        if (!overview) throw new Error(t('The ledger cannot be read.'));
        const periods = overview.statuses.map(({ scope, spent, held, limit, calls, unknownCalls }) => ({ period: scope, spent: formatUsd(spent), held: formatUsd(held), ...(limit === undefined ? {} : { limit: formatUsd(limit) }), calls, ...(unknownCalls > 0 ? { callsOfUnknownPrice: unknownCalls } : {}) }));
        return textResult(JSON.stringify({ money: overview.realm === 'demo' ? 'play money of the demo' : 'US dollars', periods, ...(overview.room === undefined ? {} : { left: formatUsd(overview.room) }) }));
      },
    },
  };
}

type Answered = { readonly text: string; readonly model: string; readonly cost: NanoDollars | undefined; readonly source: string; readonly cutOff: boolean } | { readonly failure: Failure };

async function answerOf(app: App, request: AskRequest, signal: AbortSignal): Promise<Answered> {
  let text = '';
  let model = '';
  for await (const event of app.ask(request, signal)) {
    if (event.type === 'answer-start') model = event.candidate.arm.card.name;
    if (event.type === 'text-delta') text += event.text;
    if (event.type === 'answer-failed') return { failure: event.failure };
    if (event.type === 'answer-end') return { text, model, cost: event.receipt.charge.amount, source: event.receipt.charge.source, cutOff: event.stop === 'length' };
  }
  return { failure: { kind: 'unexpected', detail: 'The answer did not end.' } };
}

/** @throws Error that names the field: the model that called reads it, and can do better. */
function parsed<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.infer<Schema> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${(issue?.path ?? []).join('.') || 'input'}: ${issue?.message ?? 'not valid'}`);
}

function textResult(...texts: readonly string[]): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult(texts.map((text) => new vscode.LanguageModelTextPart(text)));
}
