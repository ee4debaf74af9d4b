import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { t } from '../../shared/l10n';
import { type Agent, agents, type Version } from './agents';
import { readVersion } from './version';

/** An agent and where it is. */
export interface FoundAgent {
  readonly agent: Agent;
  /** Absolute path of its executable; undefined: it is in no folder of the PATH. */
  readonly file?: string;
  /** Undefined: it did not say, or not in time. */
  readonly version?: Version;
}

/** What a program is started with: directly, or through the interpreter of Windows' command files. */
export interface ProgramCall {
  readonly file: string;
  /** As one text only where Windows' command files need it. */
  readonly arguments: readonly string[] | string;
}

/** How long an agent may take to say its version, in milliseconds. */
const versionMs = 5_000;

/** Looks for every agent and asks those that are there for their version, side by side. */
export function findAgents(searchPath: string, signal: AbortSignal): Promise<readonly FoundAgent[]> {
  return Promise.all(
    agents.map(async (agent) => {
      const file = await findExecutable(agent.executable, searchPath);
      if (file === undefined) return { agent };
      const version = await askVersion(file, searchPath, signal);
      return { agent, file, ...(version === undefined ? {} : { version }) };
    }),
  );
}

/** The first executable of that name in the folders of a PATH. Folders that are not absolute are left out: they mean whatever folder is open. */
async function findExecutable(name: string, searchPath: string): Promise<string | undefined> {
  for (const file of candidates(name, searchPath, process.platform, process.env['PATHEXT'])) {
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Every file that could be meant by a name, in order. On Windows only what can be started without a shell of its own kind. */
export function candidates(name: string, searchPath: string, platform: NodeJS.Platform, extensions = '.COM;.EXE;.BAT;.CMD'): readonly string[] {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folders = searchPath.split(paths.delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1')).filter((folder) => paths.isAbsolute(folder));
  const startable = extensions.split(';').map((extension) => extension.toLowerCase()).filter((extension) => /^\.(com|exe|bat|cmd)$/.test(extension));
  const names = platform === 'win32' ? startable.map((extension) => name + extension) : [name];
  return folders.flatMap((folder) => names.map((one) => paths.join(folder, one)));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Characters that no interpreter reads as anything but themselves. */
const plain = /^[\w.:/@#+=-]*$/;

/**
 * How to start a program with arguments. Programs start directly, so nothing in an argument is ever read by a shell. Windows
 * starts command files (which npm installs) only through cmd.exe: there the path is quoted, and an argument that cmd.exe could
 * read as more than text is refused. @throws Error where that cannot be done safely
 */
export function programCall(file: string, given: readonly string[], platform: NodeJS.Platform = process.platform, interpreter = process.env['ComSpec'] ?? 'cmd.exe'): ProgramCall {
  if (platform !== 'win32' || !/\.(bat|cmd)$/i.test(file)) return { file, arguments: given };
  const odd = /["%\r\n]/.test(file) ? file : given.find((one) => !plain.test(one));
  if (odd !== undefined) throw new Error(t('Not started, because cmd.exe could read this as a command: {0}', odd));
  return { file: interpreter, arguments: `/d /s /c ""${file}" ${given.join(' ')}"` };
}

/** Variables that a program needs to run at all. No other goes along: `--version` is asked before the person has chosen to run it. */
const harmless = /^(path|pathext|home|user|username|userprofile|homedrive|homepath|appdata|localappdata|programdata|programfiles.*|systemroot|systemdrive|windir|comspec|temp|tmp|tmpdir|lang|lc_\w+|shell|xdg_\w+|nvm_\w+|volta_\w+|pyenv_\w+|node_version)$/i;

export function versionEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && harmless.test(entry[0]) && !/key|token|secret|password/i.test(entry[0]));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', CI: '1' };
}

/** Runs `--version` in the person's home, without what else is in the environment. Never rejects. */
function askVersion(file: string, searchPath: string, signal: AbortSignal): Promise<Version | undefined> {
  const call = programCall(file, ['--version']);
  const verbatim = typeof call.arguments === 'string';
  return new Promise((resolve) => {
    execFile(
      call.file,
      typeof call.arguments === 'string' ? [call.arguments] : [...call.arguments],
      { timeout: versionMs, killSignal: 'SIGKILL', maxBuffer: 100_000, windowsHide: true, windowsVerbatimArguments: verbatim, cwd: homedir(), env: { ...versionEnvironment(process.env), PATH: searchPath }, signal },
      (error, stdout) => resolve(error ? undefined : readVersion(stdout)),
    );
  });
}
