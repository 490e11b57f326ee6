import { readFileSync } from 'node:fs';
import type { Graph } from '../../graph/graph.js';
import type { TensorType } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { graphOf } from '../../transforms/close-function.js';
import { decodeCase, type EncodedCase, type PrimitiveCase } from '../primitive-cases.fixture.js';
import type { ControlName } from '../registry.js';
import { shiftRight } from '../elementwise/bitwise.js';
import { where } from '../elementwise/select.js';
import type { CondAttributes } from './cond.js';
import type { ScanAttributes } from './scan.js';
import type { WhileAttributes } from './while.js';

type Step = (...inputs: Tensor[]) => Tensor[];

function graph(types: readonly TensorType[], step: Step): Graph {
  return graphOf('scan', types, step);
}

/** What the fixtures call by name: a step, and how many of its inputs are carries and sequences. */
const scans: Readonly<Record<string, readonly [step: Step, carries: number, sequences: number]>> = {
  elman: [
    (h, x, w) => {
      const next = x!.add(h!.matmul(w!)).tanh();
      return [next, next.mul(h!)];
    },
    1,
    1,
  ],
  backwards: [
    (a, n, x) => {
      const next = a!.mul(x!).add(0.5);
      return [next, n!.add(1), next.sub(a!)];
    },
    2,
    1,
  ],
  horner: [(c, x) => [c!.mul(3).add(x!), c!], 1, 1],
  halve: [(x) => [x!.mul(0.5)], 1, 0],
};

function scanAttributes(
  types: readonly TensorType[],
  { body, length }: { body: string; length: number },
): ScanAttributes {
  const [step, carries, sequences] = scans[body]!;
  const slices = types.map((type, i) =>
    i >= carries && i < carries + sequences ? { ...type, shape: type.shape.slice(1) } : type,
  );
  return { body: graph(slices, step), carries, sequences, length, reverse: body === 'backwards' };
}

const branches: Readonly<Record<string, readonly [onTrue: Step, onFalse: Step]>> = {
  float: [(x, w) => [x!.mul(w!).mul(x!)], (x, w) => [x!.sub(w!)]],
  int: [(n) => [n!.add(1)], (n) => [n!.neg()]],
};

function condAttributes([, ...types]: readonly TensorType[], named: { branches: string }): CondAttributes {
  const [onTrue, onFalse] = branches[named.branches]!;
  return { onTrue: graph(types, onTrue), onFalse: graph(types, onFalse) };
}

const whiles: Readonly<Record<string, readonly [condition: Step, body: Step, carries: number]>> = {
  newton: [(x, a) => [x!.square().sub(a!).abs().max().greater(1e-12)], (x, a) => [x!.add(a!.div(x!)).mul(0.5)], 1],
  collatz: [
    (n) => [n!.notEqual(1)],
    (n, steps) => {
      const half = shiftRight(n!, 1);
      return [where(half.mul(2).equal(n!), half, n!.mul(3).add(1)), steps!.add(1)];
    },
    2,
  ],
};

function whileAttributes(types: readonly TensorType[], named: { body: string }): WhileAttributes {
  const [condition, body, carries] = whiles[named.body]!;
  return { condition: graph(types, condition), body: graph(types, body), carries };
}

const path = new URL('../../../fixtures/control.json', import.meta.url);
const content = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly EncodedCase[]>>;

function read(list: string, attributes: (types: readonly TensorType[], named: never) => object): PrimitiveCase[] {
  return content[list]!.map(decodeCase).map((one) => ({
    ...one,
    attributes: attributes(one.operands, one.attributes as never),
  }));
}

/** Cases of the primitives that hold graphs. */
export const controlCases: Readonly<Record<ControlName, readonly PrimitiveCase[]>> = {
  scan: read('scans', scanAttributes),
  cond: read('conds', condAttributes),
  while: read('whiles', whileAttributes),
};
