import type { Example } from './example.js';

/** An example before it is loaded. */
export interface Entry {
  readonly description: string;
  readonly load: () => Promise<Example>;
}

const examples = {
  'mnist-mlp': {
    description: 'three dense layers on handwritten digits',
    load: async () => (await import('./examples/mlp.js')).mnistMlp,
  },
  'fashion-mlp': {
    description: 'the same on pictures of clothes',
    load: async () => (await import('./examples/mlp.js')).fashionMlp,
  },
  'mnist-cnn': {
    description: 'two convolutions with batch normalization on handwritten digits',
    load: async () => (await import('./examples/cnn.js')).mnistCnn,
  },
  'fashion-cnn': {
    description: 'the same on pictures of clothes',
    load: async () => (await import('./examples/cnn.js')).fashionCnn,
  },
  'residual-depth': {
    description: '15 residual blocks, beside the same depth without skips and normalization',
    load: async () => (await import('./examples/residual-depth.js')).residualDepth,
  },
  'table-and-text': {
    description: 'numbers and words in, a class and a number out',
    load: async () => (await import('./examples/table-and-text.js')).tableAndText,
  },
  'alphago-zero': {
    description: 'the towers of AlphaGo Zero, layer by layer',
    load: async () => (await import('./examples/alphago-zero.js')).alphaGoZero,
  },
} satisfies Record<string, Entry>;

/** All examples by name. */
export const catalog: ReadonlyMap<string, Entry> = new Map(Object.entries(examples));
