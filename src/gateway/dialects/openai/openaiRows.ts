import { globMatcher } from '../../../core/model/glob';
import type { Clock } from '../../../core/ports/clock';
import type { GatewayDoor } from '../../door';
import type { ModelNames } from '../../models';
import { problemOf } from '../../problems';
import type { Caller, Reply, Row } from '../../row';
import { openaiChat } from '../openaiChat/openaiChat';
import { openaiResponses } from '../openaiResponses/openaiResponses';
import { embeddingsReply, readEmbeddings } from './embeddings';
import { modelReply, modelsReply } from './modelsReply';
import { openaiProblem } from './problem';

interface Parts {
  readonly door: Pick<GatewayDoor, 'embed'>;
  readonly names: Pick<ModelNames, 'list'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** The addresses that clients of OpenAI know. */
export function openaiRows({ door, names, clock }: Parts): readonly Row[] {
  return [
    { method: 'POST', path: '/v1/chat/completions', problem: openaiProblem, serve: { kind: 'ask', dialect: () => openaiChat } },
    { method: 'POST', path: '/v1/responses', problem: openaiProblem, serve: { kind: 'ask', dialect: () => openaiResponses } },
    {
      method: 'GET',
      path: '/v1/models',
      problem: openaiProblem,
      serve: { kind: 'reply', reply: async ({ caller }) => ({ status: 200, body: modelsReply(await names.list(clientOf(caller)), clock.now()) }) },
    },
    {
      method: 'GET',
      path: '/v1/models/{id}',
      problem: openaiProblem,
      serve: {
        kind: 'reply',
        reply: async ({ caller, path: { id = '' } }): Promise<Reply> => {
          const name = (await names.list(clientOf(caller))).find((one) => one.id === id);
          if (name === undefined) return { problem: { kind: 'notFound', status: 404, message: 'No model has this name. GET /v1/models lists those that can be asked.', field: 'model' } };
          return { status: 200, body: modelReply(name, clock.now()) };
        },
      },
    },
    {
      method: 'POST',
      path: '/v1/embeddings',
      problem: openaiProblem,
      serve: {
        kind: 'reply',
        reply: async ({ body, caller, signal }): Promise<Reply> => {
          const read = readEmbeddings(body);
          if (!read.ok) return { problem: read.problem };
          const { place, input, dimensions } = read.value;
          const client = clientOf(caller);
          if (client?.models !== undefined && client.models.length > 0 && !globMatcher(client.models)(place)) {
            return { problem: { kind: 'forbidden', status: 403, field: 'model', message: `This client may not use ${place}: it may use ${client.models.join(', ')}. Change that in the editor, in the list of clients of the gateway.` } };
          }
          const embedded = await door.embed({ place, input, ...(dimensions === undefined ? {} : { dimensions }), ...(client === undefined ? {} : { client: askingOf(client) }) }, signal);
          return embedded.ok ? { status: 200, body: embeddingsReply(read.value, embedded) } : { problem: problemOf(embedded.failure) };
        },
      },
    },
  ];
}

function clientOf(caller: Caller): Exclude<Caller, 'machine'> | undefined {
  return caller === 'machine' ? undefined : caller;
}

function askingOf({ id, limit, folder }: Exclude<Caller, 'machine'>): { readonly id: string; readonly limit?: NonNullable<typeof limit>; readonly folder?: string } {
  return { id, ...(limit === undefined ? {} : { limit }), ...(folder === undefined ? {} : { folder }) };
}
