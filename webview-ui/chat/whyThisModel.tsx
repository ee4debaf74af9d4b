import { useId, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { WhyRow, WhyView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { describePrices, describeRow, type Dot, layOutPrices, nearest, percent, type PricePicture, walk } from './pricePicture';

/** The choice in one sentence, what the question was taken for, the candidates as a picture of price against chance, and the same as a table. */
export function WhyThisModel({ why }: { why: WhyView }) {
  const picture = layOutPrices(why.candidates, why.bar, why.ticks);
  return (
    <div class="why">
      {why.summary === '' ? null : <p class="why-summary">{makeVisible(why.summary)}</p>}
      {why.chips.length === 0 ? null : (
        <ul class="chips" aria-label={t('What the question was taken for')}>
          {why.chips.map((chip, index) => (
            <li key={index} class={`chip chip-${chip.kind}`} title={makeVisible(chip.title)}>
              {chip.kind === 'label' ? codicon('tag') : null}
              {makeVisible(chip.text)}
              {chip.share === '' ? null : <span class="muted"> {makeVisible(chip.share)}</span>}
            </li>
          ))}
        </ul>
      )}
      {why.difficulty === '' ? null : <p class="muted">{makeVisible(why.difficulty)}</p>}
      {picture === undefined ? null : <Picture why={why} picture={picture} />}
      {why.figures.length === 0 ? null : <Figures figures={why.figures} />}
      {why.reasons.length === 0 ? null : (
        <ul class="reasons">
          {why.reasons.map((reason, index) => (
            <li key={index}>{makeVisible(reason)}</li>
          ))}
        </ul>
      )}
      {why.leftOut === '' ? null : <p class="muted">{t('Other models: {0}.', makeVisible(why.leftOut))}</p>}
      {why.candidates.length === 0 ? null : <Candidates candidates={why.candidates} notShown={why.notShown} />}
    </div>
  );
}

/** Marks that can be pointed at and walked through with the arrow keys; what is known of the one in question stands below. */
function Picture({ why, picture: { dots, barY, ticks } }: { why: WhyView; picture: PricePicture }) {
  const chosen = Math.max(0, dots.findIndex(({ row }) => row.chosen));
  const [active, setActive] = useState<number>();
  const id = useId();
  const shown = active ?? chosen;
  const row = dots[shown]?.row;
  const onKeyDown = (event: KeyboardEvent) => {
    const next = walk(dots, shown, event.key);
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    setActive(next);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof HTMLElement)) return;
    const box = event.currentTarget.getBoundingClientRect();
    setActive(nearest(dots, { x: event.clientX - box.left, y: event.clientY - box.top }, box));
  };
  return (
    <figure class="price-picture">
      <div
        class="plot"
        role="listbox"
        tabIndex={0}
        aria-label={makeVisible(describePrices(why.candidates, why.bar))}
        aria-activedescendant={`${id}-${shown}`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setActive(undefined)}
        onBlur={() => setActive(undefined)}
      >
        <span class="able" style={{ height: `${Math.max(0, barY)}%` }} role="presentation" />
        <span class="axis-name muted" role="presentation">
          {t('↑ chance of a good answer')}
        </span>
        <span class="axis-name of-cost muted" role="presentation">
          {t('cost →')}
        </span>
        <span class={barY > 72 ? 'bar-name above' : 'bar-name'} style={{ top: `${barY}%` }} role="presentation">
          {t('{0} wanted', percent(why.bar))}
        </span>
        {dots.map((dot, place) => (
          <Mark key={place} dot={dot} id={`${id}-${place}`} active={place === shown} />
        ))}
      </div>
      <div class="ticks muted" aria-hidden="true">
        {ticks.map(({ x, text }) => (
          <span key={text} class={x < 14 ? 'from-left' : x > 86 ? 'from-right' : ''} style={x > 86 ? { right: `${100 - x}%` } : { left: `${x}%` }}>
            {makeVisible(text)}
          </span>
        ))}
      </div>
      {row === undefined ? null : (
        <p class="readout" aria-hidden="true">
          <span class="readout-name">
            {makeVisible(row.name)} <span class="muted">{makeVisible(row.provider)}</span>
          </span>
          <span>{makeVisible(describeRow(row))}</span>
        </p>
      )}
      <figcaption class="muted">
        {legend().map(({ mark, says }) =>
          dots.some((dot) => markOf(dot) === mark) ? (
            <span key={mark} class="legend">
              <span class={`key mark-${mark}`} /> {says}{' '}
            </span>
          ) : null,
        )}
        <br />
        {t('A line through a mark shows how sure that is; its lower end is what counts.')}
      </figcaption>
    </figure>
  );
}

/** The marks differ in shape, not only in colour. */
function legend() {
  return [
    { mark: 'chosen', says: t('chosen') },
    { mark: 'able', says: t('sure enough') },
    { mark: 'unsure', says: t('not sure enough') },
    { mark: 'estimated', says: t('estimated') },
  ] as const;
}

function markOf({ row, able }: Dot): ReturnType<typeof legend>[number]['mark'] {
  if (row.chosen) return 'chosen';
  if (row.estimated) return 'estimated';
  return able ? 'able' : 'unsure';
}

function Mark({ dot, id, active }: { dot: Dot; id: string; active: boolean }) {
  const { row } = dot;
  const mark = markOf(dot);
  return (
    <span id={id} role="option" aria-selected={active} aria-label={makeVisible(`${t('{0} at {1}', row.name, row.provider)} · ${describeRow(row)}`)} class={`dot dot-${mark}${active ? ' active' : ''}`} style={{ left: `${dot.x}%`, top: `${dot.topY}%`, height: `${dot.lowY - dot.topY}%` }}>
      <span class={`mark mark-${mark}`} style={{ top: `${dot.lowY === dot.topY ? 50 : (100 * (dot.y - dot.topY)) / (dot.lowY - dot.topY)}%` }} />
    </span>
  );
}

function Figures({ figures }: Pick<WhyView, 'figures'>) {
  const isThere = figures.some(({ actual }) => actual !== '');
  return (
    <table class="expected">
      <thead>
        <tr>
          <td />
          <th scope="col">{t('Expected')}</th>
          {isThere ? <th scope="col">{t('Came to')}</th> : null}
        </tr>
      </thead>
      <tbody>
        {figures.map(({ name, expected, actual }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-head={t('Expected')}>{makeVisible(expected)}</td>
            {isThere ? <td data-head={t('Came to')}>{makeVisible(actual)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Candidates({ candidates, notShown }: { candidates: readonly WhyRow[]; notShown: number }) {
  return (
    <div class="table-scroller considered" tabIndex={0} role="region" aria-label={t('Models considered')}>
      <table class="candidates">
        <thead>
          <tr>
            <th scope="col">{t('Model')}</th>
            <th scope="col" class="align-right">
              {t('Cost')}
            </th>
            <th scope="col" class="align-right">
              {t('Chance')}
            </th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((row, index) => (
            <tr key={index} class={row.chosen ? 'chosen' : ''}>
              <th scope="row">
                {row.chosen ? <span class="codicon codicon-check" role="img" aria-label={t('Chosen:')} /> : null}
                <span class="candidate-name">{makeVisible(row.name)}</span>
                <span class="candidate-note muted">
                  {makeVisible(row.provider)} · {makeVisible(row.verdict)}
                </span>
              </th>
              <td class="align-right">{makeVisible(row.cost)}</td>
              <td class="align-right">
                {row.p === undefined ? '—' : percent(row.p)}
                {row.estimated ? <span class="candidate-note muted">{t('estimated')}</span> : row.low === undefined ? null : <span class="candidate-note muted">≥ {percent(row.low)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {notShown > 0 ? <p class="muted">{t('and {0} more, at other hosts and efforts too', notShown)}</p> : null}
    </div>
  );
}
