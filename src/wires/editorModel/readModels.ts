import type * as vscode from 'vscode';
import type { Capability } from '../../core/model/modelCard';
import type { ListedModel } from '../../core/ports/wire';
import { objectOf } from '../http/jsonValue';
import { idOfModel } from './editor';

/** The models as the catalogue takes them, each once. A model is known by its id, its family and its name, whichever is measured. */
export function readModels(models: readonly vscode.LanguageModelChat[]): readonly ListedModel[] {
  const byId = new Map<string, ListedModel>();
  for (const model of models) {
    const id = idOfModel(model);
    const capabilities = capabilitiesOf(model);
    if (byId.has(id)) continue;
    byId.set(id, {
      id,
      name: model.name,
      // What is counted is the prompt; there is room for an answer besides.
      ...(Number.isSafeInteger(model.maxInputTokens) && model.maxInputTokens > 0 ? { contextTokens: model.maxInputTokens } : {}),
      ...(capabilities === undefined ? {} : { capabilities }),
      knownAs: [...new Set([model.id, model.family, model.name])],
    });
  }
  return [...byId.values()];
}

/** Not in the API of 1.125, but on the model in newer editors (seen in 1.139); one that lacks it is listed without capabilities. */
function capabilitiesOf(model: unknown): readonly Capability[] | undefined {
  const told = objectOf(objectOf(model)?.['capabilities']);
  if (told === undefined) return undefined;
  return [...(told['supportsToolCalling'] === true ? (['tools'] as const) : []), ...(told['supportsImageToText'] === true ? (['vision'] as const) : [])];
}
