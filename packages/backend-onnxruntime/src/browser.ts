import { UnsupportedError, type Backend } from '@tesserajs/tensor';
import type { OnnxRuntimeOptions } from './backend.js';
import type { Profile, ProfileOptions } from './profile/profile.js';

/** Stands in where there is no Node: throws an UnsupportedError. */
export function onnxruntime(_options: OnnxRuntimeOptions = {}): Backend {
  throw new UnsupportedError(
    'onnxruntime: this backend runs native code and needs Node; in a browser, leave setBackend out to use the reference backend',
  );
}

/** Stands in where there is no Node: rejects with an UnsupportedError. */
export function profile(_f: () => unknown, _options: ProfileOptions = {}): Promise<Profile> {
  return Promise.reject(
    new UnsupportedError('profile: it measures native code and needs Node; use the profiler of the browser'),
  );
}

export type { OnnxRuntimeOptions } from './backend.js';
export type { Profile, ProfileOptions } from './profile/profile.js';
export type { ProfileRow } from './profile/report.js';
export type { Provider } from './providers.js';
