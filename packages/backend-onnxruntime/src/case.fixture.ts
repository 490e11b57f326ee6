import type { DType, Tensor } from '@tesserajs/tensor';

/** A computation that reaches one primitive in one way. */
export interface Case {
  readonly title: string;
  readonly inputs: (dtype: DType) => readonly Tensor[];
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Default: every dtype that f accepts. */
  readonly dtypes?: readonly DType[];
  /** How many terms are added up for one element of the result. Default 1. */
  readonly length?: number;
  /** The same for the gradients. Default: that of the result. */
  readonly gradientLength?: number;
  /** Whether gradients are compared too. Default: for float inputs. */
  readonly gradients?: boolean;
}

/** Numbers at the edges of the float types; small ones are left out: backends may flush them to 0. */
export const special: readonly number[] = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 90, -90, 3e38, -3e38];
