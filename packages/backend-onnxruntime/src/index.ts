/**
 * Runs Tessera graphs natively on ONNX Runtime.
 * @packageDocumentation
 */
export { onnxruntime, type OnnxRuntimeOptions } from './backend.js';
