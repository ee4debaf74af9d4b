import * as z from 'zod/mini';

/**
 * What is read of a request. Google's JSON takes names in camel and in snake case; schemas and arguments are other people's
 * and keep theirs. What a person put in and no other model could be given is refused by its name.
 */
const named = <T extends z.ZodMiniType>(schema: T) => z.pipe(z.transform(camelCased), schema);

function camelCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), field]));
}

const anyObject = z.record(z.string(), z.unknown());
const refused = (sentence: string) => z.optional(z.unknown().check(z.refine((value) => value === undefined, { error: sentence })));

const part = named(
  z.object({
    text: z.nullish(z.string()),
    thought: z.nullish(z.boolean()),
    thoughtSignature: z.nullish(z.string()),
    inlineData: z.nullish(named(z.object({ mimeType: z.string(), data: z.string().check(z.minLength(1)) }))),
    functionCall: z.nullish(z.object({ id: z.nullish(z.string()), name: z.string().check(z.minLength(1)), args: z.nullish(anyObject) })),
    functionResponse: z.nullish(
      z.object({
        id: z.nullish(z.string()),
        name: z.string().check(z.minLength(1)),
        response: z.nullish(anyObject),
        parts: z.nullish(z.array(named(z.object({ inlineData: named(z.object({ mimeType: z.string(), data: z.string() })) })))),
      }),
    ),
    fileData: refused('is not fetched here: send the file itself, as inlineData'),
  }),
);

const content = z.object({ role: z.nullish(z.enum(['user', 'model', 'function', 'system'])), parts: z.nullish(z.array(part)) });

const functionDeclaration = named(z.object({ name: z.string().check(z.minLength(1)), description: z.nullish(z.string()), parameters: z.nullish(anyObject), parametersJsonSchema: z.nullish(anyObject) }));

const generationConfig = named(
  z.object({
    temperature: z.nullish(z.number().check(z.gte(0), z.lte(2))),
    topP: z.nullish(z.number().check(z.gte(0), z.lte(1))),
    seed: z.nullish(z.int()),
    stopSequences: z.nullish(z.array(z.string())),
    maxOutputTokens: z.nullish(z.int().check(z.gte(1))),
    candidateCount: z.nullish(z.literal(1)),
    responseMimeType: z.nullish(z.string()),
    responseSchema: z.nullish(anyObject),
    responseJsonSchema: z.nullish(anyObject),
    thinkingConfig: z.nullish(named(z.object({ includeThoughts: z.nullish(z.boolean()), thinkingBudget: z.nullish(z.number()), thinkingLevel: z.nullish(z.string()) }))),
  }),
);

export const generateBody = named(
  z.object({
    contents: z.union([z.array(content).check(z.minLength(1)), content]),
    systemInstruction: z.nullish(z.union([z.string(), z.object({ parts: z.nullish(z.array(part)), text: z.nullish(z.string()) })])),
    tools: z.nullish(z.array(named(z.looseObject({ functionDeclarations: z.nullish(z.array(functionDeclaration)) })))),
    toolConfig: z.nullish(named(z.object({ functionCallingConfig: z.nullish(named(z.object({ mode: z.nullish(z.string()), allowedFunctionNames: z.nullish(z.array(z.string())) }))) }))),
    generationConfig: z.nullish(generationConfig),
    cachedContent: refused('is kept at Google: send the content itself'),
  }),
);

/** Either what is counted stands in the body, or a whole request does. */
export const countBody = named(z.object({ generateContentRequest: z.optional(z.unknown()) }));

export type GenerateBody = z.infer<typeof generateBody>;
export type Content = z.infer<typeof content>;
export type Part = z.infer<typeof part>;
