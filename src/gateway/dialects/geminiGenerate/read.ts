import type { AnswerFormat, Image, Message, ReasoningPart, Sampling, ToolCall, ToolChoice, ToolDefinition } from '../../../core/model/message';
import type { Effort } from '../../../core/model/modelCard';
import type { DialectRequest, Read } from '../../dialect';
import { badField, readBody } from '../readBody';
import { type Content, countBody, type GenerateBody, generateBody, type Part } from './body';
import { jsonSchema } from './jsonSchema';
import { fromSignature } from './thoughtSignature';

/** The body of a request to `model`, which its path names. */
export function read(model: string, stream: boolean, body: unknown): Read<DialectRequest> {
  const parsed = readBody(generateBody, body);
  if (!parsed.ok) return parsed;
  const { contents, systemInstruction, generationConfig: config } = parsed.value;
  const conversation = new Conversation();
  for (const [index, content] of (Array.isArray(contents) ? contents : [contents]).entries()) {
    const problem = conversation.add(content, `contents.${index}`);
    if (problem) return badField(problem.field, problem.is);
  }
  const tools = toTools(parsed.value);
  if (!tools.ok) return tools;
  const format = toFormat(config);
  const system = [textOf(systemInstruction), ...(format === 'json' ? ['Answer with JSON only.'] : [])].filter((text) => text !== '').join('\n\n');
  const effort = toEffort(config?.thinkingConfig);
  const sampling = toSampling(config);
  return {
    ok: true,
    value: {
      model,
      stream,
      ask: {
        messages: [...(system === '' ? [] : [{ role: 'system', text: system } as const]), ...conversation.messages],
        ...tools.value,
        ...(sampling === undefined ? {} : { sampling }),
        ...(format === undefined ? {} : { format }),
        ...(typeof config?.maxOutputTokens === 'number' ? { maxOutputTokens: config.maxOutputTokens } : {}),
      },
      ...(effort === undefined ? {} : { effort }),
      ...(config?.thinkingConfig?.includeThoughts === true ? { repeated: { thoughts: true } } : {}),
    },
  };
}

/** The body of `:countTokens`. */
export function readCount(model: string, body: unknown): Read<DialectRequest> {
  const parsed = readBody(countBody, body);
  return parsed.ok ? read(model, false, parsed.value.generateContentRequest ?? body) : parsed;
}

type Config = GenerateBody['generationConfig'];

function toSampling(config: Config): Sampling | undefined {
  const sampling = {
    ...(typeof config?.temperature === 'number' ? { temperature: config.temperature } : {}),
    ...(typeof config?.topP === 'number' ? { topP: config.topP } : {}),
    ...(typeof config?.seed === 'number' ? { seed: config.seed } : {}),
    ...(config?.stopSequences && config.stopSequences.length > 0 ? { stop: config.stopSequences } : {}),
  };
  return Object.keys(sampling).length === 0 ? undefined : sampling;
}

function toFormat(config: Config): AnswerFormat | undefined {
  if (config?.responseMimeType !== 'application/json') return undefined;
  const schema = config.responseJsonSchema ?? (config.responseSchema ? jsonSchema(config.responseSchema) : undefined);
  return schema ? { name: 'answer', schema } : 'json';
}

/** Budgets of thinking lie between the sizes that our own wires send for the efforts; -1 leaves it to the model. */
function toEffort(config: NonNullable<Config>['thinkingConfig']): Effort | undefined {
  const named = efforts.get(config?.thinkingLevel?.toLowerCase() ?? '');
  const budget = config?.thinkingBudget;
  if (named !== undefined || typeof budget !== 'number' || budget < 0) return named;
  return budget === 0 ? 'none' : budget < 5000 ? 'low' : budget < 12_000 ? 'medium' : budget < 24_000 ? 'high' : 'xhigh';
}

const efforts: ReadonlyMap<string, Effort> = new Map<string, Effort>([['minimal', 'low'], ['low', 'low'], ['medium', 'medium'], ['high', 'high']]);

interface Tools {
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
}

/** Google runs some tools itself, such as its search. They are left out beside functions of the client's own; a request that is for them alone is refused. */
function toTools({ tools, toolConfig }: GenerateBody): Read<Tools> {
  const own = (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []).map(({ name, description, parameters, parametersJsonSchema }): ToolDefinition => ({
    name,
    description: description ?? '',
    parameters: parametersJsonSchema ?? (parameters ? jsonSchema(parameters) : { type: 'object', properties: {} }),
  }));
  const foreign = (tools ?? []).findIndex((tool) => Object.keys(tool).some((key) => key !== 'functionDeclarations'));
  if (own.length === 0) return foreign < 0 ? { ok: true, value: {} } : badField(`tools.${foreign}`, 'is a tool that Google runs itself, which other models cannot have: offer a function of your own instead');
  const { mode, allowedFunctionNames } = toolConfig?.functionCallingConfig ?? {};
  const names = new Set(allowedFunctionNames);
  const allowed = names.size > 0 ? own.filter(({ name }) => names.has(name)) : own;
  switch (mode) {
    case 'ANY':
      if (allowed.length === 0) return badField('toolConfig.functionCallingConfig.allowedFunctionNames', 'names none of the functions of this request');
      return { ok: true, value: { tools: allowed, toolChoice: allowed.length === 1 && allowed[0] ? { name: allowed[0].name } : 'required' } };
    case 'NONE':
      return { ok: true, value: { tools: own, toolChoice: 'none' } };
    default:
      return { ok: true, value: { tools: own } };
  }
}

/** What is wrong with which field. */
interface Fault {
  readonly field: string;
  readonly is: string;
}

interface Waiting {
  readonly id: string;
  answered: boolean;
}

/** Calls of one id or of one name, in their order. A list would be searched anew for each of thousands of results. */
class Queues {
  readonly #calls = new Map<string, { readonly all: Waiting[]; from: number }>();

  add(key: string, call: Waiting): void {
    const queue = this.#calls.get(key);
    if (queue) queue.all.push(call);
    else this.#calls.set(key, { all: [call], from: 0 });
  }

  /** The first that waits. */
  first(key: string): Waiting | undefined {
    const queue = this.#calls.get(key);
    while (queue?.all[queue.from]?.answered === true) queue.from += 1;
    return queue?.all[queue.from];
  }
}

/** Calls without an id get one by their order, and results find theirs: by the id, else the first of the name that waits. */
class Conversation {
  readonly messages: Message[] = [];
  readonly #byId = new Queues();
  readonly #byName = new Queues();
  #calls = 0;

  add({ role, parts }: Content, at: string): Fault | undefined {
    if (role === 'model') this.#model(parts ?? []);
    else if (role === 'system') this.messages.push({ role: 'system', text: textOf({ parts }) });
    else return this.#user(parts ?? [], at);
    return undefined;
  }

  /** Thoughts and what a tool of Google's did are left out, unless their signature is ours. */
  #model(parts: readonly Part[]): void {
    let text = '';
    const reasoning: ReasoningPart[] = [];
    const toolCalls: ToolCall[] = [];
    for (const { text: words, thought, thoughtSignature, functionCall } of parts) {
      if (thoughtSignature) reasoning.push(...fromSignature(thoughtSignature));
      if (functionCall) {
        this.#calls += 1;
        const { name, args } = functionCall;
        const id = functionCall.id || `gemini_${this.#calls}`;
        toolCalls.push({ id, name, arguments: JSON.stringify(args ?? {}) });
        const call: Waiting = { id, answered: false };
        this.#byId.add(id, call);
        this.#byName.add(name, call);
      } else if (thought !== true) text += words ?? '';
    }
    this.messages.push({ role: 'assistant', text, ...(reasoning.length === 0 ? {} : { reasoning }), ...(toolCalls.length === 0 ? {} : { toolCalls }) });
  }

  /**
   * A file that most models cannot read is refused where a person sent it. Beside the result of a tool a note takes its
   * place: it would be sent again with every later request, and the agent's conversation could never go on.
   */
  #user(parts: readonly Part[], at: string): Fault | undefined {
    const ofTools = parts.some(({ functionResponse }) => functionResponse);
    const said: Said = { texts: [], images: [] };
    for (const [index, { text, inlineData, functionResponse }] of parts.entries()) {
      if (functionResponse) {
        const { id, name, response, parts: media } = functionResponse;
        const { text: told, failed } = toResult(response ?? {});
        const brought: Said = { texts: [told], images: [] };
        for (const { inlineData: one } of media ?? []) takeData(one, brought, noteOfFile);
        this.messages.push({ role: 'tool', toolCallId: this.#answered(id ?? undefined, name), ...foldOf(brought), ...(failed === true ? { failed } : {}) });
      } else if (inlineData) {
        if (!takeData(inlineData, said, ofTools ? noteOfFile : undefined)) return { field: `${at}.parts.${index}.inlineData.mimeType`, is: 'must be an image (image/png, image/jpeg, image/webp or image/gif) or text: most models read nothing else' };
      } else if (typeof text === 'string') said.texts.push(text);
      else return { field: `${at}.parts.${index}`, is: 'is of a kind that is not known here' };
    }
    if (said.texts.length > 0 || said.images.length > 0 || !ofTools) this.messages.push({ role: 'user', ...foldOf(said) });
    return undefined;
  }

  #answered(id: string | undefined, name: string): string {
    const call = (id === undefined ? undefined : this.#byId.first(id)) ?? this.#byName.first(name);
    if (call) call.answered = true;
    return call?.id ?? id ?? `gemini_${name}`;
  }
}

interface Said {
  readonly texts: string[];
  readonly images: Image[];
}

const noteOfFile = '[A file was here that cannot be passed on as it is. Its text can, when another tool reads it.]';

/** False where it is a file that cannot be passed on, and there is no note to take its place. */
function takeData({ mimeType, data }: { readonly mimeType: string; readonly data: string }, { texts, images }: Said, note: string | undefined): boolean {
  if (mimeType === 'image/png' || mimeType === 'image/jpeg' || mimeType === 'image/webp' || mimeType === 'image/gif') images.push({ mediaType: mimeType, base64: data });
  else if (mimeType.startsWith('text/')) texts.push(Buffer.from(data, 'base64').toString('utf8'));
  else if (note !== undefined) texts.push(note);
  else return false;
  return true;
}

/** Texts side by side are paragraphs of their own. */
function foldOf({ texts, images }: Said): { readonly text: string; readonly images?: readonly Image[] } {
  return { text: texts.filter((text) => text !== '').join('\n\n'), ...(images.length === 0 ? {} : { images }) };
}

/** By Google's convention a response has what came out under `output`, and what went wrong under `error`. */
function toResult(response: Readonly<Record<string, unknown>>): { readonly text: string; readonly failed?: boolean } {
  const [only, ...more] = Object.entries(response);
  const [key, value] = more.length === 0 && only ? only : [];
  if (typeof value === 'string' && (key === 'output' || key === 'result')) return { text: value };
  if (key === 'error') return { text: typeof value === 'string' ? value : JSON.stringify(value), failed: true };
  return { text: JSON.stringify(response) };
}

function textOf(instruction: GenerateBody['systemInstruction']): string {
  if (typeof instruction === 'string') return instruction;
  return (instruction?.parts ?? [{ text: instruction?.text }]).map(({ text }) => text ?? '').filter((text) => text !== '').join('\n\n');
}
