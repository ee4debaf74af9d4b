import * as z from 'zod/mini';
import type { Log } from '../ports/log';
import type { TextStore } from '../ports/textStore';

const stored = z.array(z.object({ threadId: z.string(), messageId: z.string() }));

/** A question whose answer failed because nobody could be reached, and that is to be asked again. */
export type WaitingQuestion = z.infer<typeof stored>[number];

const fileName = 'waiting-questions.json';

/** Questions that wait for the network, in the order in which they were asked. Kept on the disk: a reload loses none. */
export class WaitingQuestions {
  readonly #listeners = new Set<() => void>();
  #known: Promise<readonly WaitingQuestion[]> | undefined;

  constructor(
    private readonly texts: TextStore,
    private readonly log: Log,
  ) {}

  /** Read on first use; one that cannot be read counts as empty. */
  list(): Promise<readonly WaitingQuestion[]> {
    this.#known ??= this.texts.read(fileName).then(
      (text) => {
        const read = stored.safeParse(text === undefined ? [] : parsed(text));
        return read.success ? read.data : [];
      },
      () => [],
    );
    return this.#known;
  }

  /** A later answer of the same conversation takes the place of an earlier one: it is about the same question. */
  async add(question: WaitingQuestion): Promise<void> {
    const others = (await this.list()).filter(({ threadId }) => threadId !== question.threadId);
    await this.#keep([...others, question]);
  }

  /** Takes all of them away and returns them. */
  async takeAll(): Promise<readonly WaitingQuestion[]> {
    const all = await this.list();
    await this.#keep([]);
    return all;
  }

  /** The conversation went on, or is gone. */
  async forget(threadId: string): Promise<void> {
    const all = await this.list();
    if (all.some((one) => one.threadId === threadId)) await this.#keep(all.filter((one) => one.threadId !== threadId));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #keep(questions: readonly WaitingQuestion[]): Promise<void> {
    this.#known = Promise.resolve(questions);
    for (const listener of this.#listeners) listener();
    // Refused by the disk: it is kept for as long as this window lives.
    await this.texts.write(fileName, JSON.stringify(questions)).catch((error: unknown) => this.log.error('the questions that wait for the network could not be kept', error));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
