type Fields = Readonly<Record<string, unknown>>;

/**
 * What a person attaches and cannot be passed on is refused. What an agent's tool has brought would be sent again with
 * every later request, so that its conversation could never go on: there a note takes its place, for the model to read.
 */
export function withNotes(content: unknown): unknown {
  if (!Array.isArray(content) || !content.some((block) => isObject(block) && block['type'] === 'tool_result')) return content;
  return content.map((block: unknown) => (isObject(block) && block['type'] === 'tool_result' && Array.isArray(block['content']) ? { ...block, content: block['content'].map(noted) } : noted(block)));
}

function noted(block: unknown): unknown {
  if (!isObject(block) || !isObject(block['source'])) return block;
  const { type, source } = block;
  if (type === 'image' && source['type'] !== 'base64') return note('An image was here that is kept at the vendor or on the web, and was not passed on.');
  if (type === 'document' && source['type'] !== 'text' && source['type'] !== 'content') return note('A document was here that cannot be passed on as it is. Its text can, when another tool reads it.');
  return block;
}

function note(text: string): Fields {
  return { type: 'text', text: `[${text}]` };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
