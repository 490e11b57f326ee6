import { nn, type CompositeName, type DType, type Tensor } from '@tesserajs/tensor';
import type { Case } from './case.fixture.js';
import { from, values } from './numbers.fixture.js';

const floats: readonly DType[] = ['float32', 'float64'];
const tails = [-80, -40, -20, -17, -12, -9, -6, -5, -4, -3, 3, 4, 5, 9, 17, 40, 80];

/**
 * An activation. In its tails a fused form may be off by an ulp of x, which is more than one of the small result: they are
 * held to the size of the largest element.
 */
function activation(f: (x: Tensor) => Tensor): Case[] {
  return [
    { title: 'a matrix', inputs: (dtype) => [values(dtype, [5, 7])], f, length: 2 },
    { title: 'a scalar', inputs: (dtype) => [values(dtype, [])], f, length: 2 },
    { title: 'no elements', inputs: (dtype) => [values(dtype, [0, 3])], f },
    { title: 'tails', inputs: (dtype) => [from(dtype, [tails.length], tails)], f, dtypes: floats, length: 2 },
    {
      title: 'NaN and infinities',
      inputs: (dtype) => [from(dtype, [3], [NaN, Infinity, -0])],
      f,
      dtypes: floats,
      gradients: false,
    },
  ];
}

/** Cases of every composite; one without cases is a compile error. */
export const compositeCases: Readonly<Record<CompositeName, readonly Case[]>> = {
  silu: activation((x) => nn.silu(x)),
};
