/**
 * Runs Tessera graphs natively on ONNX Runtime.
 * @packageDocumentation
 */
export { onnxruntime, type OnnxRuntimeOptions } from './backend.js';
export { profile, type Profile, type ProfileOptions } from './profile/profile.js';
export type { ProfileRow } from './profile/report.js';
export type { Provider } from './providers.js';
