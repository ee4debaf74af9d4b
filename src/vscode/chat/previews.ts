import type { Previews as ModelPreviews } from '../../core/model/preview';
import type { SessionDoor } from './chatPart';
import { previewViews, stepsView } from './chatViews';

interface Page {
  readonly isSeen: () => boolean;
  readonly isWriting: () => boolean;
  /** Told what asking would choose; undefined when there is nothing to ask. */
  readonly previewed: (previews: ModelPreviews | undefined) => void;
}

/** What asking would choose and cost, while a question is typed and for the buttons below the last answer. */
export class Previews {
  #previewing = new AbortController();
  #stepsTurn = 0;
  /** The page has been told what the buttons would ask, and is told again when that changes. */
  #stepsShown = false;

  constructor(
    private readonly door: SessionDoor,
    private readonly page: Page,
  ) {}

  /** Only the newest draft counts: it ends the work for an older one. */
  async draft(text: string): Promise<void> {
    const { app } = this.door;
    this.#previewing.abort();
    this.#previewing = new AbortController();
    const { signal } = this.#previewing;
    const context = this.door.attached();
    const shown = text.trim() === '' && context.length === 0 ? undefined : await app.preview({ text, threadId: this.door.threadId(), before: this.door.messages(), context }, signal);
    if (signal.aborted) return;
    this.page.previewed(shown);
    this.door.change({ preview: shown && previewViews(shown, app.providerName) });
  }

  /** What the buttons below the last answer would ask. Nothing is said of an answer that is not the last. */
  async steps(): Promise<void> {
    const { app } = this.door;
    const messages = this.door.messages();
    const turn = ++this.#stepsTurn;
    this.#stepsShown = true;
    const last = messages.findLast(({ answer }) => answer?.arm !== undefined && answer.state !== 'streaming');
    const steps = this.page.isSeen() && last && !this.page.isWriting() ? await app.previewSteps(last.id, messages) : undefined;
    if (turn === this.#stepsTurn) this.door.change({ steps: steps && last && stepsView(last.id, steps, app.providerName) });
  }

  async stepsAgain(): Promise<void> {
    if (this.#stepsShown) await this.steps();
  }

  /** The page has been given everything anew, without them. */
  forgetSteps(): void {
    this.#stepsShown = false;
  }
}
