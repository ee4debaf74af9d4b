import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { demoAnswer } from './demo/answer';
import { type Completion, completionOf, streamFrames, wholeCompletion } from './demo/completion';
import { badRequest, contextTooLong, type DemoFault, type ErrorReply, errorReply, faultOf, faultReply, unknownModel } from './demo/faults';
import { type DemoModel, demoModels } from './demo/models';
import { type Pace, paceOf } from './demo/pace';
import { type DemoRequest, isRequest, promptOf, readRequest } from './demo/request';
import { promptTokens } from './demo/tokens';

export interface DemoServer {
  /** Base URL of the OpenAI-compatible interface, with the secret path segment. */
  readonly baseUrl: string;
  /** Ends every answer at once and frees the port. Safe to call twice. */
  stop(): Promise<void>;
}

export interface DemoServerOptions {
  /** How many times faster than real answers come. Default 1; tests use more. */
  readonly speed?: number;
}

/** Larger than any context of the demo in bytes. */
const largestBodyBytes = 16_000_000;

/**
 * Starts the demo provider: the real chat-completions protocol over HTTP, on a random loopback port, under a random
 * path that only the caller knows. Answers are made from the prompt by rules; nothing is sent anywhere.
 */
export async function startDemoServer({ speed = 1 }: DemoServerOptions = {}): Promise<DemoServer> {
  const secret = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    // A client that leaves in the middle is no error of ours.
    response.on('error', () => response.destroy());
    void handle(request, response, { secret, speed, authority: authorityOf(server) }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  // The extension host must be able to end while the demo is on.
  server.unref();
  return { baseUrl: `http://${authorityOf(server)}/${secret}/v1`, stop: () => close(server) };
}

interface Serving {
  readonly secret: string;
  readonly speed: number;
  readonly authority: string;
}

async function handle(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  // A web page can reach loopback: it sends an Origin, or another Host when a name was pointed here.
  if (request.headers.origin !== undefined || request.headers.host !== serving.authority) return reply(response, errorReply(403, { message: 'Forbidden', type: 'invalid_request_error' }));
  const path = (request.url ?? '').split('?')[0] ?? '';
  const prefix = `/${serving.secret}/v1`;
  if (!path.startsWith(`${prefix}/`)) return reply(response, errorReply(404, { message: 'Not found', type: 'invalid_request_error' }));
  switch (`${request.method} ${path.slice(prefix.length)}`) {
    case 'GET /models':
      return reply(response, { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(modelList()) });
    case 'POST /chat/completions':
      return complete(request, response, serving);
    default:
      return reply(response, errorReply(404, { message: `Invalid URL (${request.method} ${path.slice(prefix.length)})`, type: 'invalid_request_error' }));
  }
}

async function complete(incoming: IncomingMessage, response: ServerResponse, { speed }: Serving): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) return reply(response, errorReply(413, { message: 'The request body is too large.', type: 'invalid_request_error' }));
  const parsed = parseJson(body);
  if (parsed === undefined) return reply(response, badRequest('We could not parse the JSON body of your request.'));
  const request = readRequest(parsed.value);
  if (!isRequest(request)) return reply(response, badRequest(request.message, request.param));
  const model = demoModels.find((one) => one.id === request.model);
  if (model === undefined) return reply(response, unknownModel(request.model));
  const prompt = promptOf(request.messages);
  const fault = faultOf(prompt, model.id);
  const troubled = fault === undefined ? undefined : faultReply(fault, model.id);
  if (troubled !== undefined) return reply(response, troubled);
  const needed = promptTokens(request.messages);
  if (needed > model.contextTokens) return reply(response, contextTooLong(model.contextTokens, needed));

  const completion = answered(request, model, fault);
  const sending: Sending = { completion, model: model.id, created: Math.floor(Date.now() / 1000), pace: paceOf(model, prompt, fault === 'slow'), speed, fault };
  if (request.stream) return stream(response, sending, request.includeUsage && fault !== 'no-usage');
  const reading = completion.pieces.reduce((sum, _, index) => sum + sending.pace.gapMs(index), sending.pace.firstTokenMs);
  await pause(response, Math.min(reading, 20_000) / speed);
  if (fault === 'cut') response.destroy();
  else if (fault !== 'stall') reply(response, { status: 200, headers: { 'content-type': 'application/json' }, body: wholeCompletion(completion, model.id, sending.created, fault !== 'no-usage') });
}

interface Sending {
  readonly completion: Completion;
  readonly model: string;
  readonly created: number;
  readonly pace: Pace;
  readonly speed: number;
  readonly fault: DemoFault | undefined;
}

function answered(request: DemoRequest, model: DemoModel, fault: DemoFault | undefined): Completion {
  const answer = demoAnswer(request, model);
  const room = Math.min(request.maxTokens ?? model.maxOutputTokens, model.maxOutputTokens, Math.max(1, model.contextTokens - promptTokens(request.messages)));
  const completion = completionOf(request, answer, fault === 'length' ? Math.min(room, 40) : room);
  return fault === 'refuse' ? { ...completion, pieces: completion.pieces.slice(0, 12), toolCalls: [], finish: 'content_filter' } : completion;
}

/** Sends frames as they fall due: first after the time to the first token, then at the model's speed. */
async function stream(response: ServerResponse, sending: Sending, includeUsage: boolean): Promise<void> {
  const { completion, pace, speed, fault } = sending;
  const frames = streamFrames(completion, sending.model, sending.created, includeUsage);
  // A fault in the middle comes after a third of the text.
  const broken = fault === 'cut' || fault === 'stall' ? Math.max(2, Math.floor(completion.pieces.length / 3)) : Infinity;
  const start = performance.now();
  let due = pace.firstTokenMs / speed;
  await pause(response, due);
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-request-id': completion.id });
  for (const [index, frame] of frames.entries()) {
    if (index >= broken) return breakOff(response, fault);
    const textIndex = index - 1;
    if (textIndex > 0 && textIndex < frames.length - 3) due += pace.gapMs(textIndex) / speed;
    const wait = due - (performance.now() - start);
    // Timers are coarse: what is due within one of their steps goes at once.
    if (wait > 1) await pause(response, wait);
    if (response.destroyed) return;
    response.write(frame);
  }
  response.end();
}

/** `cut` loses the connection; `stall` keeps it open and silent until the client leaves or the server stops. */
function breakOff(response: ServerResponse, fault: DemoFault | undefined): void {
  // What was written still leaves, then the connection goes without its last chunk.
  if (fault === 'cut') response.socket?.destroySoon();
}

/** Waits, or less when the connection is closed meanwhile. */
function pause(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.once('close', done);
  });
}

function reply(response: ServerResponse, { status, headers, body }: ErrorReply): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function modelList(): unknown {
  return { object: 'list', data: demoModels.map((model) => ({ id: model.id, object: 'model', created: 1_790_000_000, owned_by: 'demo' })) };
}

/** The body as text; undefined when it is too large. The rest is read and dropped, so that the refusal arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const buffer = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    bytes += buffer.length;
    if (bytes <= largestBodyBytes) parts.push(buffer);
  }
  return bytes > largestBodyBytes ? undefined : Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function authorityOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : '';
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
