import { flopsOf, formatShape, originOf, type Node } from '@tesserajs/tensor';

/** One measured piece of work: a kernel of the runtime, or an operation on the reference backend. */
export interface Work {
  /** The operations that it computes, the main one first; null: the runtime's own doing. */
  readonly operations: readonly Node[] | null;
  /** Tells apart the kernels of one operation; each runs once per call of it. */
  readonly name: string;
  readonly kernel: string;
  readonly start: number;
  /** Milliseconds without those of work inside it. */
  readonly own: number;
  readonly duration: number;
  readonly bytes: number;
}

/** One line of a profile: what equal calls of one operation took together. */
export interface ProfileRow {
  /** What the program called: `softmax`, `matmul`; the primitive's name where that is not known. */
  readonly operation: string;
  /** The primitive of the graph that it became; null for what the runtime added by itself. */
  readonly primitive: string | null;
  /** What the primitive is part of, where the program called something else: `the derivative of matmul`. */
  readonly within: string | null;
  /** `file:line:column` of the call; null where it was not recorded. */
  readonly line: string | null;
  /** Kernels that computed it: the runtime's operators, or `reference`. */
  readonly kernels: readonly string[];
  /** Shapes of operands and results: `[32,784] [784,512] → [32,512]`. */
  readonly shapes: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Part of the time of all rows. */
  readonly share: number;
  /** Floating-point operations of all calls; null where they are not known beforehand. */
  readonly flops: number | null;
  /** Bytes that all calls read and wrote. */
  readonly bytes: number;
}

const maxShapes = 4;

function shapesOf({ operands, results }: Node): string {
  const list = (tensors: readonly Node['operands'][number][]): string => {
    const shown = tensors.slice(0, maxShapes).map(({ shape }) => formatShape(shape));
    return [...shown, ...(tensors.length > maxShapes ? ['…'] : [])].join(' ');
  };
  return `${list(operands)} → ${list(results)}`.trim();
}

type Described = Pick<ProfileRow, 'operation' | 'primitive' | 'within' | 'line' | 'shapes'>;

function describe({ operations, kernel }: Work): Described {
  const main = operations?.[0];
  if (main === undefined) return { operation: kernel, primitive: null, within: null, line: null, shapes: '' };
  const origin = originOf(main);
  const { name } = main.primitive;
  return {
    operation: origin?.operation ?? name,
    primitive: name,
    within: origin?.within ?? null,
    line: origin?.line ?? null,
    shapes: shapesOf(main),
  };
}

function sumOrNull(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((total: number | null, n) => (total === null || n === null ? null : total + n), 0);
}

/** Work of equal operations, called from one line on equal shapes. */
interface Group extends Described {
  readonly work: Work[];
}

/** How often the work of a group ran as a whole, and the operations that this was. */
function countCalls(work: readonly Work[]): { calls: number; flops: number | null } {
  const byOperation = new Map<Node | null, Map<string, number>>();
  for (const { operations, name } of work) {
    const key = operations?.[0] ?? null;
    const names = byOperation.get(key) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + 1);
    byOperation.set(key, names);
  }
  let calls = 0;
  const flops: (number | null)[] = [];
  for (const [node, names] of byOperation) {
    const times = Math.max(...names.values());
    calls += times;
    const operations = work.find(({ operations: own }) => own?.[0] === node)?.operations ?? [];
    const once = sumOrNull(operations.map(flopsOf));
    flops.push(once === null ? null : times * once);
  }
  return { calls, flops: sumOrNull(flops) };
}

/** Gathers work into rows, the longest first. */
export function makeRows(work: readonly Work[]): ProfileRow[] {
  const groups = new Map<string, Group>();
  for (const piece of work) {
    const described = describe(piece);
    const key = JSON.stringify([...Object.values(described), piece.kernel === 'reference']);
    const group = groups.get(key) ?? { ...described, work: [] };
    group.work.push(piece);
    groups.set(key, group);
  }
  const total = work.reduce((sum, { own }) => sum + own, 0);
  return [...groups.values()]
    .map(({ work: own, ...described }): ProfileRow => {
      const milliseconds = own.reduce((sum, piece) => sum + piece.own, 0);
      return {
        ...described,
        kernels: [...new Set(own.map(({ kernel }) => kernel))],
        ...countCalls(own),
        milliseconds,
        share: total === 0 ? 0 : milliseconds / total,
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
