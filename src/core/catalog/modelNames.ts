/**
 * How vendors write the names of models, and how one is recognised under another's spelling. Exact names first: each
 * step removes something that may matter, so it is only tried when the step before found nothing.
 */

/** Route options of brokers, which do not change the model. Sizes such as `:4b` do, and stay. */
const routeOption = /:(free|nitro|floor|exacto|online|thinking|extended|batch|beta|fastest|cheapest|preferred)$/;
const releaseDate = /-(20\d{2}-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])|preview-\d{2}-\d{2,4}|\d{2}-20\d{2}|00[1-9])$/;
const packaging = /-(fp8|fp16|bf16|nvfp4|mxfp4|awq|gptq|gguf|mlx|int[48]|[48]bit|q[2-8](-[0-9a-z]+)*|instruct|it|hf|tput|lite-preview|preview|versatile|instant|maas)$/;

/**
 * Spellings to look a model up by, the closest first: as written, without the route option, without the vendor, without
 * the date, without words of packaging. Lower case.
 */
export function spellings(id: string): readonly string[] {
  return [...closeSpellings(id), ...looseSpellings(id)];
}

/** Those that only differ in where the model is sold. */
function closeSpellings(id: string): readonly string[] {
  const written = id.toLowerCase();
  const plain = written.replace(/^~/, '').replace(/^models\//, '').replace(routeOption, '');
  return distinct([written, plain, bareName(id)]);
}

/** Those that leave out a date or packaging. */
function looseSpellings(id: string): readonly string[] {
  const found: string[] = [];
  let name = bareName(id);
  for (const ending of [releaseDate, packaging]) {
    for (let shorter = name.replace(ending, ''); shorter !== name; shorter = name.replace(ending, '')) {
      name = shorter;
      found.push(name);
    }
  }
  const undated = name.replace(releaseDate, '');
  return distinct([...found, undated]).filter((spelling) => spelling !== bareName(id));
}

/** Without vendor and route option. */
function bareName(id: string): string {
  const plain = id.toLowerCase().replace(routeOption, '');
  return plain.slice(plain.lastIndexOf('/') + 1).replace(/^~/, '').replaceAll('_', '-');
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '');
}

/** Our id for a model nobody described: the name that two hosts of it would share. */
export function cardIdOf(id: string): string {
  return bareName(id) || id.toLowerCase();
}

const notChat =
  /embed|whisper|\btts\b|-tts|dall-e|moderation|realtime|transcri|\bsora\b|sora-|rerank|guard|\bocr\b|-ocr|\bveo\b|veo-|imagen|image|lyria|davinci-002|babbage-002|speech|voice|voxtral|audio|banana|\bflux|stable-diffusion|orpheus|parakeet|bge-|\be5-|\baqa\b|translate/;

/** Lists of models hold embeddings, images and voices as well; what is not for chat is never an arm. */
export function isChatModel(id: string): boolean {
  return !notChat.test(id.toLowerCase());
}

/**
 * Names that point at whatever is newest: their price and ability move under them. DeepSeek's two have done so since
 * 2025; elsewhere `deepseek/deepseek-chat` is V3.
 */
export function isMovingName(id: string): boolean {
  return /(^|[-/])latest$|^deepseek-(chat|reasoner)$/.test(id.toLowerCase());
}

/** Spellings of each card, to recognise its model elsewhere. `names` are ids other places sell it under. */
export function nameIndex(cards: readonly { readonly id: string; readonly names: readonly string[] }[]): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  const add = (name: string, id: string) => {
    if (!index.has(name)) index.set(name, id);
  };
  for (const card of cards) add(card.id.toLowerCase(), card.id);
  for (const card of cards) {
    for (const name of card.names.filter((one) => !isMovingName(one))) for (const spelling of closeSpellings(name)) add(spelling, card.id);
  }
  // Looser spellings count only when a single card has them.
  const loose = new Map<string, string | undefined>();
  for (const card of cards) {
    for (const spelling of [card.id, ...card.names].filter((one) => !isMovingName(one)).flatMap(looseSpellings)) {
      loose.set(spelling, loose.has(spelling) && loose.get(spelling) !== card.id ? undefined : card.id);
    }
  }
  for (const [spelling, id] of loose) if (id !== undefined) add(spelling, id);
  return index;
}

/** The card a listed model is, by its closest spelling; undefined when unknown, or when the name moves. */
export function findByName(index: ReadonlyMap<string, string>, model: string): string | undefined {
  if (isMovingName(model)) return undefined;
  for (const spelling of spellings(model)) {
    const id = index.get(spelling);
    if (id !== undefined) return id;
  }
  return undefined;
}
