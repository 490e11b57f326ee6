import { testFunctions } from '../function-cases.fixture.js';
import * as tessera from '../operations.js';
import type { Tensor } from '../tensor.js';

const one =
  (f: (x: Tensor, ...rest: never[]) => Tensor | Tensor[]) =>
  ([x]: readonly Tensor[], ...rest: never[]): Tensor | Tensor[] =>
    f(x!, ...rest);
const two =
  (f: (a: Tensor, b: Tensor, ...rest: never[]) => Tensor) =>
  ([a, b]: readonly Tensor[], ...rest: never[]): Tensor =>
    f(a!, b!, ...rest);

testFunctions('arrays', {
  moveAxis: one(tessera.moveAxis),
  swapAxes: one(tessera.swapAxes),
  flip: one(tessera.flip),
  roll: one(tessera.roll),
  pad: one(tessera.pad),
  tile: one(tessera.tile),
  repeat: one(tessera.repeat),
  split: one(tessera.split),
  meshgrid: (operands, options: tessera.MeshgridOptions) => tessera.meshgrid(operands, options),
  tril: one(tessera.tril),
  triu: one(tessera.triu),
  diag: one(tessera.diag),
  diagonal: one(tessera.diagonal),
  trace: one(tessera.trace),
  isNaN: one(tessera.isNaN),
  isInf: one(tessera.isInf),
  isFinite: one(tessera.isFinite),
  nanToNum: one(tessera.nanToNum),
  isClose: two(tessera.isClose),
  allClose: two(tessera.allClose),
  tensordot: two(tessera.tensordot),
  dot: two(tessera.dot),
  outer: two(tessera.outer),
  kron: two(tessera.kron),
  matmul: two(tessera.matmul),
  einsum: (operands, subscripts: string) => tessera.einsum(subscripts, ...operands),
});
