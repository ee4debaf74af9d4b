/** A file of the plug-in folder. `text` undefined: it is there but could not be read, or is too large to be a plug-in. */
export interface PluginFile {
  readonly name: string;
  readonly text: string | undefined;
}

export type Downloaded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Longest text of a plug-in, in bytes. 500 models with prices are about 100 kB. */
export const mostPluginBytes = 256 * 1024;

/** The folder of provider plug-ins, the person's own and never the workspace's. Nothing of it is ever run. */
export interface PluginFiles {
  /** Absolute, for people. */
  readonly folder: string;
  /** Every file that may be a plug-in, by name. Never rejects: a folder that is not there is empty. */
  read(): Promise<readonly PluginFile[]>;
  /** Replaces or makes a file in one step. Rejects with a sentence of the system. */
  write(name: string, text: string): Promise<void>;
  /** Removes a file; one that is gone already is fine. */
  remove(name: string): Promise<void>;
  /** Calls back when something in the folder changed and has been quiet for a moment. Never throws. Returns how to stop. */
  watch(listener: () => void): () => void;
  /** The text at an https address, or at one of this machine; undefined when it was cancelled. Never rejects; `reason` is a sentence. */
  download(address: string, signal: AbortSignal): Promise<Downloaded | undefined>;
}
