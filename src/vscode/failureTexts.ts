import type { Notice } from '../core/app';
import type { BudgetScope } from '../core/model/budget';
import { type Failure, unreachable } from '../core/model/failure';
import type { Domain } from '../core/model/modelCard';
import { formatUsd } from '../core/model/money';
import type { SignInTrouble } from '../core/model/signIn';
import { decimal, momentText, t } from '../shared/l10n';

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
  | 'longerModel'
  | 'showLog'
  | 'showFiles'
  | 'restoreHistory'
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

function labelOf(id: ActionId): string {
  const labels: Readonly<Record<ActionId, string>> = {
    setKey: t('Set API key'),
    signIn: t('Sign in with {0}', 'OpenRouter'),
    startDemo: t('Try the demo'),
    leaveDemo: t('Use a real key'),
    retry: t('Try again'),
    cheaper: t('Ask a cheaper model'),
    goOn: t('Ask for the rest'),
    dismiss: t('Dismiss'),
    newChat: t('Start a new chat'),
    checkProviders: t('Check providers'),
    addProvider: t('Add a provider'),
    findLocalServers: t('Find models on this machine'),
    openBilling: t('Open billing page'),
    openStatus: t('Open status page'),
    openSettings: t('Open settings'),
    learningSettings: t('Settings of learning'),
    openPrices: t('Set a price'),
    setBudget: t('Change budget'),
    allow: t('Allow this one'),
    refreshModels: t('Refresh models'),
    unpin: t('Choose automatically'),
    longerModel: t('Choose a model with a longer context'),
    showLog: t('Show log'),
    showFiles: t('Show the folder'),
    restoreHistory: t('Restore history'),
    reload: t('Reload window'),
    sendLater: t('Ask when back'),
    sendWaiting: t('Ask now'),
    discardWaiting: t('Forget them'),
    tryConnection: t('Try now'),
    useLocal: t('Use models on this machine'),
  };
  return labels[id];
}

export interface TextContext {
  /** Name of a provider for people. */
  readonly nameOf: (provider: string) => string;
  readonly now: number;
  /** The question can be asked of a model that is chosen for it alone. */
  readonly mayChoose?: boolean;
}

/** The sentence, the next step and the buttons of every failure. The only place with these texts. */
export function tell(failure: Failure, context: TextContext): Told {
  const name = 'provider' in failure ? context.nameOf(failure.provider) : '';
  const detail = 'detail' in failure && failure.detail ? { detail: failure.detail } : {};
  const told = (sentence: string, ...ids: readonly ActionId[]): Told => ({ sentence, ...detail, actions: ids.map((id) => ({ id, label: labelOf(id) })) });
  switch (failure.kind) {
    case 'noProvider':
      return told(t('No provider is set up yet. Sign in with OpenRouter, add an API key of a provider you use, find models on this machine, or try the demo, which needs no key.'), 'signIn', 'setKey', 'findLocalServers', 'startDemo');
    case 'noCandidate':
      // Some reasons are about the step up or down from an answer, and say all there is to say.
      return told(failure.reason.startsWith('No model ') ? failure.reason : t('No model can take this question: {0}', failure.reason), 'openSettings', 'refreshModels');
    case 'keyMissing':
      return told(t('There is no API key for {0}. Add one to ask its models.', name), 'setKey');
    case 'keyRejected':
      return told(t('{0} did not accept the API key. Enter it again, or make a new one on its website.', name), 'setKey', 'retry');
    case 'noCredit':
      return told(t('Your account at {0} has no credit left. Top it up, or use another provider.', name), 'openBilling', 'setKey', 'retry');
    case 'consentMissing':
      return told(t("You have not allowed Farthing to use {0} in the editor. Ask again and allow it, or switch the editor's models off.", failure.model), 'retry', 'openSettings');
    case 'modelGone':
      return told(t('{0} no longer offers {1}. Refresh the list of models and try again.', name, failure.model), 'refreshModels', 'retry');
    case 'rateLimited':
      return told(failure.retryAfterMs === undefined ? t('{0} asks for a pause. Wait, or ask another model.', name) : t('{0} asks for a pause: it will answer again in {1}. Wait, or ask another model.', name, duration(failure.retryAfterMs)), 'retry', 'cheaper');
    case 'limitReached':
      return told(failure.retryAfterMs === undefined ? t('Your own limit for {0} leaves no room until another answer ends. Wait, raise the limit, or ask another model.', name) : t('Your own limit for {0} leaves no room for {1}. Wait, raise the limit, or ask another model.', name, duration(failure.retryAfterMs)), 'retry', 'openSettings', 'cheaper');
    case 'providerDown':
      if (failure.mayBeBilled) return told(t('The connection to {0} broke after your question had left and before an answer came. What {0} may bill for it is counted as an estimate (≈). Try again in a moment.', name), 'retry', 'openStatus');
      return told(failure.status === undefined ? t('{0} has a problem of its own. Your question is kept; try again in a moment.', name) : t('{0} has a problem of its own (status {1}). Your question is kept; try again in a moment.', name, failure.status), 'retry', 'openStatus');
    case 'offline':
      if (failure.proxy) return told(t('The proxy of your network wants a sign-in before {0} can be reached. Sign in to it, or put your name and password into the editor\'s setting "http.proxy", then try again.', name), 'retry', 'sendLater', 'checkProviders');
      if (failure.mayBeBilled) return told(t('The network went away after your question had left for {0} and before an answer came. What {0} may bill for it is counted as an estimate (≈). Try again, or have it asked when the network is back.', name), 'retry', 'sendLater', 'checkProviders');
      return told(t('{0} cannot be reached. Check the network connection, then try again, or have it asked when the network is back.', name), 'retry', 'sendLater', 'checkProviders');
    case 'timedOut':
      return told(t('{0} Try again, or give it more time in the settings.', timedOut(name, failure)), 'retry', 'openSettings');
    case 'contextTooLong':
      return told(failure.neededTokens && failure.availableTokens ? t('This is too long for the models that can be asked: about {0} tokens where {1} fit. Send less, or start a new chat.', count(failure.neededTokens), count(failure.availableTokens)) : t('This is too long for the models that can be asked. Send less, or start a new chat.'), ...(failure.longer && context.mayChoose ? ['longerModel' as const] : []), 'newChat', 'retry');
    case 'badRequest':
      return told(t('{0} did not accept the request. The details say why.', name), 'retry', 'showLog');
    case 'refused':
      return told(t('{0} declined to answer this. Put the question differently, or ask another model.', name), 'retry');
    case 'badReply':
      return told(t('{0} sent something that is not an answer. If you use a proxy or a custom address, check it.', name), 'retry', 'checkProviders');
    case 'truncated':
      return told(t('The answer was cut off: the connection to {0} ended early. What came is kept.', name), 'retry');
    case 'budgetReached':
      return budgetTold(failure, told, context);
    case 'priceUnknown':
      return told(t('The price of {0} at {1} is not known, so its cost cannot be held against your budget. Set its price, or use another model.', failure.model, name), 'openPrices', 'refreshModels', 'unpin');
    case 'storage':
      return storageTold(failure.problem, told);
    case 'lengthReached':
      if (failure.by === 'budget') return told(t('The answer is as long as the budget had room for and stops here. Ask for the rest, or change the budget.'), 'goOn', 'setBudget');
      if (failure.by === 'context') return told(t('The question left no room for a longer answer, which stops here. Send less, or choose a model with a longer context.'), 'goOn', 'newChat');
      return told(t('The answer reached the longest length allowed and stops here. Ask for the rest, or allow longer answers in the settings.'), 'goOn', 'openSettings');
    case 'onlyReasoned':
      return told(t('{0} only thought about it and gave no answer. What it thought is above. Try again, or ask another model.', name), 'retry');
    case 'keysUnavailable':
      return told(t("The editor's store for keys does not open. On Linux it needs a keyring, such as gnome-keyring or KWallet: install it or unlock it, then reload the window. A key that you set meanwhile is kept until this window closes, and nowhere else."), 'setKey', 'reload', 'showLog');
    case 'busy':
      return told(t('An answer is still being written in this conversation. Wait for it, or stop it.'));
    case 'cancelled':
      return told(t('Stopped. What came is kept, and counted.'), 'retry');
    case 'unexpected':
      return told(t('Something unexpected went wrong. Your question is kept.'), 'retry', 'showLog');
    default:
      return unreachable(failure);
  }
}

type Teller = (sentence: string, ...ids: readonly ActionId[]) => Told;

function budgetTold(failure: Extract<Failure, { kind: 'budgetReached' }>, told: Teller, context: TextContext): Told {
  const scope = { day: t("Today's budget"), week: t("This week's budget"), month: t("This month's budget"), conversation: t('The budget of this conversation'), client: t('What this client may spend') }[failure.scope];
  const full = t('{0} of {1} has no room for this: {2} is spent or held, and the answer may cost up to {3}.', scope, formatUsd(failure.limit), formatUsd(failure.spent), formatUsd(failure.needed));
  const sentence = failure.resetsAt === undefined ? full : `${full} ${t('It resets in {0}.', duration(failure.resetsAt - context.now))}`;
  if (failure.scope === 'client') return told(sentence, 'retry');
  return failure.mayAllow ? told(sentence, 'allow', 'setBudget', 'retry') : told(sentence, 'setBudget', 'retry');
}

function storageTold(problem: Extract<Failure, { kind: 'storage' }>['problem'], told: Teller): Told {
  switch (problem) {
    case 'locked':
      return told(t('The ledger is busy in another window, so nothing was sent. Try again.'), 'retry', 'showLog');
    case 'full':
      return told(t('The disk is full, so the cost could not be held and nothing was sent. Free some space, then try again.'), 'retry', 'showFiles');
    case 'readonly':
      return told(t("The folder of Farthing's database cannot be written to, so nothing was sent. Check its permissions, then try again."), 'showFiles', 'retry');
    case 'corrupt':
      return told(t('The ledger file is damaged. Reload the window: it is then restored from the newest backup.'), 'reload', 'showFiles', 'showLog');
    case 'other':
      return told(t('The ledger could not be written, so nothing was sent.'), 'retry', 'showLog');
  }
}

function timedOut(name: string, failure: Extract<Failure, { kind: 'timedOut' }>): string {
  const waited = duration(failure.waitedMs);
  switch (failure.phase) {
    case 'connect':
      return t('{0} could not be reached within {1}.', name, waited);
    case 'firstToken':
      return t('{0} did not begin to answer within {1}.', name, waited);
    case 'stall':
      return t('The answer of {0} stopped for {1} and was given up. What came is kept.', name, waited);
  }
}

/** For notices: unlike a failure, they belong to no answer that explains them away. */
function dismissed() {
  return { id: 'dismiss', label: labelOf('dismiss') } as const;
}

function periodText(scope: BudgetScope): string {
  return { day: t("today's budget"), week: t("this week's budget"), month: t("this month's budget"), conversation: t('the budget of this conversation'), client: t('what this client may spend') }[scope];
}

/** Kinds of question, for people. */
export function domainText(domain: Domain): string {
  const texts: Readonly<Record<Domain, string>> = {
    code: t('questions about code'),
    agentic_code: t('work on code in many steps'),
    math: t('mathematics'),
    reasoning: t('questions that need reasoning'),
    knowledge: t('questions of fact'),
    writing: t('writing'),
    chat: t('small talk'),
    tools: t('work with tools'),
    instruction: t('instructions with many conditions'),
    long_context: t('very long prompts'),
  };
  return texts[domain];
}

/** The sentence and the buttons of a notice. */
export function tellNotice(notice: Notice, nameOf: TextContext['nameOf']): Told & { readonly level: 'info' | 'warning' } {
  switch (notice.kind) {
    case 'restored': {
      const { backupOf, complete, movedTo } = notice.report;
      const from = backupOf === undefined ? t('It was rebuilt from what could still be read') : t('It was restored from the backup of {0} and what could still be read', backupOf);
      const rest = complete ? t('{0}, and nothing is missing.', from) : t('{0}; some recent calls or conversations may be missing.', from);
      return { sentence: t('The database of Farthing was damaged. {0} The damaged file is kept as {1}.', rest, movedTo), level: complete ? 'info' : 'warning', actions: [...(complete ? [] : [{ id: 'restoreHistory' as const, label: labelOf('restoreHistory') }]), { id: 'showLog', label: labelOf('showLog') }, dismissed()] };
    }
    case 'keySetAside': {
      const name = nameOf(notice.failure.provider);
      const empty = notice.failure.kind === 'noCredit';
      const why = empty ? t('The account of the API key {0} at {1} has no credit left. Your other keys for {1} are used for now.', notice.key, name) : t('{0} did not accept the API key {1}. Your other keys for {0} are used for now.', name, notice.key);
      const mend: ActionId = empty ? 'openBilling' : 'setKey';
      return { sentence: why, level: 'warning', actions: [{ id: mend, label: labelOf(mend) }, dismissed()] };
    }
    case 'unbooked':
      return { sentence: notice.failure.kind === 'storage' && notice.failure.problem === 'full' ? t('The cost of an answer could not be written to the ledger yet, because the disk is full. The most it can have cost stays held against your budget until it can.') : t('The cost of an answer could not be written to the ledger yet. The most it can have cost stays held against your budget until it can.'), level: 'warning', actions: [{ id: 'showFiles', label: labelOf('showFiles') }, { id: 'showLog', label: labelOf('showLog') }, dismissed()] };
    case 'clockBack':
      return { sentence: t('The clock of this machine was set back by {0}. Until it has caught up, what you spend counts in the day it was before.', duration(notice.byMs)), level: 'warning', actions: [dismissed()] };
    case 'cheaperIsEnough': {
      const { domain, model, trials, asGood } = notice.decision;
      return { sentence: t('For {0}, {1} is enough: in {2} of {3} trials a third model judged its answer as good as that of the dearer one, or better. It will be chosen more often from now on.', domainText(domain), model, asGood, trials), level: 'info', actions: [dismissed()] };
    }
    case 'budgetAlert': {
      const { percent, status } = notice;
      return { sentence: t('{0} % of {1} of {2} is spent.', percent, periodText(status.scope), formatUsd(status.limit)), level: percent >= 90 ? 'warning' : 'info', actions: [{ id: 'setBudget', label: labelOf('setBudget') }, dismissed()] };
    }
  }
}

/** What the notices about a sign-in offer. */
export type SignInAction = 'signIn' | 'setKey' | 'showLog';

export function signInLabel(action: SignInAction): string {
  return labelOf(action === 'signIn' ? 'retry' : action);
}

interface SignInTold {
  readonly sentence: string;
  readonly detail?: string;
  readonly actions: readonly SignInAction[];
}

function signInFailure(kind: Failure['kind']): string {
  const words: Readonly<Partial<Record<Failure['kind'], string>>> = {
    offline: t('it cannot be reached'),
    timedOut: t('it did not answer in time'),
    providerDown: t('it has a problem of its own'),
    rateLimited: t('it asks for a pause'),
    badReply: t('its answer is not one'),
    keyRejected: t('it did not accept the key that it had just made'),
  };
  return words[kind] ?? t('something unexpected happened');
}

/** Why a sign-in came to nothing; undefined when the person stopped it, who knows. */
export function tellSignIn(trouble: SignInTrouble, context: TextContext): SignInTold | undefined {
  const name = trouble.provider === undefined ? t('a provider') : context.nameOf(trouble.provider);
  const told = (sentence: string, ...actions: readonly SignInAction[]): SignInTold => ({ sentence, actions, ...('detail' in trouble && trouble.detail ? { detail: trouble.detail } : {}) });
  switch (trouble.kind) {
    case 'unexpected':
      return told(t('A sign-in came back that this editor does not wait for: it was finished already, or not begun here. Nothing was changed.'), ...(trouble.provider === undefined ? [] : (['signIn'] as const)));
    case 'expired':
      return told(t('The sign-in with {0} was not finished within ten minutes. Nothing was stored.', name), 'signIn', 'setKey');
    case 'refused':
      return told(t('The sign-in with {0} was refused there. Nothing was stored.', name), 'signIn', 'setKey');
    case 'noCode':
      return told(t('{0} came back without a code. Nothing was stored.', name), 'signIn', 'setKey');
    case 'codeRefused':
      return told(t('{0} did not take the code: it works once, and only for a few minutes. Nothing was stored.', name), 'signIn', 'setKey');
    case 'failed': {
      const { failure } = trouble;
      if (failure.kind === 'cancelled') return undefined;
      const detail = 'detail' in failure && failure.detail ? { detail: failure.detail } : {};
      return { sentence: t('The sign-in with {0} could not be finished: {1}. Nothing was stored.', name, signInFailure(failure.kind)), actions: ['signIn', 'setKey', 'showLog'], ...detail };
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
  const offered = (...ids: readonly ActionId[]) => ids.map((id) => ({ id, label: id === 'discardWaiting' && waiting === 1 ? t('Forget it') : labelOf(id) }));
  const waits = waiting === 0 ? '' : waiting === 1 ? t('1 question waits.') : t('{0} questions wait.', waiting);
  if (lostSince === undefined) return { sentence: waiting === 1 ? t('1 question could not be sent and waits.') : t('{0} questions could not be sent and wait.', waiting), level: 'info', actions: offered('sendWaiting', 'discardWaiting') };
  const since = momentText(lostSince, { hour: '2-digit', minute: '2-digit' });
  const meanwhile = local === 'answering' ? t('Models on this machine answer meanwhile.') : '';
  return { sentence: [t('Nobody can be reached since {0}.', since), meanwhile, waits].filter(Boolean).join(' '), level: 'warning', actions: offered('tryConnection', ...(local === 'possible' ? (['useLocal'] as const) : []), ...(waiting > 0 ? (['discardWaiting'] as const) : [])) };
}

/** Milliseconds as people say them, rounded up: a wait must not be told too short. */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return t('{0} s', seconds);
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return t('{0} min', minutes);
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? t('{0} hours', hours) : t('{0} days', Math.ceil(hours / 24));
}

/** Tokens for people: `950`, `12k`, `1.2M`. */
export function count(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 1_000_000) return `${tokens < 10_000 ? decimal(tokens / 1000, 1) : Math.round(tokens / 1000)}k`;
  return `${decimal(tokens / 1_000_000, 1)}M`;
}
