import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { GatewayClient } from '../../core/model/client';
import type { Gateway, GatewaySettings, GatewayState, MachineToken } from '../../core/ports/gateway';
import type { Log } from '../../core/ports/log';
import { commands } from '../../shared/contributions';
import { t, useBundle } from '../../shared/l10n';
import type { SettingValues } from '../../shared/settings';
import { withProgress } from '../keyCommands';
import { type GatewayHandlers, runCommand } from '../register';
import { readSettings, writeSetting } from '../settings';
import { AgentRuns } from '../terminalAgents/agentRuns';
import { allTerminalsEnvironment, pastProxies } from '../terminalAgents/agents';
import { runAgent } from '../terminalAgents/runAgent';
import { connecting } from './connecting';
import { allTerminalsId, allTerminalsToken } from './clientTokens';
import { showClients, spendOf } from './gatewayClients';
import { addressOf, clientRow, describeGateway, type GatewayButton, type GatewayTold, isLive, type SpendingClient, stateText, tellMoved, tellTrouble, tellUntrusted } from './gatewayTexts';

export interface GatewayRoomDependencies {
  readonly app: App;
  readonly log: Log;
  readonly token: MachineToken;
  /** Makes the gateway of this window; does not start it. */
  readonly openGateway: (settings: () => GatewaySettings) => Gateway;
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'environmentVariableCollection'>;
  /** Something that the tooltip shows has changed. */
  readonly changed: () => void;
}

/** The entry of the bundle. */
export function openGatewayRoom(dependencies: GatewayRoomDependencies): GatewayRoom {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  return new GatewayRoom(dependencies);
}

/** Starting and stopping the gateway, its clients and the agents that run through it, in one window. */
export class GatewayRoom implements vscode.Disposable {
  readonly handlers: GatewayHandlers = {
    [commands.startGateway]: () => this.#startByHand(),
    [commands.stopGateway]: () => this.#stopByHand(),
    [commands.showGateway]: () => this.#show(),
    [commands.copyGateway]: () => this.#copy(),
    [commands.connectClient]: () => this.#connect(),
    [commands.showGatewayClients]: () => showClients({ store: () => this.#dependencies.app.clients(), copyToken: (token) => this.#copyToken(token), arms: async () => (await this.#dependencies.app.models()).map(({ arm }) => arm) }),
    [commands.runAgent]: () => this.#runAgent(),
  };

  readonly #dependencies: GatewayRoomDependencies;
  readonly #gateway: Gateway;
  readonly #runs: AgentRuns;
  readonly #subscriptions: vscode.Disposable;
  #settings: SettingValues = readSettings().values;
  #port = this.#settings['gateway.port'];
  /** How many terminals are being opened that have a token of their own. */
  #opening = 0;
  /** One start or stop at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #told = '';

  constructor(dependencies: GatewayRoomDependencies) {
    const { app, context, log, changed, openGateway } = dependencies;
    this.#dependencies = dependencies;
    this.#gateway = openGateway(() => ({ port: this.#settings['gateway.port'], models: this.#settings['gateway.models'] }));
    this.#runs = new AgentRuns({ clients: () => app.clients(), kept: context.workspaceState, log, changed, ended: (run) => app.agentEnded(run), apart: (open) => this.#apart(open) });
    this.#subscriptions = vscode.Disposable.from(
      this.#runs,
      new vscode.Disposable(this.#gateway.onChange(() => this.#changed())),
      new vscode.Disposable(app.onCall(() => changed())),
    );
    context.environmentVariableCollection.persistent = false;
    this.settingsChanged();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** This window goes: another one takes the port. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#gateway.close();
  }

  /** Starts, stops or moves the gateway as the settings say. Windows all hear of it, so they all do the same. */
  settingsChanged(): void {
    this.#settings = readSettings().values;
    const port = this.#settings['gateway.port'];
    const moves = port !== this.#port;
    this.#port = port;
    const isOff = (): boolean => this.#gateway.state().kind === 'off';
    void this.#inTurn(async () => {
      if (!this.#wanted()) return isOff() ? undefined : this.#gateway.stop();
      if (moves && !isOff()) await this.#gateway.close();
      if (moves || isOff()) await this.#gateway.start();
      return undefined;
    }).then(() => this.#giveToTerminals());
  }

  /** Writes the gateway's part of the tooltip, where there is something to say. */
  async describe(text: vscode.MarkdownString): Promise<void> {
    const state = this.#gateway.state();
    // The tooltip says elsewhere that the books cannot be read.
    const agents = await this.#liveAgents().catch(() => []);
    if (state.kind !== 'off' || agents.length > 0) describeGateway(text, state, this.#gateway.running(), agents);
  }

  /** In a folder that is not trusted the window takes no part, whatever is set. */
  #wanted(): boolean {
    return this.#settings['gateway.enabled'] && vscode.workspace.isTrusted;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    const done = this.#turn.then(work).catch((error: unknown) => {
      this.#dependencies.log.error('the gateway could not be started or stopped', error);
      return undefined;
    });
    this.#turn = done;
    return done;
  }

  #changed(): void {
    const state = this.#gateway.state();
    this.#dependencies.changed();
    void this.#giveToTerminals();
    const trouble = state.kind === 'failed' ? JSON.stringify(state.trouble) : '';
    const isNew = trouble !== '' && trouble !== this.#told;
    this.#told = trouble;
    // Every window meets the same trouble: the one the person looks at tells it.
    if (isNew && state.kind === 'failed' && vscode.window.state.focused) void this.#tell(tellTrouble(state.trouble));
    // Only this window knows of it.
    if (state.kind === 'serving' && state.instead !== undefined) void this.#tell(tellMoved(state.instead, state.port));
  }

  async #tell({ sentence, buttons }: GatewayTold): Promise<void> {
    const labels: Readonly<Record<GatewayButton, string>> = { otherPort: t('Choose a Free Port'), again: t('Try Again'), reload: t('Reload Window'), log: t('Show Log'), trust: t('Manage Workspace Trust'), clients: t('Gateway Clients') };
    const choice = await vscode.window.showWarningMessage(sentence, ...buttons.map((id) => ({ title: labels[id], id })));
    switch (choice?.id) {
      case undefined:
        return;
      case 'otherPort':
        return writeSetting('gateway.port', undefined);
      case 'again':
        return void (await this.#start());
      case 'reload':
        return void (await vscode.commands.executeCommand('workbench.action.reloadWindow'));
      case 'log':
        return void (await runCommand(commands.showLog));
      case 'trust':
        return void (await vscode.commands.executeCommand('workbench.trust.manage'));
      case 'clients':
        return void (await runCommand(commands.showGatewayClients));
    }
  }

  /** Switches the gateway on for all windows. Undefined: it is not there; the person was told why. */
  async #start(): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) {
      void this.#tell(tellUntrusted());
      return undefined;
    }
    this.#told = '';
    return withProgress(t('Starting the gateway'), async () => {
      // Before the other windows hear of it: the first to need it makes it.
      await this.#dependencies.token.get().catch(() => undefined);
      await writeSetting('gateway.enabled', true);
      this.#settings = readSettings().values;
      if (!this.#wanted()) return undefined;
      const state = await this.#inTurn(async (): Promise<GatewayState> => (addressOf(this.#gateway.state()) === undefined ? this.#gateway.start() : this.#gateway.state()));
      await this.#giveToTerminals();
      return state && addressOf(state);
    });
  }

  async #startByHand(): Promise<void> {
    const address = await this.#start();
    if (address === undefined) return;
    const copy = t('Copy Address and Token');
    const run = t('Run Agent in Terminal');
    const connect = t('Connect a Client');
    const choice = await vscode.window.showInformationMessage(t('The gateway listens at {0}. It stays on in all windows until you stop it.', address), run, copy, connect);
    if (choice === copy) await this.#copy();
    if (choice === run) await this.#runAgent();
    if (choice === connect) await this.#connect();
  }

  async #stopByHand(): Promise<void> {
    const wasThere = this.#gateway.state().kind !== 'off';
    await withProgress(t('Stopping the gateway'), async () => {
      await writeSetting('gateway.enabled', undefined);
      this.#settings = readSettings().values;
      await this.#inTurn(() => this.#gateway.stop());
    });
    await this.#giveToTerminals();
    void vscode.window.showInformationMessage(wasThere ? t('The gateway is off. Programs that were told its address are refused until you start it again.') : t('The gateway is off.'));
  }

  /** The address; asks to start the gateway where it is off. Undefined: it is not there, and the person knows. */
  async #address(): Promise<string | undefined> {
    await this.#turn;
    const address = addressOf(this.#gateway.state());
    if (address !== undefined) return address;
    if (!vscode.workspace.isTrusted) return this.#start();
    const start = t('Start Gateway');
    const detail = t('Programs on this machine that have its token can then ask models through Farthing, at your cost and within your budgets. It listens on 127.0.0.1 only and stays on until you stop it.');
    return (await vscode.window.showInformationMessage(t('Start the gateway?'), { modal: true, detail }, start)) === start ? this.#start() : undefined;
  }

  async #copyToken(token: string): Promise<void> {
    await vscode.env.clipboard.writeText(token);
  }

  async #copy(known?: string): Promise<void> {
    const address = known ?? (await this.#address());
    if (address === undefined) return;
    await this.#copyToken(`${address}\n${await this.#dependencies.token.get()}`);
    void vscode.window.showInformationMessage(t('Copied: the address {0} and, in the line below it, the token. Whoever has the token can spend within your budgets.', address));
  }

  async #connect(): Promise<void> {
    const address = await this.#address();
    if (address === undefined) return;
    const picked = await vscode.window.showQuickPick(connecting(address), { title: t('Farthing: Connect a Client to the Gateway'), placeHolder: t('What does your program use?') });
    if (!picked) return;
    await this.#copyToken(await this.#dependencies.token.get());
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: picked.language, content: picked.text }), { preview: true });
    const clients = t('Add a Client');
    const choice = await vscode.window.showInformationMessage(t("The token of this machine is on the clipboard. To give a program a limit, models or an end of its own, add a client and use that one's token."), clients);
    if (choice === clients) await runCommand(commands.showGatewayClients);
  }

  /** How it stands and what one can do. */
  async #show(): Promise<void> {
    const state = this.#gateway.state();
    const isOn = addressOf(state) !== undefined;
    const agents = await this.#liveAgents();
    const renew = { label: `$(key) ${t('Make a New Token')}`, description: t('programs that have the one of this machine are refused') };
    const rows: (vscode.QuickPickItem & { readonly command?: keyof GatewayHandlers })[] = [
      ...agents.map((one) => ({ ...clientRow(one, Date.now()), command: commands.showGatewayClients })),
      ...(isOn ? [{ label: `$(rocket) ${t('Run Agent in Terminal')}`, command: commands.runAgent }, { label: `$(copy) ${t('Copy Address and Token')}`, command: commands.copyGateway }, { label: `$(plug) ${t('Connect a Client')}`, command: commands.connectClient }] : []),
      { label: `$(list-unordered) ${t('Clients')}`, description: agents.length === 0 ? t('no agent runs') : agents.length === 1 ? t('1 agent runs') : t('{0} agents run', agents.length), command: commands.showGatewayClients },
      renew,
      isOn ? { label: `$(debug-stop) ${t('Stop Gateway')}`, command: commands.stopGateway } : { label: `$(play) ${t('Start Gateway')}`, command: commands.startGateway },
    ];
    const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Gateway'), placeHolder: stateText(state, this.#gateway.running()) });
    if (picked === renew) await this.#renew();
    if (picked?.command) await runCommand(picked.command);
  }

  /** For a token that came into the wrong hands. The gateways of all windows hear of it by themselves. */
  async #renew(): Promise<void> {
    const make = t('Make a New Token');
    const detail = t('Programs that have the present one, and terminals that were given one, are refused from then on. Running agents and clients with a token of their own go on.');
    if ((await vscode.window.showWarningMessage(t('Make a new token for this machine?'), { modal: true, detail }, make)) !== make) return;
    // It stays the same, and is not there for a moment.
    const address = addressOf(this.#gateway.state());
    await this.#dependencies.token.renew();
    const copy = t('Copy Address and Token');
    if ((await vscode.window.showInformationMessage(t('This machine has a new token.'), copy)) === copy) await this.#copy(address);
  }

  async #runAgent(): Promise<void> {
    if (!vscode.workspace.isTrusted) return this.#tell(tellUntrusted());
    return runAgent({ app: this.#dependencies.app, runs: this.#runs, settings: () => readSettings().values, address: () => this.#address() });
  }

  /** The agents that run, in whatever window, the newest first. */
  async #liveAgents(): Promise<readonly SpendingClient[]> {
    const store = await this.#dependencies.app.clients();
    const now = Date.now();
    const live = (await store.list()).filter((client) => client.agent !== undefined && isLive(client, now));
    return spendOf(store, live.toSorted((one, other) => other.createdAt - one.createdAt));
  }

  /** Opens a terminal to which nothing is told that all get: it would count before the terminal's own environment. */
  async #apart(open: () => Promise<void>): Promise<void> {
    this.#opening += 1;
    this.#dependencies.context.environmentVariableCollection.clear();
    try {
      await open();
    } finally {
      this.#opening -= 1;
      await this.#giveToTerminals();
    }
  }

  /** Tells new terminals of the gateway, where the person wants that and while it is there. */
  async #giveToTerminals(): Promise<void> {
    const { environmentVariableCollection: collection } = this.#dependencies.context;
    const address = addressOf(this.#gateway.state());
    if (address === undefined || this.#opening > 0 || !this.#settings['gateway.agents.allTerminals'] || !this.#wanted()) return collection.clear();
    try {
      const { token, tokenHash } = allTerminalsToken(await this.#dependencies.token.get());
      const store = await this.#dependencies.app.clients();
      const known = (await store.list()).find(({ id }) => id === allTerminalsId);
      const client: GatewayClient = { ...(known ?? { id: allTerminalsId, name: t('All terminals'), createdAt: Date.now() }), tokenHash };
      if (known?.tokenHash !== tokenHash) await store.put(client);
      if (this.#opening > 0) return;
      collection.description = t('Leads agents to the gateway of Farthing at {0}.', address);
      for (const [name, value] of Object.entries({ ...pastProxies(process.env), ...allTerminalsEnvironment({ address, token }) })) collection.replace(name, value);
    } catch (error) {
      collection.clear();
      this.#dependencies.log.error('terminals could not be told of the gateway', error);
    }
    return undefined;
  }
}
