/**
 * Keras-style layers, models and training for Tessera tensors.
 * @packageDocumentation
 */
export {};
