import { inspect } from 'node:util';
import type * as vscode from 'vscode';
import type { Log } from '../core/ports/log';

/** Long runs of key characters after a usual key prefix or an authorisation word. A net under the rule that keys are never passed here. */
const keyLike = /\b(sk-|gsk_|xai-|hf_|AIza|csk-|tgp_|farthing-(?=[\w-]{43})|Bearer\s+)[A-Za-z0-9_\-.]{8,}/g;

/** The log as an output channel of the editor. */
export function outputLog(channel: vscode.LogOutputChannel): Log {
  return {
    info: (message) => channel.info(withoutKeys(message)),
    warn: (message) => channel.warn(withoutKeys(message)),
    error: (message, cause) => channel.error(withoutKeys(cause === undefined ? message : `${message}: ${inspect(cause)}`)),
  };
}

export function withoutKeys(text: string): string {
  return text.replace(keyLike, '$1…');
}
