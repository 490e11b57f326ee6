import { expect, it, vi } from 'vitest';
import { isFloat } from '../dtypes.js';
import type { Tensor } from '../tensor.js';
import { pattern, relativeDifference } from '../values.fixture.js';
import { checkGradients } from './finite-differences.fixture.js';
import { applyCase, buildOperands, primitiveCases, type PrimitiveCase } from './primitive-cases.fixture.js';
import { primitiveNames, primitives, type PrimitiveName } from './registry.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const differentiable = primitiveNames.filter((name) => typeof primitives[name].vjp === 'function');

/** Operands with float64 in place of other floats. */
function wideOperands(one: PrimitiveCase): Tensor[] {
  return buildOperands(one).map((x) => (isFloat(x.dtype) ? x.cast('float64') : x));
}

function smoothCases(name: PrimitiveName): PrimitiveCase[] {
  return primitiveCases[name].filter((one) => one.smooth && one.operands.some(({ dtype }) => isFloat(dtype)));
}

/** 0.75·a − 1.5·b, tensor by tensor. */
function mix(a: readonly Tensor[], b: readonly Tensor[]): Tensor[] {
  return a.map((x, i) => x.mul(0.75).sub(b[i]!.mul(1.5)));
}

it('says of each primitive without gradient why', () => {
  const reasons = primitiveNames.flatMap((name) => {
    const { vjp } = primitives[name];
    return typeof vjp === 'function' ? [] : [`${name}: ${vjp.notDifferentiable}`];
  });
  expect(reasons).toMatchInlineSnapshot(`
    [
      "sign: piecewise constant",
      "floor: piecewise constant",
      "round: piecewise constant",
      "ceil: piecewise constant",
      "floorDivide: piecewise constant",
      "equal: integer or bool result",
      "notEqual: integer or bool result",
      "less: integer or bool result",
      "lessEqual: integer or bool result",
      "greater: integer or bool result",
      "greaterEqual: integer or bool result",
      "logicalAnd: integer or bool result",
      "logicalOr: integer or bool result",
      "logicalNot: integer or bool result",
      "bitwiseAnd: integer or bool result",
      "bitwiseOr: integer or bool result",
      "bitwiseXor: integer or bool result",
      "shiftLeft: integer or bool result",
      "shiftRight: integer or bool result",
      "full: no operands",
      "iota: no operands",
      "argmax: integer or bool result",
      "argmin: integer or bool result",
      "argsort: integer or bool result",
      "keySplit: random bits",
      "keyFoldIn: random bits",
      "randomBits: random bits",
      "randomPermutation: random bits",
      "poissonQuantile: piecewise constant",
      "binomialQuantile: piecewise constant",
      "while: number of steps unknown",
    ]
  `);
});

it.each(differentiable)('%s has the gradients that finite differences give, to second order', (name) => {
  const cases = smoothCases(name);
  expect(cases.length).toBeGreaterThan(0);
  const problems = cases.flatMap((one) => {
    const problem = checkGradients((...operands) => applyCase(name, one, operands), wideOperands(one));
    return problem === null ? [] : [`${one.name}: ${problem}`];
  });
  expect(problems).toEqual([]);
});

it.each(differentiable)('the vjp of %s is linear in the cotangent', (name) => {
  for (const one of smoothCases(name)) {
    const operands = wideOperands(one);
    const results = applyCase(name, one, operands);
    const pullback = (cotangents: readonly Tensor[]): readonly (Tensor | null)[] => {
      const { vjp } = primitives[name];
      if (typeof vjp !== 'function') throw new Error('not differentiable');
      const { attributes } = one;
      return vjp({ cotangent: cotangents[0]!, cotangents, operands, result: results[0]!, results, attributes });
    };
    const u = results.map(({ shape }, i) => pattern(shape, i + 3));
    const v = results.map(({ shape }, i) => pattern(shape, i + 40));
    const [separateU, separateV] = [pullback(u), pullback(v)];
    for (const [i, both] of pullback(mix(u, v)).entries()) {
      if (both === null || !isFloat(operands[i]!.dtype)) continue;
      const [sum] = mix([separateU[i]!], [separateV[i]!]);
      expect(relativeDifference(both, sum!), `${one.name}, operand ${i}`).toBeLessThan(1e-12);
    }
  }
});

const linear = primitiveNames.filter(
  (name) => primitives[name].linear !== undefined && primitives[name].linear !== false,
);

it.each(linear)('%s is linear in the operands that it names', (name) => {
  const named = primitives[name].linear;
  const cases = smoothCases(name);
  expect(cases.length).toBeGreaterThan(0);
  for (const one of cases) {
    const operands = wideOperands(one);
    const positions = typeof named === 'object' ? named.map((i) => [i]) : [[...operands.keys()]];
    for (const varied of positions) {
      const others = operands.map((x, i) => (varied.includes(i) ? pattern(x.shape, i + 5) : x));
      const mixed = operands.map((x, i) => (varied.includes(i) ? x.mul(0.75).sub(others[i]!.mul(1.5)) : x));
      const expected = mix(applyCase(name, one, operands), applyCase(name, one, others));
      applyCase(name, one, mixed).forEach((result, i) => {
        const difference = relativeDifference(result, expected[i]!);
        expect(difference, `${one.name}, operands ${String(varied)}, result ${i}`).toBeLessThan(1e-12);
      });
    }
  }
});
