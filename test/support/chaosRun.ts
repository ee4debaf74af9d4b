import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { App } from '../../src/core/app';
import type { StoredAnswer } from '../../src/core/model/thread';
import type { AppSettings } from '../../src/core/model/settings';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import type { ChaosPrice } from './chaosServer';
import { realPorts } from './realPorts';
import { defaultSettings } from './testApp';

/** What each of the providers bills. The dearer one is who is asked when the other cannot. */
export const chaosPrices: Readonly<Record<string, ChaosPrice>> = { alpha: { input: 100, cached: 25, output: 400 }, beta: { input: 200, cached: 50, output: 800 } };

interface ChaosCrowd {
  /** Where the books are. */
  readonly folder: string;
  /** Of the server, without the part that names a provider. */
  readonly address: string;
  readonly settings: Partial<AppSettings>;
}

/** One question as the person who asked it saw it. */
export interface ChaosQuestion {
  readonly number: number;
  readonly threadId: string;
  readonly messageId: string;
  readonly sentAt: number;
  firstWordAt: number | undefined;
  /** How often it was told that the answer ended. */
  ends: number;
  /** The text as it was told, piece by piece. */
  text: string;
}

/** A person's side of the run: the whole product without an editor, on real wires and real books. */
export class ChaosClient {
  readonly app: App;
  readonly questions: ChaosQuestion[] = [];
  /** What was logged as an error. */
  readonly complaints: string[] = [];
  readonly #byMessage = new Map<string, ChaosQuestion>();
  /** Who waits for the end of an answer, by conversation. */
  readonly #waiting = new Map<string, () => void>();
  readonly #file: string;
  #asked = 0;

  constructor({ folder, address, settings }: ChaosCrowd) {
    this.#file = path.join(folder, 'farthing.db');
    const providers = Object.keys(chaosPrices);
    const complain = (message: string, cause?: unknown): void => void this.complaints.push(cause === undefined ? message : `${message}: ${String(cause)}`);
    const log = { info: () => undefined, warn: complain, error: complain };
    const wire = openaiChatWire({});
    this.app = new App(
      realPorts({ folder, log, keys: providers.map((id) => `${id}@${new URL(address).host}`), wire: () => wire }),
      {
        ...defaultSettings,
        'demo.enabled': false,
        // The server counts what is asked for each question.
        'titles.enabled': false,
        'providers.custom': providers.map((id) => ({ id, baseUrl: `${address}/${id}/v1`, models: [model] })),
        prices: Object.fromEntries(Object.entries(chaosPrices).map(([id, { input, cached, output }]) => [`${id}/${model}`, { input: input / 1000, cacheRead: cached / 1000, output: output / 1000 }])),
        ...settings,
      },
    );
    this.app.conversations.onEvent((event) => {
      if (event.type === 'threads-changed') this.#wake();
      if (event.type === 'message-added' && event.message.role === 'assistant') this.#begun(event.threadId, event.message.id);
      const question = 'messageId' in event ? this.#byMessage.get(event.messageId) : undefined;
      if (!question) return;
      if (event.type === 'text-appended') {
        question.firstWordAt ??= performance.now();
        question.text += event.text;
      }
      if (event.type !== 'answer-changed' || event.phase !== 'ended') return;
      question.ends += 1;
      // As one piece: what is kept here for the comparison must not be taken for memory of the product.
      question.text = Buffer.from(question.text).toString();
    });
  }

  /** So many people at once, each asking one question after the other; after three in a new conversation. `goOn` is told how many a person has asked. */
  async crowd(people: number, goOn: (asked: number) => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: people }, async () => {
        let threadId: string | undefined;
        for (let asked = 0; goOn(asked); asked++) threadId = await this.#ask(asked % 3 === 0 ? undefined : threadId);
      }),
    );
  }

  /** What is on the disk at this moment, in one transaction. */
  onDisk(): ChaosBooks {
    const database = new DatabaseSync(this.#file, { readOnly: true, timeout: 5000 });
    try {
      database.exec('BEGIN');
      const read = <Row>(row: z.ZodType<Row>, sql: string): readonly Row[] => z.array(row).parse(database.prepare(sql).all());
      return {
        calls: read(callRow, 'SELECT thread_id, provider, amount, charge_estimated FROM calls'),
        held: read(z.object({ worst: z.number().nullable() }), 'SELECT worst FROM reservations'),
        spent: read(z.object({ nano: z.number() }), 'SELECT nano FROM spend').reduce((sum, { nano }) => sum + nano, 0),
        answers: new Map(read(z.object({ id: z.string(), text: z.string(), answer: z.string() }), 'SELECT id, text, answer FROM messages WHERE answer IS NOT NULL').map(({ id, text, answer }) => [id, { text, answer: JSON.parse(answer) as StoredAnswer }])),
      };
    } finally {
      database.close();
    }
  }

  /** What is spent and held against the budget, in nano-dollars. */
  async committed(): Promise<number> {
    const [day] = (await this.app.budgets(undefined))?.statuses ?? [];
    if (!day) throw new Error('The budget could not be read.');
    return day.spent + day.held;
  }

  /** Returns the conversation when the answer has ended. */
  async #ask(threadId: string | undefined): Promise<string> {
    const number = ++this.#asked;
    const sentAt = performance.now();
    const sent = await this.app.conversations.send({ threadId, text: `Question ${number}: why does this cache return a stale value after the second update?`, purpose: 'chat' });
    if (!sent.ok) throw new Error(`Question ${number} was not taken: ${JSON.stringify(sent.failure)}`);
    const known = this.#byMessage.get(sent.messageId);
    if (!known) throw new Error(`No answer was begun for question ${number}.`);
    const question = Object.assign(known, { number, sentAt });
    this.questions.push(question);
    while (question.ends === 0 || this.app.conversations.isBusy(sent.threadId)) await new Promise<void>((resolve) => this.#waiting.set(sent.threadId, resolve));
    // Nobody types the next question in no time; a budget that is used up would be asked without end.
    await wait(20);
    return sent.threadId;
  }

  #begun(threadId: string, messageId: string): void {
    this.#byMessage.set(messageId, { number: 0, threadId, messageId, sentAt: 0, firstWordAt: undefined, ends: 0, text: '' });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [, resolve] of waiting) resolve();
  }
}

/** A model of the catalogue, cheap and with one effort only. */
const model = 'gpt-4o-mini';

const callRow = z.object({ thread_id: z.string(), provider: z.string(), amount: z.number().nullable(), charge_estimated: z.number() });

export interface ChaosBooks {
  readonly calls: readonly z.infer<typeof callRow>[];
  readonly held: readonly { readonly worst: number | null }[];
  /** Sum of the ledger's own sums, in nano-dollars. */
  readonly spent: number;
  readonly answers: ReadonlyMap<string, { readonly text: string; readonly answer: StoredAnswer }>;
}
