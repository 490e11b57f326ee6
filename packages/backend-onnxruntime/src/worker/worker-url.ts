/** The program of the worker. */
export const workerUrl: URL = new URL('./worker.js', import.meta.url);
