import type { ClientSpend, GatewayClient } from '../../core/model/client';
import { asArmId } from '../../core/model/modelCard';
import { nano } from '../../core/model/money';
import type { ClientStore } from '../../core/ports/clientStore';
import type { LedgerStore } from '../../core/ports/ledgerStore';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, json, optionalInteger, optionalText, type Row, text } from './row';

const qualities = ['economy', 'balanced', 'quality'] as const;

const columns = ['id', 'name', 'token_hash', 'agent', 'folder', 'spend_limit', 'models', 'quality', 'arm', 'created_at', 'expires_at'] as const;
const replaced = columns.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
const putClient = `INSERT INTO clients (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO UPDATE SET ${replaced.join(', ')}`;

/** The clients of the gateway in SQLite. What they spent is in the ledger. */
export class ClientTables implements ClientStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
    private readonly ledger: Pick<LedgerStore, 'clientSpend'>,
  ) {}

  list(): Promise<readonly GatewayClient[]> {
    return this.connection.read(() => this.connection.statement('SELECT * FROM clients ORDER BY created_at, id').all().map(readClient));
  }

  async put({ id, name, tokenHash, agent, folder, limit, models, quality, arm, createdAt, expiresAt }: GatewayClient): Promise<void> {
    await this.connection.write(() => {
      this.connection
        .statement(putClient)
        .run(id, name, tokenHash, agent ?? null, folder ?? null, limit ?? null, models === undefined ? null : JSON.stringify(models), quality ?? null, arm ?? null, createdAt, expiresAt ?? null);
    });
    this.changes.notify('clients');
  }

  async remove(id: string): Promise<void> {
    await this.connection.write(() => {
      this.connection.statement('DELETE FROM clients WHERE id = ?').run(id);
    });
    this.changes.notify('clients');
  }

  spend(id: string): Promise<ClientSpend> {
    return this.ledger.clientSpend(id);
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('clients', listener);
  }
}

function readClient(row: Row): GatewayClient {
  const agent = optionalText(row, 'agent');
  const folder = optionalText(row, 'folder');
  const limit = optionalInteger(row, 'spend_limit');
  const models = optionalText(row, 'models') === undefined ? undefined : readModels(json(row, 'models'));
  const written = optionalText(row, 'quality');
  // A quality of a newer Farthing is left to the person's setting.
  const quality = qualities.find((one) => one === written);
  const arm = optionalText(row, 'arm');
  const expiresAt = optionalInteger(row, 'expires_at');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    tokenHash: text(row, 'token_hash'),
    ...(agent === undefined ? {} : { agent }),
    ...(folder === undefined ? {} : { folder }),
    ...(limit === undefined ? {} : { limit: nano(limit) }),
    ...(models === undefined ? {} : { models }),
    ...(quality === undefined ? {} : { quality }),
    ...(arm === undefined ? {} : { arm: asArmId(arm) }),
    createdAt: integer(row, 'created_at'),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** What cannot be read lets nothing be asked: a rule must not vanish with the words it was written in. */
function readModels(value: unknown): readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : ['-'];
}
