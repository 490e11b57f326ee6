import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as tessera from './index.js';

it('exports what it promises', () => {
  const names = (module: object): string => Object.keys(module).sort().join(' ');
  expect(names(tessera)).toMatchInlineSnapshot(
    `"ArgumentError DTypeError DonatedError DuplicatePackageError EscapedTracerError ExecutionError FormatError OutOfMemoryError PendingLimitError ShapeError Tensor TesseraError TraceError UnsupportedError abs add allClose arange bind broadcastTo bytesPerElement clip compile compositeNames composites concat diag diagonal div dot dtypeKind dtypes einsum equal evalShape evaluate executablesCreated exp expandDims eye flip floor formatShape full getBackend grad greater greaterEqual hessian isClose isFinite isFloat isInf isInteger isNaN isTensor jacobian jvp kron less lessEqual linearize linspace loadTensors log logicalAnd logicalNot logicalOr matmul maximum meshgrid minimum moduleBrand moveAxis mul nanToNum neg nn notEqual ones onesLike optimizeGraph outer pad pow primitiveNames primitives printGraph random referenceBackend repeat reshape roll saveTensors setBackend shiftRight sign sizeOf split sqrt squeeze stack sub swapAxes takeAlongAxis tensor tensordot tile trace traceGraph transpose tree tril triu unstack valueAndGrad version viewBytes vjp vmap where withBackend zeros zerosLike"`,
  );
  expect(names(tessera.nn)).toMatchInlineSnapshot(
    `"adaptiveAvgPool adaptiveMaxPool attention avgPool batchNorm conv convTranspose dropout groupNorm instanceNorm layerNorm logSoftmax maxPool oneHot relu rmsNorm sigmoid silu softmax tanh"`,
  );
  expect(names(tessera.random)).toMatchInlineSnapshot(
    `"bernoulli bits foldIn key normal split truncatedNormal uniform"`,
  );
  expect(names(tessera.tree)).toMatchInlineSnapshot(`"combine flatten leaves map mapWithPath partition paths sameDefinition unflatten"`);
  const methods = Object.getOwnPropertyNames(tessera.Tensor.prototype).filter((name) => name !== 'constructor');
  expect(methods.sort().join(' ')).toMatchInlineSnapshot(
    `"abs add argmax array broadcastTo cast clip data div equal exp expandDims flatten greater greaterEqual item less lessEqual log matmul max maximum mean min minimum mul neg notEqual pow relu reshape sigmoid sign slice sqrt square squeeze sub sum tanh toString transpose"`,
  );
});

it('states the version of its package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(tessera.version).toBe(manifest.version);
});

it('knows its tensors by a brand, not by their class', () => {
  const { isTensor, tensor } = tessera;
  const foreign = Object.create({ [Symbol.for('@tesserajs/Tensor')]: true }) as unknown;
  expect([tensor(1), foreign, null, 1, {}, Float32Array.of(1)].map(isTensor)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
