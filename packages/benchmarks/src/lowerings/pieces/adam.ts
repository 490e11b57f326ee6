import type { GraphBuilder } from '@tesserajs/onnx';
import { sizeOf } from '@tesserajs/tensor';
import { operators, type Form } from '../form.js';
import { floats, type Piece } from '../piece.js';

/** Parameters, gradients, momenta and velocities of some tensors → the first, third and fourth after a step of Adam. */
function update(g: GraphBuilder, [w, d, m, v]: readonly string[]): [string, string, string] {
  const number = (value: number): string => g.constant('float32', value);
  const momentum = g.node('Add', [g.node('Mul', [m!, number(0.9)]), d!]);
  const velocity = g.node('Add', [g.node('Mul', [v!, number(0.999)]), g.node('Mul', [d!, d!])]);
  const root = g.node('Add', [g.node('Sqrt', [velocity]), number(1e-6)]);
  return [g.node('Sub', [w!, g.node('Div', [g.node('Mul', [momentum, number(1e-3)]), root])]), momentum, velocity];
}

function concat(g: GraphBuilder, values: readonly string[]): string {
  const flat = values.map((value) => g.node('Reshape', [value, g.constant('int64', [-1])]));
  return g.node('Concat', flat, { axis: { int: 0 } });
}

function split(g: GraphBuilder, value: string, shapes: readonly (readonly number[])[]): string[] {
  const names = shapes.map((_, i) => `part${i}`);
  const parts = g.nodeWithOutputs('Split', [value, g.constant('int64', shapes.map(sizeOf))], names, {
    axis: { int: 0 },
  });
  return parts.map((part, i) => g.node('Reshape', [part, g.constant('int64', shapes[i]!)]));
}

/** Inputs are four tensors per parameter, one kind after the other; so are the results, three. */
function each(count: number): Form {
  return operators((g, ...inputs) => {
    const next = Array.from({ length: count }, (_, i) =>
      update(
        g,
        [0, 1, 2, 3].map((kind) => inputs[kind * count + i]!),
      ),
    );
    return [0, 1, 2].flatMap((kind) => next.map((results) => results[kind]!));
  });
}

/** Tensors below a size are joined for the update. */
function joined(shapes: readonly (readonly number[])[], below: number): Form {
  const count = shapes.length;
  return operators((g, ...inputs) => {
    const results: string[] = [];
    const small = shapes.flatMap((shape, i) => (sizeOf(shape) < below ? [i] : []));
    for (let i = 0; i < count; i++) {
      if (small.includes(i)) continue;
      const next = update(
        g,
        [0, 1, 2, 3].map((kind) => inputs[kind * count + i]!),
      );
      next.forEach((value, kind) => (results[kind * count + i] = value));
    }
    const flat = [0, 1, 2, 3].map((kind) =>
      concat(
        g,
        small.map((i) => inputs[kind * count + i]!),
      ),
    );
    update(g, flat).forEach((value, kind) => {
      const parts = split(
        g,
        value,
        small.map((i) => shapes[i]!),
      );
      small.forEach((i, position) => (results[kind * count + i] = parts[position]!));
    });
    return results;
  });
}

/** Tensors of at least `size` elements are updated block by block, each of which stays in the cache. */
function inBlocks(shapes: readonly (readonly number[])[], size: number): Form {
  const count = shapes.length;
  return operators((g, ...inputs) => {
    const next = shapes.map((shape, i) => {
      const operands = [0, 1, 2, 3].map((kind) => inputs[kind * count + i]!);
      const blocks = Math.floor(sizeOf(shape) / size);
      if (blocks < 2 || sizeOf(shape) % blocks !== 0) return update(g, operands);
      const body = g.subgraph('block');
      const block = [sizeOf(shape) / blocks];
      const results = update(
        body,
        operands.map((_, kind) => body.input(`part${kind}`, 'float32', block)),
      );
      for (const value of results) body.output(value, 'float32', block);
      const split = operands.map((value) => g.node('Reshape', [value, g.constant('int64', [blocks, ...block])]));
      const attributes = { body: { graph: body }, num_scan_inputs: { int: 4 } };
      const all = g.nodeWithOutputs('Scan', split, ['w', 'm', 'v'], attributes);
      return all.map((value) => g.node('Reshape', [value, g.constant('int64', shape)]));
    });
    return [0, 1, 2].flatMap((kind) => next.map((results) => results[kind]!));
  });
}

const networks: Readonly<Record<string, readonly (readonly number[])[]>> = {
  '784-512-512-10': [[784, 512], [512], [512, 512], [512], [512, 10], [10]],
  'residual network of 20 layers': [16, 32, 64].flatMap((channels) =>
    Array.from({ length: 6 }, () => [[channels, channels, 3, 3], [channels], [channels]]).flat(),
  ),
};

const adamStep: Piece = {
  name: 'Adam',
  rows: Object.entries(networks).map(([name, shapes]) => ({
    name,
    inputs: [0, 1, 2, 3].flatMap((kind) => shapes.map((shape) => floats(shape, kind === 3 ? 0 : -1))),
    forms: {
      'one by one': each(shapes.length),
      'below 4096 elements joined': joined(shapes, 4096),
      'in blocks': inBlocks(shapes, 28672),
      'all joined': joined(shapes, Infinity),
    },
  })),
};

export const adam: readonly Piece[] = [adamStep];
