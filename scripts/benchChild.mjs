// Runs one bundled part of the benchmarks in this process and sends its figures to the parent, or writes them down.
//   node --expose-gc scripts/benchChild.mjs <bundle>
import { pathToFileURL } from 'node:url';

/** @type {{ measure: import('../test/bench/figure').Measure }} */
const { measure } = await import(pathToFileURL(process.argv[2] ?? '').href);
const figures = await measure((line) => process.stdout.write(`  ${line}\n`));
process.send?.(figures, () => {
  // A server or browser that was left open must not keep the run from ending.
  process.exit(0);
});
