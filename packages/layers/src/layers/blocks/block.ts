import type { Tensor } from '@tesserajs/tensor';
import { buildLayers } from '../../module/abstract.js';
import type { Context } from '../../module/context.js';
import { exampleShapes, shapesOf, type SymbolicShapes } from '../../structure.js';
import { bareKey, isTraced, Layer, unbuilt, type BuildOptions } from '../layer.js';

/** A layer that consists of layers, in fields of its own. */
export abstract class Block extends Layer {
  override get built(): boolean {
    return Object.values(this).every((part) => !(part instanceof Layer) || part.built);
  }

  override build(inputShape: SymbolicShapes<Tensor>, options: BuildOptions = { key: bareKey() }): void {
    if (this.built) return;
    const shape = exampleShapes<Tensor>(`${this.name}: build`, inputShape);
    buildLayers(this, { shape, dtype: 'float32' }, options);
  }

  protected override buildFrom(x: Tensor, ctx: Context | undefined): void {
    if (ctx !== undefined) return; // the layers inside see for themselves
    if (isTraced(x)) throw unbuilt(this);
    this.build(shapesOf(x, true));
  }
}
