import { countTokens } from '../../countTokens';
import type { GatewayDoor } from '../../door';
import type { ModelName, ModelNames } from '../../models';
import type { Caller, Reply, Row } from '../../row';
import { geminiGenerate } from './geminiGenerate';
import { readCount } from './read';
import { toProblem } from './said';

interface Parts {
  readonly door: Pick<GatewayDoor, 'estimateTokens'>;
  readonly names: Pick<ModelNames, 'list'>;
}

/** The addresses that clients of Gemini know. Names of models may have slashes. */
export function geminiRows({ door, names }: Parts): readonly Row[] {
  const list = (caller: Caller): Promise<readonly ModelName[]> => names.list(caller === 'machine' ? undefined : caller);
  return [
    { method: 'POST', path: '/v1beta/models/{model}:generateContent', problem: toProblem, serve: { kind: 'ask', dialect: ({ model = '' }) => geminiGenerate(model, 'whole') } },
    {
      method: 'POST',
      path: '/v1beta/models/{model}:streamGenerateContent',
      problem: toProblem,
      serve: { kind: 'ask', dialect: ({ model = '' }, query) => geminiGenerate(model, query.get('alt') === 'sse' ? 'events' : 'list') },
    },
    {
      method: 'POST',
      path: '/v1beta/models/{model}:countTokens',
      problem: toProblem,
      serve: {
        kind: 'reply',
        reply: async ({ body, path: { model = '' } }): Promise<Reply> => {
          const read = readCount(model, body);
          return read.ok ? { status: 200, body: { totalTokens: countTokens(read.value.ask, door.estimateTokens) } } : { problem: read.problem };
        },
      },
    },
    { method: 'GET', path: '/v1beta/models', problem: toProblem, serve: { kind: 'reply', reply: async ({ caller }) => ({ status: 200, body: { models: (await list(caller)).map(toModel) } }) } },
    {
      method: 'GET',
      path: '/v1beta/models/{model}',
      problem: toProblem,
      serve: {
        kind: 'reply',
        reply: async ({ caller, path: { model } }): Promise<Reply> => {
          const found = (await list(caller)).find(({ id }) => id === model);
          if (found === undefined) return { problem: { kind: 'notFound', status: 404, message: 'No model has this name. GET /v1beta/models lists those that can be asked.' } };
          return { status: 200, body: toModel(found) };
        },
      },
    },
  ];
}

function toModel({ id, arm }: ModelName): object {
  return {
    name: `models/${id}`,
    displayName: arm?.card.name ?? id,
    ...(arm === undefined ? {} : { inputTokenLimit: arm.card.contextTokens, outputTokenLimit: arm.card.maxOutputTokens }),
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}
