import { asArmId } from '../../core/model/modelCard';
import type { ConversationEvent } from '../../core/model/thread';
import type { WorkWish } from '../../core/model/work';
import { commands } from '../../shared/contributions';
import type { ChatDelta, ChatState } from '../../shared/protocol';
import { stepKey, type WorkWishView } from '../../shared/workProtocol';
import type { WorkRequest } from '../../shared/workRequest';
import { runCommand } from '../register';
import type { ChatPart, SessionDoor } from './chatPart';
import { armChoices, forecastView } from './forecastViews';
import { stepOf } from './stepText';

/** What a chat does with several models on one question. */
export class WorkRequests implements ChatPart<WorkRequest> {
  /** Steps that are unfolded on the page: only their texts are sent to it. */
  readonly #shown = new Map<string, { readonly messageId: string; readonly stepId: string }>();
  #forecasting = new AbortController();
  #forecast: ChatState['forecast'];

  constructor(private readonly door: SessionDoor) {}

  async handle(request: WorkRequest): Promise<void> {
    const { door } = this;
    const threadId = door.threadId();
    switch (request.type) {
      case 'forecast':
        return this.#foresee(request.text, request.wish);
      case 'arms':
        door.change({ arms: armChoices(await door.app.models(), door.app.providerName, Date.now()) });
        return;
      case 'take-step': {
        if (threadId === undefined) return;
        const failure = await door.app.takeStep(threadId, request.messageId, request.stepId);
        if (failure) throw new Error(door.tell(failure));
        return;
      }
      case 'show-step':
        this.#shown.set(stepKey(request.messageId, request.stepId), request);
        door.change({ stepTexts: this.#texts() });
        return;
      case 'hide-step':
        this.#shown.delete(stepKey(request.messageId, request.stepId));
        door.change({ stepTexts: this.#texts() });
        return;
      case 'open-comparison':
        if (threadId !== undefined) await runCommand(commands.compareModels, { threadId, messageId: request.messageId });
        return;
      case 'compare-with-others':
        if (threadId !== undefined) await runCommand(commands.compareModels, { threadId, again: request.messageId });
    }
  }

  /** A comparison shows what it does in a tab of its own. */
  began(threadId: string, messageId: string, wish: WorkWish): void {
    if (wish.strategy === 'compare') void runCommand(commands.compareModels, { threadId, messageId, quiet: true });
  }

  /** What the page is to be told of a piece of a step; undefined where the step is folded. */
  appended({ messageId, stepId, at, text }: Extract<ConversationEvent, { type: 'step-appended' }>): ChatDelta | undefined {
    return this.#shown.has(stepKey(messageId, stepId)) ? { type: 'step-appended', messageId, stepId, at, text } : undefined;
  }

  state(): Partial<ChatState> {
    return { stepTexts: this.#texts(), forecast: this.#forecast };
  }

  dispose(): void {
    this.#forecasting.abort();
  }

  /** Only the newest counts: it ends the work for an older one. */
  async #foresee(text: string, wish: WorkWishView | undefined): Promise<void> {
    const { app } = this.door;
    this.#forecasting.abort();
    this.#forecasting = new AbortController();
    const { signal } = this.#forecasting;
    const forecast = wish === undefined || text.trim() === '' ? undefined : await app.forecastWork(workWishOf(wish), { text, threadId: this.door.threadId(), before: this.door.messages(), context: this.door.attached() }, signal);
    const budgets = forecast?.ok === true ? await app.budgets(this.door.threadId()) : undefined;
    if (signal.aborted) return;
    this.#forecast = wish && forecast && forecastView(wish.strategy, forecast, { nameOf: app.providerName, now: Date.now() }, budgets?.room);
    this.door.change({ forecast: this.#forecast });
  }

  #texts(): Readonly<Record<string, string>> {
    const texts: Record<string, string> = {};
    for (const [key, { messageId, stepId }] of this.#shown) {
      const step = stepOf(this.door.messages().find(({ id }) => id === messageId), stepId);
      if (step) texts[key] = step.text;
    }
    return texts;
  }
}

/** The page's wish as the core takes it. */
export function workWishOf({ strategy, arms, models, rounds, enough, blind }: WorkWishView): WorkWish {
  return {
    strategy,
    ...(arms === undefined || arms.length === 0 ? {} : { arms: arms.map(asArmId) }),
    ...(models === undefined ? {} : { models }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(enough === undefined ? {} : { enough }),
    ...(blind === undefined ? {} : { blind }),
  };
}
