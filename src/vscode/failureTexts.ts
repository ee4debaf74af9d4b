import type { Notice } from '../core/app';
import { type Failure, unreachable } from '../core/model/failure';
import type { Domain } from '../core/model/modelCard';
import { formatUsd } from '../core/model/money';
import type { SignInTrouble } from '../core/model/signIn';

/** Buttons that a failure or a notice can offer. What each does is in actions.ts. */
export type ActionId =
  | 'setKey'
  | 'signIn'
  | 'startDemo'
  | 'leaveDemo'
  | 'retry'
  | 'cheaper'
  | 'goOn'
  | 'dismiss'
  | 'newChat'
  | 'checkProviders'
  | 'addProvider'
  | 'findLocalServers'
  | 'openBilling'
  | 'openStatus'
  | 'openSettings'
  | 'learningSettings'
  | 'openPrices'
  | 'setBudget'
  | 'allow'
  | 'refreshModels'
  | 'unpin'
  | 'showLog'
  | 'showFiles'
  | 'reload'
  | 'sendLater'
  | 'sendWaiting'
  | 'discardWaiting'
  | 'tryConnection'
  | 'useLocal';

export interface Told {
  readonly sentence: string;
  readonly detail?: string;
  readonly actions: readonly { readonly id: ActionId; readonly label: string }[];
}

const labels: Readonly<Record<ActionId, string>> = {
  setKey: 'Set API key',
  signIn: 'Sign in with OpenRouter',
  startDemo: 'Try the demo',
  leaveDemo: 'Use a real key',
  retry: 'Try again',
  cheaper: 'Ask a cheaper model',
  goOn: 'Ask for the rest',
  dismiss: 'Dismiss',
  newChat: 'Start a new chat',
  checkProviders: 'Check providers',
  addProvider: 'Add a provider',
  findLocalServers: 'Find models on this machine',
  openBilling: 'Open billing page',
  openStatus: 'Open status page',
  openSettings: 'Open settings',
  learningSettings: 'Settings of learning',
  openPrices: 'Set a price',
  setBudget: 'Change budget',
  allow: 'Allow this one',
  refreshModels: 'Refresh models',
  unpin: 'Choose automatically',
  showLog: 'Show log',
  showFiles: 'Show the folder',
  reload: 'Reload window',
  sendLater: 'Ask when back',
  sendWaiting: 'Ask now',
  discardWaiting: 'Forget them',
  tryConnection: 'Try now',
  useLocal: 'Use models on this machine',
};

export interface TextContext {
  /** Name of a provider for people. */
  readonly nameOf: (provider: string) => string;
  readonly now: number;
}

/** The sentence, the next step and the buttons of every failure. The only place with these texts. */
export function tell(failure: Failure, context: TextContext): Told {
  const name = 'provider' in failure ? context.nameOf(failure.provider) : '';
  const detail = 'detail' in failure && failure.detail ? { detail: failure.detail } : {};
  const told = (sentence: string, ...ids: readonly ActionId[]): Told => ({ sentence, ...detail, actions: ids.map((id) => ({ id, label: labels[id] })) });
  switch (failure.kind) {
    case 'noProvider':
      return told('No provider is set up yet. Sign in with OpenRouter, add an API key of a provider you use, find models on this machine, or try the demo, which needs no key.', 'signIn', 'setKey', 'findLocalServers', 'startDemo');
    case 'noCandidate':
      // Some reasons are about the step up or down from an answer, and say all there is to say.
      return told(failure.reason.startsWith('No model ') ? failure.reason : `No model can take this question: ${failure.reason}`, 'openSettings', 'refreshModels');
    case 'keyMissing':
      return told(`There is no API key for ${name}. Add one to ask its models.`, 'setKey');
    case 'keyRejected':
      return told(`${name} did not accept the API key. Enter it again, or make a new one on its website.`, 'setKey', 'retry');
    case 'noCredit':
      return told(`Your account at ${name} has no credit left. Top it up, or use another provider.`, 'openBilling', 'setKey', 'retry');
    case 'consentMissing':
      return told(`You have not allowed Farthing to use ${failure.model} in the editor. Ask again and allow it, or switch the editor's models off.`, 'retry', 'openSettings');
    case 'modelGone':
      return told(`${name} no longer offers ${failure.model}. Refresh the list of models and try again.`, 'refreshModels', 'retry');
    case 'rateLimited':
      return told(`${name} asks for a pause${failure.retryAfterMs === undefined ? '' : `: it will answer again in ${duration(failure.retryAfterMs)}`}. Wait, or ask another model.`, 'retry', 'cheaper');
    case 'limitReached':
      return told(`Your own limit for ${name} leaves no room${failure.retryAfterMs === undefined ? ' until another answer ends' : ` for ${duration(failure.retryAfterMs)}`}. Wait, raise the limit, or ask another model.`, 'retry', 'openSettings', 'cheaper');
    case 'providerDown':
      return told(`${name} has a problem of its own${failure.status === undefined ? '' : ` (status ${failure.status})`}. Your question is kept; try again in a moment.`, 'retry', 'openStatus');
    case 'offline':
      return told(`${name} cannot be reached. Check the network connection, then try again, or have it asked when the network is back.`, 'retry', 'sendLater', 'checkProviders');
    case 'timedOut':
      return told(`${timedOut(name, failure)} Try again, or give it more time in the settings.`, 'retry', 'openSettings');
    case 'contextTooLong':
      return told(`This is too long for the models that can be asked${failure.neededTokens && failure.availableTokens ? `: about ${count(failure.neededTokens)} tokens where ${count(failure.availableTokens)} fit` : ''}. Send less, or start a new chat.`, 'newChat', 'retry');
    case 'badRequest':
      return told(`${name} did not accept the request. The details say why.`, 'retry', 'showLog');
    case 'refused':
      return told(`${name} declined to answer this. Put the question differently, or ask another model.`, 'retry');
    case 'badReply':
      return told(`${name} sent something that is not an answer. If you use a proxy or a custom address, check it.`, 'retry', 'checkProviders');
    case 'truncated':
      return told(`The answer was cut off: the connection to ${name} ended early. What came is kept.`, 'retry');
    case 'budgetReached':
      return budgetTold(failure, told, context);
    case 'priceUnknown':
      return told(`The price of ${failure.model} at ${name} is not known, so its cost cannot be held against your budget. Set its price, or use another model.`, 'openPrices', 'refreshModels', 'unpin');
    case 'storage':
      return storageTold(failure.problem, told);
    case 'lengthReached':
      return told('The answer reached the longest length allowed and stops here. Ask for the rest, or allow longer answers in the settings.', 'goOn', 'openSettings');
    case 'onlyReasoned':
      return told(`${name} only thought about it and gave no answer. What it thought is above. Try again, or ask another model.`, 'retry');
    case 'keysUnavailable':
      return told("The editor's store for keys does not open. On Linux it needs a keyring, such as gnome-keyring or KWallet: install it or unlock it, then reload the window. A key that you set meanwhile is kept until this window closes, and nowhere else.", 'setKey', 'reload', 'showLog');
    case 'busy':
      return told('An answer is still being written in this conversation. Wait for it, or stop it.');
    case 'cancelled':
      return told('Stopped. What came is kept, and counted.', 'retry');
    case 'unexpected':
      return told('Something unexpected went wrong. Your question is kept.', 'retry', 'showLog');
    default:
      return unreachable(failure);
  }
}

type Teller = (sentence: string, ...ids: readonly ActionId[]) => Told;

function budgetTold(failure: Extract<Failure, { kind: 'budgetReached' }>, told: Teller, context: TextContext): Told {
  const scope = { day: "Today's budget", week: "This week's budget", month: "This month's budget", conversation: 'The budget of this conversation' }[failure.scope];
  const resets = failure.resetsAt === undefined ? '' : ` It resets in ${duration(failure.resetsAt - context.now)}.`;
  const sentence = `${scope} of ${formatUsd(failure.limit)} has no room for this: ${formatUsd(failure.spent)} is spent or held, and the answer may cost up to ${formatUsd(failure.needed)}.${resets}`;
  return failure.mayAllow ? told(sentence, 'allow', 'setBudget', 'retry') : told(sentence, 'setBudget', 'retry');
}

function storageTold(problem: Extract<Failure, { kind: 'storage' }>['problem'], told: Teller): Told {
  switch (problem) {
    case 'locked':
      return told('The ledger is busy in another window, so nothing was sent. Try again.', 'retry', 'showLog');
    case 'full':
      return told('The disk is full, so the cost could not be held and nothing was sent. Free some space, then try again.', 'retry', 'showFiles');
    case 'readonly':
      return told("The folder of Farthing's database cannot be written to, so nothing was sent. Check its permissions, then try again.", 'showFiles', 'retry');
    case 'corrupt':
      return told('The ledger file is damaged. Reload the window: it is then restored from the newest backup.', 'reload', 'showFiles', 'showLog');
    case 'other':
      return told('The ledger could not be written, so nothing was sent.', 'retry', 'showLog');
  }
}

function timedOut(name: string, failure: Extract<Failure, { kind: 'timedOut' }>): string {
  const waited = duration(failure.waitedMs);
  switch (failure.phase) {
    case 'connect':
      return `${name} could not be reached within ${waited}.`;
    case 'firstToken':
      return `${name} did not begin to answer within ${waited}.`;
    case 'stall':
      return `The answer of ${name} stopped for ${waited} and was given up. What came is kept.`;
  }
}

/** For notices: unlike a failure, they belong to no answer that explains them away. */
const dismiss = { id: 'dismiss', label: labels.dismiss } as const;

const periodTexts = { day: "today's budget", week: "this week's budget", month: "this month's budget", conversation: 'the budget of this conversation' } as const;

/** Kinds of question, for people. */
export const domainTexts: Readonly<Record<Domain, string>> = {
  code: 'questions about code',
  agentic_code: 'work on code in many steps',
  math: 'mathematics',
  reasoning: 'questions that need reasoning',
  knowledge: 'questions of fact',
  writing: 'writing',
  chat: 'small talk',
  tools: 'work with tools',
  instruction: 'instructions with many conditions',
  long_context: 'very long prompts',
};

/** The sentence and the buttons of a notice. */
export function tellNotice(notice: Notice, nameOf: TextContext['nameOf']): Told & { readonly level: 'info' | 'warning' } {
  switch (notice.kind) {
    case 'restored': {
      const { backupOf, complete, movedTo } = notice.report;
      const from = backupOf === undefined ? 'It was rebuilt from what could still be read' : `It was restored from the backup of ${backupOf} and what could still be read`;
      const rest = complete ? ', and nothing is missing' : '; some recent calls or conversations may be missing';
      return { sentence: `The database of Farthing was damaged. ${from}${rest}. The damaged file is kept as ${movedTo}.`, level: complete ? 'info' : 'warning', actions: [{ id: 'showLog', label: labels.showLog }, dismiss] };
    }
    case 'keySetAside': {
      const name = nameOf(notice.failure.provider);
      const empty = notice.failure.kind === 'noCredit';
      const why = empty ? `The account of the API key ${notice.key} at ${name} has no credit left` : `${name} did not accept the API key ${notice.key}`;
      const mend: ActionId = empty ? 'openBilling' : 'setKey';
      return { sentence: `${why}. Your other keys for ${name} are used for now.`, level: 'warning', actions: [{ id: mend, label: labels[mend] }, dismiss] };
    }
    case 'unbooked':
      return { sentence: `The cost of an answer could not be written to the ledger yet${notice.failure.kind === 'storage' && notice.failure.problem === 'full' ? ', because the disk is full' : ''}. The most it can have cost stays held against your budget until it can.`, level: 'warning', actions: [{ id: 'showFiles', label: labels.showFiles }, { id: 'showLog', label: labels.showLog }, dismiss] };
    case 'clockBack':
      return { sentence: `The clock of this machine was set back by ${duration(notice.byMs)}. Until it has caught up, what you spend counts in the day it was before.`, level: 'warning', actions: [dismiss] };
    case 'cheaperIsEnough': {
      const { domain, model, trials, asGood } = notice.decision;
      return { sentence: `For ${domainTexts[domain]}, ${model} is enough: in ${asGood} of ${trials} trials a third model judged its answer as good as that of the dearer one, or better. It will be chosen more often from now on.`, level: 'info', actions: [dismiss] };
    }
    case 'budgetAlert': {
      const { percent, status } = notice;
      return { sentence: `${percent} % of ${periodTexts[status.scope]} of ${formatUsd(status.limit)} is spent.`, level: percent >= 90 ? 'warning' : 'info', actions: [{ id: 'setBudget', label: labels.setBudget }, dismiss] };
    }
  }
}

/** What the notices about a sign-in offer. */
export type SignInAction = 'signIn' | 'setKey' | 'showLog';

export const signInLabels: Readonly<Record<SignInAction, string>> = { signIn: labels.retry, setKey: labels.setKey, showLog: labels.showLog };

interface SignInTold {
  readonly sentence: string;
  readonly detail?: string;
  readonly actions: readonly SignInAction[];
}

const signInFailures: Readonly<Partial<Record<Failure['kind'], string>>> = {
  offline: 'it cannot be reached',
  timedOut: 'it did not answer in time',
  providerDown: 'it has a problem of its own',
  rateLimited: 'it asks for a pause',
  badReply: 'its answer is not one',
  keyRejected: 'it did not accept the key that it had just made',
};

/** Why a sign-in came to nothing; undefined when the person stopped it, who knows. */
export function tellSignIn(trouble: SignInTrouble, context: TextContext): SignInTold | undefined {
  const name = trouble.provider === undefined ? 'a provider' : context.nameOf(trouble.provider);
  const told = (sentence: string, ...actions: readonly SignInAction[]): SignInTold => ({ sentence, actions, ...('detail' in trouble && trouble.detail ? { detail: trouble.detail } : {}) });
  switch (trouble.kind) {
    case 'unexpected':
      return told('A sign-in came back that this editor does not wait for: it was finished already, or not begun here. Nothing was changed.', ...(trouble.provider === undefined ? [] : (['signIn'] as const)));
    case 'expired':
      return told(`The sign-in with ${name} was not finished within ten minutes. Nothing was stored.`, 'signIn', 'setKey');
    case 'refused':
      return told(`The sign-in with ${name} was refused there. Nothing was stored.`, 'signIn', 'setKey');
    case 'noCode':
      return told(`${name} came back without a code. Nothing was stored.`, 'signIn', 'setKey');
    case 'codeRefused':
      return told(`${name} did not take the code: it works once, and only for a few minutes. Nothing was stored.`, 'signIn', 'setKey');
    case 'failed': {
      const { failure } = trouble;
      if (failure.kind === 'cancelled') return undefined;
      const detail = 'detail' in failure && failure.detail ? { detail: failure.detail } : {};
      return { sentence: `The sign-in with ${name} could not be finished: ${signInFailures[failure.kind] ?? 'something unexpected happened'}. Nothing was stored.`, actions: ['signIn', 'setKey', 'showLog'], ...detail };
    }
    default:
      return unreachable(trouble);
  }
}

/** How it stands with the network, and with questions that wait for it. */
export interface ConnectionStanding {
  /** Epoch milliseconds; undefined when the network is there. */
  readonly lostSince: number | undefined;
  /** Questions that wait. */
  readonly waiting: number;
  /** Models on this machine: none can be asked, they could, or they do answer meanwhile. */
  readonly local: 'none' | 'possible' | 'answering';
}

/** The line above a conversation while the network is gone, and afterwards until no question waits. Undefined: nothing to say. */
export function tellConnection({ lostSince, waiting, local }: ConnectionStanding): (Told & { readonly level: 'info' | 'warning' }) | undefined {
  if (lostSince === undefined && waiting === 0) return undefined;
  const offered = (...ids: readonly ActionId[]) => ids.map((id) => ({ id, label: id === 'discardWaiting' && waiting === 1 ? 'Forget it' : labels[id] }));
  const waits = waiting === 0 ? '' : waiting === 1 ? ' 1 question waits.' : ` ${waiting} questions wait.`;
  if (lostSince === undefined) return { sentence: waiting === 1 ? '1 question could not be sent and waits.' : `${waiting} questions could not be sent and wait.`, level: 'info', actions: offered('sendWaiting', 'discardWaiting') };
  const since = new Date(lostSince).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const meanwhile = local === 'answering' ? ' Models on this machine answer meanwhile.' : '';
  return { sentence: `Nobody can be reached since ${since}.${meanwhile}${waits}`, level: 'warning', actions: offered('tryConnection', ...(local === 'possible' ? (['useLocal'] as const) : []), ...(waiting > 0 ? (['discardWaiting'] as const) : [])) };
}

/** Milliseconds as people say them, rounded up: a wait must not be told too short. */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.ceil(hours / 24)} days`;
}

/** Tokens for people: `950`, `12k`, `1.2M`. */
export function count(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 1_000_000) return `${tokens < 10_000 ? (tokens / 1000).toFixed(1) : Math.round(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}
