import type { WhyRow, WhyView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { type Dot, describePrices, layOutPrices, percent } from './pricePicture';

/** The router's reasons, the candidates as a picture of cost against ability, and the same as a table. */
export function WhyThisModel({ why }: { why: WhyView }) {
  const picture = layOutPrices(why.candidates, why.bar);
  return (
    <div class="why">
      {why.reasons.length === 0 ? null : (
        <ul class="reasons">
          {why.reasons.map((reason, index) => (
            <li key={index}>{makeVisible(reason)}</li>
          ))}
        </ul>
      )}
      {picture === undefined ? null : (
        <figure class="price-picture">
          <svg viewBox={`0 0 ${picture.width} ${picture.height}`} role="img" aria-label={makeVisible(describePrices(why.candidates, why.bar))}>
            <rect class="able" x={0} y={0} width={picture.width} height={Math.max(0, picture.barY)} />
            <line class="bar" x1={0} x2={picture.width} y1={picture.barY} y2={picture.barY} />
            {picture.dots.filter((dot) => !dot.row.chosen).map((dot, index) => <Mark key={index} dot={dot} />)}
            {picture.dots.filter((dot) => dot.row.chosen).map((dot, index) => <Mark key={index} dot={dot} />)}
          </svg>
          <div class="price-axis muted" aria-hidden="true">
            <span>{makeVisible(picture.cheapest)}</span>
            <span>cost, each step tenfold →</span>
            <span>{makeVisible(picture.dearest)}</span>
          </div>
          <figcaption class="muted">
            <span class="key key-chosen" /> chosen <span class="key key-other" /> others <span class="key key-bar" /> {percent(why.bar)} needed, also by the lower end of the line under a mark: how low the chance may be
          </figcaption>
        </figure>
      )}
      {why.candidates.length === 0 ? null : <Candidates candidates={why.candidates} notShown={why.notShown} />}
    </div>
  );
}

function Mark({ dot }: { dot: Dot }) {
  const tooltip = `${dot.row.name} (${dot.row.provider}) · ${dot.row.cost}${dot.row.p === undefined ? '' : ` · ${percent(dot.row.p)}`} · ${dot.row.verdict}`;
  return (
    <g class={dot.row.chosen ? 'dot chosen' : 'dot'}>
      <title>{makeVisible(tooltip)}</title>
      {dot.lowY === undefined ? null : <line x1={dot.x} x2={dot.x} y1={dot.y} y2={dot.lowY} />}
      {dot.row.chosen ? <rect x={dot.x - 4.5} y={dot.y - 4.5} width={9} height={9} transform={`rotate(45 ${dot.x} ${dot.y})`} /> : <circle cx={dot.x} cy={dot.y} r={3.5} />}
    </g>
  );
}

function Candidates({ candidates, notShown }: { candidates: readonly WhyRow[]; notShown: number }) {
  return (
    <div class="table-scroller" tabIndex={0} role="region" aria-label="Models considered">
      <table class="candidates">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="align-right">
              Cost
            </th>
            <th scope="col" class="align-right">
              Chance
            </th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((row, index) => (
            <tr key={index} class={row.chosen ? 'chosen' : ''}>
              <th scope="row">
                {row.chosen ? <span class="codicon codicon-check" role="img" aria-label="Chosen:" /> : null}
                <span class="candidate-name">{makeVisible(row.name)}</span>
                <span class="candidate-note muted">
                  {makeVisible(row.provider)} · {makeVisible(row.verdict)}
                </span>
              </th>
              <td class="align-right">{makeVisible(row.cost)}</td>
              <td class="align-right">
                {row.p === undefined ? '—' : percent(row.p)}
                {row.low === undefined ? null : <span class="candidate-note muted">≥ {percent(row.low)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {notShown > 0 ? <p class="muted">and {notShown} more that were not close</p> : null}
    </div>
  );
}
