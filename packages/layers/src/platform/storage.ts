import { UnsupportedError } from '@tesserajs/tensor';
import type { Storage } from './types.js';

function refuse(): never {
  throw new UnsupportedError(
    'files: there is no file system here; use saveModel and loadModel, and keep the bytes as you like',
  );
}

/** Where there are no files. */
export const platformStorage: Storage = {
  read: () => Promise.resolve().then(refuse),
  find: () => Promise.resolve().then(refuse),
  write: () => Promise.resolve().then(refuse),
  append: () => Promise.resolve().then(refuse),
  remove: () => Promise.resolve().then(refuse),
  join: (...parts) => parts.join('/'),
};
