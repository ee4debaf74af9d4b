import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ClientSpend, EndedAgent, GatewayClient } from '../../core/model/client';
import type { NanoDollars } from '../../core/model/money';
import type { ClientStore } from '../../core/ports/clientStore';
import type { Log } from '../../core/ports/log';
import { t } from '../../shared/l10n';
import { newClientToken } from '../gateway/clientTokens';
import { spendText } from '../gateway/gatewayTexts';
import { plainText } from '../plainText';
import { type Agent, pastProxies } from './agents';
import { programCall } from './findAgents';
import { keepRuns, keptRuns } from './keptRuns';

/** A token ends by itself after so long without its window, in milliseconds; while that is there it is given another such time. */
const leaseMs = 24 * 60 * 60 * 1000;
const renewMs = 60 * 60 * 1000;
/** Runs that ended so long ago leave the list of clients; their calls stay in the books. */
const forgottenMs = 30 * 24 * 60 * 60 * 1000;

/** What a run is. */
export interface Run {
  readonly agent: Agent;
  /** Of its executable. */
  readonly file: string;
  readonly folder: vscode.WorkspaceFolder | undefined;
  readonly limit: NanoDollars | undefined;
  readonly model: string;
  readonly small: string;
  readonly address: string;
}

interface RunsDependencies {
  readonly clients: () => Promise<ClientStore>;
  readonly kept: vscode.Memento;
  readonly log: Log;
  readonly changed: () => void;
  readonly ended: (run: EndedAgent) => void;
  /** Opens a terminal whose own environment counts. */
  readonly apart: (open: () => Promise<void>) => Promise<void>;
}

/** The agents in this window's terminals: each has a client of its own that ends with its terminal. */
export class AgentRuns implements vscode.Disposable {
  readonly #clients = new Map<vscode.Terminal, string>();
  /** A terminal may close while it is just found that its process is gone. */
  readonly #ended = new Set<string>();
  readonly #subscriptions: vscode.Disposable;

  constructor(private readonly dependencies: RunsDependencies) {
    const timer = setInterval(() => void this.#renew(), renewMs);
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.onDidCloseTerminal((terminal) => void this.#closed(terminal)),
      // After the window was loaded again its terminals come back one by one.
      vscode.window.onDidOpenTerminal((terminal) => void this.#takeUp(terminal)),
      { dispose: () => clearInterval(timer) },
    );
    for (const terminal of vscode.window.terminals) void this.#takeUp(terminal);
    void this.#endLost().catch((error: unknown) => dependencies.log.error('agents of before could not be ended', error));
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Opens a terminal in which the agent runs. @throws StorageError, and Error where it cannot be started safely */
  async start({ agent, file, folder, limit, model, small, address }: Run): Promise<void> {
    const { token, tokenHash } = newClientToken();
    const { arguments: given, environment } = agent.start({ address, token, model, small });
    const call = programCall(file, given);
    const now = Date.now();
    const client: GatewayClient = {
      id: randomUUID(),
      name: folder ? t('{0} in {1}', agent.name, folder.name) : agent.name,
      tokenHash,
      agent: agent.id,
      ...(folder ? { folder: folder.uri.fsPath } : {}),
      ...(limit === undefined ? {} : { limit }),
      createdAt: now,
      expiresAt: now + leaseMs,
    };
    const store = await this.dependencies.clients();
    await store.put(client);
    await this.dependencies.apart(async () => {
      const terminal = vscode.window.createTerminal({
        name: agent.name,
        shellPath: call.file,
        shellArgs: typeof call.arguments === 'string' ? call.arguments : [...call.arguments],
        env: { ...pastProxies(process.env), ...environment },
        iconPath: new vscode.ThemeIcon(agent.icon),
        ...(folder ? { cwd: folder.uri } : {}),
      });
      this.#clients.set(terminal, client.id);
      terminal.show();
      this.dependencies.changed();
      const started = await terminal.processId;
      if (started !== undefined && this.#clients.has(terminal)) await keepRuns(this.dependencies.kept, { ...keptRuns(this.dependencies.kept), [client.id]: started });
    });
    await this.#forgetOld(store, now);
  }

  async #closed(terminal: vscode.Terminal): Promise<void> {
    const id = this.#clients.get(terminal);
    if (id === undefined) return;
    this.#clients.delete(terminal);
    try {
      const ended = await this.#end(id, true);
      if (ended) vscode.window.setStatusBarMessage(plainText(t('{0} ended: {1}', ended.client.name, spendText(ended))), 10_000);
    } catch (error) {
      this.dependencies.log.error('the client of an agent that ended could not be ended', error);
    }
  }

  /** From now on its token is refused. What it spent stays in the books. Undefined: the person has removed it. @param seen its end is now */
  async #end(id: string, seen: boolean): Promise<{ readonly client: GatewayClient; readonly spend: ClientSpend } | undefined> {
    if (this.#ended.has(id)) return undefined;
    this.#ended.add(id);
    const { [id]: _gone, ...rest } = keptRuns(this.dependencies.kept);
    await keepRuns(this.dependencies.kept, rest);
    const now = Date.now();
    const client = await this.#extend(id, now);
    this.dependencies.changed();
    if (!client) return undefined;
    const spend = await (await this.dependencies.clients()).spend(id);
    this.dependencies.ended({ agent: client.agent ?? client.name, ...(client.folder === undefined ? {} : { folder: path.basename(client.folder) }), spend, totalMs: seen ? now - client.createdAt : undefined });
    return { client, spend };
  }

  async #extend(id: string, expiresAt: number): Promise<GatewayClient | undefined> {
    const store = await this.dependencies.clients();
    const client = (await store.list()).find((one) => one.id === id);
    // One that the person has removed stays removed.
    if (client) await store.put({ ...client, expiresAt });
    return client;
  }

  async #renew(): Promise<void> {
    for (const id of this.#clients.values()) await this.#extend(id, Date.now() + leaseMs).catch((error: unknown) => this.dependencies.log.error('the client of an agent could not be given more time', error));
  }

  /** Knows a terminal of before the window was loaded again. */
  async #takeUp(terminal: vscode.Terminal): Promise<void> {
    const pid = await terminal.processId;
    const [id] = Object.entries(keptRuns(this.dependencies.kept)).find(([, started]) => started === pid) ?? [];
    if (id !== undefined && !this.#clients.has(terminal)) this.#clients.set(terminal, id);
  }

  /** What does not run any more has ended. */
  async #endLost(): Promise<void> {
    for (const [id, started] of Object.entries(keptRuns(this.dependencies.kept))) if (!isAlive(started)) await this.#end(id, false);
  }

  async #forgetOld(store: ClientStore, now: number): Promise<void> {
    for (const client of await store.list()) {
      if (client.agent !== undefined && client.expiresAt !== undefined && client.expiresAt < now - forgottenMs) await store.remove(client.id);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
