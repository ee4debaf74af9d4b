/** The longest answer and question that a judge is shown, in characters; of longer ones the beginning and the end. */
const mostAnswerCharacters = 24_000;
const mostQuestionCharacters = 12_000;

/** What a text says of its author, in the forms that models use. */
const selfReferences = [
  /\b(?:I am|I'm|as) (?:an?|the) (?:(?:AI|artificial intelligence)(?: (?:large )?(?:language )?model| assistant)?|(?:large )?language model)(?:,? (?:trained|developed|created|made|built) by [\p{L}\p{N} ]{1,30})?/giu,
  /\b(?:trained|developed|created|made|built) by (?:OpenAI|Anthropic|Google(?: DeepMind)?|Meta|Mistral(?: AI)?|DeepSeek|Alibaba(?: Cloud)?|xAI|Microsoft|Amazon|Moonshot AI|Zhipu AI|MiniMax)\b/giu,
  /\b(?:ChatGPT|GPT-?\d[\w.-]*|Claude|Gemini|Llama|Mistral|DeepSeek|Qwen|Grok|Kimi|GLM|MiniMax)(?=[ ,.!)]|$)/gu,
];

/** The answer as a judge sees it: without names of the models, without words about who wrote it, of bounded length. */
export function blinded(answer: string, names: readonly string[]): string {
  let text = answer;
  for (const name of names.filter(({ length }) => length >= 3).toSorted((one, other) => other.length - one.length)) {
    text = text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu'), '[model]');
  }
  for (const pattern of selfReferences) text = text.replaceAll(pattern, '[model]');
  return shortened(text.trim(), mostAnswerCharacters);
}

/** The question as a judge sees it: trimmed, of bounded length. */
export function boundedQuestion(question: string): string {
  return shortened(question.trim(), mostQuestionCharacters);
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most * 2) / 3);
  const tail = most - head;
  return `${text.slice(0, head)}\n[… ${text.length - most} characters left out …]\n${text.slice(-tail)}`;
}
