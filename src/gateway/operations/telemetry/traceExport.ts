import type { CallContent, CallRecord } from '../../../core/model/call';
import type { Clock } from '../../../core/ports/clock';
import type { Log } from '../../../core/ports/log';
import type { OutboundTrouble } from '../../../core/ports/outbound';
import { hostOf, type Post } from '../post';
import { contentOf } from './content';
import { otlpHeaders } from './otlpHeaders';
import { spanOf, tracesRequest } from './span';

export interface TraceDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly post: Post;
  /** Address of the collector, with or without `/v1/traces`. */
  readonly url: string;
  /** The secret that holds its headers; undefined: none are needed. */
  readonly secret: () => Promise<string | undefined>;
  readonly onTrouble: (trouble: OutboundTrouble) => void;
  readonly version: string;
  /** Id of this process in the books. */
  readonly window: string;
}

/** The defaults of OpenTelemetry's batch processor (OTEL_BSP_*): spans that may wait, spans of one request, milliseconds until it is sent. */
const mostWaiting = 2048;
const mostInBatch = 512;
const delayMs = 5000;

/** Content is larger than all else of a span: characters of one request, and of what may wait; a span beyond goes without. */
const mostContentInBatch = 1_000_000;
const mostContent = 8_000_000;

/** Milliseconds before a batch is tried again that the collector may take later; then it is given up. */
const pauses = [1000, 5000, 30_000] as const;

/** Statuses after which OTLP lets a request be sent again. */
const passing = new Set([429, 502, 503, 504]);

/** A call that is to be sent, with what is told of its content and the characters of that. */
interface Entry {
  readonly call: CallRecord;
  content: ReturnType<typeof contentOf>;
  characters: number;
}

/** Sends every settled call as a span, in batches and behind the requests. What does not fit or arrive is counted, told in the log and never waited for. */
export class TraceExport {
  readonly #waiting: Entry[] = [];
  #underWay: readonly Entry[] = [];
  /** Of all that wait. */
  #characters = 0;
  readonly #url: string;
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #dropped = 0;
  #closed = false;

  constructor(private readonly dependencies: TraceDependencies) {
    const { url } = dependencies;
    this.#url = /\/v1\/traces\/?$/.test(url) ? url : `${url.replace(/\/+$/, '')}/v1/traces`;
  }

  /** Spans that were given up so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param said sent with it */
  add(call: CallRecord, said?: CallContent): void {
    if (this.#closed || this.#waiting.length >= mostWaiting) {
      this.#dropped += 1;
      return;
    }
    const content = said && this.#characters < mostContent ? contentOf(said) : {};
    const characters = Object.values(content).reduce((sum, value) => sum + String(value).length, 0);
    this.#characters += characters;
    this.#waiting.push({ call, content, characters });
    this.#schedule();
  }

  /** The person has taken their word back: what was not sent yet goes without. */
  forgetContent(): void {
    for (const one of [...this.#waiting, ...this.#underWay]) Object.assign(one, { content: {}, characters: 0 });
    this.#characters = 0;
  }

  /** Sends what waits, once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#sending;
    await this.#flush();
  }

  /** One request is under way at a time; a full batch need not wait. */
  #schedule(): void {
    const isFull = this.#waiting.length >= mostInBatch || this.#characters >= mostContentInBatch;
    if (this.#sending || this.#waiting.length === 0 || this.#closed || (this.#cancel && !isFull)) return;
    this.#cancel?.();
    this.#cancel = this.dependencies.clock.after(isFull ? 0 : delayMs, () => {
      this.#cancel = undefined;
      this.#sending = this.#flush().finally(() => {
        this.#sending = undefined;
        this.#cancel = undefined;
        this.#schedule();
      });
    });
  }

  /** Never rejects. */
  async #flush(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length === 0) return;
    this.#underWay = batch;
    await this.#send(batch);
    this.#underWay = [];
  }

  async #send(batch: readonly Entry[]): Promise<void> {
    const { log, version, window, onTrouble } = this.dependencies;
    let why = '';
    for (const pause of [...pauses, undefined]) {
      const outcome = await this.#post(JSON.stringify(tracesRequest(batch.map(({ call, content }) => spanOf(call, content)), version, window)));
      if (outcome === undefined) return;
      why = outcome.why;
      if (!outcome.mayRetry || pause === undefined || this.#closed) break;
      await this.#pause(outcome.afterMs ?? pause);
    }
    this.#dropped += batch.length;
    log.warn(`${batch.length} spans were not taken by ${hostOf(this.#url)} (${why}); ${this.#dropped} were given up in this window`);
    if (!this.#closed) onTrouble({ kind: 'spansGivenUp', host: hostOf(this.#url), why });
  }

  /** As many as a request takes, and at least one. */
  #nextBatch(): readonly Entry[] {
    let characters = 0;
    const over = this.#waiting.findIndex((one, place) => (characters += one.characters) > mostContentInBatch && place > 0);
    const batch = this.#waiting.splice(0, over === -1 ? mostInBatch : Math.min(over, mostInBatch));
    for (const one of batch) this.#characters -= one.characters;
    return batch;
  }

  /** Undefined: taken. */
  async #post(body: string): Promise<{ readonly why: string; readonly mayRetry: boolean; readonly afterMs?: number } | undefined> {
    const { post, secret } = this.dependencies;
    try {
      const { status, retryAfterMs } = await post(this.#url, { ...otlpHeaders(await secret()), 'content-type': 'application/json' }, body);
      if (status >= 200 && status < 300) return undefined;
      return { why: `status ${status}`, mayRetry: passing.has(status), ...(retryAfterMs === undefined ? {} : { afterMs: Math.min(retryAfterMs, 60_000) }) };
    } catch (error) {
      return { why: error instanceof Error ? error.name : 'no reply', mayRetry: true };
    }
  }

  /** Ends early when this is closed. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.dependencies.clock.after(ms, resolve);
      this.#cancel = () => {
        cancel();
        resolve();
      };
    });
  }
}
