import { isLoopback } from './customProvider';

/** What is wrong at a place below the value that was looked at. */
export interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Longest extra body, as JSON, in characters: it is sent with every request. */
const mostBodyCharacters = 4096;
const mostBodyDepth = 6;
const mostHeaders = 10;

/** Names under which keys travel. */
const keyName = /auth|token$|api[-_]?key|apikey|access[-_]?key|secret|passw|credential|cookie|session|signature|bearer/i;
/** Words that begin a key, and texts as long and as mixed as one. */
const keyValue = /\b(bearer|basic)\s+\S{8}|\bsk-\S{8}|[A-Za-z0-9_-]{32}/i;

/** Headers that say where a request goes, what it is, or who sends it: these are Farthing's. */
const ownHeaders = /^(host|origin|referer|forwarded|via|accept(-encoding)?|content-.*|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|user-agent|date|range|x-forwarded-.*|x-real-ip|x-http-method.*|x-(original|rewrite)-.*|idempotency-key|proxy-.*|sec-.*)$/i;

/**
 * Body fields that Farthing fills, or that would make it pay for, send or ask something else than what was chosen and
 * held against the budget.
 */
const ownFields: ReadonlySet<string> = new Set(
  (
    'model models messages input prompt system instructions stream stream_options tools tool_choice functions function_call parallel_tool_calls max_tokens max_completion_tokens max_output_tokens ' +
    'reasoning_effort reasoning thinking response_format n best_of service_tier speed inference_geo route fallbacks plugins provider transforms preset web_search_options search_parameters enable_search ' +
    'mcp_servers container context_management cache_control prompt_cache_retention background previous_response_id conversation modalities audio'
  ).split(' '),
);

/** Headers may add a wish of the provider's, never a key, never another host. */
export function headerProblems(headers: Readonly<Record<string, string>>): readonly RuleProblem[] {
  const entries = Object.entries(headers);
  if (entries.length > mostHeaders) return [{ path: [], message: `must be at most ${mostHeaders} headers` }];
  return entries.flatMap(([name, value]) => {
    const message = headerProblem(name, value);
    return message === undefined ? [] : [{ path: [name], message }];
  });
}

function headerProblem(name: string, value: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,59}$/.test(name)) return 'is not the name of a header: letters, digits and dashes';
  if (ownHeaders.test(name)) return 'is set by Farthing; a plug-in may not change it';
  if (keyName.test(name)) return 'could hold a key; keys are entered with Set API Key';
  if (!/^[ -~]{0,200}$/.test(value)) return 'must be at most 200 plain characters';
  if (keyValue.test(value)) return 'looks like a key; keys are entered with Set API Key';
  return undefined;
}

/** What of a plug-in's fields for request bodies is not allowed; empty when all is. */
export function bodyProblems(body: Readonly<Record<string, unknown>>): readonly RuleProblem[] {
  const problems = [...Object.keys(body).flatMap((name) => (ownFields.has(name.toLowerCase()) ? [{ path: [name], message: 'is set by Farthing; a plug-in may not change it' }] : [])), ...keysIn(body, [])];
  // Measured last: what is too deep cannot be written as JSON.
  return problems.length === 0 && JSON.stringify(body).length > mostBodyCharacters ? [{ path: [], message: `must be at most ${mostBodyCharacters} characters of JSON` }] : problems;
}

function keysIn(value: unknown, path: readonly (string | number)[]): readonly RuleProblem[] {
  if (path.length > mostBodyDepth) return [{ path, message: `must not be more than ${mostBodyDepth} levels deep` }];
  if (typeof value === 'string') return keyValue.test(value) ? [{ path, message: 'looks like a key; keys are entered with Set API Key' }] : [];
  if (Array.isArray(value)) return value.flatMap((one, index) => keysIn(one, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const at = [...path, name];
    if (keyName.test(name)) return [{ path: at, message: 'could hold a key; keys are entered with Set API Key' }];
    return /^[A-Za-z][\w.-]{0,59}$/.test(name) ? keysIn(one, at) : [{ path: at, message: 'is not the name of a field: letters, digits, dots, dashes and underscores' }];
  });
}

/** No letters that nobody sees, and none that turn the line around: a name stands in questions about trust. */
export function nameProblems(text: string): readonly RuleProblem[] {
  return /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u.test(text) ? [{ path: [], message: 'must have no invisible characters' }] : [];
}

/** Letters of other alphabets that look like Latin ones, each before the one it looks like (from Unicode's confusables.txt). */
const lookalikes: ReadonlyMap<string, string> = new Map(
  ['аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhӏlгr', 'αaβbγyεeηnιiκkνvοoρpτtυuχxωwΗhΜmΝnΥyΧxΖz', 'օoոnսuıiɑaɡg0o1l|l'].flatMap((pairs) => [...pairs.matchAll(/(.)(.)/gu)].map(([, from = '', to = '']) => [from, to] as const)),
);

/** What is left of a name for an eye that looks quickly: names of which the same is left look alike. */
export function looksOf(name: string): string {
  const folded = Array.from(name.normalize('NFKD'), (letter) => lookalikes.get(letter) ?? lookalikes.get(letter.toLowerCase()) ?? letter.toLowerCase()).join('');
  return folded.replace(/[^\p{L}\p{N}]/gu, '').replaceAll('i', 'l').replaceAll('rn', 'm').replaceAll('vv', 'w') || name;
}

/** A page for the person's browser. */
export function pageProblems(text: string): readonly RuleProblem[] {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? [] : [{ path: [], message: 'must be a page such as https://example.com/keys' }];
}

/** A path below the base URL. It cannot lead to another host, up from the base URL, or hold a key. */
export function pathProblems(text: string): readonly RuleProblem[] {
  const says = (message: string) => [{ path: [], message }];
  if (!/^\/[\w/.~%?&=,:+-]*$/.test(text)) return says('must be a path below baseUrl such as /models');
  if (text.includes('//') || /(^|\/)(\.|%2e){1,2}(\/|$|\?)/i.test(text)) return says('must be a plain path without // and without ..');
  const [, query = ''] = text.split('?');
  return [...new URLSearchParams(query)].some(([name, value]) => /key/i.test(name) || keyName.test(name) || keyValue.test(value)) ? says('must not hold a key; keys are entered with Set API Key') : [];
}

/** Whether an address is one of this machine. */
export function isHere(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && isLoopback(url.hostname);
}
