import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as tessera from './index.js';
import { tensorMethods } from './tensor-methods.fixture.js';

it('exports what it promises', () => {
  const names = (module: object): string => Object.keys(module).sort().join(' ');
  expect(names(tessera)).toMatchInlineSnapshot(
    `"ArgumentError DTypeError DonatedError DuplicatePackageError EscapedTracerError ExecutionError FormatError FreedError OutOfMemoryError PendingLimitError ShapeError Tensor TesseraError TraceError UnsupportedError abs acos acosh add allClose arange argsort asin asinh associativeScan atan atan2 atanh bincount bind bitwiseAnd bitwiseNot bitwiseOr bitwiseXor broadcastTo bytesPerElement canLegalizeDTypes cbrt ceil checkGradients checkpoint clip compile compositeNames composites concat cond copySign cos cosh customJvp customVjp debug diag diagonal div dot dtypeKind dtypes dynamicSlice dynamicUpdateSlice einsum equal erf erfInv erfc evalShape evaluate exampleArguments executablesCreated exp exp2 expandDims expm1 eye fft flip floor floorDivide flopsOf foriLoop formatShape full gather getBackend grad graphFlops greater greaterEqual hessian hypot isClose isFinite isFloat isInf isInteger isNaN isTensor jacobian jvp kron legalizeDTypes less lessEqual linalg linearRecurrence linearize linspace loadTensors log log10 log1p log2 logAddExp logicalAnd logicalNot logicalOr logicalXor map matmul maximum median memory memoryScope meshgrid minimum moduleBrand moveAxis mul nanToNum neg nn nonzero notEqual ones onesLike optimizeGraph originOf outer pad partOfGraph popcount pow primitiveNames primitives printGraph putAlongAxis quantile random reciprocal referenceBackend remainder repeat resampleTable reshape roll round rsqrt saveTensors scan scatterAdd scatterSet searchSorted segmentSum setBackend shiftLeft shiftRight sign sin sinh sizeOf sort special split sqrt squeeze stack stopGradient sub subgraphsOf swapAxes take takeAlongAxis tan tensor tensordot tile topK trace traceGraph traceGraphAs traceStep transpose tree tril triu trunc unique unstack valueAndGrad version viewBytes vjp vmap where whileLoop withBackend zeros zerosLike"`,
  );
  expect(names(tessera.nn)).toMatchInlineSnapshot(
    `"adaptiveAvgPool adaptiveMaxPool attention avgPool batchNorm celu conv convTranspose dropout elu embedding gelu glu gridSample groupNorm hardShrink hardSigmoid hardSilu hardTanh instanceNorm interpolate layerNorm leakyRelu logSigmoid logSoftmax maxPool mish oneHot pixelShuffle pixelUnshuffle prelu relu relu6 rmsNorm selu sigmoid silu softShrink softmax softplus softsign squareplus tanh tanhShrink threshold"`,
  );
  expect(names(tessera.random)).toMatchInlineSnapshot(
    `"ball bernoulli beta binomial bits categorical cauchy chiSquare choice dirichlet exponential foldIn gamma gumbel key laplace logistic multivariateNormal normal orthogonal permutation poisson rademacher randint split studentT truncatedNormal uniform"`,
  );
  expect(names(tessera.tree)).toMatchInlineSnapshot(
    `"combine flatten leaves map mapWithPath partition paths sameDefinition unflatten"`,
  );
  const methods = tensorMethods().map(([name]) => name);
  expect(methods.sort().join(' ')).toMatchInlineSnapshot(
    `"abs acos acosh add addAt all any argmax argmin array asin asinh at atan atan2 atanh bitwiseAnd bitwiseNot bitwiseOr bitwiseXor broadcastTo cast cbrt ceil clip compress copySign cos cosh cumMax cumMin cumProd cumSum data div equal erf erfInv erfc exp exp2 expandDims expm1 flatten floor floorDivide greater greaterEqual hypot isFinite isInf isNaN item less lessEqual log log10 log1p log2 logAddExp logSumExp logicalAnd logicalNot logicalOr logicalXor matmul max maximum mean min minimum mul neg notEqual popcount pow prod reciprocal relu remainder reshape round rsqrt set shiftLeft shiftRight sigmoid sign sin sinh slice sqrt square squeeze std sub sum tan tanh toString transpose trunc variance"`,
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
