import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { noon, opening, settled } from '../../../support/calls';
import { operationsRoom, terminal } from '../../../support/operationsRoom';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}

const description: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>; readonly components: { readonly schemas: Readonly<Record<string, Schema>> } } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  if (name === undefined) return schema;
  const found = description.components.schemas[name];
  assert.ok(found, `no schema ${name}`);
  return found;
}

/** What of a value the schema does not say; every schema of the description is closed. */
function problems(value: unknown, written: Schema, at: string): readonly string[] {
  const schema = resolved(written);
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
  const types = [schema.type ?? []].flat();
  if (!types.includes(type) && !(type === 'integer' && types.includes('number'))) return [`${at} is ${type}, not ${types.join(' or ')}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${String(value)}`];
  if (Array.isArray(value)) return value.flatMap((item, place) => problems(item, schema.items ?? {}, `${at}[${place}]`));
  if (typeof value !== 'object' || value === null || !schema.properties) return [];
  const { properties } = schema;
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  return [...missing, ...Object.entries(value).flatMap(([name, field]) => (properties[name] ? problems(field, properties[name], `${at}.${name}`) : [`${at}.${name} is not described`]))];
}

/** Fields that a reply of the schema may have and this one has not. */
function unseen(values: readonly unknown[], written: Schema, at: string): readonly string[] {
  const schema = resolved(written);
  const flat = schema.items ? values.flat() : values;
  if (schema.items) return unseen(flat, schema.items, `${at}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inside = flat.flatMap((value) => (typeof value === 'object' && value !== null && name in value ? [Object.entries(value).find(([key]) => key === name)?.[1]] : []));
    return inside.length === 0 ? [`${at}.${name}`] : unseen(inside, field, `${at}.${name}`);
  });
}

function operationOf(path: string, method: string): Operation {
  const operation = description.paths[path]?.[method];
  assert.ok(operation, `${method} ${path} is not described`);
  return operation;
}

describe('docs/openapi.json', () => {
  it('has every page of operations, and no other', () => {
    const { operations } = operationsRoom();
    const described = Object.entries(description.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    assert.deepEqual(described.toSorted(), operations.rows.map(({ method, path }) => `${method.toLowerCase()} ${path}`).toSorted());
  });

  const targets: readonly (readonly [string, readonly string[]])[] = [
    ['/health', ['/health']],
    ['/v1/farthing/spend', ['/v1/farthing/spend?by=client&period=week']],
    ['/v1/farthing/budgets', ['/v1/farthing/budgets']],
    ['/v1/farthing/calls', ['/v1/farthing/calls?limit=1', '/v1/farthing/calls']],
  ];
  for (const [path, requests] of targets) {
    it(`${path} answers what it says, field by field, and says every field that comes`, async () => {
      const { read, ledger, app } = operationsRoom();
      await (await app.clients()).put(terminal);
      await ledger.settle(settled(opening('a', { realm: 'demo', client: terminal.id, folder: 'shop', question: 'q' }), 10));
      await ledger.settle(settled(opening('b', { realm: 'demo', startedAt: noon + 1 }), undefined, { outcome: 'failed', failure: 'offline', timing: { firstTokenMs: undefined, totalMs: 3.5 } }));
      const schema = operationOf(path, 'get').responses['200']?.content['application/json']?.schema ?? {};
      const replies = await Promise.all(requests.flatMap((target) => [read(target), read(target, { caller: terminal })]));
      for (const reply of replies) assert.deepEqual(problems(reply, schema, path), []);
      assert.deepEqual(unseen(replies, schema, path), []);
    });
  }

  it('/v1/farthing/route answers what it says', async () => {
    const { read } = operationsRoom();
    const schema = operationOf('/v1/farthing/route', 'post').responses['200']?.content['application/json']?.schema ?? {};
    const reply = await read('/v1/farthing/route', { method: 'POST', body: { prompt: 'Hello' } });
    assert.deepEqual(problems(reply, schema, 'route'), []);
  });

  it('refusals are as it says', async () => {
    const { read } = operationsRoom();
    const schema = operationOf('/v1/farthing/calls', 'get').responses['400']?.content['application/json']?.schema ?? {};
    assert.deepEqual(problems(await read('/v1/farthing/calls?limit=x'), schema, 'error'), []);
    assert.deepEqual(problems(await read('/metrics', { caller: terminal }), schema, 'error'), []);
  });

  it('names every field that may be asked with', async () => {
    const { asked } = operationsRoom();
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const { name } of methods['get']?.parameters ?? []) {
        const { body } = await asked(`${path}?${name}=%00`);
        // A field that is not known is told in other words than a value that is wrong.
        assert.ok(body.includes('"field"') && !body.includes('nrecognized'), `${path} ${name}: ${body}`);
      }
    }
    const request = resolved(operationOf('/v1/farthing/route', 'post').requestBody?.content['application/json']?.schema ?? {});
    for (const name of Object.keys(request.properties ?? {})) {
      const { body } = await asked('/v1/farthing/route', { method: 'POST', body: { prompt: 'Hello', [name]: 7 } });
      assert.ok(body.includes(`"field":"${name}"`) && !body.includes('nrecognized'), `${name}: ${body}`);
    }
  });
});
