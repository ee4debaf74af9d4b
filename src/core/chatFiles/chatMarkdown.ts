import { formatUsd } from '../model/money';
import type { StoredAnswer, StoredMessage, StoredThread } from '../model/thread';
import type { WorkStep } from '../model/work';
import { isoTime } from './chatJson';

/** Name of a provider for people, by its id. */
type NameOf = (provider: string) => string;

/** A conversation to be read: every question with what went with it, every answer with its model and cost. */
export function markdownOf({ thread, messages }: StoredThread, nameOf: NameOf): string {
  const head = `# ${oneLine(thread.title)}\n\n${timeOf(thread.createdAt)}${thread.realm === 'demo' ? ' · demo, no real money' : ''}`;
  return `${[head, ...messages.map((message) => (message.role === 'user' ? questionText(message) : answerText(message, nameOf)))].join('\n\n---\n\n')}\n`;
}

function questionText({ text, createdAt, context = [] }: StoredMessage): string {
  const with_ = context.map(({ label, detail }) => `- ${inline(label)}${detail === undefined || detail === label ? '' : ` (${oneLine(detail)})`}`);
  return [`**Question** · ${timeOf(createdAt)}`, closed(text), ...(with_.length > 0 ? [`Context:\n\n${with_.join('\n')}`] : [])].join('\n\n');
}

function answerText({ text, answer }: StoredMessage, nameOf: NameOf): string {
  const parts = [`**Answer**${answer ? factsOf(answer, nameOf) : ''}`];
  if (text.trim() !== '') parts.push(closed(text));
  const ended = answer && endings[answer.state];
  if (ended !== undefined) parts.push(`*${ended}*`);
  const sources = answer?.citations ?? [];
  if (sources.length > 0) parts.push(`Sources:\n\n${sources.map(({ url, title }) => `- ${title === undefined ? '' : `${oneLine(title)}: `}<${url.replaceAll(/[\s<>]/g, encodeURIComponent)}>`).join('\n')}`);
  for (const step of answer?.work?.steps ?? []) parts.push(stepText(step, nameOf));
  return parts.join('\n\n');
}

function stepText({ kind, round, modelName, providerName, cost, score, note, text }: WorkStep, nameOf: NameOf): string {
  const facts = [kind, round === undefined ? undefined : `round ${round}`, whoOf(modelName, providerName, nameOf), formatUsd(cost), score === undefined ? undefined : `score ${score.toFixed(2)}`].filter((fact) => fact !== undefined);
  const summary = facts.join(' · ').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<details><summary>${oneLine(summary)}</summary>\n\n${[note, text.trim() === '' ? undefined : closed(text)].filter((part) => part !== undefined).join('\n\n')}\n\n</details>`;
}

function factsOf({ modelName, providerName, cost, estimatedUsage, inputTokens, outputTokens }: StoredAnswer, nameOf: NameOf): string {
  const tokens = inputTokens === undefined || outputTokens === undefined ? undefined : `${inputTokens} tokens in, ${outputTokens} out${estimatedUsage === true ? ' (estimated)' : ''}`;
  return [undefined, whoOf(modelName, providerName, nameOf), cost === undefined ? 'cost not known' : formatUsd(cost), tokens].filter((fact, index) => index === 0 || fact !== undefined).join(' · ');
}

function whoOf(modelName: string | undefined, providerName: string | undefined, nameOf: NameOf): string | undefined {
  if (modelName === undefined) return undefined;
  return oneLine(providerName === undefined ? modelName : `${modelName} (${nameOf(providerName)})`);
}

const endings: Readonly<Record<StoredAnswer['state'], string | undefined>> = {
  complete: undefined,
  streaming: 'Was still being written.',
  truncated: 'Was cut off at the longest length allowed.',
  failed: 'Failed.',
  cancelled: 'Was stopped.',
  interrupted: 'Was interrupted.',
};

/** Down to the minute, in UTC: the file may be read anywhere. */
function timeOf(ms: number): string {
  return `${isoTime(ms).slice(0, 16).replace('T', ' ')} UTC`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function inline(code: string): string {
  return `\`${oneLine(code).replaceAll('`', "'")}\``;
}

/** The text with the code block closed that was open when it ended: what comes behind it is no code. */
function closed(text: string): string {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const [, fence, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence === undefined) continue;
    if (open === undefined) open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = undefined;
  }
  return open === undefined ? text : `${text}\n${open}`;
}
