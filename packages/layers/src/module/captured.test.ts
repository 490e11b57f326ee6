import { compile, ones, tensor, valueAndGrad, zeros, type Tensor } from '@tesserajs/tensor';
import { afterEach, expect, it, vi } from 'vitest';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { sequential } from '../models/sequential.js';
import { capturedTensors } from './captured.js';
import { Module, type AnyModule } from './module.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const types = { shape: [1, 3], dtype: 'float32' };

/** The paths of modules that use tensors from outside. */
function found(module: AnyModule): string[] {
  return capturedTensors(module, types).map(({ path }) => path);
}

class Closure extends Module {
  readonly f: (x: Tensor) => Tensor;
  constructor(scale: Tensor) {
    super();
    this.f = (x) => x.mul(scale);
  }
  call(x: Tensor): Tensor {
    return this.f(x);
  }
}

class Arrow extends Module {
  readonly scale: Tensor = ones([3]);
  readonly call = (x: Tensor): Tensor => x.mul(this.scale);
}

class Public extends Module {
  static override readonly stateFields: readonly string[] = ['offset'];
  readonly scale: Tensor = ones([3]);
  readonly offset: Tensor = ones([3]);
  call(x: Tensor): Tensor {
    return x
      .mul(this.scale)
      .add(this.offset)
      .mul(tensor(2))
      .add(zeros([3]));
  }
}

class Private extends Module {
  #scale: Tensor = ones([3]);
  call(x: Tensor): Tensor {
    return x.mul(this.#scale);
  }
}

it('finds what closures and arrow functions hold, and not fields or what call makes', () => {
  const scale = tensor([1, 2, 3]);
  const net = sequential([dense({ units: 3 }), new Closure(scale), dropout({ rate: 0.5 }), new Public()], {
    inputShape: [3],
  });
  expect(found(net)).toEqual(['layers.1']);
  expect(capturedTensors(net, types)[0]!.tensor === scale).toBe(true);
  expect(found(new Arrow())).toEqual(['']);
  expect(found(new Public())).toEqual([]);
  expect(capturedTensors(new Closure(tensor(new Int32Array([1, 2, 3])).cast('float32')), types)).toHaveLength(1);
});

it('is told by fit, once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const net = sequential([dense({ units: 3 }), new Closure(tensor([1, 2, 3]))], { inputShape: [3] });
  net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  for (let i = 0; i < 2; i++) await net.fit(ones([4, 3]), ones([4, 3]), { verbose: 0 });
  expect(warn.mock.calls).toEqual([
    [
      'fit: layers.1 uses a tensor (float32 [3]) that is in no field of a module: it is neither trained nor saved. Keep ' +
        'parameters in public fields, and constants in fields that the static stateFields of the class name; closures ' +
        'hide both',
    ],
  ]);
});

it('explains that copies of a module have no private fields', async () => {
  const module = new Private();
  expect(await module.apply(ones([3])).array()).toEqual([1, 1, 1]);
  const message =
    /^Private: call uses a private field or method \(.*#scale.*\)\. Gradients and compiled steps work on copies of a module, which have its public fields alone; write `private name` or `name` instead of `#name`$/;
  expect(() => valueAndGrad((m: Private) => m.apply(ones([3])).sum())(module)).toThrow(message);
  const nested = sequential([module]);
  expect(() => compile((m: typeof nested) => m.apply(ones([3])))(nested)).toThrow(message);
  expect(() => capturedTensors(nested, types)).toThrow(message);
});
