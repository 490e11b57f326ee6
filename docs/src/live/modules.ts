/** Everything a live example may import. Each entry is a chunk of its own, fetched when an example asks for it. */
export const modules: Readonly<Record<string, () => Promise<unknown>>> = {
  '@tensorflow/tfjs': () => import('@tensorflow/tfjs'),
};
