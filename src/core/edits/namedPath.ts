import { commentText } from './syntax';

/** A block of code of an answer with what names it. */
export interface NamedBlock {
  readonly code: string;
  /** What stands after the fence. */
  readonly info: string;
  /** Lines of Markdown right before it, the nearest last. */
  readonly before: readonly string[];
}

/** Names of files without an ending. */
const bareNames = /^(?:Dockerfile|Makefile|Gemfile|Rakefile|Procfile|Jenkinsfile|Vagrantfile|LICENSE|CODEOWNERS|\.[a-z][\w-]*(?:rc|ignore|attributes|config|env)?)$/i;
/** An ending has a letter, so that `1.5` is no file. */
const ending = /(?:^|[/\\])[^/\\]*[^/\\.\s][^/\\]*\.(?=\d*[a-z])[\w-]{1,12}$|(?:^|[/\\])\.[a-z][\w.-]*$/i;
const forbidden = /[<>"|?*`{}\0\n]|\s{2}|^\s|\s$/;

/** Whether a text could be the path of a file, and not a word, a version or an address. */
function isPath(text: string): boolean {
  if (text.length > 300 || forbidden.test(text) || /\w:\/\//.test(text) || /[,;()]|^[-#]/.test(text)) return false;
  const name = text.split(/[/\\]/).at(-1) ?? '';
  if (/\s/.test(text) && !/[/\\]/.test(text) && /\s/.test(name.replace(/\.\w+$/, '')) && name.split(/\s/).length > 2) return false;
  return bareNames.test(name) || ending.test(text);
}

/** The path that the first line of a file is, when it is a comment with nothing else in it. */
export function namedIn(line: string): string | undefined {
  const words = commentText(line)?.replace(/^(?:file(?:name)?|path)\s*[:=]\s*/i, '').replace(/\s*\((?:new|updated|modified|new file|excerpt)\)$/i, '');
  return words !== undefined && isPath(words) ? words : undefined;
}

/**
 * The path that an answer names for a block: in its fence, in a comment on its first line, in the headers of a diff, or
 * right before it. As written, not made safe.
 */
export function namedPath({ code, info, before }: NamedBlock): string | undefined {
  return inFence(info.slice(0, 500)) ?? inDiff(code) ?? namedIn(code.split('\n', 1)[0] ?? '') ?? inProse(before);
}

/** ```` ```ts src/a.ts ````, `ts:src/a.ts`, `title="src/a.ts"`, `{file: src/a.ts}`, `src/a.ts`. */
function inFence(info: string): string | undefined {
  const attribute = /\b(?:title|file(?:name)?|path|name|source)\s*[:=]\s*(?:"([^"]+)"|'([^']+)'|([^\s,}]+))/i.exec(info);
  const named = attribute?.[1] ?? attribute?.[2] ?? attribute?.[3];
  if (named !== undefined && isPath(named)) return named;
  const words = info.trim().split(/\s+/);
  const lines = /(?::\d+(?:-\d+)?|#L\d+(?:-L?\d+)?)$/;
  for (const word of [words.slice(1).join(' '), ...words.slice(1), /^[\w+#-]+(?::\d+)?:(.+)$/.exec(words[0] ?? '')?.[1] ?? '', words[0] ?? '']) {
    const path = word.replace(/^[([{]|[)\]},]$/g, '').replace(lines, '');
    if (path !== '' && isPath(path) && (path.includes('.') || path.includes('/') || words.length > 1)) return path;
  }
  return undefined;
}

function inDiff(code: string): string | undefined {
  const named = /^\+\+\+ (?:b\/)?([^\t\n]+)/m.exec(code)?.[1]?.trim();
  const old = /^--- (?:a\/)?([^\t\n]+)/m.exec(code)?.[1]?.trim();
  if (!/^(?:---|\+\+\+) /m.test(code)) return undefined;
  return [named, old].find((path) => path !== undefined && path !== '/dev/null' && isPath(path));
}

/** A heading, a bold line, or a line that ends with the path: `### src/a.ts`, `**src/a.ts**`, `In `src/a.ts`:`. */
function inProse(before: readonly string[]): string | undefined {
  const line = before.findLast((one) => one.trim() !== '')?.trim();
  if (line === undefined || line.length > 300) return undefined;
  const bare = line.replace(/^(?:#{1,6}|[-*+]|\d+[.)]|>)\s+/, '').replace(/^(?:file(?:name)?|path|datei)\s*:\s*/i, '').replace(/^\d+[.)]\s+/, '');
  const whole = bare.replace(/\s*\((?:new|updated|modified|new file|changed|excerpt)[^)]*\)\s*:?$/i, '').replace(/:$/, '').replace(/^[*_`]+|[*_`]+$/g, '').replace(/:$/, '');
  if (isPath(whole) && (!/\s/.test(whole) || /[/\\]/.test(whole))) return whole;
  const marked = [...line.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*/g)].map(([, code, bold]) => code ?? bold ?? '').filter(isPath);
  // A sentence that speaks of several files says nothing of this block.
  const [only] = new Set(marked);
  if (only !== undefined && new Set(marked).size === 1 && (/^#{1,6}\s/.test(line) || /[:：]$/.test(line) || line.length < 120)) return only;
  const last = /^#{1,6}\s.*?([^\s`*]+)$/.exec(line)?.[1];
  return last !== undefined && isPath(last) && last.includes('/') ? last : undefined;
}
