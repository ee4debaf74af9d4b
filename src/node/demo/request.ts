/** What the demo reads of a chat-completions request. Anything else in it is accepted and ignored, as servers do. */
export interface DemoRequest {
  readonly model: string;
  readonly messages: readonly DemoMessage[];
  readonly tools: readonly DemoTool[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly maxTokens: number | undefined;
}

export interface DemoMessage {
  readonly role: string;
  readonly text: string;
}

export interface DemoTool {
  readonly name: string;
  readonly parameters: unknown;
}

/** What is wrong with a request, in OpenAI's words. */
export interface RequestProblem {
  readonly message: string;
  readonly param: string | undefined;
}

/** Reads a request body that was JSON. Never throws. */
export function readRequest(body: unknown): DemoRequest | RequestProblem {
  if (!isRecord(body)) return { message: 'The body must be a JSON object.', param: undefined };
  if (typeof body['model'] !== 'string') return { message: 'you must provide a model parameter', param: 'model' };
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) return { message: "Missing required parameter: 'messages'.", param: 'messages' };
  if (!messages.every(isRecord)) return { message: "Invalid type for 'messages': expected objects.", param: 'messages' };
  return {
    model: body['model'],
    messages: messages.map((message) => ({ role: typeof message['role'] === 'string' ? message['role'] : 'user', text: textOf(message['content']) })),
    tools: (Array.isArray(body['tools']) ? body['tools'] : []).flatMap(readTool),
    stream: body['stream'] === true,
    includeUsage: isRecord(body['stream_options']) && body['stream_options']['include_usage'] === true,
    maxTokens: positive(body['max_completion_tokens']) ?? positive(body['max_tokens']),
  };
}

export function isRequest(read: DemoRequest | RequestProblem): read is DemoRequest {
  return 'messages' in read;
}

/** The last thing a person said. VS Code's own chat wraps it, behind pages about files and tools, in an element of its own. */
export function promptOf(messages: readonly DemoMessage[]): string {
  const text = messages.findLast((message) => message.role === 'user')?.text ?? '';
  return /<userRequest>\s*([^]*?)\s*<\/userRequest>/.exec(text)?.[1] ?? text;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readTool(tool: unknown): readonly DemoTool[] {
  const described = isRecord(tool) ? tool['function'] : undefined;
  if (!isRecord(described) || typeof described['name'] !== 'string') return [];
  return [{ name: described['name'], parameters: described['parameters'] }];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined;
}
