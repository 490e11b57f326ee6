import { catalog } from '../catalog.js';
import type { Result } from './result.js';

/** The results as the table of the README, in the order of the catalog. */
export async function resultsTable(results: readonly Result[]): Promise<string> {
  const header = ['example', 'result', 'seed', 'wall time'];
  const rows: string[][] = [];
  for (const [name, { load }] of catalog) {
    const result = results.find(({ example }) => example === name);
    if (result === undefined) continue;
    const { figures, seed, seconds } = result;
    rows.push([`\`${name}\``, (await load()).headline(figures), String(seed), `${Math.max(1, Math.round(seconds))} s`]);
  }
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
