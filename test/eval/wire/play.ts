import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import type { Failure } from '../../../src/core/model/failure';
import type { AppSettings } from '../../../src/core/model/settings';
import { nano } from '../../../src/core/model/money';
import { asArmId } from '../../../src/core/model/modelCard';
import { noUsage } from '../../../src/core/model/usage';
import type { Clock } from '../../../src/core/ports/clock';
import { type LedgerStore, StorageError } from '../../../src/core/ports/ledgerStore';
import { openBooks } from '../../../src/node/books';
import { ownerId } from '../../../src/node/processOwner';
import { tell, tellNotice, type Told } from '../../../src/vscode/failureTexts';
import { fakeKey } from '../../support/wireFixtures';
import { bundled } from '../../support/bundled';
import type { EvalRow } from '../evaluation';
import type { Asked, Facts } from './facts';
import { ledgerRows } from './ledgerRows';
import { isCompletion, Network, ordinaryReply } from './network';
import type { FaultCase, Step } from './readCase';
import { openStage, type Stage, type StageOptions, type StagedProvider } from './stage';
import { tempoOf, type Tempo } from './tempo';

/** What the person on the stage does first: it follows from what the server of the case has to say. */
type Course = 'ask' | 'check' | 'reach' | 'list' | 'pull';

const usualPrice = [1, 4, 0.1, 1.25] as const;
const question = 'Say hello.';
/** How long a window in a process of its own may take until it asks, in milliseconds. */
const longestStartMs = 20_000;
/** Requests that one question may make to one provider. */
const mostTries = 3;

/** What a run of a case shows. Knows nothing of what the case demands. */
export async function play(played: FaultCase): Promise<Facts> {
  const uncaught: string[] = [];
  const note = (error: unknown): void => void uncaught.push(String(error));
  process.on('uncaughtException', note).on('unhandledRejection', note);
  const run = new Play(played);
  try {
    await run.open();
    await run.perform();
    return { ...(await run.facts()), uncaught };
  } finally {
    await run.close();
    process.off('uncaughtException', note).off('unhandledRejection', note);
  }
}

class Play {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'farthing-wire-'));
  readonly #tempo: Tempo;
  readonly #course: Course;
  readonly #network: Network;
  readonly #stages: Stage[] = [];
  readonly #asks: Asked[] = [];
  readonly #told: Told[] = [];
  readonly #shown: Record<string, unknown> = {};
  readonly #settings: Partial<AppSettings> = {};
  #options: Partial<StageOptions> = {};
  readonly #timeZone = process.env['TZ'];
  #clockMovedMs = 0;
  #spentUsd = 0;
  #fallback: Facts['fallback'];
  #check: Facts['check'];
  #listed: Facts['listed'];
  #pulled: Facts['pulled'];
  #luckyWaitsMs: readonly number[] | undefined;
  #closedAfterMs: number | undefined;
  #ms = 0;
  #rssDeltaMb = 0;
  #attempts: number | undefined;

  constructor(private readonly played: FaultCase) {
    this.#tempo = tempoOf(played);
    this.#course = courseOf(played);
    this.#network = this.#newNetwork();
  }

  async open(): Promise<void> {
    await this.#network.start();
  }

  async close(): Promise<void> {
    if (this.#timeZone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = this.#timeZone;
    await Promise.all(this.#stages.map(({ app }) => app.close()));
    await this.#network.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Does what the case says, in order. */
  async perform(): Promise<void> {
    const ops = this.played.clientOps;
    for (const op of ops) this.#prepare(op);
    const timed = ops.filter((op) => typeof op['at_ms'] === 'number');
    const doing = ops.filter((op) => typeof op['do'] === 'string' && op['at_ms'] === undefined);
    if (timed.some((op) => op['do'] === 'kill_extension_host') || doing.some((op) => op['do'] === 'kill_extension_host')) return this.#kill(timed, doing);
    if (ops.some((op) => typeof op['ledger_bytes'] === 'string')) return this.#corrupt(String(ops.find((op) => 'ledger_bytes' in op)?.['ledger_bytes']));
    const onlyAsks = timed.length > 0 && doing.every((op) => op['do'] === 'ask');
    if (doing.length > 0 && !onlyAsks) {
      for (const op of doing) await this.#do(op, doing);
      return;
    }
    await this.#main(timed);
  }

  /** What holds before anything is done. */
  #prepare(op: EvalRow): void {
    const { tz, now, secrets, key, fs, budget } = op;
    if (typeof tz === 'string') process.env['TZ'] = tz;
    if (typeof now === 'string') this.#clockMovedMs = new Date(now).getTime() - Date.now();
    if (secrets !== undefined) {
      if (secrets !== 'throws') throw new Error(`client_ops: secrets ${String(secrets)} is not known`);
      this.#options = { ...this.#options, secretsThrow: true };
    }
    if (typeof key === 'string') this.#options = { ...this.#options, key };
    if (fs !== undefined) this.#options = { ...this.#options, ledger: (ledger) => brokenDisk(ledger, String(fs)) };
    if (budget !== undefined) Object.assign(this.#settings, budgetSettings(budget));
    if (objectOf(budget)?.['spent_usd'] !== undefined) this.#spentUsd = Number(objectOf(budget)?.['spent_usd']);
    const known = [...countNames, 'tz', 'now', 'secrets', 'key', 'fs', 'budget', 'do', 'at_ms', 'at', 'ledger_bytes', 'delta', 'usd', 'chain', 'judge', 'file'];
    const unknown = Object.keys(op).filter((name) => !known.includes(name));
    if (unknown.length > 0) throw new Error(`client_ops: ${unknown.join(', ')} is not known`);
  }

  /** The course that the server's replies are for. */
  async #main(timed: readonly EvalRow[]): Promise<void> {
    const stage = this.#stage();
    await stage.app.budgets(undefined);
    const startedAt = performance.now();
    const memory = watchMemory();
    switch (this.#course) {
      case 'check':
      case 'reach':
        this.#check = await stage.app.checkKey(stage.provider, undefined, new AbortController().signal);
        if (!this.#check.ok) this.#tell(this.#check.failure);
        else if (this.#check.note !== undefined) this.#told.push({ sentence: this.#check.note, actions: [] });
        break;
      case 'list': {
        this.#check = await stage.app.checkKey(stage.provider, undefined, new AbortController().signal);
        if (this.#check.ok && this.#check.note !== undefined) this.#told.push({ sentence: this.#check.note, actions: [] });
        const listedAt = performance.now();
        const { models, failed } = await stage.app.refreshModels(new AbortController().signal);
        this.#shown['listMs'] = performance.now() - listedAt;
        // A list without models is one to Ollama, and told with the check.
        this.#listed = { models, failure: failed.length > 0 && !this.#check.ok ? { kind: 'badReply', provider: stage.provider, detail: 'no list' } : undefined };
        break;
      }
      case 'pull':
        await this.#pull(stage);
        break;
      case 'ask':
        await this.#askThrough(stage, timed);
        break;
    }
    this.#ms = this.#course === 'list' ? Number(this.#shown['listMs']) : this.#asks[0]?.ms ?? performance.now() - startedAt;
    this.#rssDeltaMb = memory();
    if (this.#options.secretsThrow) return this.#setKeyMeanwhile(stage);
    if (this.#course !== 'ask' || timed.length > 0) return;
    this.#attempts = this.#network.requests.length;
    if (this.played.attempts.length > mostTries) return this.#watchBreaker();
    if (this.#primary().price === 'unknown') await this.#askWithBudget();
    await this.#playLucky();
    await this.#playWithSecond();
  }

  async #pull(stage: Stage): Promise<void> {
    let steps = 0;
    const failure = await stage.app.pullModel(stage.provider, 'm', () => (steps += 1), new AbortController().signal);
    this.#pulled = { steps, failure };
    if (failure !== undefined) this.#tell(failure);
  }

  /** Asks; where the server has more to say than one answer needs, presses the button that a person would press. */
  async #askThrough(stage: Stage, timed: readonly EvalRow[]): Promise<void> {
    const abortAt = timed.find((op) => op['do'] === 'abort')?.['at_ms'];
    const deleteAt = timed.find((op) => op['do'] === 'delete_key')?.['at_ms'];
    for (const op of timed) if (op['do'] !== 'abort' && op['do'] !== 'delete_key') throw new Error(`client_ops: ${String(op['do'])} at a time is not known`);
    // While a request runs: on a busy machine it may leave later than the case counts on.
    const deleted = typeof deleteAt === 'number' ? this.#network.begun.then(() => pause(this.#tempo.real(deleteAt))).then(() => stage.deleteKey()) : undefined;
    const asked = await this.#ask(stage, typeof abortAt === 'number' ? abortAt : undefined);
    if (typeof abortAt === 'number' && this.#network.requests.length > 0) {
      const since = performance.now();
      this.#closedAfterMs = Math.max(0, this.#tempo.told((await this.#network.closedAt()) - since) + (asked.msAfterStop ?? 0));
    }
    if (deleted === undefined) return;
    // The next question, once the key is gone.
    await deleted;
    const next = await this.#ask(stage, undefined, false);
    this.#shown['afterwards'] = next.answer.failure?.kind;
  }

  async #do(op: EvalRow, all: readonly EvalRow[]): Promise<void> {
    switch (op['do']) {
      case 'ask':
        if (Array.isArray(op['chain'])) return this.#askChain();
        return atOnceOf(op) > 1 ? this.#askAtOnce(atOnceOf(op)) : this.#askAgainAndAgain();
      case 'window_a_ask':
        return this.#askInTwoWindows();
      case 'window_b_ask_at_the_same_time':
        if (all.some((other) => other['do'] === 'window_a_ask')) return undefined;
        return this.#askInTwoWindows();
      case 'clock':
        return this.#setClock(String(op['delta']));
      case 'record':
        return this.#record(Number(op['n']), Number(op['usd']));
      case 'consensus':
        return this.#askForPurposes(['chat', 'chat', ...(op['judge'] === true ? ['check' as const] : [])]);
      case 'replay':
        return this.#askAgainAndAgain();
      case 'validate': {
        const stage = this.#stage();
        this.#check = await stage.app.checkKey(stage.provider, undefined, new AbortController().signal);
        if (!this.#check.ok) this.#tell(this.#check.failure);
        return undefined;
      }
      case 'activate':
      case 'restart':
        this.#stages.push(openStage(this.#stageOptions()));
        await this.#stages.at(-1)?.app.budgets(undefined);
        return undefined;
      default:
        throw new Error(`client_ops: ${String(op['do'])} is not known`);
    }
  }

  /** One question, and "Try again" as long as it offers itself and the server has further replies. */
  async #askAgainAndAgain(): Promise<void> {
    const stage = this.#stage();
    await stage.app.budgets(undefined);
    await this.#spend(stage, this.#spentUsd);
    const dayBefore = await this.#day(stage);
    let asked = await this.#ask(stage);
    // What never reached the server does not the next time either.
    for (let reached = 0; asked.answer.state !== 'complete' && this.#network.requests.length > reached && this.#network.requests.length < this.played.attempts.length; ) {
      reached = this.#network.requests.length;
      asked = await this.#ask(stage, undefined, true, asked.threadId);
    }
    this.#ms = asked.ms;
    const opened = await stage.app.conversations.open(asked.threadId);
    this.#shown['shownTotal'] = opened?.messages.reduce((sum, { answer }) => sum + (answer?.cost ?? 0), 0);
    if (this.#clockMovedMs === 0 && this.#settings['budget.day'] === undefined && this.played.clientOps.every((op) => op['tz'] === undefined)) return;
    await this.#watchDay(stage, dayBefore);
  }

  /** What today's budget shows until the day after tomorrow begins, hour by hour. */
  async #watchDay(stage: Stage, before: Day): Promise<void> {
    const after = await this.#day(stage);
    const until = after.resetsAt + 25 * 3_600_000;
    let resets = 0;
    let negative = after.spent < 0;
    let spent = after.spent;
    let firstResetAt: number | undefined;
    const start = this.#now();
    for (let at = start; at < until; at += 900_000) {
      this.#clockMovedMs += at - this.#now();
      const day = await this.#day(stage);
      negative ||= day.spent < 0;
      if (day.spent < spent) {
        resets += 1;
        firstResetAt ??= at;
      }
      spent = day.spent;
    }
    const midnight = new Date(start);
    midnight.setHours(24, 0, 0, 0);
    Object.assign(this.#shown, { resets, negative, resetAtMidnight: firstResetAt !== undefined && Math.abs(firstResetAt - midnight.getTime()) < 900_000, dayHours: (after.resetsAt - after.from) / 3_600_000, spentBefore: before.spent, spentAfter: after.spent });
  }

  /** Asks, sets the clock, and looks whether the budget forgets what was spent. */
  async #setClock(delta: string): Promise<void> {
    const found = /^([+-])(\d+)(d|h|m|s)$/.exec(delta);
    if (found === null) throw new Error(`client_ops: the delta ${delta} is not known`);
    const stage = this.#stage();
    await this.#ask(stage);
    const before = await this.#day(stage);
    this.#clockMovedMs += Number(`${found[1]}${found[2]}`) * ({ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 }[found[3] ?? ''] ?? 0);
    const after = await this.#day(stage);
    await this.#ask(stage);
    const last = await this.#day(stage);
    Object.assign(this.#shown, { negative: after.spent < 0 || last.spent < 0, forgotten: after.spent < before.spent, counted: last.spent > after.spent, spentBefore: before.spent, spentAfter: after.spent });
  }

  /** Several questions at the same moment, on what is left of the budget. */
  async #askAtOnce(count: number): Promise<void> {
    const stage = this.#stage();
    await this.#spend(stage, this.#spentUsd);
    await Promise.all(Array.from({ length: count }, () => this.#ask(stage)));
    this.#shown['overLimit'] = (await stage.app.budgets(undefined))?.statuses.some(({ spent, held, limit }) => limit !== undefined && spent + held > limit);
  }

  async #askInTwoWindows(): Promise<void> {
    const windows = [this.#stage(), this.#stage()];
    await Promise.all(windows.map(({ app }) => app.budgets(undefined)));
    await Promise.all(windows.map((stage) => this.#ask(stage)));
    const days = await Promise.all(windows.map((stage) => this.#day(stage)));
    this.#shown['windowsSee'] = days.map(({ spent }) => spent);
  }

  /** The cheap model first, a dear one behind it. */
  async #askChain(): Promise<void> {
    const second = this.#newNetwork();
    await second.start();
    try {
      const stage = this.#stage({ primary: { ...this.#primary(), price: [0.01, 0.04] }, second: { ...this.#primary(), wire: this.played.wire, fetch: second.fetch, price: [10, 40], host: '127.0.0.1:2' } });
      await this.#spend(stage, this.#spentUsd);
      const asked = await this.#ask(stage);
      this.#fallback = { switched: second.requests.length > 0, answered: second.requests.length > 0 && asked.answer.state === 'complete', requestsToSecond: second.requests.length };
      this.#shown['overBudget'] = JSON.stringify(asked.answer.why ?? {}).includes('over budget') || this.#told.some(({ sentence }) => /budget/i.test(sentence));
    } finally {
      await second.stop();
    }
  }

  async #askForPurposes(purposes: readonly ('chat' | 'check')[]): Promise<void> {
    const stage = this.#stage();
    for (const purpose of purposes) {
      let ended = false;
      for await (const event of stage.app.ask({ messages: [{ role: 'user', text: question }], purpose }, new AbortController().signal)) ended ||= event.type === 'answer-end';
      if (!ended) throw new Error(`the call for ${purpose} was not answered`);
    }
    this.#shown['upstreamCalls'] = this.#network.requests.length;
  }

  /** Settles `count` calls at the same cost in the real books. */
  async #record(count: number, usd: number): Promise<void> {
    const stage = this.#stage();
    // A thousand through the books, the rest by the same arithmetic: each is one transaction on the disk.
    const booked = Math.min(count, 1000);
    await this.#spend(stage, usd, booked);
    const { spent } = await this.#day(stage);
    this.#shown['totalUsd'] = ((spent / 1e9) * count) / booked;
  }

  /** The window's process is killed: asks in a child, which ends in the middle, and looks from a new window. */
  async #kill(timed: readonly EvalRow[], doing: readonly EvalRow[]): Promise<void> {
    const script = await bundled('test/support/wireChild.ts');
    const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] });
    const gone = once(child, 'exit');
    try {
      child.send({ folder: this.#folder, played: this.played });
      const [said] = await once(child, 'message', { signal: AbortSignal.timeout(longestStartMs) });
      if (said !== 'held') throw new Error('the window to be killed asked nothing');
      const killAt = timed.find((op) => op['do'] === 'kill_extension_host')?.['at_ms'];
      if (typeof killAt === 'number') await new Promise((resolve) => setTimeout(resolve, killAt));
    } finally {
      child.kill('SIGKILL');
      await gone;
      rmSync(path.dirname(script), { recursive: true, force: true });
    }
    const startedAt = performance.now();
    const stage = this.#stage();
    const day = await this.#day(stage);
    const interrupted = (await stage.app.conversations.list())[0];
    const opened = interrupted && (await stage.app.conversations.open(interrupted.id));
    const answer = opened?.messages.at(-1);
    Object.assign(this.#shown, { releasedAfterMs: performance.now() - startedAt, heldAfterRestart: day.held, restarted: doing.length > 0, answerState: answer?.answer?.state, answerText: answer?.text });
    if (answer?.answer) this.#asks.push({ text: answer.text, answer: answer.answer, ms: 0, msAfterStop: undefined });
    // The other process made it, over a network of its own.
    this.#attempts = 1;
  }

  /** The database is overwritten while nobody has it open, and a window starts. */
  async #corrupt(bytes: string): Promise<void> {
    const before = openStage(this.#stageOptions());
    await this.#spend(before, 0.5);
    const { spent } = await this.#day(before);
    await before.app.close();
    for (const name of readdirSync(this.#folder)) if (name.startsWith('farthing.db-')) rmSync(path.join(this.#folder, name));
    writeFileSync(path.join(this.#folder, 'farthing.db'), bytes);
    const stage = this.#stage();
    const after = await this.#day(stage);
    Object.assign(this.#shown, { spentBefore: spent, spentAfter: after.spent, keptAside: readdirSync(this.#folder).filter((name) => /damaged|corrupt/i.test(name)).length });
  }

  /** The store of keys does not open: a key is set all the same, and the same question asked again. */
  async #setKeyMeanwhile(stage: Stage): Promise<void> {
    const { provider } = (await stage.app.providers()).find((one) => one.provider.id === stage.provider) ?? {};
    if (provider === undefined) return;
    await stage.app.setKey(provider, fakeKey);
    this.#shown['storedKeys'] = stage.secrets.size;
    this.#shown['askableWithKeyMeanwhile'] = (await stage.app.providers()).some((one) => one.provider.id === stage.provider && one.askable);
  }

  /** A call whose cost nobody knows, where there is a budget. */
  async #askWithBudget(): Promise<void> {
    const stage = openStage({ ...this.#stageOptions(), folder: mkdtempSync(path.join(this.#folder, 'budget-')), settings: { ...this.#stageOptions().settings, 'budget.day': 1 } });
    const asked = await this.#ask(stage, undefined, false);
    this.#shown['blockedWithBudget'] = asked.answer.failure?.kind === 'priceUnknown';
    await stage.app.close();
  }

  /**
   * More replies than one question needs, with another provider at hand: asks until the first is left alone, looks whether
   * it really is, lets time pass, and asks with two windows at once until it is back.
   */
  async #watchBreaker(): Promise<void> {
    const [network, second] = [this.#newNetwork(), new Network([[...helloSteps]], this.#tempo, isCompletion, () => undefined)];
    await Promise.all([network.start(), second.start()]);
    const folder = mkdtempSync(path.join(this.#folder, 'breaker-'));
    /** A question to the first provider waits for it: the windows meet, however fast each is. */
    let met: Promise<void> | undefined;
    let arrived = (): void => undefined;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (isCompletion(new URL(input instanceof Request ? input.url : input).pathname)) {
        arrived();
        await met;
      }
      return network.fetch(input, init);
    };
    const options = { ...this.#stageOptions(), folder, primary: { ...this.#primary(), fetch }, second: { wire: 'openaiChat', fetch: second.fetch, price: [2, 8], context: 1_000_000, host: '127.0.0.1:2' } } as const;
    const [one, other] = [openStage(options), openStage(options)];
    /** How many requests reached the first provider while `work` was done. */
    const reached = async (work: () => Promise<unknown>): Promise<number> => {
      const before = network.requests.length;
      await work();
      return network.requests.length - before;
    };
    try {
      let answered = true;
      const ask = async (stage: Stage): Promise<void> => {
        answered &&= (await this.#ask(stage, undefined, false)).answer.state === 'complete';
      };
      for (let asks = 0; asks < 10 && (await reached(() => ask(one))) > 0; asks += 1);
      const whileOpen = await reached(async () => {
        await ask(one);
        await ask(other);
      });
      const probes: number[] = [];
      for (let rounds = 0; rounds < 6; rounds += 1) {
        this.#clockMovedMs += 3_600_000;
        const [came, both] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        met = both.promise;
        arrived = () => {
          came.resolve();
          arrived = both.resolve;
        };
        probes.push(
          await reached(async () => {
            const asking = ask(one);
            await Promise.race([came.promise, asking]);
            await Promise.all([asking, ask(other).finally(both.resolve)]);
          }),
        );
        if ((await reached(() => ask(one))) > 0) break;
      }
      const closed = await reached(() => ask(one));
      this.#fallback = { switched: second.requests.length > 0, answered, requestsToSecond: second.requests.length };
      this.#shown['breaker'] = whileOpen === 0 && probes.every((count) => count === 1) && closed === 1 ? 'open, one probe, closed' : { whileOpen, probes, closed };
    } finally {
      await Promise.all([one.app.close(), other.app.close()]);
      await Promise.all([network.stop(), second.stop()]);
    }
  }

  /** Runs the same case twice more until the first wait: whose wait is not the same has chance in it. */
  async #playLucky(): Promise<void> {
    if (this.#network.requests.length < 2 || this.played.clientOps.length > 0) return;
    const waits: number[] = [];
    for (const luck of [0.05, 0.95]) {
      const network = this.#newNetwork();
      await network.start();
      const stage = openStage({ ...this.#stageOptions(), folder: mkdtempSync(path.join(this.#folder, 'lucky-')), primary: { ...this.#primary(), fetch: network.fetch }, random: () => luck });
      const stop = new AbortController();
      for await (const event of stage.app.ask({ messages: [{ role: 'user', text: question }], purpose: 'chat' }, stop.signal)) {
        if (event.type !== 'answer-waiting' || event.untilMs === undefined) continue;
        waits.push(event.untilMs - this.#now());
        stop.abort();
      }
      await stage.app.close();
      await network.stop();
    }
    this.#luckyWaitsMs = waits;
  }

  /** What happens with another provider at hand, of a case in which this one failed. */
  async #playWithSecond(): Promise<void> {
    const failedOnce = this.#stages.some(({ said }) => said.some((events) => events.at(-1)?.type === 'failed'));
    if ((!failedOnce && this.#asks.at(-1)?.answer.state === 'complete') || this.played.clientOps.length > 0) return;
    // Where a later try succeeded, none does now.
    const attempts = this.#asks.at(-1)?.answer.state === 'complete' ? this.played.attempts.slice(0, 1) : this.played.attempts;
    const [network, second] = [this.#newNetwork(attempts), new Network([[...helloSteps]], this.#tempo, isCompletion, () => undefined)];
    await Promise.all([network.start(), second.start()]);
    const folder = mkdtempSync(path.join(this.#folder, 'second-'));
    const stage = openStage({ ...this.#stageOptions(), folder, primary: { ...this.#primary(), fetch: network.fetch }, second: { wire: 'openaiChat', fetch: second.fetch, price: [2, 8], context: 1_000_000, host: '127.0.0.1:2' } });
    try {
      const asked = await this.#ask(stage, undefined, false);
      this.#fallback = { switched: (asked.answer.switches ?? []).length > 0, answered: asked.answer.state === 'complete', requestsToSecond: second.requests.length };
    } finally {
      await stage.app.close();
      await Promise.all([network.stop(), second.stop()]);
    }
  }

  async #ask(stage: Stage, abortAtMs?: number, kept = true, threadId?: string): Promise<Asked & { readonly threadId: string }> {
    const { conversations } = stage.app;
    const startedAt = performance.now();
    let stoppedAt: number | undefined;
    const sent = await conversations.send({ threadId, text: question, purpose: 'chat' });
    if (!sent.ok) {
      this.#tell(sent.failure);
      const none: Asked = { text: '', answer: { state: 'failed', failure: sent.failure }, ms: this.#tempo.told(performance.now() - startedAt), msAfterStop: undefined };
      if (kept) this.#asks.push(none);
      return { ...none, threadId: '' };
    }
    const timer = abortAtMs === undefined ? undefined : setTimeout(() => {
      stoppedAt = performance.now();
      conversations.stop(sent.threadId);
    }, this.#tempo.real(abortAtMs));
    await idle(stage, sent.threadId);
    clearTimeout(timer);
    const endedAt = performance.now();
    const opened = await conversations.open(sent.threadId);
    const message = opened?.messages.find(({ id }) => id === sent.messageId);
    const asked: Asked = { text: message?.text ?? '', answer: message?.answer ?? { state: 'failed' }, ms: this.#tempo.told(endedAt - startedAt), msAfterStop: stoppedAt === undefined ? undefined : this.#tempo.told(endedAt - stoppedAt) };
    if (kept) {
      this.#asks.push(asked);
      if (asked.answer.failure !== undefined) this.#tell(asked.answer.failure);
    }
    return { ...asked, threadId: sent.threadId };
  }

  #tell(failure: Failure): void {
    this.#told.push(tell(failure, { nameOf: (id) => id, now: this.#now() }));
  }

  /** Puts settled calls into the books, past the wire. */
  async #spend(stage: Stage, usd: number, times = 1): Promise<void> {
    if (usd === 0) return;
    await stage.app.budgets(undefined);
    const books = await openBooks(this.#folder, { info: () => undefined, warn: () => undefined, error: () => undefined }, () => undefined);
    const at = this.#now();
    for (let index = 0; index < times; index += 1) {
      await books.ledger.settle({
        ...{ id: `spent-before-${index}`, realm: 'real', provider: stage.provider, model: 'm', arm: asArmId(`${stage.provider}/m`), effort: 'none', purpose: 'chat', threadId: undefined, window: ownerId(), startedAt: at, worst: nano(Math.ceil(usd * 1e9)) },
        ...{ endedAt: at, outcome: 'complete', failure: undefined, usage: { ...noUsage, inputTokens: 1 }, charge: { amount: nano(Math.round(usd * 1e9)), source: 'billed', estimatedUsage: false }, timing: { firstTokenMs: undefined, totalMs: 0 } },
      });
    }
    await books.close();
  }

  async #day({ app }: Stage): Promise<Day> {
    const overview = await app.budgets(undefined);
    const day = overview?.statuses.find(({ scope }) => scope === 'day');
    const resetsAt = day?.resetsAt ?? 0;
    const from = new Date(resetsAt - 1);
    from.setHours(0, 0, 0, 0);
    return { spent: day?.spent ?? Number.NaN, held: day?.held ?? Number.NaN, resetsAt, from: from.getTime() };
  }

  #now(): number {
    return Date.now() + this.#clockMovedMs;
  }

  #stage(changes: Partial<StageOptions> = {}): Stage {
    const stage = openStage({ ...this.#stageOptions(), ...changes });
    this.#stages.push(stage);
    return stage;
  }

  #stageOptions(): StageOptions {
    const { limits, clock } = this.#tempo;
    const moved: Clock = { ...clock, now: () => this.#now() };
    const settings = { 'timeouts.firstTokenSeconds': limits.firstTokenMs / 1000, 'timeouts.idleSeconds': limits.idleMs / 1000, ...this.#settings };
    return { folder: this.#folder, primary: this.#primary(), clock: moved, settings, ...this.#options };
  }

  #primary(): StagedProvider {
    const vendor = this.played.wire === 'openaiChat' ? vendors.find(([name]) => name.test(this.played.title))?.[1] : undefined;
    return { wire: this.played.wire, ...(vendor === undefined ? {} : { vendor }), fetch: this.#network.fetch, price: /\bunknown price\b/i.test(this.played.title) ? 'unknown' : usualPrice, context: 128_000, host: '127.0.0.1:1' };
  }

  #newNetwork(attempts = this.played.attempts): Network {
    const scripted = this.#course === 'ask' ? isCompletion : this.#course === 'reach' ? (where: string) => where.endsWith('/api/version') : this.#course === 'pull' ? (where: string) => where.endsWith('/api/pull') : (where: string) => !where.endsWith('/api/show');
    return new Network(attempts, this.#tempo, scripted, ordinaryReply);
  }

  async facts(): Promise<Omit<Facts, 'uncaught'>> {
    const last = this.#stages.at(-1);
    const day = last && (await this.#day(last));
    const { requests, strayed } = this.#network;
    const notices = this.#stages.flatMap((stage) => stage.notices);
    for (const notice of notices) this.#told.push(tellNotice(notice, (id) => id));
    const rows = ledgerRows(this.#folder);
    const log = this.#stages.flatMap((stage) => stage.log);
    const key = this.#options.key ?? fakeKey;
    const everything = { told: this.#told, log, ledger: rows, asks: this.#asks, notices };
    return {
      asks: this.#asks,
      said: this.#stages.flatMap(({ said }) => said),
      attempts: this.#attempts ?? requests.length,
      waitsMs: requests.slice(1, this.#attempts).map(({ startedAt }, index) => this.#tempo.told(startedAt - (requests[index]?.endedAt ?? startedAt))),
      ...(this.#luckyWaitsMs === undefined ? {} : { luckyWaitsMs: this.#luckyWaitsMs }),
      ...(this.#check === undefined ? {} : { check: this.#check }),
      ...(this.#pulled === undefined ? {} : { pulled: this.#pulled }),
      ...(this.#listed === undefined ? {} : { listed: this.#listed }),
      ledger: rows,
      held: day?.held ?? 0,
      spentToday: day?.spent ?? 0,
      ...(this.#fallback === undefined ? {} : { fallback: this.#fallback }),
      told: this.#told,
      notices,
      log,
      strayed,
      leaks: Object.entries(everything).flatMap(([name, value]) => (JSON.stringify(value).includes(key) ? [name] : [])),
      ms: this.#ms,
      rssDeltaMb: this.#rssDeltaMb,
      ...(this.#closedAfterMs === undefined ? {} : { serverClosedAfterMs: this.#closedAfterMs }),
      idleLimitMs: this.#tempo.told(this.#tempo.limits.idleMs),
      shown: this.#shown,
    };
  }
}

/** Providers of our own definitions that a case is about, by its title. */
const vendors: readonly (readonly [RegExp, string])[] = [
  [/\bopenrouter\b|\bbyok\b/i, 'openrouter'],
  [/\bdeepseek\b/i, 'deepseek'],
  [/\bmistral\b/i, 'mistral'],
  [/\bgroq\b/i, 'groq'],
  [/\bgemini\b/i, 'google'],
  [/\bxai\b|\bgrok\b/i, 'xai'],
  [/\bcerebras\b/i, 'cerebras'],
  [/\btogether\b/i, 'together'],
];

interface Day {
  readonly spent: number;
  readonly held: number;
  readonly resetsAt: number;
  readonly from: number;
}

const helloSteps: readonly Step[] = [
  { op: 'headers', status: 200, headers: { 'content-type': 'text/event-stream' } },
  { op: 'send', data: 'data: {"choices":[{"index":0,"delta":{"content":"Hello from the second"},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}\n\ndata: [DONE]\n\n' },
  { op: 'end' },
];

function courseOf({ wire, attempts, clientOps }: FaultCase): Course {
  if (clientOps.some((op) => op['do'] === 'validate')) return 'check';
  if (attempts.flat().some((step) => step.op === 'send_models')) return 'list';
  if (wire !== 'ollama') return 'ask';
  const said = attempts.flat().flatMap((step) => (step.op === 'send' ? [step.data.trimStart()] : []));
  if (said.some((data) => data.startsWith('{"models"'))) return 'list';
  if (said.some((data) => data.startsWith('{"version"'))) return 'reach';
  return said.some((data) => /^\{"status": ?"/.test(data)) ? 'pull' : 'ask';
}

/** How a case may say that something is done several times. */
const countNames = ['n', 'parallel', 'concurrent', 'times', 'count'] as const;

function atOnceOf(op: EvalRow): number {
  return Math.max(1, ...countNames.map((name) => Number(op[name] ?? 1)).filter(Number.isInteger));
}

function budgetSettings(budget: unknown): Partial<AppSettings> {
  const { period = 'day', limit_usd: limit } = objectOf(budget) ?? {};
  if (budget === null) return {};
  if (typeof limit !== 'number' || (period !== 'day' && period !== 'week' && period !== 'month' && period !== 'conversation')) throw new Error('client_ops: the budget is not known');
  return { [`budget.${period}`]: limit, ...(objectOf(budget)?.['strict'] === true ? { 'budget.atLimit': 'stop' as const } : {}) };
}

/** What the books say of an error of the file system. */
const problems: ReadonlyMap<string, StorageError['problem']> = new Map([
  ['ENOSPC', 'full'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['EPERM', 'readonly'],
  ['EBUSY', 'locked'],
  ['EIO', 'other'],
]);

/** A disk that becomes full does so between reserving and writing down; any other trouble is there from the start. */
function brokenDisk(ledger: LedgerStore, code: string): LedgerStore {
  const problem = problems.get(code);
  if (problem === undefined) throw new Error(`client_ops: fs ${code} is not known`);
  const fail = async (): Promise<never> => {
    throw new StorageError(problem, code);
  };
  return {
    reserve: problem === 'full' ? (query) => ledger.reserve(query) : fail,
    settle: fail,
    status: (...input) => ledger.status(...input),
    hold: fail,
    release: fail,
    recover: (now) => ledger.recover(now),
    conversationSpend: (...input) => ledger.conversationSpend(...input),
    clientSpend: (...input) => ledger.clientSpend(...input),
    lastCall: (realm) => ledger.lastCall(realm),
    allow: (allowance) => ledger.allow(allowance),
    onChange: (listener) => ledger.onChange(listener),
  };
}

/** Resolves when the answer in this conversation is written. */
function idle({ app: { conversations } }: Stage, threadId: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (conversations.isBusy(threadId)) return;
      stop();
      resolve();
    };
    const stop = conversations.onEvent(look);
    look();
  });
}

/** Megabytes of resident memory above the beginning, at the most; looked at every few milliseconds until called. */
function watchMemory(): () => number {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return (most - before) / 1e6;
  };
}

function objectOf(value: unknown): EvalRow | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

