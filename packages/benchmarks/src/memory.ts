import { readFileSync } from 'node:fs';

/** Memory of a process in bytes. */
export interface Memory {
  readonly resident: number;
  readonly peak: number;
}

/** Memory of a running process, as Linux tells it; null elsewhere, or when it has ended. */
export function readMemory(pid: number | undefined): Memory | null {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/** The lines VmRSS and VmHWM of /proc/PID/status. */
export function parseStatus(status: string): Memory | null {
  const [resident, peak] = ['VmRSS', 'VmHWM'].map((name) => {
    const kilobytes = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  });
  return resident == null || peak == null ? null : { resident, peak };
}
