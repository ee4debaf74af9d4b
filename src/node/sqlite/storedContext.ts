import { type ContextItem, contextKinds } from '../../core/model/contextItem';

/** What went with a question, from its JSON. What is no such item is left out; undefined when nothing is left. */
export function contextFromJson(value: unknown): readonly ContextItem[] | undefined {
  const items = Array.isArray(value) ? value.filter(isContextItem) : [];
  return items.length > 0 ? items : undefined;
}

function isContextItem(value: unknown): value is ContextItem {
  if (!isRecord(value)) return false;
  const { id, kind, label, detail, source, lines, language, text, image, tokens, readAt } = value;
  return (
    contextKinds.some((known) => known === kind) &&
    [id, label, text].every((one) => typeof one === 'string') &&
    [detail, source, language].every((one) => one === undefined || typeof one === 'string') &&
    typeof readAt === 'number' &&
    (tokens === undefined || typeof tokens === 'number') &&
    (lines === undefined || (isRecord(lines) && typeof lines['from'] === 'number' && typeof lines['to'] === 'number')) &&
    (image === undefined || (isRecord(image) && typeof image['mediaType'] === 'string' && typeof image['base64'] === 'string'))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
