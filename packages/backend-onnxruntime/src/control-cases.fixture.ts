import { cond, foriLoop, map, scan, whileLoop, type DType, type PrimitiveName, type Tensor } from '@tesserajs/tensor';
import type { Case } from './case.fixture.js';
import { values } from './numbers.fixture.js';

const floats: readonly DType[] = ['float32', 'float64'];

/** Weights, bias, first state and a sequence of inputs. */
const network = (dtype: DType): Tensor[] => [
  values(dtype, [3, 4]).mul(0.25),
  values(dtype, [4, 4], 2).mul(0.125),
  values(dtype, [4], 3),
  values(dtype, [2, 4], 4),
  values(dtype, [5, 2, 3], 5),
];

const elman =
  (reverse: boolean) =>
  (...[w, r, b, h, xs]: Tensor[]): Tensor => {
    const step = (state: Tensor, x: Tensor): readonly [Tensor, Tensor] => {
      const next = x.matmul(w!).add(state.matmul(r!)).add(b!).tanh();
      return [next, next.mul(state)];
    };
    const [last, ys] = scan(step, h!, xs!, { reverse });
    return ys.add(last);
  };

const vectors = (dtype: DType): Tensor[] => [values(dtype, [3]), values(dtype, [3], 2)];

/** The larger of the sums decides which branch runs. */
const branch = (x: Tensor, y: Tensor): Tensor =>
  cond(
    x.sum().greater(y.sum()),
    (a: Tensor, b: Tensor) => a.mul(b).add(y),
    (a: Tensor, b: Tensor) => a.sub(b),
    x,
    y,
  );

const doubled = (x: Tensor, y: Tensor): Tensor =>
  whileLoop(
    ([v]) => v.abs().max().less(100),
    ([v]) => [v.mul(2).add(y)] as const,
    [x] as const,
  )[0];

/** Loops and branches. */
export const controlCases: Readonly<Record<Extract<PrimitiveName, 'scan' | 'cond' | 'while'>, readonly Case[]>> = {
  scan: [
    { title: 'a network', inputs: network, f: elman(false), dtypes: floats, length: 64, gradientLength: 256 },
    { title: 'a network, backwards', inputs: network, f: elman(true), dtypes: floats, length: 64, gradientLength: 256 },
    {
      title: 'no sequences',
      inputs: (dtype) => [values(dtype, [3])],
      f: (x) => scan((c, none: null) => [c.add(x), none], x, null, { length: 4 })[0],
      dtypes: ['float32', 'float64', 'int32', 'int64', 'uint32'],
      length: 8,
    },
    {
      title: 'no carry',
      inputs: (dtype) => [values(dtype, [4, 3])],
      f: (x) => map((row: Tensor) => row.add(row), x),
      dtypes: ['float32', 'float64', 'int32'],
    },
    {
      title: 'an index',
      inputs: (dtype) => [values(dtype, [3])],
      f: (x) => foriLoop(2, 5, (i, y) => y.add(i.cast(x.dtype)), x),
      dtypes: floats,
      length: 8,
    },
    {
      title: 'a loop in a branch in a loop',
      inputs: (dtype) => [values(dtype, [3]), values(dtype, [4, 3], 2)],
      f: (x, xs) =>
        scan(
          (c, row: Tensor) => {
            const next = cond(
              row.sum().greater(0),
              (v: Tensor) => scan((d, r: Tensor) => [d.add(r).mul(x).tanh(), null], v, xs)[0],
              (v: Tensor) => v.sub(row),
              c,
            );
            return [next, next];
          },
          x,
          xs,
        )[1],
      dtypes: floats,
      length: 64,
      gradientLength: 256,
    },
  ],
  cond: [
    { title: 'one branch', inputs: vectors, f: branch, dtypes: [...floats, 'int32'] },
    { title: 'the other', inputs: (dtype) => vectors(dtype).reverse(), f: branch, dtypes: [...floats, 'int32'] },
    {
      title: 'as it is',
      inputs: vectors,
      f: (x, y) =>
        cond(
          y.sum().less(x.sum()),
          () => x,
          () => y,
        ),
      dtypes: floats,
    },
  ],
  while: [{ title: 'until it is large', inputs: vectors, f: doubled, dtypes: floats, gradients: false, length: 8 }],
};

/** What each primitive computes on one dtype. */
export const controlProbes: Readonly<
  Record<Extract<PrimitiveName, 'scan' | 'cond' | 'while'>, (dtype: DType) => Tensor>
> = {
  scan: (dtype) => scan((c, x: Tensor) => [x, c], values(dtype, [2]), values(dtype, [3, 2], 2))[1],
  cond: (dtype) =>
    cond(
      values('float32', []).less(2),
      (x: Tensor) => x,
      () => values(dtype, [3], 2),
      values(dtype, [3]),
    ),
  while: (dtype) =>
    whileLoop(
      ([n]) => n.less(3),
      ([n, x]) => [n.add(1), x] as const,
      [values('int32', []).mul(0), values(dtype, [3])] as const,
    )[1],
};
