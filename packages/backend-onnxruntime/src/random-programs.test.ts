import {
  allowedDifferences,
  findDifference,
  printProgram,
  ProgramGenerator,
  runProgram,
  toTensor,
} from '@tesserajs/conformance';
import { evaluate, withBackend, type HostArray, type Tensor } from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { recording } from './recording.fixture.js';

vi.setConfig({ testTimeout: 3_600_000 });

const count = Number(process.env['TESSERA_PROGRAMS'] ?? 200);

async function read(tensors: readonly Tensor[]): Promise<HostArray[]> {
  await evaluate(...tensors);
  return Promise.all(tensors.map((x) => x.data()));
}

it('computes what the reference backend computes, in random programs', async () => {
  const generator = new ProgramGenerator();
  const native = onnxruntime({ threads: 1 });
  const problems: string[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const program = await generator.generate(seed);
    const inputs = program.inputs.map(toTensor);
    const expected = await read(runProgram(program, inputs));
    const backend = recording(native);
    const outputs = runProgram(program, inputs);
    let actual: HostArray[];
    try {
      await withBackend(backend, () => evaluate(...outputs));
      actual = await read(outputs);
    } catch (error) {
      problems.push(`${String(error)}:\n${printProgram(program)}`);
      continue;
    } finally {
      backend.dispose();
    }
    let allowed: number[] | null = null;
    for (const [i, data] of actual.entries()) {
      if (findDifference(data, expected[i]!, 0) === '') continue;
      allowed ??= await allowedDifferences(program, inputs, expected);
      const difference = findDifference(data, expected[i]!, allowed[i]!);
      if (difference !== '') problems.push(`output ${i}: ${difference}\n${printProgram(program)}`);
    }
  }
  console.log(`${count} programs, ${problems.length} that differ`);
  expect(problems.slice(0, 10)).toEqual([]);
});
