/** One layer, in the terms of Keras. */
export type LayerSpec =
  | { readonly type: 'conv2d'; readonly filters: number; readonly kernelSize: number; readonly activation: 'relu' }
  | { readonly type: 'maxPooling2d'; readonly poolSize: number }
  | { readonly type: 'dropout'; readonly rate: number }
  | { readonly type: 'flatten' }
  | { readonly type: 'dense'; readonly units: number; readonly activation?: 'relu' };

/** The network. Its last layer gives one logit per class. */
export function architecture(classes: number): readonly LayerSpec[] {
  return [
    { type: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
    { type: 'maxPooling2d', poolSize: 2 },
    { type: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
    { type: 'maxPooling2d', poolSize: 2 },
    { type: 'dropout', rate: 0.25 },
    { type: 'flatten' },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dropout', rate: 0.5 },
    { type: 'dense', units: classes },
  ];
}
