import type { Logs } from '../training/callbacks.js';

/** `loss 0.1234  accuracy 0.9876`, as training shows means. */
export function formatLogs(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join('  ');
}

function formatValue(value: number): string {
  const size = Math.abs(value);
  return Number.isFinite(value) && value !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(3)
    : value.toFixed(4);
}

/** `12,345`: examples in a time of milliseconds, per second. */
export function examplesPerSecond(examples: number, milliseconds: number): string {
  return milliseconds <= 0 ? '–' : Math.round((examples / milliseconds) * 1000).toLocaleString('en-US');
}

/** `0.4s`, `12s`, `3:07`, `1:02:03`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}
