import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What a theme can spoil; everything else that axe knows is about what the page says, which is the same in all of them. */
const rulesOfThemes = ['color-contrast', 'link-in-text-block', 'target-size'];

/**
 * What keeps people out, as axe finds it in a page of ours by itself; a text a finding.
 * @param what `theme`: only what differs between two themes, for a page that has passed every rule in another
 */
export async function pageViolations(page: Page, what: 'everything' | 'theme' = 'everything'): Promise<string[]> {
  // The other mode is for frames of other origins, opens a page for each report, and takes twice as long.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await (what === 'theme' ? builder.withRules(rulesOfThemes) : builder).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}\n    ${html.slice(0, 400)}\n    ${failureSummary}`));
}
