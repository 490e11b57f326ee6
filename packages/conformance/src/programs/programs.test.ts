import {
  referenceBackend,
  compile,
  evaluate,
  stack,
  traceGraph,
  vmap,
  type Executable,
  type HostArray,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { toTensor } from '../values.js';
import { ProgramGenerator } from './generate.js';
import { printProgram, runProgram, type Program } from './program.js';

vi.setConfig({ testTimeout: 600_000 });

/** The program with outputs of 16 bits in 32, which is how they are read. */
const functionOf =
  (program: Program) =>
  (...inputs: Tensor[]): Tensor[] =>
    runProgram(program, inputs).map((x) => (['float16', 'bfloat16'].includes(x.dtype) ? x.cast('float32') : x));

const count = Number(process.env['TESSERA_PROGRAMS'] ?? 300);

async function read(tensors: readonly Tensor[]): Promise<HostArray[]> {
  await evaluate(...tensors);
  return Promise.all(tensors.map((x) => x.data()));
}

/** Runs the graph as it was traced, with all passes off; null for outputs that depend on no input. */
async function withoutPasses(program: Program, inputs: readonly Tensor[]): Promise<(HostArray | null)[]> {
  const { graph } = traceGraph(functionOf(program), ...inputs);
  const made = new Set(graph.nodes.flatMap(({ results }) => results));
  const outputs = graph.outputs.filter((output) => made.has(output));
  const executable = referenceBackend.compile(
    { ...graph, outputs },
    { donate: graph.inputs.map(() => false) },
  ) as Executable;
  await evaluate(...inputs);
  const results = executable.run(inputs.map((x) => x.storage!.buffer)) as HostArray[];
  return graph.outputs.map((output) => results[outputs.indexOf(output)] ?? null);
}

it('gives the same bits un-compiled, compiled, without passes and vectorized', async () => {
  const generator = new ProgramGenerator();
  const problems: string[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const program = await generator.generate(seed);
    const inputs = program.inputs.map(toTensor);
    const f = functionOf(program);
    const expected = await read(f(...inputs));
    const ways: Record<string, (HostArray | null)[]> = {
      compiled: await read(compile(f)(...inputs)),
      'without passes': await withoutPasses(program, inputs),
    };
    if (inputs.length > 0) {
      const pairs = await read(vmap(f)(...inputs.map((x) => stack([x, x]))));
      ways['vectorized, first'] = pairs.map((data, i) => data.subarray(0, expected[i]!.length));
      ways['vectorized, second'] = pairs.map((data, i) => data.subarray(expected[i]!.length));
    }
    for (const [way, results] of Object.entries(ways)) {
      for (const [i, data] of results.entries()) {
        if (data !== null && !sameBits(data, expected[i]!))
          problems.push(`${way}, output ${i}:\n${printProgram(program)}`);
      }
    }
    expect(problems).toEqual([]);
  }
  const hits = [...generator.coverage.values()];
  const covered = hits.filter((n) => n >= Math.min(50, count / 200)).length;
  console.log(`${count} programs; ${covered} of ${hits.length} pairs of primitive and dtype covered`);
});

function sameBits(a: HostArray, b: HostArray): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
}
