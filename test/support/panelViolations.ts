import { AxeBuilder } from '@axe-core/playwright';
import type { Window } from './workbench';

/** What keeps people out, as axe finds it in a page that is a tab of the editor; one line a finding. */
export async function panelViolations({ page, panelFrames }: Window): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include([...panelFrames])
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // The page is a part of the workbench, which has landmarks of its own.
    .disableRules(['region', 'landmark-main-is-top-level', 'landmark-no-duplicate-main', 'landmark-unique'])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any.map(({ message }) => message).join(' ')}`));
}
