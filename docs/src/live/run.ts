import type { RunEvent, RunRequest } from './protocol';

/** A running example. `stop` ends it at once, whatever it is doing. */
export interface Run {
  stop(): void;
}

/**
 * Runs an example in a worker of its own: the page stays responsive, an endless loop can be stopped, and nothing is left
 * over from one run to the next. After `failed` or `finished` no event follows.
 */
export function run(source: string, canvas: HTMLCanvasElement, onEvent: (event: RunEvent) => void): Run {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  const stop = (): void => worker.terminate();
  worker.onmessage = ({ data }: MessageEvent<RunEvent>): void => {
    if (data.type === 'failed' || data.type === 'finished') stop();
    onEvent(data);
  };
  worker.onerror = (event): void => {
    event.preventDefault();
    stop();
    onEvent({ type: 'failed', failure: { message: event.message || 'the example could not be loaded' } });
  };
  const offscreen = canvas.transferControlToOffscreen();
  worker.postMessage({ source, canvas: offscreen } satisfies RunRequest, [offscreen]);
  return { stop };
}
