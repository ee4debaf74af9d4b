import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { App } from '../../core/app';
import { withContext } from '../../core/context/contextText';
import { type Failure, unexpected } from '../../core/model/failure';
import type { StoredAnswer } from '../../core/model/thread';
import type { WorkWish } from '../../core/model/work';
import type { Log } from '../../core/ports/log';
import { commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { progressText } from '../chat/workViews';
import type { ContextRoom } from '../context/openContext';
import { tell, type TextContext } from '../failureTexts';
import { markdownText } from '../markdownText';
import { withSignal } from './chatProvider';
import { followAnswer } from './followAnswer';
import { lastTaken } from './lastTaken';
import type { OfferedButtons } from './offeredButtons';
import { answerLine, routePage, spendPage } from './participantTexts';
import { type Attached, attachedOf } from './references';

export interface ParticipantDependencies {
  readonly app: App;
  readonly log: Log;
  readonly context: () => TextContext;
  readonly contextRoom: () => ContextRoom;
  readonly buttons: OfferedButtons;
}

/** What is kept with an answer in the editor's chat: where it is in ours. The editor gives it back with the history, from a file. */
const kept = z.object({ threadId: z.string(), messageId: z.string(), again: z.optional(z.enum(['failed', 'steps'])) });
type Kept = z.infer<typeof kept>;

/** Texts of the suggestions below an answer, by what they ask for. Looked for again when they come back as a question. */
const suggestions = { better: () => t('Ask a better model'), cheaper: () => t('Ask a cheaper model'), same: () => t('Ask again') } as const;

/**
 * `@farthing` in the editor's own chat. What is asked there is a conversation of Farthing's like any other: the same engine,
 * budgets and books, and it can be gone on with in Farthing's chat.
 */
export class Participant {
  constructor(private readonly dependencies: ParticipantDependencies) {}

  async handle(request: vscode.ChatRequest, { history }: vscode.ChatContext, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<vscode.ChatResult> {
    try {
      return await withSignal(token, (signal) => this.#handle(request, history, stream, signal));
    } catch (error) {
      this.dependencies.log.error('the participant failed', error);
      return this.#tell(stream, unexpected(error), undefined);
    }
  }

  /** Below the last answer: one model up or down, or once more. */
  provideFollowups({ metadata }: vscode.ChatResult): vscode.ChatFollowup[] {
    const place = keptOf(metadata);
    const directions = place?.again === 'failed' ? (['same'] as const) : place?.again === 'steps' ? (['better', 'cheaper'] as const) : [];
    return directions.map((direction) => ({ prompt: suggestions[direction](), label: suggestions[direction](), command: 'ask' }));
  }

  /** A thumb in the editor's chat is one in ours, and teaches what ours teaches. */
  async heard({ result: { metadata }, kind }: vscode.ChatResultFeedback): Promise<void> {
    const place = keptOf(metadata);
    if (place) await this.dependencies.app.rate(place.threadId, place.messageId, kind === vscode.ChatResultFeedbackKind.Helpful ? 'up' : 'down');
  }

  async #handle(request: vscode.ChatRequest, history: vscode.ChatContext['history'], stream: vscode.ChatResponseStream, signal: AbortSignal): Promise<vscode.ChatResult> {
    if (request.command === 'cost') return this.#cost(stream);
    const before = lastPlace(history);
    const direction = before && directionOf(request.prompt);
    if (before && direction && (request.command ?? 'ask') === 'ask') return this.#answer(stream, signal, () => this.dependencies.app.conversations.again(before.threadId, before.messageId, direction));
    // What the editor attaches by itself, such as the open file, is no question.
    if (request.prompt.trim() === '') {
      stream.markdown(markdownText(t('Nothing was asked: write your question after {0}.', request.command === undefined ? '@farthing' : `/${request.command}`)));
      return {};
    }
    const attached = await attachedOf(this.dependencies.contextRoom, request.references);
    for (const note of attached.notes) stream.markdown(`> ${markdownText(note)}\n\n`);
    switch (request.command) {
      case 'compare':
        return this.#compare(request.prompt, attached, stream);
      case 'explain-route':
        return this.#explainRoute(request.prompt, attached, stream, signal);
      case 'refine':
        return this.#ask(request.prompt, attached, before, stream, signal, { strategy: 'refine' });
      default:
        return this.#ask(request.prompt, attached, before, stream, signal);
    }
  }

  async #cost(stream: vscode.ChatResponseStream): Promise<vscode.ChatResult> {
    const { app, context } = this.dependencies;
    const overview = await app.budgets(undefined);
    if (!overview) {
      stream.markdown(markdownText(t('The ledger cannot be read.')));
      stream.button({ command: commands.showLog, title: t('Show log') });
      return {};
    }
    stream.markdown(spendPage(overview, await app.lastCall(), context().now));
    stream.button({ command: commands.setBudget, title: t('Change budget') });
    stream.button({ command: commands.showRoutingReport, title: t('Routing Report') });
    return {};
  }

  /** The page shows what it will cost, and asks only when the person says so there. */
  async #compare(prompt: string, { items }: Attached, stream: vscode.ChatResponseStream): Promise<vscode.ChatResult> {
    const place = { question: withContext(prompt, items) };
    await vscode.commands.executeCommand(commands.compareModels, place);
    stream.markdown(markdownText(t('The comparison is open in a tab, with your question in it. There you choose the models, see what they will cost together, and ask.')));
    stream.button({ command: commands.compareModels, title: t('Show the comparison'), arguments: [place] });
    return {};
  }

  async #explainRoute(prompt: string, { items, language }: Attached, stream: vscode.ChatResponseStream, signal: AbortSignal): Promise<vscode.ChatResult> {
    const { app, context } = this.dependencies;
    const judged = await app.judgePrompt(withContext(prompt, items), language, signal);
    if (judged) stream.markdown(routePage(judged, app.settings().quality, context()));
    return {};
  }

  async #ask(prompt: string, { items, language }: Attached, before: Kept | undefined, stream: vscode.ChatResponseStream, signal: AbortSignal, work?: WorkWish): Promise<vscode.ChatResult> {
    const { conversations } = this.dependencies.app;
    const threadId = before && (await this.#threadFor(before));
    return this.#answer(stream, signal, () => conversations.send({ threadId, text: prompt, purpose: 'chat', context: items, ...(language === undefined ? {} : { language }), ...(work ? { work } : {}) }));
  }

  /** The conversation up to what is to be gone on with: where it went on otherwise since, a copy of it. Undefined: it begins anew. */
  async #threadFor({ threadId, messageId }: Kept): Promise<string | undefined> {
    const { conversations } = this.dependencies.app;
    const messages = (await conversations.open(threadId))?.messages;
    const last = messages && lastTaken(messages, messageId);
    if (last === undefined) return undefined;
    if (messages?.at(-1)?.id === last) return threadId;
    const forked = await conversations.fork(threadId, last);
    return forked.ok ? forked.thread.id : undefined;
  }

  async #answer(stream: vscode.ChatResponseStream, signal: AbortSignal, begin: Parameters<typeof followAnswer>[1]): Promise<vscode.ChatResult> {
    const { app, context } = this.dependencies;
    let progress = '';
    let shown = '';
    const say = (text: string): void => {
      if (text === '' || text === progress) return;
      progress = text;
      stream.progress(text);
    };
    const followed = await followAnswer(app.conversations, begin, {
      changed: (answer, phase) => {
        if (phase !== 'ended') say(phaseText(answer, context()));
      },
      text: (text) => {
        shown += text;
        stream.markdown(text);
      },
    }, signal);
    if (!followed.ok) return this.#tell(stream, followed.failure, undefined);
    const { id: messageId, threadId, text, answer } = followed.message;
    // Of several models the answer is known at the end only.
    if (text !== shown && !text.startsWith(shown)) stream.markdown(`\n\n${text}`);
    else if (text.length > shown.length) stream.markdown(text.slice(shown.length));
    // What is said below must not stand in the code of an answer that was cut off.
    if (((text.match(/^[ \t]*(```|~~~)/gm)?.length ?? 0) & 1) === 1) stream.markdown('\n```\n');
    for (const { url } of answer?.citations ?? []) stream.reference(vscode.Uri.parse(url), new vscode.ThemeIcon('globe'));
    const line = answer ? answerLine(answer, context()) : '';
    if (answer?.failure && answer.failure.kind !== 'cancelled') {
      const told = this.#tell(stream, answer.failure, threadId);
      if (line !== '' && text !== '') stream.markdown(`\n\n${line}`);
      return { ...told, metadata: { threadId, messageId, again: 'failed' } satisfies Kept };
    }
    if (line !== '') stream.markdown(`\n\n${line}`);
    const again = answer?.failure ? 'failed' : answer?.arm !== undefined && answer.work === undefined ? 'steps' : undefined;
    return { metadata: { threadId, messageId, ...(again ? { again } : {}) } satisfies Kept };
  }

  /** What went wrong, in words and with its buttons. */
  #tell(stream: vscode.ChatResponseStream, failure: Failure, threadId: string | undefined): vscode.ChatResult {
    const { context, buttons } = this.dependencies;
    const told = tell(failure, context());
    stream.markdown(`\n\n${markdownText(told.sentence)}${told.detail === undefined ? '' : `\n\n> ${markdownText(told.detail)}`}`);
    for (const button of buttons.offer(told, failure, threadId)) stream.button(button);
    return {};
  }
}

/** What is being done now, in a line. */
function phaseText(answer: StoredAnswer, context: TextContext): string {
  if (answer.work) return progressText(answer.work, context);
  const last = answer.switches?.at(-1);
  if (last) return t('{0} did not answer; asking {1}', last.from, last.to ?? answer.modelName ?? t('the next model'));
  return answer.modelName === undefined ? t('Choosing the model') : t('Asking {0}', answer.modelName);
}

function keptOf(metadata: unknown): Kept | undefined {
  const read = kept.safeParse(metadata);
  return read.success ? read.data : undefined;
}

/** Where the last answer of this chat that was kept is. */
function lastPlace(history: vscode.ChatContext['history']): Kept | undefined {
  for (const turn of history.toReversed()) {
    const place = turn instanceof vscode.ChatResponseTurn ? keptOf(turn.result.metadata) : undefined;
    if (place) return place;
  }
  return undefined;
}

function directionOf(prompt: string): keyof typeof suggestions | undefined {
  const wanted = prompt.trim();
  return (['better', 'cheaper', 'same'] as const).find((direction) => suggestions[direction]() === wanted);
}
