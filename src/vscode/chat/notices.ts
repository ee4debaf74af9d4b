import type { App } from '../../core/app';
import type { Failure } from '../../core/model/failure';
import { t } from '../../shared/l10n';
import type { ChatState, NoticeView } from '../../shared/protocol';
import { type ActionId, tell, tellConnection, tellNotice } from '../failureTexts';

/** A notice whose buttons we know. */
interface OfferedNotice extends NoticeView {
  readonly actions: readonly { readonly id: ActionId; readonly label: string }[];
}

export type AppNotice = Parameters<typeof tellNotice>[0];

/** Buttons of the page that are always there. */
const standing: readonly ActionId[] = ['setKey', 'signIn', 'findLocalServers', 'startDemo', 'leaveDemo', 'setBudget', 'learningSettings'];

/** What a chat says besides its conversation: a notice of what has happened, a banner while the network is gone. It knows the buttons it has offered. */
export class Notices {
  #notice: OfferedNotice | undefined;
  /** The failure that its buttons are for. */
  #about: Failure | undefined;
  #banner: OfferedNotice | undefined;

  constructor(
    private readonly app: App,
    private readonly change: (state: Pick<ChatState, 'notice'>) => void,
  ) {}

  state(): Pick<ChatState, 'notice' | 'banner'> {
    return { notice: this.#notice, banner: this.#banner };
  }

  notify(notice: AppNotice): void {
    this.#show(tellNotice(notice, this.app.providerName), 'failure' in notice ? notice.failure : undefined);
  }

  /** Shows what went wrong with its buttons; returns the sentence. */
  tell(failure: Failure): string {
    const told = tell(failure, { nameOf: this.app.providerName, now: Date.now() });
    this.#show({ sentence: told.sentence, level: 'error', actions: told.actions.filter(({ id }) => id !== 'retry') }, failure);
    return told.sentence;
  }

  /** What stood in the way no longer does. */
  errorPassed(): void {
    if (this.#notice?.level === 'error') this.#show(undefined);
  }

  /** The conversation is not there to be shown; the snapshot that is being made says so. */
  unreadable(): void {
    this.#notice = { sentence: t('The conversation could not be read from the database.'), level: 'error', actions: [{ id: 'showLog', label: t('Show log') }] };
  }

  /** What a button stands for, and the failure it is about; without an id it was not offered. A notice goes away with its button. */
  pressed(action: string): { readonly id: ActionId | undefined; readonly about: Failure | undefined } {
    const about = this.#about;
    const isOfNotice = this.#notice?.actions.some(({ id }) => id === action) ?? false;
    const id = [...[...(this.#notice?.actions ?? []), ...(this.#banner?.actions ?? [])].map((one) => one.id), ...standing].find((one) => one === action);
    if (isOfNotice) this.#show(undefined);
    return { id, about };
  }

  async readBanner(): Promise<void> {
    const { app } = this;
    const { lostSince } = app.connection;
    const waiting = (await app.waiting.list()).length;
    const hasLocal = lostSince !== undefined && (await app.hasLocalModels().catch(() => false));
    this.#banner = tellConnection({ lostSince, waiting, local: !hasLocal ? 'none' : app.settings()['offline.localModels'] ? 'answering' : 'possible' });
  }

  #show(notice: OfferedNotice | undefined, about?: Failure): void {
    this.#notice = notice;
    this.#about = about;
    this.change({ notice });
  }
}
