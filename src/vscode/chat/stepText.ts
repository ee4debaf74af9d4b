import type { ConversationEvent, StoredMessage } from '../../core/model/thread';
import type { WorkStep } from '../../core/model/work';

export function stepOf(message: StoredMessage | undefined, stepId: string): WorkStep | undefined {
  return message?.answer?.work?.steps.find(({ id }) => id === stepId);
}

/** The message with more text in one step of its work; undefined when the piece does not fit. */
export function withStepText(message: StoredMessage, { stepId, at, text }: Extract<ConversationEvent, { type: 'step-appended' }>): StoredMessage | undefined {
  const { answer } = message;
  if (answer?.work === undefined || stepOf(message, stepId)?.text.length !== at) return undefined;
  const steps = answer.work.steps.map((step) => (step.id === stepId ? { ...step, text: step.text + text } : step));
  return { ...message, answer: { ...answer, work: { ...answer.work, steps } } };
}
