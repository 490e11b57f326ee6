// SharedArrayBuffer, and with it threads in WebAssembly, exists only on pages served with these.
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
