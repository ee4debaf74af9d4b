import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { BrowserContext, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { launchOptions } from '../../scripts/browser.mjs';
import { extensionHosts, fewBuiltIns, newestLog, offlineEnvironment, serverOption, startServer, windowUrl } from '../../scripts/codeServer.mjs';
import type { Server } from '../../scripts/codeServer.mjs';
import { testExtensions } from '../../scripts/installedExtension.mjs';
import { root } from '../../scripts/node24.mjs';
import { quietSettings } from '../../scripts/quietSettings.mjs';
import { keepWarm, warmPort, warmUp } from '../../scripts/warmBrowser.mjs';
import { behindSlowConnection } from './slowConnection';

/** What a workbench keeps between two starts: settings, state and ledger, and the browser's part of the secrets. */
export interface Profile {
  readonly directory: string;
  /** Set by the first start; the same port is the same browser origin, without which secrets are lost. */
  port?: number;
}

export interface WorkbenchOptions {
  /** User settings over the quiet ones (scripts/quietSettings.mjs); written before the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A folder to copy and open; default: test/fixtures/sampleWorkspace. `'none'` opens an empty window. */
  readonly workspace?: string;
  /** Files written into the copied workspace before the start, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** `restricted`: the folder is not trusted and VS Code does not ask. `ask`: VS Code asks. Default `trusted`. */
  readonly trust?: 'trusted' | 'restricted' | 'ask';
  /** To start again later with what was kept; from `newProfile()`. Default: one that is deleted at the end. */
  readonly profile?: Profile;
  /** Environment of the extension host. Keys of providers in ours are always removed. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of a further extension to install. */
  readonly extension?: string;
  /** With all extensions that the editor itself brings; default: the few that tests meet (scripts/codeServer.mjs). */
  readonly allBuiltIns?: boolean;
  /** Default 1280 × 800. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

export type Theme = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

const themeNames: Record<Theme, string> = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  highContrast: 'Dark High Contrast',
  highContrastLight: 'Light High Contrast',
};

const extensionId = 'farthing.farthing';

/** Milliseconds that whatever goes between browser and server is late at most, to find tests and pages that count on a fast machine (CONTRIBUTING.md). */
const delayMs = Number(process.env['FARTHING_TEST_DELAY'] ?? 0);

/** A profile that outlives one workbench; delete it with `removeProfile`. */
export function newProfile(): Profile {
  return { directory: mkdtempSync(path.join(tmpdir(), 'farthing-')) };
}

export function removeProfile(profile: Profile): void {
  rmSync(profile.directory, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Starts VS Code with the packaged extension installed and opens one window on a copy of a workspace.
 * Waits until the window shows its status bar, not until any extension has started.
 */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const profile = options.profile ?? newProfile();
  const folder = prepareFolder(profile, options);
  const trust = options.trust ?? 'trusted';
  const port = profile.port ?? (await warmPort());
  const started = await startServer({
    userData: path.join(profile.directory, 'user'),
    extensions: options.extension === undefined ? testExtensions() : extensionsWith(options.extension, profile),
    settings: {
      ...quietSettings,
      ...(trust === 'restricted' ? { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' } : {}),
      ...(trust === 'ask' ? { 'security.workspace.trust.startupPrompt': 'always' } : {}),
      ...options.settings,
    },
    trustEverything: trust === 'trusted',
    environment: { ...offlineEnvironment, ...withoutKeys(), ...options.environment },
    // It would start a login shell to ask for an environment, which is ours already, and compress what stays on this machine.
    options: ['force-disable-user-env', 'disable-websocket-compression', ...(options.allBuiltIns === true ? [] : [`builtin-extensions-dir=${fewBuiltIns()}`])].flatMap(serverOption),
    ...(port === undefined || delayMs > 0 ? {} : { port }),
  });
  const server = delayMs > 0 ? await behindSlowConnection(started, port ?? 0, delayMs) : started;
  profile.port = server.port;
  try {
    const browserProfile = path.join(profile.directory, 'browser');
    warmUp(browserProfile, server.port);
    const browser = await chromium.launchPersistentContext(browserProfile, {
      ...(await launchOptions()),
      viewport: options.viewport ?? { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const workbench = new Workbench({ server, browser, folder, profile, keepProfile: options.profile !== undefined });
    try {
      await workbench.openFirstWindow();
      return workbench;
    } catch (error) {
      await workbench.saveEvidence('start');
      await workbench.stop();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * One workbench for the tests of a `describe`: started before them, stopped after them; a failed test leaves a screenshot
 * and the extension host's log under out/e2e. Call it at the top of the `describe` and use what it returns inside the tests.
 */
export function useWorkbench(options: WorkbenchOptions | (() => WorkbenchOptions) = {}): () => Workbench {
  let workbench: Workbench | undefined;
  before(async function startSharedWorkbench() {
    this.timeout(120_000);
    workbench = await startWorkbench(typeof options === 'function' ? options() : options);
  });
  afterEach(async function saveEvidenceOfFailure() {
    const { state, err } = this.currentTest ?? {};
    if (state !== 'failed' || workbench === undefined) return;
    const texts = await workbench.saveEvidence(this.currentTest?.fullTitle() ?? '');
    // Printed with the failure: where only the print of a run is kept, there is no picture.
    if (err !== undefined) Object.assign(err, { pages: texts });
  });
  after(async function stopSharedWorkbench() {
    this.timeout(30_000);
    await workbench?.stop();
  });
  return () => {
    if (workbench === undefined) throw new Error('The workbench is there only inside tests and hooks.');
    return workbench;
  };
}

interface WorkbenchParts {
  readonly server: Server;
  readonly browser: BrowserContext;
  readonly folder: string | undefined;
  readonly profile: Profile;
  readonly keepProfile: boolean;
}

/** A running VS Code: one server, one browser, any number of windows that share settings, secrets and global storage. */
export class Workbench {
  private readonly windows: Window[] = [];
  private readonly consoleLines: string[] = [];
  private stopped = false;

  constructor(private readonly parts: WorkbenchParts) {}

  /** The first window. */
  get window(): Window {
    const [first] = this.windows;
    if (first === undefined) throw new Error('This workbench has no window.');
    return first;
  }

  get profile(): Profile {
    return this.parts.profile;
  }

  /** The opened copy of the workspace, absolute. */
  get folder(): string {
    if (this.parts.folder === undefined) throw new Error('This workbench has no folder.');
    return this.parts.folder;
  }

  /** The extension's directory in global storage, where its database is. */
  get globalStorage(): string {
    return path.join(this.parts.server.userData, 'User/globalStorage', extensionId);
  }

  /** What the pages wrote to the browser's console so far, one entry a message. */
  get browserConsole(): readonly string[] {
    return this.consoleLines;
  }

  async openFirstWindow(): Promise<Window> {
    const blank = this.parts.browser.pages()[0] ?? (await this.parts.browser.newPage());
    return this.open(blank, this.parts.folder);
  }

  /** Another window on the same server: shares everything but its page. Default: on the same folder. */
  async openSecondWindow(folder: string | undefined = this.parts.folder): Promise<Window> {
    return this.open(await this.parts.browser.newPage(), folder);
  }

  private async open(page: Page, folder: string | undefined): Promise<Window> {
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => this.consoleLines.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.consoleLines.push(`uncaught: ${error.message}`));
    await page.goto(windowUrl(this.parts.server.url, folder));
    const window = new Window(page);
    this.windows.push(window);
    await window.waitUntilShown();
    return window;
  }

  /** Process ids of the extension hosts, one a window, oldest first. */
  extensionHosts(): number[] {
    return extensionHosts(this.parts.server);
  }

  /** Ends an extension host the hard way (`kill -9`), as a crash would. VS Code then starts another or offers to. */
  killExtensionHost(index = 0): number {
    const pid = this.extensionHosts()[index];
    if (pid === undefined) throw new Error(`There is no extension host ${index}.`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** The extension hosts' logs of this start. */
  extensionLog(): string {
    return newestLog(this.parts.server.userData);
  }

  /** What Farthing wrote to its output channel in this start. */
  farthingLog(): string {
    return newestLog(this.parts.server.userData, /Farthing.*\.log$/i);
  }

  /** Saves screenshots of all windows, the logs and the console under out/e2e/<name>. Returns what the pages say, one entry each. */
  async saveEvidence(name: string): Promise<readonly string[]> {
    const directory = path.join(root, 'out/e2e', fileName(name));
    mkdirSync(directory, { recursive: true });
    for (const [index, { page }] of this.windows.entries()) {
      await page.screenshot({ path: path.join(directory, `window-${index + 1}.png`), timeout: 10_000 }).catch(() => undefined);
    }
    const frames = await Promise.all(this.windows.flatMap(({ page }) => page.frames().map(stateOf)));
    writeFileSync(path.join(directory, 'frames.json'), JSON.stringify(frames, null, 2));
    writeFileSync(path.join(directory, 'exthost.log'), this.extensionLog());
    writeFileSync(path.join(directory, 'farthing.log'), this.farthingLog());
    writeFileSync(path.join(directory, 'console.log'), this.consoleLines.join('\n'));
    writeFileSync(path.join(directory, 'server.log'), this.parts.server.output());
    process.stdout.write(`      evidence: ${path.relative(root, directory)}\n`);
    return frames.flatMap(({ url, text }) => (text === undefined || text === '' || url.includes('/webWorkerExtensionHostIframe') ? [] : [text]));
  }

  /** Ends browser and server, and deletes the profile unless it was given. Can be called twice. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.parts.browser.close().catch(() => undefined);
    keepWarm(path.join(this.parts.profile.directory, 'browser'), this.parts.server.port);
    await this.parts.server.stop();
    if (!this.parts.keepProfile) removeProfile(this.parts.profile);
  }
}

/** One window of a workbench and what a person does in it. Everything else is reachable through `page`. */
export class Window {
  constructor(readonly page: Page) {}

  async waitUntilShown(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
  }

  /** Loads the page again, as the user's F5 in a browser or "Reload Window". */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitUntilShown();
  }

  /** Waits until Farthing's status bar item shows, which is when the extension is active. */
  async waitForFarthing(): Promise<Locator> {
    const item = this.statusItem();
    await item.first().waitFor({ timeout: 60_000 });
    return item;
  }

  /** The visible quick pick or input box, with its `input`. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Rows of the visible quick pick that contain a text. */
  quickRow(text: string | RegExp): Locator {
    return this.quickInput.locator('.monaco-list-row').filter({ hasText: text });
  }

  /** Types into the visible quick input and, unless told otherwise, presses Enter. */
  async fillQuickInput(text: string, { accept = true }: { accept?: boolean } = {}): Promise<void> {
    const input = this.quickInput.locator('input.input');
    await input.waitFor();
    await input.fill(text);
    if (!accept) return;
    // A list is there before its rows, which come from the extension: Enter would take none of them.
    const isList = await this.quickInput.locator('.quick-input-list').evaluate((list) => getComputedStyle(list).display !== 'none');
    if (isList) await this.quickInput.locator('.monaco-list-row').first().waitFor();
    await input.press('Enter');
  }

  /** Accepts what a dialog for saving proposes, once that is a file of this name. */
  async saveAs(name: string): Promise<void> {
    const input = this.quickInput.locator('input.input');
    await this.waitUntil(async () => (await input.inputValue()).endsWith(name), `a dialog that proposes ${name}`);
    await input.press('Enter');
  }

  /** Clicks a row of the visible quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    await this.quickRow(text).first().click();
  }

  /**
   * Runs a command through the Command Palette.
   * @param title as the palette shows it, with its category: `Farthing: Set API Key`
   */
  async command(title: string): Promise<void> {
    const input = this.quickInput.locator('input.input');
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.page.keyboard.press('F1');
        await input.waitFor({ timeout: 3000 });
        await input.fill(`>${title}`, { timeout: 3000 });
        await this.paletteRow(title).click({ timeout: 5000 });
        return;
      } catch (error) {
        // A late change of focus can close the palette while the window is still coming up.
        if (attempt >= 4) throw error;
        // Elsewhere Escape stops answers.
        if (await this.quickInput.isVisible()) await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The palette's row whose label is exactly the title, wherever it is in the list. */
  private paletteRow(title: string): Locator {
    const exact = new RegExp(`^${escapeForRegExp(title)}$`);
    return this.quickInput
      .locator('.monaco-list-row')
      .filter({ has: this.page.locator('.quick-input-list-entry .monaco-icon-label .label-name, .quick-input-list-label .label-name').filter({ hasText: exact }) })
      .first();
  }

  /** Titles of the palette's rows for a search, in order: `paletteTitles('Farthing:')`. */
  async paletteTitles(search: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    await this.fillQuickInput(`>${search}`, { accept: false });
    const rows = this.quickInput.locator('.monaco-list-row .quick-input-list-entry .label-name');
    let titles: string[] = [];
    // Those of all commands are there for a moment.
    await this.waitUntil(async () => {
      titles = await rows.allTextContents();
      return titles.length > 0 && titles.every((title) => title.includes(search));
    }, `commands with ${search}`);
    await this.page.keyboard.press('Escape');
    return titles;
  }

  /** Opens a file of the workspace by its name or path in Quick Open. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.fillQuickInput(name, { accept: false });
    // By key: files that are found later draw the rows anew, and a click on one that is just replaced does nothing.
    await this.takeFocusedRow(path.basename(name));
    await this.page.locator(`.tabs-container .tab[data-resource-name="${path.basename(name)}"]`).first().waitFor();
    await this.editorOf(path.basename(name)).waitFor();
  }

  /** Presses Enter on the row of a quick pick until the list goes away: while rows are drawn anew there is a moment in which none of them is the focused one. */
  async takeFocusedRow(text: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.quickRow(text).and(this.page.locator('.focused')).waitFor();
      // Of the field, wherever the focus went meanwhile.
      await this.quickInput.locator('input.input').press('Enter');
      try {
        await this.quickInput.waitFor({ state: 'hidden', timeout: 3000 });
        return;
      } catch (error) {
        if (attempt >= 4) throw error;
      }
    }
  }

  /** The active text editor once it shows a file of this name: its tab is there before, over the text of another file. */
  private editorOf(name: string): Locator {
    return this.page.locator(`.editor-group-container.active .editor-instance .monaco-editor[data-uri$="/${encodeURIComponent(name)}"]:visible`).first();
  }

  /** The active text editor. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor[data-uri]:visible').first();
  }

  /** Closes the active editor; one with changes asks in a dialog. */
  async closeEditor(): Promise<void> {
    await this.page.locator('.editor-group-container.active .tab.active .tab-actions .action-label').first().click();
  }

  /** Puts the caret of the active editor at a place, counted from 1: `2:19`. Keys are the editor's after that. */
  async goTo(place: string): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.fillQuickInput(`:${place}`);
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  }

  /** Selects lines of the active editor, counted from 1, both included. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goTo(String(first));
    await this.page.keyboard.press('Home');
    for (let line = first; line < last; line += 1) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
  }

  /** Text of the active editor as it is on the screen (long files are drawn only in part). */
  async editorText(): Promise<string> {
    const lines = await this.editor.locator('.view-line').evaluateAll((nodes) =>
      nodes
        .map((node) => ({ top: Number.parseFloat(node instanceof HTMLElement ? node.style.top : '0'), text: node.textContent ?? '' }))
        .toSorted((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Text on the clipboard. */
  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Polls a condition that no element on the page shows, such as a process or a file. */
  async waitUntil(condition: () => boolean | Promise<boolean>, what: string, limitMs = 40_000): Promise<void> {
    for (const end = Date.now() + limitMs; !(await condition()); ) {
      if (Date.now() > end) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Farthing's item in the activity bar. */
  get activityItem(): Locator {
    return this.page.locator('.activitybar [role="tab"][aria-label^="Farthing"], .activitybar .action-item a[aria-label^="Farthing"]').first();
  }

  /** Shows Farthing's chat and waits for its page. */
  async openChat(): Promise<FrameLocator> {
    const frame = this.page.locator(chatFrameSelector);
    // By command and not by a click on the activity bar: a click on the item of a view that is just opening closes it.
    const isOpen = await this.page.locator('.part.sidebar:visible .composite.title').filter({ hasText: /Farthing/i }).count();
    if (isOpen === 0 && !(await frame.isVisible())) await this.command('Farthing: Open Chat');
    await frame.waitFor({ timeout: 30_000 });
    return this.chat;
  }

  /** The page inside Farthing's chat view; use `openChat` first. */
  get chat(): FrameLocator {
    return this.page.frameLocator(chatFrameSelector).frameLocator('iframe#active-frame');
  }

  /** The one page of Farthing's that is shown among the editors. */
  get panel(): FrameLocator {
    return this.page.frameLocator(panelFrameSelector).frameLocator('iframe#active-frame');
  }

  /** The way to it for axe, which takes selectors. */
  readonly panelFrames = [panelFrameSelector, 'iframe#active-frame', '#root'] as const;

  /** A status bar item of Farthing by its id in code, or every one of its items. */
  statusItem(itemId?: string): Locator {
    return this.page.locator(itemId === undefined ? `.part.statusbar [id^="${extensionId}"]` : `[id="${extensionId}.${itemId}"]`);
  }

  /** Takes the mouse to where nothing is, so that no tooltip lies over what is clicked next. */
  async restMouse(): Promise<void> {
    const tooltip = this.page.locator('.monaco-hover:visible, .workbench-hover:visible').first();
    for (let attempt = 1; ; attempt += 1) {
      await this.page.mouse.move(760, 300);
      try {
        await tooltip.waitFor({ state: 'detached', timeout: 3000 });
        return;
      } catch (error) {
        if (attempt >= 10) throw error;
        // One whose row was drawn anew under the mouse does not hear that the mouse has left. It goes when the mouse leaves it.
        const box = await tooltip.boundingBox({ timeout: 1000 }).catch(() => null);
        if (box !== null) await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
      }
    }
  }

  /**
   * Rests the mouse on something until its tooltip shows a text.
   * The editor closes a tooltip whose row or status bar item changes, and opens it again only for a mouse that comes anew.
   */
  async hover(target: Locator, text: string | RegExp = ''): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover:visible, .workbench-hover:visible').filter({ hasText: text }).last();
    for (let attempt = 1; ; attempt += 1) {
      await this.restMouse();
      await target.hover();
      try {
        await tooltip.waitFor({ timeout: 3000 });
        return tooltip;
      } catch (error) {
        if (attempt >= 10) throw error;
      }
    }
  }

  /** Notifications at the lower right, all or those that contain a text. */
  toast(text: string | RegExp = ''): Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });
  }

  /** The modal dialog. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Clicks a button of the modal dialog. */
  async answerDialog(button: string): Promise<void> {
    await this.dialog.locator('.monaco-button').filter({ hasText: button }).first().click();
  }

  /** Changes the colour theme the way a person does and waits until it shows. */
  async setTheme(theme: Theme): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.fillQuickInput(themeNames[theme], { accept: false });
    await this.pick(new RegExp(`^${escapeForRegExp(themeNames[theme])}`));
    const className = { dark: 'vs-dark', light: 'vs', highContrast: 'hc-black', highContrastLight: 'hc-light' }[theme];
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }

  /**
   * Changes user settings while VS Code runs, through the settings editor: it does not see the file change by other hands.
   * Replaces all user settings; the quiet ones stay.
   */
  async replaceSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.command('Preferences: Open User Settings (JSON)');
    const tab = this.page.locator('.tabs-container .tab[data-resource-name="settings.json"]').first();
    await tab.waitFor();
    await this.editorOf('settings.json').locator('.view-line').first().click();
    await this.page.keyboard.press('Control+A');
    // Pasted, not typed: the editor would close brackets by itself.
    const inForce = this.page.locator('.monaco-workbench.monaco-reduce-transparency');
    const wasOn = (await inForce.count()) > 0;
    // Changes nothing here but a class, each time: what is done in the window after that reaches extensions after the settings.
    const sign = { 'workbench.reduceTransparency': wasOn ? 'off' : 'on' };
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify({ ...quietSettings, ...settings, ...sign }, null, 2));
    await this.page.keyboard.press('Control+V');
    await this.page.locator('.tabs-container .tab.dirty[data-resource-name="settings.json"]').waitFor();
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tabs-container .tab.dirty[data-resource-name="settings.json"]').waitFor({ state: 'detached' });
    await inForce.waitFor({ state: wasOn ? 'detached' : 'attached' });
    await this.closeEditor();
    await tab.waitFor({ state: 'detached' });
  }

  /** Makes the side bar so many pixels wide by dragging its edge. */
  async setSideBarWidth(width: number): Promise<void> {
    const sideBar = this.page.locator('.part.sidebar');
    const box = await sideBar.boundingBox();
    if (box === null) throw new Error('The side bar is hidden.');
    const middle = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, middle);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, middle, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Saves a picture of the window, or of a part of it, as out/shots/<name>.png. */
  async screenshot(name: string, part?: Locator): Promise<string> {
    const file = path.join(root, 'out/shots', `${fileName(name)}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    if (part === undefined) await this.page.screenshot({ path: file });
    else await part.screenshot({ path: file });
    return file;
  }
}

/** What a page in the window says and how far it has come; undefined where it does not say within two seconds. */
async function stateOf(frame: Frame): Promise<{ readonly url: string; readonly text?: string; readonly state?: string }> {
  const told = frame.evaluate(() => ({
    text: (document.body?.innerText ?? '').replaceAll(/\s+/g, ' ').trim(),
    state: `${document.readyState}, scripts: ${performance.getEntriesByType('resource').map(({ name, duration }) => `${name} ${Math.round(duration)} ms`).filter((line) => line.includes('.js')).slice(-3).join(', ')}`,
  })).catch((error) => ({ state: String(error) }));
  return { url: frame.url(), ...(await Promise.race([told, wait(2000, {}, { ref: false })])) };
}

/** A directory of extensions with one more, as if it had been installed. */
function extensionsWith(extension: string, profile: Profile): string {
  const directory = path.join(profile.directory, 'extensions');
  const { name, publisher, version } = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
  const folder = `${publisher}.${name}-${version}`;
  cpSync(testExtensions(), directory, { recursive: true });
  cpSync(extension, path.join(directory, folder), { recursive: true });
  const list = path.join(directory, 'extensions.json');
  const installed = JSON.parse(readFileSync(list, 'utf8'));
  writeFileSync(list, JSON.stringify([...installed, { identifier: { id: `${publisher}.${name}` }, version, location: { $mid: 1, path: path.join(directory, folder), scheme: 'file' }, relativeLocation: folder }]));
  return directory;
}

const ourFrameSelector = `iframe.webview.ready[src*="extensionId=${extensionId}"]`;
// A view that is shown again has lost its purpose in the address (1.139), so the two are told apart by where they are:
// the editors reach to the right edge of the window, the side bar does not.
const chatFrameSelector = `:not(.webview-overlay-outer-right) > ${ourFrameSelector}`;
/** Of a page among the editors. */
const panelFrameSelector = `.webview-overlay-outer-right > ${ourFrameSelector}`;

function prepareFolder(profile: Profile, { workspace, files }: WorkbenchOptions): string | undefined {
  if (workspace === 'none') return undefined;
  const folder = path.join(profile.directory, 'workspace');
  // A profile that is started again keeps what was done to its workspace.
  if (!existsSync(folder)) cpSync(workspace ?? path.join(root, 'test/fixtures/sampleWorkspace'), folder, { recursive: true });
  for (const [name, text] of Object.entries(files ?? {})) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** The developer's own keys must not reach a test: it would find them, offer them and, at worst, spend money. */
function withoutKeys(): Record<string, undefined> {
  const isKey = (name: string): boolean => /(_API_KEY|_TOKEN)$|^(OPENAI|ANTHROPIC|OPENROUTER|HF|GEMINI|GOOGLE)_/.test(name);
  return Object.fromEntries(Object.keys(process.env).filter(isKey).map((name) => [name, undefined]));
}

function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 100);
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
