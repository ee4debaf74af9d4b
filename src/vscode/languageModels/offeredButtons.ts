import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Failure } from '../../core/model/failure';
import type { ActionContext } from '../actions';
import { commands } from '../../shared/contributions';
import type { ActionId, Told } from '../failureTexts';

/** Buttons that mean something outside of a conversation of ours: the others ask again, which is the asker's to do. */
const elsewhere: ReadonlySet<ActionId> = new Set<ActionId>(['setKey', 'signIn', 'startDemo', 'checkProviders', 'addProvider', 'findLocalServers', 'openBilling', 'openStatus', 'openSettings', 'openPrices', 'setBudget', 'allow', 'refreshModels', 'unpin', 'showLog', 'showFiles', 'restoreHistory', 'reload']);

export function offeredOf({ actions }: Told): Told['actions'] {
  return actions.filter(({ id }) => elsewhere.has(id));
}

/** Failures whose buttons still work; the editor's chat keeps far older answers. */
const mostOffered = 50;

const pressed = z.object({ offer: z.number(), place: z.number() });

interface Offer {
  readonly ids: readonly ActionId[];
  readonly about: ActionContext;
}

/** The buttons below answers in the editor's chat. They are commands, which anybody may run, so only what was offered here is done. */
export class OfferedButtons {
  readonly #offers = new Map<number, Offer>();
  #last = 0;

  constructor(private readonly run: (action: ActionId, context: ActionContext) => Promise<unknown>) {}

  offer(told: Told, failure: Failure, threadId: string | undefined): readonly vscode.Command[] {
    const offered = offeredOf(told);
    if (offered.length === 0) return [];
    this.#last += 1;
    this.#offers.set(this.#last, { ids: offered.map(({ id }) => id), about: { failure, threadId } });
    this.#offers.delete(this.#last - mostOffered);
    return offered.map(({ label }, place) => ({ command: commands.pressChatButton, title: label, arguments: [{ offer: this.#last, place }] }));
  }

  /** False: it is of an answer from before this window was loaded, or of nobody's. */
  async press(argument: unknown): Promise<boolean> {
    const read = pressed.safeParse(argument);
    const offer = read.success ? this.#offers.get(read.data.offer) : undefined;
    const action = read.success ? offer?.ids[read.data.place] : undefined;
    if (!offer || action === undefined) return false;
    await this.run(action, offer.about);
    return true;
  }
}
