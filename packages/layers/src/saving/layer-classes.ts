import { ActivationLayer } from '../layers/activation.js';
import { Conv2d } from '../layers/conv2d.js';
import { Dense } from '../layers/dense.js';
import { Dropout } from '../layers/dropout.js';
import { Flatten } from '../layers/flatten.js';
import type { Layer, LayerClass } from '../layers/layer.js';
import { MaxPooling2d } from '../layers/max-pooling2d.js';

/** A class whose layers files can hold: made from its fields as options. */
export interface SavedClass extends LayerClass {
  new (options: never): Layer;
}

/** The layers that files can hold, by the names of their Keras classes. */
export const layerClasses: ReadonlyMap<string, SavedClass> = new Map(
  [Dense, Conv2d, MaxPooling2d, Dropout, Flatten, ActivationLayer].map((layer): [string, SavedClass] => [
    layer.className,
    layer,
  ]),
);
