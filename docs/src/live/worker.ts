import { inspect } from 'loupe';
import { evaluate, toFailure } from './evaluate';
import { modules } from './modules';
import type { Output } from './output';
import type { LogLevel, RunEvent, RunRequest } from './protocol';

// The DOM and the worker libraries of TypeScript exclude each other; this is the part of the latter that is used.
interface WorkerScope {
  onmessage: ((event: MessageEvent<RunRequest>) => void) | null;
  postMessage(message: RunEvent, transfer?: Transferable[]): void;
  addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const post = (event: RunEvent, transfer: Transferable[] = []): void => scope.postMessage(event, transfer);

function format(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return String(value);
  return inspect(value, { truncate: 4000 });
}

/** An endless loop that prints would otherwise fill the page's memory. */
const MOST_LINES = 2000;

function redirectConsole(): void {
  let lines = 0;
  const print =
    (level: LogLevel) =>
    (...values: unknown[]): void => {
      lines += 1;
      if (lines < MOST_LINES) post({ type: 'log', level, text: values.map(format).join(' ') });
      if (lines === MOST_LINES) post({ type: 'log', level: 'warn', text: 'More lines are not shown.' });
    };
  Object.assign(console, { log: print('log'), info: print('log'), warn: print('warn'), error: print('error') });
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    // A page in the background draws no frames.
    setTimeout(resolve, 100);
    globalThis.requestAnimationFrame?.(() => setTimeout(resolve, 0));
  });
}

function createOutput(canvas: OffscreenCanvas): Output {
  return {
    grid(columns, rows = columns) {
      const centre = (index: number, count: number): number => ((index + 0.5) / count) * 2 - 1;
      return Array.from({ length: rows * columns }, (_, tile) => [
        centre(tile % columns, columns),
        -centre(Math.floor(tile / columns), rows),
      ]);
    },
    mosaic(values, { columns, points = [], label = 'mosaic' }) {
      if (!(columns >= 1) || values.length % columns !== 0) {
        throw new RangeError(`output.mosaic: ${values.length} values do not fill rows of ${columns} columns`);
      }
      const picture = {
        values: Float32Array.from(values),
        columns,
        points: Float32Array.from(points.flatMap(({ x, y, label: colour }) => [x, y, colour])),
        label,
      };
      post({ type: 'mosaic', picture }, [picture.values.buffer, picture.points.buffer]);
    },
    plot(values) {
      post({ type: 'plot', values });
    },
    canvas(width, height, label = 'drawing') {
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      post({ type: 'canvas', width, height, label });
      const context = canvas.getContext('2d');
      if (!context) throw new Error('output.canvas: this browser has no 2D canvas in workers');
      return context;
    },
  };
}

scope.onmessage = ({ data: { source, canvas } }): void => {
  // Frames inside the libraries would otherwise crowd the example's own line out of the trace.
  Error.stackTraceLimit = 100;
  redirectConsole();
  scope.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    void toFailure(event.reason).then((failure) => post({ type: 'failed', failure }));
  });
  void evaluate(source, {
    modules,
    output: createOutput(canvas),
    onLoading: (module) => post({ type: 'loading', module }),
    onStart: () => post({ type: 'started' }),
  }).then(async (failure) => {
    // What was drawn last reaches the page with the next frame, and the page ends this worker on the last event.
    await nextFrame();
    post(failure ? { type: 'failed', failure } : { type: 'finished' });
  });
};
