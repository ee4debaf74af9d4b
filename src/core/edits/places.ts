/** Where a path that somebody wrote leads. */
export type Place =
  /** Below a folder of the workspace; `path` with `/`, without `.` and `..`. */
  | { readonly kind: 'inside'; readonly folder: number; readonly path: string }
  /** Elsewhere: the person must see the full path and agree. */
  | { readonly kind: 'outside'; readonly path: string }
  /** Of another machine, a device, a variable, or no path of a file at all. */
  | { readonly kind: 'unusable' };

export interface Surroundings {
  /** The folders of the workspace, absolute, as the file system writes them. */
  readonly folders: readonly string[];
  readonly platform: 'posix' | 'win32';
}

/** Control characters, ends of lines and marks that change the direction: a path with one of them is shown as another. */
const turning = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Where a written path leads. Pure: links are for whoever asks the file system. Variables and `~` are never filled in. */
export function placeOf(written: string, { folders, platform }: Surroundings): Place {
  const windows = platform === 'win32';
  if (written.trim() === '' || written.length > 1000 || turning.test(written)) return { kind: 'unusable' };
  if (/^(?:[\\/]{2}|\\\?\?|~|\$|%)/.test(written) || /^[a-z][\w+.-]+:/i.test(written) || /\$\{|\$\w+[/\\]|%\w+%/.test(written)) return { kind: 'unusable' };
  const drive = /^[a-z]:/i.test(written);
  if (drive && !windows) return { kind: 'unusable' };
  if (drive && !/^[a-z]:[\\/]/i.test(written)) return { kind: 'unusable' };
  // Answers are written with either slash, whatever the machine.
  const path = written.replaceAll('\\', '/');
  const isAbsolute = path.startsWith('/') || drive;
  if (isAbsolute) {
    const segments = resolve(path);
    if (!segments) return { kind: 'unusable' };
    const whole = (drive ? '' : '/') + segments.join('/');
    for (const [folder, root] of folders.entries()) {
      const base = `${root.replaceAll('\\', '/').replace(/\/$/, '')}/`;
      const isBelow = windows ? whole.toLowerCase().startsWith(base.toLowerCase()) : whole.startsWith(base);
      if (isBelow && whole.length > base.length) return inside(folder, whole.slice(base.length), windows);
    }
    return { kind: 'outside', path: whole };
  }
  const [first] = folders;
  const segments = resolve(path);
  if (segments && segments.length > 0) return inside(0, segments.join('/'), windows);
  if (first === undefined) return { kind: 'unusable' };
  const whole = resolve(`${first.replaceAll('\\', '/')}/${path}`);
  return whole && whole.length > 0 ? { kind: 'outside', path: (/^[a-z]:/i.test(whole[0] ?? '') ? '' : '/') + whole.join('/') } : { kind: 'unusable' };
}

function inside(folder: number, path: string, windows: boolean): Place {
  // Streams, devices and names that Windows reads as others.
  if (windows && path.split('/').some((name) => /[:<>"|?*]|[. ]$|~\d|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i.test(name))) return { kind: 'unusable' };
  return { kind: 'inside', folder, path };
}

/** Without `.`, `..` and empty segments; undefined when it leads above where it begins. */
function resolve(path: string): readonly string[] | undefined {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments;
}

/** Why a file is written only after a question of its own. */
export type Risk = 'git' | 'editor' | 'instructions' | 'secret' | 'runs';

/** Names by which programs find what they obey, in lower case, with the reason; `/` at the end: everything below. */
const risks: readonly (readonly [Risk, RegExp])[] = [
  ['git', /(?:^|\/)\.git(?:\/|$)|(?:^|\/)\.git(?:attributes|modules|config)$|(?:^|\/)\.(?:githooks|husky)\//],
  ['editor', /(?:^|\/)\.(?:vscode|vscode-server|idea|zed|fleet|devcontainer)\/|(?:^|\/)\.(?:vscode|idea|zed|devcontainer)$|\.code-workspace$|(?:^|\/)\.devcontainer\.json$/],
  ['instructions', /(?:^|\/)\.(?:farthing|claude|cursor|clinerules|roo|gemini|amazonq|junie|windsurf|continue|codex|kiro|aider[\w.-]*)(?:\/|$)|(?:^|\/)(?:agents|claude|gemini|copilot-instructions)(?:\.local)?\.md$|(?:^|\/)\.(?:cursorrules|clinerules|windsurfrules|roorules|roomodes|rules|mcp\.json)$/],
  ['secret', /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]+)?$|(?:^|\/)\.envrc$|(?:^|\/)\.(?:ssh|gnupg|aws|kube|docker)(?:\/|$)|(?:^|\/)\.netrc$|(?:^|\/)(?:id_rsa|id_ed25519|id_ecdsa)(?:\.pub)?$|\.(?:pem|key|p12|pfx|keystore)$/],
  [
    'runs',
    /(?:^|\/)\.(?:npmrc|yarnrc(?:\.yml)?|pnp\.c?js|pnpmfile\.cjs|bazelrc|bash_?\w+|zsh\w+|profile|pre-commit-config\.ya?ml|gitlab-ci\.yml|travis\.yml)$|(?:^|\/)(?:\.pnpmfile\.cjs|gnumakefile|makefile|conftest\.py|sitecustomize\.py|usercustomize\.py|jenkinsfile|azure-pipelines\.yml|justfile|rakefile|build\.rs)$|(?:^|\/)\.(?:yarn|cargo|mvn|circleci|bundle)\/|(?:^|\/)\.github\/(?:workflows|actions)\/|(?:^|\/)(?:git|node|npm|npx|python3?|pip|sh|bash|cmd)(?:\.exe|\.cmd|\.bat)?$|\.(?:exe|dll|bat|cmd|lnk|scr)$/,
  ],
];

/** What a file of the workspace is read or run by, when that asks for a question before it is written. `path` with `/`. */
export function riskOf(path: string): Risk | undefined {
  // Characters that nobody sees are none to some file systems (CVE-2014-9390).
  const plain = path.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').toLowerCase().split('/').map((name) => name.replace(/::?\$data$/, '').replace(/[. ]+$/, '')).join('/');
  return risks.find(([, names]) => names.test(plain))?.[0];
}
