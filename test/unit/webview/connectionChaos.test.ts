import assert from 'node:assert/strict';
import { array, assert as assertProperty, asyncProperty, constantFrom, nat, tuple } from 'fast-check';
import { describe, it } from 'mocha';
import { type ChatDelta, type ChatState, type FromPage, fromPage, type MessageView, stateDelta, type ToPage } from '../../../src/shared/protocol';
import { stepKey } from '../../../src/shared/workProtocol';
import { Outbox } from '../../../src/vscode/chat/outbox';
import { TakenOnce } from '../../../src/vscode/chat/takenOnce';
import { connect, type Connection } from '../../../webview-ui/chat/connection';
import type { SavedView } from '../../../webview-ui/chat/savedView';
import { sendingFrom } from '../../../webview-ui/chat/sending';
import { completeAnswer, readyState } from '../../support/chatStates';
import { seededRandom } from '../../support/seededRandom';

/** What happens in one step of a walk. `at` chooses among what is under way. */
const steps = ['type', 'piece', 'thought', 'stepPiece', 'end', 'edit', 'quality', 'toHost', 'toPage', 'double', 'lose', 'reorder', 'read', 'flush', 'later', 'reload', 'kill'] as const;
type Step = readonly [(typeof steps)[number], number];

/** What mostly happens: else a walk of trouble alone never gets anywhere. */
const often = (['type', 'piece', 'stepPiece', 'toHost', 'toHost', 'toPage', 'toPage', 'toPage', 'read', 'flush', 'end', 'quality', 'lose'] as const).flatMap((step) => [step, step]);

/** The conversation as the host holds it, and how often each question was asked. */
class Host {
  state: ChatState = readyState;
  readonly asked: string[] = [];
  readonly sessions: Session[] = [];
  #count = 0;

  ask(text: string): void {
    if (this.state.running !== undefined) throw new Error('busy');
    this.asked.push(text);
    this.#count += 1;
    this.#tell({ type: 'message-added', message: { id: `q${this.#count}`, role: 'user', text } });
    this.#tell({ type: 'message-added', message: { id: `a${this.#count}`, role: 'assistant', text: '', answer: { ...completeAnswer, state: 'streaming' } } });
    this.#tell(stateDelta({ running: `a${this.#count}`, stepTexts: { [stepKey(`a${this.#count}`, 's')]: '' } }));
  }

  happens(step: Step[0], at: number): void {
    const messageId = this.state.running;
    const message = this.state.messages.find(({ id }) => id === messageId);
    const text = String.fromCharCode(97 + (at % 26)).repeat(1 + (at % 3));
    if (step === 'quality') this.#tell(stateDelta({ quality: at % 2 === 0 ? 'economy' : 'quality', notice: at % 3 === 0 ? undefined : { sentence: text, level: 'info', actions: [] } }));
    if (step === 'edit' && messageId === undefined && this.state.messages.length > 0) this.#tell({ type: 'messages-kept', count: at % this.state.messages.length });
    if (messageId === undefined || !message?.answer) return;
    const key = stepKey(messageId, 's');
    if (step === 'piece') this.#tell({ type: 'text-appended', messageId, at: message.text.length, text });
    if (step === 'thought') this.#tell({ type: 'reasoning-appended', messageId, at: message.answer.reasoning?.length ?? 0, text });
    if (step === 'stepPiece') this.#tell({ type: 'step-appended', messageId, stepId: 's', at: this.state.stepTexts?.[key]?.length ?? 0, text });
    if (step === 'end') {
      this.#tell({ type: 'answer-changed', messageId, answer: { ...message.answer, state: 'complete' } });
      this.#tell(stateDelta({ running: undefined }));
    }
  }

  #tell(delta: ChatDelta): void {
    this.state = after(this.state, delta);
    for (const session of this.sessions) session.outbox.queue(delta);
  }
}

/** What the delta comes to, told in another way than the page's. */
function after(state: ChatState, delta: ChatDelta): ChatState {
  const messages = (change: (message: MessageView) => MessageView, id: string) => ({ ...state, messages: state.messages.map((message) => (message.id === id ? change(message) : message)) });
  switch (delta.type) {
    case 'state':
      return { ...state, ...delta.state };
    case 'message-added':
      return { ...state, messages: state.messages.concat(delta.message) };
    case 'messages-kept':
      return { ...state, messages: state.messages.filter((_, index) => index < delta.count) };
    case 'answer-changed':
      return messages((message) => ({ ...message, answer: delta.answer }), delta.messageId);
    case 'message-changed':
      return messages(() => delta.message, delta.message.id);
    case 'text-appended':
      return messages((message) => ({ ...message, text: `${message.text}${delta.text}` }), delta.messageId);
    case 'reasoning-appended':
      return messages((message) => (message.answer ? { ...message, answer: { ...message.answer, reasoning: `${message.answer.reasoning ?? ''}${delta.text}` } } : message), delta.messageId);
    case 'step-appended': {
      const key = stepKey(delta.messageId, delta.stepId);
      return { ...state, stepTexts: { ...state.stepTexts, [key]: `${state.stepTexts?.[key] ?? ''}${delta.text}` } };
    }
  }
}

/** One chat of the host with the page that shows it, and the wires between them. */
class Session {
  readonly outbox: Outbox;
  toHost: unknown[] = [];
  toPage: ToPage[] = [];
  /** What waits for time to pass, and for the database. */
  readonly flushes: (() => void)[] = [];
  readonly reads: (() => void)[] = [];
  later: (() => void)[] = [];
  page!: Connection;
  saved: Pick<SavedView, 'sending'> = {};
  readonly givenBack: string[] = [];
  readonly #requests = new TakenOnce();
  #resumed = false;
  sending!: ReturnType<typeof sendingFrom>;

  constructor(
    private readonly host: Host,
    private readonly ids: () => number,
  ) {
    this.outbox = new Outbox({ post: (message) => this.toPage.push(structuredClone(message)), soon: (run) => this.flushes.push(run), sequence: 0 });
    host.sessions.push(this);
    this.load();
  }

  /** `gone`: the page before it said nothing on its way out, and what was on the wires is lost. */
  load(gone = false): void {
    this.page?.close();
    this.later = [];
    if (gone) {
      this.toHost = [];
      this.toPage = [];
    }
    this.#resumed = false;
    const connection = connect({
      post: (message) => this.toHost.push(structuredClone(message)),
      onChange: () => {
        if (this.#resumed) return;
        this.#resumed = true;
        sending.resume();
      },
      onFocus: () => undefined,
      firstId: this.ids(),
      later: (run) => this.later.push(run),
    });
    const sending = sendingFrom({
      request: connection.request,
      saved: () => this.saved,
      // A page that is closed writes nothing down any more.
      save: (change) => {
        if (this.page === connection) this.saved = change;
      },
      messages: () => connection.state()?.messages ?? [],
      giveBack: ({ text }) => {
        if (this.page === connection) this.givenBack.push(text);
      },
    });
    this.page = connection;
    this.sending = sending;
    connection.refresh();
  }

  async receive(raw: unknown): Promise<void> {
    const { id, request }: FromPage = fromPage.parse(raw);
    try {
      await (request.type === 'asked' ? this.#requests.outcomeOf(request.id, 'never came') : this.#requests.take(id, () => this.#handle(request)));
      this.toPage.push({ type: 'reply', id, ok: true });
    } catch (error) {
      this.toPage.push({ type: 'reply', id, ok: false, error: String(error) });
    }
  }

  async #handle(request: FromPage['request']): Promise<void> {
    if (request.type === 'send') this.host.ask(request.text);
    if (request.type !== 'snapshot') return;
    await this.outbox.snapshot(async (isNewest) => {
      await new Promise<void>((resolve) => this.reads.push(resolve));
      return isNewest() ? () => this.host.state : undefined;
    });
  }
}

/** Lets everything happen that needs no further push. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function deliver(session: Session): Promise<void> {
  for (let idle = 0; idle < 3; ) {
    const busy = session.toHost.length + session.toPage.length + session.flushes.length + session.reads.length > 0;
    idle = busy ? 0 : idle + 1;
    // What nobody answered in time is asked again.
    for (const run of busy ? [] : session.later.splice(0)) run();
    for (const message of session.toHost.splice(0)) void session.receive(message);
    for (const run of session.flushes.splice(0)) run();
    for (const run of session.reads.splice(0)) run();
    for (const message of session.toPage.splice(0)) session.page.receive(message);
    await settle();
  }
}

async function walk(seed: readonly Step[]): Promise<{ host: Host; typed: readonly string[] }> {
  const host = new Host();
  const random = seededRandom(seed.length);
  const ids = () => Math.floor(random() * 2 ** 48);
  // The sidebar and a tab show the same conversation.
  const sessions = [new Session(host, ids), new Session(host, ids)] as const;
  const typed: string[] = [];
  for (const [step, at] of seed) {
    const session = sessions[at % 3 === 0 ? 1 : 0];
    const { toHost, toPage } = session;
    const one = at % Math.max(1, toPage.length);
    switch (step) {
      case 'type': {
        // As the composer has it: nothing is sent before the conversation is there.
        if (session.page.state() === undefined) break;
        const text = session.givenBack.shift() ?? `question ${typed.length}`;
        if (!typed.includes(text)) typed.push(text);
        session.sending.send(text, undefined);
        break;
      }
      case 'toHost':
        if (toHost.length > 0) void session.receive(toHost.shift());
        break;
      case 'toPage':
        session.page.receive(toPage.shift());
        break;
      case 'double':
        toPage.push(...toPage.slice(one, one + 1));
        toHost.push(...toHost.slice(0, 1));
        break;
      case 'lose':
        toPage.splice(one, 1);
        break;
      case 'reorder':
        toPage.push(...toPage.splice(one, 1));
        toHost.push(...toHost.splice(0, 1));
        break;
      case 'read':
        session.reads.shift()?.();
        break;
      case 'flush':
        session.flushes.shift()?.();
        break;
      case 'later':
        session.later.shift()?.();
        break;
      case 'reload':
        session.load();
        break;
      case 'kill':
        session.load(true);
        break;
      default:
        host.happens(step, at);
    }
    await settle();
  }
  // The wires hold again: the next thing that is said brings each page up to date.
  for (const session of sessions) await deliver(session);
  host.happens('quality', 2);
  for (const session of sessions) await deliver(session);
  assertShown(host);
  // Every page is loaded once more: whoever got a question back sends it, when nothing is under way.
  for (const session of sessions) {
    session.load();
    for (let rounds = 0; rounds < 3 + typed.length; rounds += 1) {
      await deliver(session);
      host.happens('end', 0);
      const text = session.givenBack.shift();
      if (text !== undefined) session.sending.send(text, undefined);
    }
  }
  host.happens('quality', 1);
  for (const session of sessions) await deliver(session);
  return { host, typed };
}

function assertShown({ sessions, state }: Host): void {
  for (const { page } of sessions) assert.deepEqual(plain(page.state()), plain(state));
}

const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state ?? null));

describe('a page and its host on bad wires', function () {
  this.timeout(60_000);

  it('end with the page showing what the host holds, and each question asked exactly once', async () => {
    await assertProperty(
      asyncProperty(array(tuple(constantFrom(...steps, ...often), nat(1000)), { minLength: 50, maxLength: 250 }), async (seed) => {
        const { host, typed } = await walk(seed);
        assert.deepEqual(host.asked.toSorted(), typed.toSorted());
        assertShown(host);
        for (const { saved, givenBack } of host.sessions) assert.deepEqual([saved.sending ?? [], givenBack], [[], []]);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });
});

describe('TakenOnce', () => {
  it('knows what was done before it was started, and does it no second time', async () => {
    const requests = new TakenOnce([7]);
    await requests.outcomeOf(7, 'It never came.');
    let done = 0;
    await requests.take(7, async () => void (done += 1));
    assert.equal(done, 0);
    await assert.rejects(requests.outcomeOf(8, 'It never came.'), /It never came/);
  });

  it('does what comes twice once, and both hear how it went', async () => {
    const requests = new TakenOnce();
    let times = 0;
    const ask = () => requests.take(7, () => Promise.reject(new Error(`refused ${++times}`)));
    await assert.rejects(ask(), /refused 1/);
    await assert.rejects(ask(), /refused 1/);
    await assert.rejects(requests.outcomeOf(7, 'never'), /refused 1/);
  });

  it('refuses what comes after it was said that it never came', async () => {
    const requests = new TakenOnce();
    await assert.rejects(requests.outcomeOf(3, 'It never came.'), /never came/);
    let done = false;
    await assert.rejects(requests.take(3, async () => void (done = true)), /never came/);
    assert.equal(done, false);
  });

  it('forgets the oldest', async () => {
    const requests = new TakenOnce();
    let times = 0;
    const perform = async () => void (times += 1);
    for (let id = 0; id <= 500; id += 1) await requests.take(id, perform);
    await requests.take(500, perform);
    assert.equal(times, 501);
    await requests.take(0, perform);
    assert.equal(times, 502);
  });
});
