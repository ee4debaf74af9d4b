import { t } from '../../shared/l10n';

/** How a kind of client is led to the gateway. */
export interface Connecting {
  readonly label: string;
  readonly description: string;
  /** Language of the editor in which it is shown. */
  readonly language: string;
  /** What to paste. Has no token: it is on the clipboard. */
  readonly text: string;
}

/** Where the token goes in the texts. */
const variable = 'FARTHING_GATEWAY_TOKEN';

/** What to paste, by kind of client. */
export function connecting(address: string): readonly Connecting[] {
  const question = 'What does idempotent mean?';
  return [
    {
      label: 'OpenAI SDK (Python)',
      description: 'chat completions, responses, embeddings',
      language: 'python',
      text: `# ${note()}\nimport os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${address}/v1", api_key=os.environ["${variable}"])\nanswer = client.chat.completions.create(\n    model="auto",\n    messages=[{"role": "user", "content": "${question}"}],\n)\nprint(answer.choices[0].message.content)\n`,
    },
    {
      label: 'OpenAI SDK (JavaScript)',
      description: 'chat completions, responses, embeddings',
      language: 'javascript',
      text: `// ${note()}\nimport OpenAI from 'openai';\n\nconst client = new OpenAI({\n  baseURL: '${address}/v1',\n  apiKey: process.env.${variable},\n});\nconst answer = await client.chat.completions.create({\n  model: 'auto',\n  messages: [{ role: 'user', content: '${question}' }],\n});\nconsole.log(answer.choices[0].message.content);\n`,
    },
    {
      label: 'Anthropic SDK (Python)',
      description: 'messages',
      language: 'python',
      text: `# ${note()}\nimport os\nfrom anthropic import Anthropic\n\nclient = Anthropic(\n    base_url="${address}",\n    auth_token=os.environ["${variable}"],\n    api_key=None,\n)\nanswer = client.messages.create(\n    model="auto",\n    max_tokens=1000,\n    messages=[{"role": "user", "content": "${question}"}],\n)\nprint(answer.content[-1].text)\n`,
    },
    {
      label: 'Anthropic SDK (JavaScript)',
      description: 'messages',
      language: 'javascript',
      text: `// ${note()}\nimport Anthropic from '@anthropic-ai/sdk';\n\nconst client = new Anthropic({\n  baseURL: '${address}',\n  authToken: process.env.${variable},\n  apiKey: null,\n});\nconst answer = await client.messages.create({\n  model: 'auto',\n  max_tokens: 1000,\n  messages: [{ role: 'user', content: '${question}' }],\n});\nconsole.log(answer.content.at(-1).text);\n`,
    },
    {
      label: 'curl',
      description: 'chat completions',
      language: 'shellscript',
      text: `# ${note()}\ncurl ${address}/v1/chat/completions \\\n  -H "Authorization: Bearer $${variable}" \\\n  -H "Content-Type: application/json" \\\n  -d '{"model": "auto", "messages": [{"role": "user", "content": "${question}"}]}'\n`,
    },
  ];
}

function note(): string {
  return t('The token is on your clipboard: put it into the environment variable {0}.', variable);
}
