import { type DecideDependencies, decideOn, groundFor } from '../ask/decide';
import { signOf } from '../learning/outcomes';
import type { Ask, AskRequest } from '../model/ask';
import type { Failure } from '../model/failure';
import { type Arm, idOfArm } from '../model/modelCard';
import type { NewOutcome } from '../model/outcome';
import type { StoredMessage } from '../model/thread';
import type { WorkDoing, WorkEvent, WorkForecast, WorkWish } from '../model/work';
import type { OpenOrchestrator } from '../orchestrate/openOrchestrator';
import type { Holds, WorkGround } from '../orchestrate/ground';
import type { Orchestrator } from '../orchestrate/orchestrator';
import type { AppPorts } from './appPorts';
import { type Draft, requestFor } from './draft';

interface RoomDependencies extends Pick<AppPorts, 'clock' | 'ids' | 'log'> {
  readonly open: OpenOrchestrator;
  readonly ask: Ask;
  /** Read anew for each: arms and settings change. */
  readonly decide: () => DecideDependencies;
  readonly holds: Holds;
  readonly arms: () => Promise<{ readonly arms: readonly Arm[] }>;
  readonly noteOutcome: (outcome: NewOutcome) => Promise<void>;
}

/** Several models on one question: loaded by the first that anybody asks for. */
export class WorkRoom {
  #opened: Orchestrator | undefined;

  constructor(private readonly dependencies: RoomDependencies) {}

  /** For the conversations; an arrow, so that it can be passed on. */
  readonly work = (wish: WorkWish, request: AskRequest, doing: WorkDoing): AsyncGenerator<WorkEvent, void> => this.#open().run(wish, withQuality(wish, request), doing);

  /** What it would cost, without asking. `cancelled` once `signal` is aborted. */
  async forecast(wish: WorkWish, draft: Draft, signal: AbortSignal): Promise<WorkForecast> {
    const request = requestFor(draft, wish.strategy, this.dependencies.clock.now());
    const forecast = await this.#open().forecast(wish, withQuality(wish, request));
    return signal.aborted ? { ok: false, failure: { kind: 'cancelled' } } : forecast;
  }

  /**
   * What a vote says of the models: the winner did well, the others worse than could be had; of equals nothing either way.
   * Of models that can no longer be asked nothing is noted.
   */
  async noteVote({ id, threadId, answer }: StoredMessage): Promise<void> {
    const { work, realm = 'real' } = answer ?? {};
    if (!work?.vote || !work.task) return;
    const { arms } = await this.dependencies.arms();
    const answered = work.steps.filter(({ kind, state }) => kind === 'answer' && state === 'done');
    const { weight } = signOf('judge');
    for (const step of answered) {
      const arm = arms.find((one) => idOfArm(one) === step.arm);
      if (!arm) continue;
      const value = work.vote.step === 'same' ? 0.5 : work.vote.step === step.id ? 1 : 0;
      // That another was best says little of each of five.
      const share = value === 0 ? weight / Math.max(1, answered.length - 1) : weight;
      await this.dependencies.noteOutcome({ realm, arm: idOfArm(arm), card: arm.card.id, effort: arm.effort.effort, kind: 'judge', value, weight: share, ...work.task, question: id, threadId });
    }
  }

  async #ground(request: AskRequest): Promise<WorkGround | Failure> {
    const dependencies = this.dependencies.decide();
    const ground = await groundFor(dependencies, request);
    if ('kind' in ground) return ground;
    const { profile, terms, settings } = ground;
    // A lasting pin is about questions to one model, and the length of an answer is not for the room of a single call to say.
    const open = { ...ground, settings: { ...settings, 'models.pinned': '' }, statuses: [] };
    const first = decideOn(dependencies, request, open);
    if ('kind' in first) return first;
    return {
      profile,
      realm: terms.realm,
      atLimit: terms.atLimit,
      worstInputTokens: first.worstInputTokens,
      maxOutputTokens: first.maxOutputTokens,
      route: (pin) => {
        const decision = pin === undefined ? first : decideOn(dependencies, { ...request, pin }, open);
        return 'kind' in decision ? decision : decision.route;
      },
    };
  }

  #open(): Orchestrator {
    const { open, ask, clock, holds, ids, log } = this.dependencies;
    this.#opened ??= open({ ask, clock, holds, ids, log, ground: (request) => this.#ground(request) });
    return this.#opened;
  }
}

function withQuality({ quality }: WorkWish, request: AskRequest): AskRequest {
  return quality === undefined ? request : { ...request, quality };
}
