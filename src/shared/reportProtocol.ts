import * as z from 'zod/mini';

/**
 * What the host and the page of the Routing Report say to each other. The page holds no figures of its own: it asks for a
 * period and shows what comes. Sections are data, drawn by their kind, so that another one needs no new page. Figures are
 * text, formatted on the host; numbers are for drawing alone. Both sides parse what they get.
 */
export const periods = ['7', '30', '90', 'all'] as const;
/** Days until now, or everything. */
export type Period = (typeof periods)[number];

const text = z.string().check(z.maxLength(2000));
const number = z.number();

const table = z.object({
  columns: z.array(z.object({ title: text, isFigure: z.boolean() })),
  /** A cell for each column; the first names the row. */
  rows: z.array(z.array(text)),
});

const bar = z.object({
  label: text,
  /** Length of the bar, at least 0. */
  value: number,
  /** Ends of what it may be. */
  low: z.optional(number),
  high: z.optional(number),
  text,
  /** What is compared with the others. */
  isOurs: z.boolean(),
});

const axis = z.object({
  title: text,
  isLogarithmic: z.boolean(),
  low: number,
  high: number,
  ticks: z.array(z.object({ at: number, text })),
});

const point = z.object({
  x: number,
  y: number,
  /** Ends of the line through it. */
  low: z.optional(number),
  high: z.optional(number),
  /** Where it should be. */
  isFine: z.boolean(),
  text,
});

const chart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bars'), title: text, description: text, bars: z.array(bar), table }),
  /** Points on two axes with the line on which both are equal. */
  z.object({ kind: z.literal('plot'), title: text, description: text, x: axis, y: axis, points: z.array(point), legend: text, table }),
]);

const section = z.object({
  id: text,
  title: text,
  /** What it says, a sentence each. */
  sentences: z.array(text),
  charts: z.array(chart),
  /** What it does not say, and why. */
  notes: z.array(text),
});

const report = z.object({
  period: z.enum(periods),
  /** Play money. */
  isDemo: z.boolean(),
  isEmpty: z.boolean(),
  /** All of it in a few sentences. */
  summary: z.array(text),
  sections: z.array(section),
});

export type TableView = z.infer<typeof table>;
export type BarView = z.infer<typeof bar>;
export type AxisView = z.infer<typeof axis>;
export type PointView = z.infer<typeof point>;
export type ChartView = z.infer<typeof chart>;
export type SectionView = z.infer<typeof section>;
export type ReportView = z.infer<typeof report>;

export const toReportPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), report }),
  /** Calls that were read so far. */
  z.object({ type: z.literal('progress'), calls: number }),
  z.object({ type: z.literal('reply'), id: number, error: z.optional(text) }),
]);
export type ToReportPage = z.infer<typeof toReportPage>;

const exportFormats = ['csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const reportRequest = z.discriminatedUnion('type', [
  /** Sends the report of a period; what was asked before is given up. */
  z.strictObject({ type: z.literal('show'), period: z.enum(periods) }),
  z.strictObject({ type: z.literal('stop') }),
  /** Asks for a place and writes the calls of the period there. */
  z.strictObject({ type: z.literal('export'), period: z.enum(periods), format: z.enum(exportFormats) }),
]);
export type ReportRequest = z.infer<typeof reportRequest>;

/** Every request is settled by one reply. */
export const fromReportPage = z.strictObject({ id: z.number(), request: reportRequest });
export type FromReportPage = z.infer<typeof fromReportPage>;
