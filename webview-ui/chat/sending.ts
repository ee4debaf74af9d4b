import type { ChatRequest, MessageView } from '../../src/shared/protocol';
import type { WorkWishView } from '../../src/shared/workProtocol';
import type { SavedView } from './savedView';

type OnItsWay = NonNullable<SavedView['sending']>[number];

interface SendingOptions {
  readonly request: (request: ChatRequest, onId?: (id: number) => void) => Promise<void>;
  readonly saved: () => Pick<SavedView, 'sending'>;
  readonly save: (change: Pick<SavedView, 'sending'>) => void;
  readonly messages: () => readonly MessageView[];
  /** It was not asked, and nobody has the words but the page. */
  readonly giveBack: (question: OnItsWay, error: unknown) => void;
}

/** Questions on their way to the host, over reloads of the page: each is asked once or given back, never both. */
export function sendingFrom({ request, saved, save, messages, giveBack }: SendingOptions) {
  const all = () => saved().sending ?? [];
  const forget = ({ id }: OnItsWay) => save({ sending: all().filter((one) => one.id !== id) });
  return {
    send: (text: string, work: WorkWishView | undefined): void => {
      let question: OnItsWay | undefined;
      request({ type: 'send', text, ...(work === undefined ? {} : { work }) }, (id) => {
        question = { id, text, ...(work === undefined ? {} : { work }) };
        save({ sending: [...all(), question] });
      }).then(
        () => question && forget(question),
        (error: unknown) => {
          if (question === undefined) return;
          forget(question);
          giveBack(question, error);
        },
      );
    },
    /** After the first snapshot: what became of those that an earlier page sent. */
    resume: (): void => {
      for (const question of all()) {
        request({ type: 'asked', id: question.id }).then(
          () => forget(question),
          (error: unknown) => {
            forget(question);
            // A host that was started anew remembers no requests; the conversation does.
            if (messages().findLast(({ role }) => role === 'user')?.text !== question.text) giveBack(question, error);
          },
        );
      }
    },
  };
}
