import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** What can be said of a process that owns something in the books. `unknown`: it ran on another machine. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What the judgement rests on; replaced in tests. */
export interface ProcessTable {
  readonly host: string;
  /** Where pids are comparable: this boot of the machine and this pid namespace (containers); '' where the system does not tell. */
  readonly era: string;
  exists(pid: number): boolean;
  /** When the process with this pid began, in a form that is stable while it runs; undefined where it cannot be told. */
  startOf(pid: number): string | undefined;
  /** Seconds since the machine started. */
  uptime(): number;
}

/**
 * Names this process for the books: host, boot, pid, start and the machine's uptime, so that a later process with the
 * same pid is not taken for it.
 */
export function ownerId(pid: number = process.pid, table: ProcessTable = machineProcesses): string {
  const parts = [table.host, table.era, String(pid), table.startOf(pid) ?? '', String(Math.floor(table.uptime()))];
  return `v1|${parts.map(encodeURIComponent).join('|')}`;
}

/**
 * Whether the process that made this `ownerId` still runs. When in doubt on the same host the answer is `dead`: that is
 * safe, because what a process finishes after it was given up corrects the books (see LedgerStore.settle).
 */
export function livenessOf(owner: string, table: ProcessTable = machineProcesses): Liveness {
  const parsed = /^v1\|([^|]*)\|([^|]*)\|(\d+)\|([^|]*)\|(\d+)$/.exec(owner);
  const [, host, era, pidText, start, uptimeText] = parsed ?? [];
  if (host !== encodeURIComponent(table.host)) return 'unknown';
  // Another boot, or a container that was started again: every process of then is gone.
  if (era !== encodeURIComponent(table.era)) return 'dead';
  // Where no boot id is known: a machine that has run for less time than it had then was started again since.
  if (table.uptime() + 1 < Number(uptimeText)) return 'dead';
  const pid = Number(pidText);
  if (!table.exists(pid)) return 'dead';
  const startNow = table.startOf(pid);
  return start === '' || startNow === undefined || start === encodeURIComponent(startNow) ? 'alive' : 'dead';
}

/** The processes of this machine. Linux tells boot, namespace and start ticks; elsewhere pid and uptime must do. */
const machineProcesses: ProcessTable = {
  host: hostname(),
  get era() {
    return [firstLine('/proc/sys/kernel/random/boot_id') ?? '', pidNamespace()].join(' ').trim();
  },
  exists(pid) {
    // A zombie has ended; only its parent has not looked yet.
    if (processStat(pid)?.state === 'Z') return false;
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: there is one, of another user.
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
  startOf: (pid) => processStat(pid)?.startTicks,
  uptime,
};

/** Fields 3 and 22 of /proc/<pid>/stat (proc(5)), counted after the command, which may itself hold spaces and brackets. */
function processStat(pid: number): { readonly state: string | undefined; readonly startTicks: string | undefined } | undefined {
  const stat = firstLine(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], startTicks: fields[19] };
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0];
  } catch {
    return undefined;
  }
}
