import { forgetList } from '../catalog/live';
import type { BadPlugin, PluginPreview, PluginProblem, ProviderPlugin } from '../model/plugin';
import { type PluginSource, keyNameOf, type ProviderDefinition } from '../model/provider';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Downloaded, PluginFile, PluginFiles } from '../ports/pluginFiles';
import type { TextStore } from '../ports/textStore';
import type { ForeignReaders } from './foreignReaders';
import { looksOf } from './pluginRules';
import { asPluginText, notData, notJson, parsePluginText, unreadable } from './pluginText';
import type { PluginRead } from './readPlugin';

export interface PluginsDependencies {
  readonly files: PluginFiles;
  /** What reads a plug-in; called when there is one. */
  readonly readers: () => Pick<ForeignReaders, 'readPlugin'>;
  readonly texts: TextStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Every provider that is no plug-in: their ids and names are taken. */
  readonly others: () => readonly Pick<ProviderDefinition, 'id' | 'name'>[];
}

/** What one source says, and what came of it. */
interface Offered {
  readonly source: PluginSource;
  readonly read: PluginRead;
}

interface Resolved {
  readonly inForce: readonly ProviderPlugin[];
  readonly waiting: readonly ProviderPlugin[];
  readonly bad: readonly BadPlugin[];
}

interface KnownFile extends Offered {
  readonly text: string | undefined;
}

/** Ids that are or may become Farthing's own. */
const reservedIds: ReadonlySet<string> = new Set(['farthing', 'demo', 'azure', 'editor', 'vscode', 'copilot', 'lmstudio', 'vllm', 'llamacpp']);

/** A text that is no JSON is read again after so long before anybody is told: it may be half written. Milliseconds. */
const settleMs = 500;

const consentsName = 'plugin-consents';

/**
 * Providers that are data of others. Files of the person come before what extensions contribute, each in its order; who
 * comes first has the id and the name. Nothing of a plug-in is run, and none is in force that has a problem.
 */
export class Plugins {
  #files: readonly KnownFile[] = [];
  #contributed: readonly Offered[] = [];
  /** Hosts that a person agreed to have prompts sent to without a key, as `id@host extension`. */
  #consents: ReadonlySet<string> = new Set();
  #opened: Promise<void> | undefined;
  #reading: Promise<void> = Promise.resolve();
  /** Texts that were no JSON when they were first read, by file; `since` by the monotonic clock. */
  #unsettled: ReadonlyMap<string, { readonly text: string; readonly since: number }> = new Map();
  #stopWatching: () => void = () => undefined;
  #cancelReading: () => void = () => undefined;
  #closed = false;
  #kept: { readonly sources: readonly unknown[]; readonly resolved: Resolved } | undefined;
  readonly #listeners = new Set<(gone: readonly ProviderDefinition[]) => void>();

  constructor(private readonly ports: PluginsDependencies) {}

  /** The folder of plug-ins, for people. */
  get folder(): string {
    return this.ports.files.folder;
  }

  /** Reads the folder the first time, and follows it from then on. Never rejects. */
  opened(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** What is in force now. */
  inForce(): readonly ProviderPlugin[] {
    return this.#resolved().inForce;
  }

  /** What is not, and why. */
  bad(): readonly BadPlugin[] {
    return this.#resolved().bad;
  }

  /** Contributed providers without a key, to which nobody has agreed yet that prompts are sent. Not in force until then. */
  waiting(): readonly ProviderPlugin[] {
    return this.#resolved().waiting;
  }

  /** `gone`: providers of before that are no more, or are at another host. */
  onChange(listener: (gone: readonly ProviderDefinition[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is wrong with a text, for the editor that shows it. `file`: where it is or will be in the folder, if it is of it. */
  check(text: string, file: string | undefined): readonly PluginProblem[] {
    const parsed = parsePluginText(text);
    if (!parsed) return notJson;
    const read = this.#readPlugin(parsed.value, { kind: 'file', file: file ?? '' });
    if (!read.ok) return read.problems;
    const clash = file === undefined ? undefined : this.#clashOf(read.plugin, this.#files.filter((one) => nameOfFile(one) < file));
    return clash ? [clash] : [];
  }

  /** The text at an address, for `preview`; undefined when it was cancelled. Keeps nothing. */
  download(address: string, signal: AbortSignal): Promise<Downloaded | undefined> {
    return this.ports.files.download(address, signal);
  }

  /** What installing a text would do. Keeps nothing. */
  async preview(text: string): Promise<{ readonly ok: true; readonly preview: PluginPreview } | { readonly ok: false; readonly problems: readonly PluginProblem[] }> {
    await this.opened();
    const parsed = parsePluginText(text);
    if (!parsed) return { ok: false, problems: notJson };
    const read = this.#readPlugin(parsed.value, { kind: 'file', file: '' });
    if (!read.ok) return read;
    const { id } = read.plugin.definition;
    const installed = this.#files.find((one) => one.read.ok && one.read.plugin.definition.id === id);
    const file = installed ? nameOfFile(installed) : `${id}.farthing-provider.json`;
    const there = this.#files.find((one) => nameOfFile(one) === file);
    const clash = this.#clashOf(read.plugin, [...this.#files.filter((one) => one !== there), ...this.#contributed]);
    if (clash) return { ok: false, problems: [clash] };
    const plugin = { ...read.plugin, definition: { ...read.plugin.definition, origin: { kind: 'file', file } as const } };
    return { ok: true, preview: { plugin, replaces: there && { file, plugin: there.read.ok ? there.read.plugin : undefined } } };
  }

  /** Keeps a text that was previewed. Rejects when the folder cannot be written. */
  async install({ plugin: { definition } }: PluginPreview, text: string): Promise<void> {
    if (definition.origin?.kind !== 'file') throw new Error('only a previewed plug-in can be installed');
    await this.ports.files.write(definition.origin.file, text);
    await this.#read();
  }

  /** The files of the folder that are plug-ins or try to be, with the provider of the good ones. */
  async installed(): Promise<readonly { readonly file: string; readonly definition: ProviderDefinition | undefined }[]> {
    await this.opened();
    return this.#files.map((one) => ({ file: nameOfFile(one), definition: one.read.ok ? one.read.plugin.definition : undefined }));
  }

  async remove(file: string): Promise<void> {
    await this.ports.files.remove(file);
    await this.#read();
  }

  /** Takes a provider from another extension until it is disposed. An id that is taken is a problem of `bad`, because it may become free. */
  contribute(extension: string, definition: unknown): { readonly ok: true; dispose(): void } | { readonly ok: false; readonly problems: readonly PluginProblem[] } {
    const source = { kind: 'extension', extension } as const;
    const text = asPluginText(definition);
    if (text === undefined) return { ok: false, problems: notData };
    const read = this.#readPlugin(parsePluginText(text)?.value, source);
    if (!read.ok) return read;
    const taken = this.#takenByOthers(read.plugin.definition);
    if (taken) return { ok: false, problems: [taken] };
    const offered = { source, read };
    this.#change(() => (this.#contributed = [...this.#contributed, offered]));
    return { ok: true, dispose: () => this.#change(() => (this.#contributed = this.#contributed.filter((one) => one !== offered))) };
  }

  /** The person agrees that prompts are sent to a contributed provider that needs no key. Kept for this host and extension. */
  async consent(definition: ProviderDefinition): Promise<void> {
    this.#change(() => (this.#consents = new Set([...this.#consents, consentOf(definition)])));
    await this.ports.texts.write(consentsName, JSON.stringify([...this.#consents]));
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching();
    this.#cancelReading();
  }

  async #open(): Promise<void> {
    this.#consents = new Set(readConsents(await this.ports.texts.read(consentsName).catch(() => undefined)));
    await this.#read();
    if (!this.#closed) this.#stopWatching = this.ports.files.watch(() => void this.#read());
  }

  /** One reading after the other, so that an older one never wins. Never rejects. */
  #read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readOnce()).catch((error: unknown) => this.ports.log.error('the plug-in folder could not be read', error));
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    const before = new Map(this.#files.map((one) => [nameOfFile(one), one]));
    const found = await this.ports.files.read();
    const now = this.ports.clock.elapsed();
    const unsettled = new Map<string, { readonly text: string; readonly since: number }>();
    const files = found.flatMap((file): readonly KnownFile[] => {
      const known = before.get(file.name);
      if (known && known.text === file.text) return [known];
      const read = this.#readFile(file);
      const draft = this.#unsettled.get(file.name);
      const since = draft !== undefined && draft.text === file.text ? draft.since : now;
      if (file.text === undefined || read !== undefined || now - since >= settleMs) return [{ source: { kind: 'file', file: file.name }, text: file.text, read: read ?? { ok: false, problems: notJson } }];
      unsettled.set(file.name, { text: file.text, since });
      return known ? [known] : [];
    });
    this.#unsettled = unsettled;
    this.#cancelReading();
    if (unsettled.size > 0 && !this.#closed) this.#cancelReading = this.ports.clock.after(settleMs, () => void this.#read());
    const same = files.length === this.#files.length && files.every((one, index) => one === this.#files[index]);
    if (!same) this.#change(() => (this.#files = files));
  }

  #readFile({ name, text }: PluginFile): PluginRead | undefined {
    if (text === undefined) return { ok: false, problems: unreadable };
    const parsed = parsePluginText(text);
    return parsed && this.#readPlugin(parsed.value, { kind: 'file', file: name });
  }

  #readPlugin(value: unknown, source: PluginSource): PluginRead {
    return this.ports.readers().readPlugin(value, source);
  }

  #change(apply: () => void): void {
    const before = [...this.inForce(), ...this.waiting()];
    apply();
    const after = new Set([...this.inForce(), ...this.waiting()].map(({ definition }) => keyNameOf(definition)));
    const gone = before.map(({ definition }) => definition).filter((definition) => !after.has(keyNameOf(definition)));
    // The list of another host would be taken for that of the next provider of this id.
    for (const { id } of gone) void forgetList(this.ports.texts, id).catch((error: unknown) => this.ports.log.error(`the model list of ${id} could not be removed`, error));
    for (const listener of this.#listeners) listener(gone);
  }

  /** Kept until a source, a consent or another provider changes: every question asks several times. */
  #resolved(): Resolved {
    const sources = [this.#files, this.#contributed, this.#consents, this.ports.others().map(({ id, name }) => `${id} ${name}`).join('\n')];
    if (this.#kept && sources.every((source, index) => source === this.#kept?.sources[index])) return this.#kept.resolved;
    const resolved = this.#resolve();
    this.#kept = { sources, resolved };
    return resolved;
  }

  #resolve(): Resolved {
    const inForce: ProviderPlugin[] = [];
    const waiting: ProviderPlugin[] = [];
    const bad: BadPlugin[] = [];
    const before: Offered[] = [];
    for (const { source, read } of [...this.#files, ...this.#contributed]) {
      const clash = read.ok ? this.#clashOf(read.plugin, before) : undefined;
      if (!read.ok) bad.push({ source, problems: read.problems });
      else if (clash) bad.push({ source, problems: [clash] });
      else {
        before.push({ source, read });
        (this.#needsConsent(read.plugin.definition) ? waiting : inForce).push(read.plugin);
      }
    }
    return { inForce, waiting, bad };
  }

  /** A key is entered by the person, who sees where it goes; a file was put there by the person. Nobody did either here. */
  #needsConsent(definition: ProviderDefinition): boolean {
    return definition.auth === 'none' && definition.origin?.kind === 'extension' && !this.#consents.has(consentOf(definition));
  }

  #clashOf({ definition }: ProviderPlugin, before: readonly Offered[]): PluginProblem | undefined {
    const taken = this.#takenByOthers(definition);
    if (taken) return taken;
    for (const { source, read } of before) {
      if (!read.ok) continue;
      const whose = source.kind === 'file' ? `the plug-in ${source.file}` : `the extension ${source.extension}`;
      if (read.plugin.definition.id === definition.id) return rule('id', `"${definition.id}" is already the id of ${whose}; choose another`);
      if (looksOf(read.plugin.definition.name) === looksOf(definition.name)) return rule('name', `"${definition.name}" is already the name of ${whose}; choose another`);
    }
    return undefined;
  }

  /** A plug-in can never stand for another provider, in requests or before the eyes of a person. */
  #takenByOthers(definition: ProviderDefinition): PluginProblem | undefined {
    if (reservedIds.has(definition.id)) return rule('id', `"${definition.id}" is kept for Farthing; choose another`);
    for (const other of this.ports.others()) {
      if (other.id === definition.id) return rule('id', `"${definition.id}" is already the id of the provider ${other.name}; choose another`);
      if (looksOf(other.name) === looksOf(definition.name)) return rule('name', `"${definition.name}" is already the name of another provider; choose another`);
    }
    return undefined;
  }
}

function nameOfFile({ source }: Offered): string {
  return source.kind === 'file' ? source.file : '';
}

function rule(field: string, message: string): PluginProblem {
  return { path: [field], message, bySchema: false };
}

function consentOf(definition: ProviderDefinition): string {
  return `${keyNameOf(definition)} ${definition.origin?.kind === 'extension' ? definition.origin.extension : ''}`;
}

/** Damaged or missing is nobody's consent. */
function readConsents(text: string | undefined): readonly string[] {
  const value = text === undefined ? undefined : parsePluginText(text)?.value;
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
