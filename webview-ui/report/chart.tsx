import { t } from '../../src/shared/l10n';
import type { AxisView, BarView, ChartView, PointView, TableView } from '../../src/shared/reportProtocol';
import { makeVisible } from '../../src/shared/visibleText';
import { layOutBars, layOutPlot } from './layOut';

/** A chart with its numbers as a table below it. */
export function Chart({ chart }: { readonly chart: ChartView }) {
  const description = makeVisible(chart.description);
  return (
    <figure>
      <figcaption>{makeVisible(chart.title)}</figcaption>
      {chart.kind === 'bars' ? <Bars bars={chart.bars} description={description} /> : <Plot x={chart.x} y={chart.y} points={chart.points} description={description} legend={makeVisible(chart.legend)} />}
      <details>
        <summary>{t('As a table')}</summary>
        <Table table={chart.table} title={makeVisible(chart.title)} />
      </details>
    </figure>
  );
}

function Bars({ bars, description }: { readonly bars: readonly BarView[]; readonly description: string }) {
  return (
    <div class="bars" role="img" aria-label={description}>
      {layOutBars(bars).map(({ bar, width, low, high }, index) => (
        <div key={index} class={bar.isOurs ? 'bar-row ours' : 'bar-row'}>
          <span class="bar-label">{makeVisible(bar.label)}</span>
          <svg class="bar" aria-hidden="true">
            <rect class="bar-fill" x="0" y="15%" height="70%" width={`${width}%`} />
            {low === undefined || high === undefined ? null : (
              <g class="whisker">
                <line x1={`${low}%`} x2={`${high}%`} y1="50%" y2="50%" />
                <line x1={`${low}%`} x2={`${low}%`} y1="25%" y2="75%" />
                <line x1={`${high}%`} x2={`${high}%`} y1="25%" y2="75%" />
              </g>
            )}
          </svg>
          <span class="bar-text">{makeVisible(bar.text)}</span>
        </div>
      ))}
    </div>
  );
}

interface PlotProps {
  readonly x: AxisView;
  readonly y: AxisView;
  readonly points: readonly PointView[];
  readonly description: string;
  readonly legend: string;
}

function Plot({ x, y, points, description, legend }: PlotProps) {
  const { width, height, inner, xTicks, yTicks, diagonal, marks } = layOutPlot(x, y, points);
  return (
    <>
      <svg class="plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={description}>
        <rect class="ground" x={inner.left} y={inner.top} width={inner.right - inner.left} height={inner.bottom - inner.top} />
        {xTicks.map(({ at, text }) => (
          <g key={text}>
            <line class="grid" x1={at} x2={at} y1={inner.top} y2={inner.bottom} />
            <text x={at} y={inner.bottom + 16} text-anchor="middle">
              {makeVisible(text)}
            </text>
          </g>
        ))}
        {yTicks.map(({ at, text }) => (
          <g key={text}>
            <line class="grid" x1={inner.left} x2={inner.right} y1={at} y2={at} />
            <text x={inner.left - 6} y={at + 4} text-anchor="end">
              {makeVisible(text)}
            </text>
          </g>
        ))}
        {diagonal === undefined ? null : <line class="diagonal" x1={diagonal.x1} y1={diagonal.y1} x2={diagonal.x2} y2={diagonal.y2} />}
        {marks.map(({ point, at, from, to }, index) => (
          <g key={index} class={point.isFine ? 'mark fine' : 'mark'}>
            <title>{makeVisible(point.text)}</title>
            {from === undefined || to === undefined ? null : <line x1={at.x} x2={at.x} y1={from} y2={to} />}
            {point.isFine ? <circle cx={at.x} cy={at.y} r={3.5} /> : <rect x={at.x - 3.5} y={at.y - 3.5} width={7} height={7} transform={`rotate(45 ${at.x} ${at.y})`} />}
          </g>
        ))}
        <text class="axis-title" x={(inner.left + inner.right) / 2} y={height - 6} text-anchor="middle">
          {makeVisible(x.title)}
        </text>
        <text class="axis-title" transform={`translate(14 ${(inner.top + inner.bottom) / 2}) rotate(-90)`} text-anchor="middle">
          {makeVisible(y.title)}
        </text>
      </svg>
      <p class="legend">
        <svg class="key" viewBox="0 0 10 10" aria-hidden="true">
          <g class="mark fine">
            <circle cx={5} cy={5} r={3.5} />
          </g>
        </svg>{' '}
        {t('as told')}{' '}
        <svg class="key" viewBox="0 0 10 10" aria-hidden="true">
          <g class="mark">
            <rect x={1.5} y={1.5} width={7} height={7} transform="rotate(45 5 5)" />
          </g>
        </svg>{' '}
        {t('otherwise.')} {legend}
      </p>
    </>
  );
}

function Table({ table: { columns, rows }, title }: { readonly table: TableView; readonly title: string }) {
  return (
    <div class="table-scroller" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={index} scope="col" class={column.isFigure ? 'figure' : ''}>
                {makeVisible(column.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, place) =>
                place === 0 ? (
                  <th key={place} scope="row">
                    {makeVisible(cell)}
                  </th>
                ) : (
                  <td key={place} class={columns[place]?.isFigure ? 'figure' : ''}>
                    {makeVisible(cell)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
