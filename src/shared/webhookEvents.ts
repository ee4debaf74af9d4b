/** What a webhook can be told of; docs/operations.md says what each holds. */
export const webhookEvents = ['budget.threshold', 'task.finished', 'agent.finished', 'experiment.finished'] as const;
