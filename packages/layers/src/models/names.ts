import { ArgumentError } from '@tesserajs/tensor';
import { Layer, type AnyLayer } from '../layers/layer.js';
import type { AnyModule } from '../module/module.js';

/** The first of `name, name_1, name_2, …` that is not taken; it is taken then. */
export function freeName(base: string, taken: Set<string>): string {
  let name = base;
  for (let n = 1; taken.has(name); n++) name = `${base}_${n}`;
  taken.add(name);
  return name;
}

/**
 * Numbers layers that were not named: dense, dense_1, …; a name from an earlier model stays where it is free. Throws an
 * ArgumentError for a name that occurs twice.
 */
export function nameLayers(model: string, layers: readonly AnyModule[], taken: Set<string> = new Set()): void {
  const own = [...new Set(layers)].filter((layer): layer is AnyLayer => layer instanceof Layer);
  for (const { name } of own.filter(({ named }) => named)) {
    if (taken.has(name)) throw new ArgumentError(`${model}: two layers are called ${name}; names must differ`);
    taken.add(name);
  }
  for (const layer of own.filter(({ named }) => !named)) {
    layer.name = freeName(taken.has(layer.name) ? layer.factory : layer.name, taken);
  }
}
