import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleTests } from '../../scripts/bundleTests.mjs';
import { extensionsVariable, testExtensions } from '../../scripts/installedExtension.mjs';
import { startWorkbench, type Window } from '../support/workbench';
import { asMegabytes, type Figure, type Measure, median, withRange } from './figure';
import type { Activation, Memory } from './hostProbe';

const starts = 5;
const answers = 20;
const portFileVariable = 'FARTHING_BENCH_PORT_FILE';

/** One start in which Farthing was started alone, after the host had become quiet. */
interface Alone {
  readonly activation: Activation;
  /** Of the host in the three seconds after the activation, in which main.js is loaded and the books are opened. */
  readonly afterwardsCpuMs: number;
  /** The same three seconds without Farthing. */
  readonly idleCpuMs: number;
  readonly before: Memory;
  /** Before once more, after the same waiting as between before and after: what the host does by itself. */
  readonly beforeAgain: Memory;
  readonly after: Memory;
}

/** What Farthing costs the extension host of a real VS Code, the package installed as a person installs it. */
export const measure: Measure = async (print) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
  const installed = testExtensions();
  try {
    const asShipped = await extensionsWithProbe(installed, path.join(folder, 'shipped'), (manifest) => manifest);
    // Nothing starts it but the probe, so that no other extension's start is counted with it.
    const startedByProbe = await extensionsWithProbe(installed, path.join(folder, 'alone'), (manifest) => ({ ...manifest, activationEvents: [] }));
    const told: number[] = [];
    for (let start = 1; start <= starts; start++) {
      told.push(await activationAsTold(asShipped));
      print(`start ${start} of ${starts}: VS Code says ${told.at(-1)} ms`);
    }
    const alone: Alone[] = [];
    let withAnswers: Memory | undefined;
    for (let start = 1; start <= starts; start++) {
      const last = start === starts;
      const { seen, answered } = await startAlone(startedByProbe, path.join(folder, `port-${start}`), last ? print : undefined);
      alone.push(seen);
      withAnswers = answered;
      print(`start ${start} of ${starts} alone: ${seen.activation.cpuMs.toFixed(0)} ms processor, ${seen.activation.wallMs.toFixed(0)} ms`);
    }
    return figures(told, alone, withAnswers);
  } finally {
    process.env[extensionsVariable] = installed;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

function figures(told: readonly number[], alone: readonly Alone[], withAnswers: Memory | undefined): readonly Figure[] {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const grew = (field: 'heap' | 'rss', from: (one: Alone) => Memory, to: (one: Alone) => Memory): string => withRange(alone.map((one) => to(one)[field] - from(one)[field]), asMegabytes);
  const last = alone.at(-1);
  const sinceStart = (field: 'heap' | 'rss'): string => (last && withAnswers ? asMegabytes(withAnswers[field] - last.beforeAgain[field]) : 'not measured');
  const runs = `${starts} starts of the host; median and range`;
  return [
    { name: 'activation, processor time', value: withRange(alone.map(({ activation }) => activation.cpuMs), ms), goal: '≤ 30 ms', how: `extension.js, started alone in a quiet host, all threads; ${runs}` },
    { name: '  with what it puts off', value: withRange(alone.map(({ activation, afterwardsCpuMs, idleCpuMs }) => activation.cpuMs + afterwardsCpuMs - idleCpuMs), ms), how: `activation and the 3 s after it: main.js, settings, a new database, status bar; less what the host uses by itself in 3 s (${ms(median(alone.map(({ idleCpuMs }) => idleCpuMs)))})` },
    { name: 'activation, elapsed', value: withRange(alone.map(({ activation }) => activation.wallMs), ms), how: 'the same starts' },
    { name: 'activation as VS Code shows it', value: withRange(told, ms), how: `Show Running Extensions, elapsed, package unchanged, among all other starts; ${starts} starts` },
    { name: 'heap added', value: grew('heap', (one) => one.beforeAgain, (one) => one.after), how: 'same host before activation and after, main.js loaded and database open, both after garbage collection' },
    { name: 'resident memory added', value: grew('rss', (one) => one.beforeAgain, (one) => one.after), how: 'the same' },
    { name: '  the host by itself', value: `heap ${grew('heap', (one) => one.before, (one) => one.beforeAgain)}, resident ${grew('rss', (one) => one.before, (one) => one.beforeAgain)}`, how: 'over the same waiting, before Farthing was started' },
    { name: `heap added after ${answers} demo answers`, value: sinceStart('heap'), how: 'over the host without Farthing; wire, catalogue and demo server loaded; one start' },
    { name: 'resident memory added, the same', value: sinceStart('rss'), how: 'the same' },
    { name: 'resident memory of the host', value: withRange(alone.map(({ beforeAgain }) => beforeAgain.rss), asMegabytes), how: 'without Farthing, for comparison' },
  ];
}

/** The package as it is, started by VS Code in its own time: what its list of running extensions says, in milliseconds. */
async function activationAsTold(extensions: string): Promise<number> {
  process.env[extensionsVariable] = extensions;
  const workbench = await startWorkbench({ settings: { 'farthing.demo.enabled': true }, viewport: { width: 1280, height: 3000 }, environment: { [portFileVariable]: path.join(extensions, 'port') } });
  try {
    const { window } = workbench;
    await window.waitForFarthing();
    await window.command('Developer: Show Running Extensions');
    const row = window.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: 'Farthing' });
    const text = await row.locator('.activation-time').innerText();
    const ms = Number(/(\d+)\s*ms/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(ms)) throw new Error(`VS Code tells no activation time: ${text}`);
    return ms;
  } finally {
    await workbench.stop();
  }
}

async function startAlone(extensions: string, portFile: string, print: ((line: string) => void) | undefined): Promise<{ readonly seen: Alone; readonly answered: Memory | undefined }> {
  process.env[extensionsVariable] = extensions;
  const workbench = await startWorkbench({ settings: { 'farthing.demo.enabled': true }, environment: { [portFileVariable]: portFile } });
  try {
    const { window } = workbench;
    await window.waitUntil(() => existsSync(portFile) && readFileSync(portFile, 'utf8') !== '', 'the probe', 60_000);
    const probe = new Probe(`http://127.0.0.1:${readFileSync(portFile, 'utf8')}`);
    await probe.quiet();
    const before = await probe.steadyMemory();
    const idleCpuMs = await probe.overSeconds(3);
    const beforeAgain = await probe.steadyMemory();
    const activation = await probe.ask<Activation>('/activate');
    if (activation.wasActive) throw new Error('Farthing was started before the probe did it.');
    const afterwardsCpuMs = await probe.overSeconds(3);
    await window.waitForFarthing();
    await probe.quiet();
    const after = await probe.steadyMemory();
    const seen: Alone = { activation, afterwardsCpuMs, idleCpuMs, before, beforeAgain, after };
    if (!print) return { seen, answered: undefined };
    await askDemo(window, print);
    await probe.quiet();
    return { seen, answered: await probe.steadyMemory() };
  } finally {
    await workbench.stop();
  }
}

async function askDemo(window: Window, print: (line: string) => void): Promise<void> {
  const chat = await window.openChat();
  const composer = chat.locator('textarea');
  for (let answer = 1; answer <= answers; answer++) {
    await composer.fill(`Write a function in TypeScript that debounces calls, version ${answer}`);
    await composer.press('Enter');
    await chat.getByText('Why this model').nth(answer - 1).waitFor({ timeout: 60_000 });
    if (answer % 5 === 0) print(`${answer} of ${answers} demo answers`);
  }
}

/** The other end of hostProbe.ts. */
class Probe {
  constructor(private readonly address: string) {}

  async ask<Answer>(path: '/activate' | '/memory' | '/cpu'): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Answer;
  }

  /** Processor time of the host over a wait, in milliseconds. */
  async overSeconds(seconds: number): Promise<number> {
    const before = await this.ask<number>('/cpu');
    await wait(seconds * 1000);
    return (await this.ask<number>('/cpu')) - before;
  }

  /**
   * Memory when it no longer changes by itself: a host that has just started drops code it ran once, tens of megabytes at
   * a time, after several collections.
   */
  async steadyMemory(): Promise<Memory> {
    let last = await this.ask<Memory>('/memory');
    for (let alike = 0, tries = 0; alike < 2 && tries < 12; tries++) {
      const now = await this.ask<Memory>('/memory');
      alike = Math.abs(now.heap - last.heap) < 300_000 && Math.abs(now.rss - last.rss) < 1_000_000 ? alike + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Waits until the host does next to nothing for two seconds. */
  async quiet(): Promise<void> {
    let last = await this.ask<number>('/cpu');
    let quietSeconds = 0;
    for (let second = 0; quietSeconds < 2 && second < 60; second++) {
      await wait(1000);
      const now = await this.ask<number>('/cpu');
      quietSeconds = now - last < 30 ? quietSeconds + 1 : 0;
      last = now;
    }
  }
}

/** A directory of extensions with Farthing, its manifest as `change` makes it, and the probe. */
async function extensionsWithProbe(installed: string, directory: string, change: (manifest: Record<string, unknown>) => Record<string, unknown>): Promise<string> {
  const name = readdirSync(installed).find((entry) => entry.startsWith('farthing.farthing-'));
  if (name === undefined) throw new Error('The extension is not installed.');
  const farthing = path.join(directory, name);
  cpSync(path.join(installed, name), farthing, { recursive: true });
  const manifestFile = path.join(farthing, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(manifestFile, JSON.stringify(change(manifest)));

  const probe = path.join(directory, 'bench.probe-0.0.1');
  mkdirSync(probe, { recursive: true });
  writeFileSync(path.join(probe, 'package.json'), JSON.stringify({ name: 'probe', publisher: 'bench', version: '0.0.1', engines: { vscode: '^1.125.0' }, activationEvents: ['*'], main: './main.js' }));
  const { bundles, remove } = await bundleTests('host', ['test/bench/hostProbe.ts']);
  cpSync(bundles[0] ?? '', path.join(probe, 'main.js'));
  remove();

  const entry = (id: string, version: string, folder: string): object => ({ identifier: { id }, version, location: { $mid: 1, path: folder, scheme: 'file' }, relativeLocation: path.basename(folder) });
  writeFileSync(path.join(directory, 'extensions.json'), JSON.stringify([entry('farthing.farthing', String(manifest['version']), farthing), entry('bench.probe', '0.0.1', probe)]));
  return directory;
}
