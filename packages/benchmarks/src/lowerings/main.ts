import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.js';
import { measureRow } from './measure-forms.js';
import { pieces } from './pieces/index.js';
import type { Piece } from './piece.js';

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 0.1 ? 2 : 3);
}

/** One line of a table in Markdown; the fastest is bold. */
function tableLine(name: string, columns: readonly string[], times: ReadonlyMap<string, number>): string {
  const least = Math.min(...times.values());
  const cells = columns.map((column) => {
    const time = times.get(column);
    if (time === undefined) return '';
    return time === least ? `**${digits(time)}**` : digits(time);
  });
  return `| ${[name, ...cells].join(' | ')} |`;
}

async function printTable(piece: Piece, threads: number): Promise<void> {
  const columns = [...new Set(piece.rows.flatMap(({ forms }) => Object.keys(forms)))];
  console.log(`\n| ${[piece.name, ...columns].join(' | ')} |`);
  console.log(`| ${['', ...columns].map(() => '---').join(' | ')} |`);
  for (const row of piece.rows) console.log(tableLine(row.name, columns, await measureRow(piece, row, threads)));
}

/** How long forms of the same computation take on ONNX Runtime, by name of the piece or all of them. */
async function main(): Promise<void> {
  const options = { threads: { type: 'string', default: String(availableParallelism()) } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.filter((name) => !(name in pieces));
  if (unknown.length > 0)
    throw new Error(`no piece ${unknown.join(', ')}; there are ${Object.keys(pieces).join(', ')}`);
  const chosen = Object.entries(pieces).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  const { cpu, node } = describeMachine();
  console.log(`${cpu}, Node ${node}, ${values.threads} threads; milliseconds, the least of turns`);
  for (const [, list] of chosen) for (const piece of list) await printTable(piece, Number(values.threads));
}

await main();
