/** Troubles that a prompt can ask for, so that a person can see how each looks. docs/demo.md lists them. */
export const demoFaults = [
  'rate-limit',
  'server-error',
  'bad-key',
  'no-credit',
  'gone',
  'too-long',
  'html',
  'cut',
  'stall',
  'slow',
  'length',
  'refuse',
  'no-usage',
] as const;

export type DemoFault = (typeof demoFaults)[number];

const named = new Map<string, DemoFault>(demoFaults.map((fault) => [fault, fault]));

/** The fault that a prompt asks for of this model: `demo:cut`, or `demo:cut@demo-small` for one model only. */
export function faultOf(prompt: string, model: string): DemoFault | undefined {
  for (const [, word = '', onlyFor] of prompt.matchAll(/\bdemo:([a-z-]+)(?:@([\w.-]*\w))?/g)) {
    const fault = named.get(word);
    if (fault !== undefined && (onlyFor === undefined || onlyFor === model)) return fault;
  }
  return undefined;
}

/** An HTTP answer that is not a completion. */
export interface ErrorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The reply of faults that come instead of an answer; undefined for those that happen while answering. */
export function faultReply(fault: DemoFault, model: string): ErrorReply | undefined {
  switch (fault) {
    case 'rate-limit':
      return errorReply(429, { message: `Rate limit reached for ${model} on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 3s.`, type: 'requests', code: 'rate_limit_exceeded' }, { 'retry-after': '3', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '3s' });
    case 'server-error':
      return errorReply(500, { message: 'The server had an error while processing your request. Sorry about that!', type: 'server_error' });
    case 'bad-key':
      return errorReply(401, { message: 'Incorrect API key provided. You can find your API key in your account settings.', type: 'invalid_request_error', code: 'invalid_api_key' });
    case 'no-credit':
      return errorReply(429, { message: 'You exceeded your current quota, please check your plan and billing details.', type: 'insufficient_quota', code: 'insufficient_quota' });
    case 'gone':
      return unknownModel(model);
    case 'too-long':
      return contextTooLong(8192, 9000);
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>' };
    default:
      return undefined;
  }
}

export function unknownModel(model: string): ErrorReply {
  return errorReply(404, { message: `The model \`${model}\` does not exist or you do not have access to it.`, type: 'invalid_request_error', code: 'model_not_found' });
}

export function contextTooLong(available: number, needed: number): ErrorReply {
  return errorReply(400, {
    message: `This model's maximum context length is ${available} tokens. However, your messages resulted in ${needed} tokens. Please reduce the length of the messages.`,
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  });
}

export function badRequest(message: string, param?: string): ErrorReply {
  return errorReply(400, { message, type: 'invalid_request_error', ...(param === undefined ? {} : { param }) });
}

/** An error in OpenAI's form. */
export function errorReply(status: number, error: { readonly message: string; readonly type: string; readonly param?: string; readonly code?: string }, headers: Readonly<Record<string, string>> = {}): ErrorReply {
  const { message, type, param, code } = error;
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ error: { message, type, param: param ?? null, code: code ?? null } }) };
}
