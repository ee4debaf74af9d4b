import type { WireName } from '../../src/core/model/provider';

/** What every wire has to do, and is tested to, unless its protocol has no way to. */
export const behaviours = ['text', 'streaming', 'tools', 'parallel tools', 'images', 'reasoning', 'JSON mode', 'usage', 'prompt cache', 'stop reasons', 'abort', 'overflow', 'refusal', 'unicode split across chunks'] as const;

export type Behaviour = (typeof behaviours)[number];
export type HttpWireName = Exclude<WireName, 'editorModel'>;
type Notes = Readonly<Partial<Record<Behaviour, string>>>;

/** What a protocol has no way to do, with the reason. Every other cell is a test of test/contract/wires.test.ts. */
export const lacks = {
  openaiChat: {},
  openaiResponses: {},
  anthropicMessages: { 'JSON mode': 'the protocol has only schemas of an answer; the prompt has to ask for JSON in words' },
  ollama: { 'prompt cache': 'nothing is billed, so no reply tells what of a prompt was remembered', refusal: 'the server has no word for it: what a model declines with is its answer' },
  editorModel: { 'JSON mode': 'the editor’s interface has none; the prompt has to ask for JSON in words', 'prompt cache': 'the editor tells no figures', 'stop reasons': 'the editor tells none; that tools are called can be seen' },
} as const satisfies Readonly<Record<WireName, Notes>>;

/** What is done here because the protocol does only a part of it. */
const remarks: Readonly<Partial<Record<WireName, Notes>>> = {
  ollama: { 'parallel tools': 'older servers give calls no id; one is made here', usage: 'the prompt is counted here where the server leaves it out because it remembered it whole' },
  editorModel: { images: 'where the model takes them', reasoning: 'what a model leaves in its text; the editor has no part for it', usage: 'counted by the model’s own tokenizer, and marked as an estimate', overflow: 'told by the words of the extension that gives the model', refusal: 'told by the words of the extension that gives the model' },
};

export const httpWireNames = Object.keys(lacks).filter((name): name is HttpWireName => name !== 'editorModel');

/**
 * Cells that are played as well by a simulator of somebody else's making, in test/contract/simulator.test.ts. Of the
 * others it (aimock 1.43) knows nothing: images and JSON mode only in chat completions, a cache only as OpenRouter tells
 * it, of Ollama one stop reason and no figures, no refusal of OpenAI Responses.
 */
export const simulated: Readonly<Record<HttpWireName, readonly Behaviour[]>> = {
  openaiChat: ['text', 'streaming', 'tools', 'parallel tools', 'images', 'reasoning', 'JSON mode', 'usage', 'prompt cache', 'stop reasons', 'abort', 'overflow', 'refusal', 'unicode split across chunks'],
  openaiResponses: ['text', 'streaming', 'tools', 'parallel tools', 'reasoning', 'usage', 'stop reasons', 'abort', 'overflow', 'unicode split across chunks'],
  anthropicMessages: ['text', 'streaming', 'tools', 'parallel tools', 'reasoning', 'usage', 'stop reasons', 'abort', 'overflow', 'refusal', 'unicode split across chunks'],
  ollama: ['text', 'streaming', 'tools', 'parallel tools', 'reasoning', 'abort', 'overflow', 'unicode split across chunks'],
};

/** Cells in which the vendor's own client understands the same streams alike, in test/contract/vendorClients.test.ts. */
export const compared = {
  // The client has no field for reasoning: it is not OpenAI's own.
  openaiChat: ['text', 'tools', 'parallel tools', 'usage', 'prompt cache', 'stop reasons', 'refusal', 'unicode split across chunks'],
  openaiResponses: ['text', 'tools', 'parallel tools', 'reasoning', 'usage', 'prompt cache', 'stop reasons', 'refusal', 'unicode split across chunks'],
  anthropicMessages: ['text', 'tools', 'parallel tools', 'reasoning', 'usage', 'prompt cache', 'stop reasons', 'refusal', 'unicode split across chunks'],
} as const satisfies Readonly<Partial<Record<WireName, readonly Behaviour[]>>>;

export type ComparedWireName = keyof typeof compared;

/** The page's section: every behaviour × every wire, and below it the notes. `scripts/wiresTable.mjs` writes it. */
export function wireMatrix(): string {
  const names = Object.keys(lacks).filter((name): name is WireName => name in lacks);
  const alikeOf: Readonly<Partial<Record<WireName, readonly Behaviour[]>>> = compared;
  const notes: string[] = [];
  const note = (name: WireName, behaviour: Behaviour, why: string) => `<sup>${notes.push(`\`${name}\`, ${behaviour}: ${why}.`)}</sup>`;
  const cell = (name: WireName, behaviour: Behaviour): string => {
    const missing: Notes = lacks[name];
    const reason = missing[behaviour];
    if (reason !== undefined) return `no ${note(name, behaviour, reason)}`;
    const played = name !== 'editorModel' && simulated[name].includes(behaviour) ? ' s' : '';
    const alike = alikeOf[name]?.includes(behaviour) === true ? ' c' : '';
    const remark = remarks[name]?.[behaviour];
    return `✓${played}${alike}${remark === undefined ? '' : ` ${note(name, behaviour, remark)}`}`;
  };
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = behaviours.map((behaviour) => row([behaviour, ...names.map((name) => cell(name, behaviour))]));
  return [row(['', ...names.map((name) => `\`${name}\``)]), `|:--|${names.map(() => ':--|').join('')}`, ...rows, '', ...notes.map((text, index) => `${index + 1}. ${text}`), ''].join('\n');
}
