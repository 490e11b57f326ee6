import { where } from '../ops/elementwise/select.js';
import type { Tensor } from '../tensor.js';

const central = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const tail = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

function polynomial(coefficients: readonly number[], x: Tensor): Tensor {
  let sum = x.mul(coefficients[0]!).add(coefficients[1]!);
  for (const coefficient of coefficients.slice(2)) sum = sum.mul(x).add(coefficient);
  return sum;
}

/**
 * The inverse of the error function for −1 < x < 1, to float32 accuracy.
 * Source: Giles, "Approximating the erfinv function" (2010), single precision.
 */
export function erfInverse(x: Tensor): Tensor {
  const w = x.neg().add(1).mul(x.add(1)).log().neg();
  const near = polynomial(central, w.sub(2.5));
  const far = polynomial(tail, w.maximum(5).sqrt().sub(3));
  return where(w.less(5), near, far).mul(x);
}
