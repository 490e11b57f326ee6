/**
 * Runs Tessera graphs natively on ONNX Runtime.
 * @packageDocumentation
 */
export {};
