import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import type { Provider } from './providers.js';
import { sessionOptions, silent } from './session-options.js';

/**
 * How results get into typed arrays:
 * - `copied`: the runtime makes new ones and copies into them; what its documentation promises.
 * - `preallocated`: the runtime writes into arrays that it is given, and returns those.
 * - `interrupted`: it writes into arrays that it is given, but would then copy each of them. An output that it cannot
 *   convert, in front of the others, ends the call after the run and before the copies.
 */
export type OutputPath = 'copied' | 'preallocated' | 'interrupted';

/** Name of the output that the runtime's binding cannot convert. */
export const interruptingOutput = 'results_written';

const interruption = 'Non tensor type is temporarily not supported';

/** True for the error that ends an interrupted call: all outputs are written. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.message.includes(interruption);
}

/** Elements of the input and of the result of each model that the ways are tried with. */
export const probeSize = 64;

/** Models that compute y = x + 1; one has the interrupting output in front. */
export interface ProbeModels {
  readonly plain: Uint8Array;
  readonly interrupted: Uint8Array;
}

function probeOptions(provider: Provider): InferenceSession.SessionOptions {
  return { ...sessionOptions({ threads: 1, provider }), extra: {} };
}

/** Whether one way of getting results works, with other numbers each time. */
async function works(runtime: typeof OnnxRuntime, session: InferenceSession, interrupted: boolean): Promise<boolean> {
  for (let turn = 1; turn <= 3; turn++) {
    const x = Float32Array.from({ length: probeSize }, (_, i) => i * turn);
    const y = new Float32Array(probeSize);
    const fetches = {
      ...(interrupted ? { [interruptingOutput]: null } : {}),
      y: new runtime.Tensor('float32', y, [probeSize]),
    };
    let returned: ArrayLike<unknown> = y;
    try {
      const results = await session.run({ x: new runtime.Tensor('float32', x, [probeSize]) }, fetches, {
        logSeverityLevel: silent,
      });
      if (interrupted) return false;
      returned = results['y']!.data;
    } catch (error) {
      if (!interrupted || !isInterruption(error)) return false;
    }
    if (returned !== y || y.some((value, i) => value !== i * turn + 1)) return false;
  }
  return true;
}

async function tryPath(
  runtime: typeof OnnxRuntime,
  provider: Provider,
  models: ProbeModels,
  path: 'plain' | 'interrupted',
): Promise<boolean> {
  const session = await runtime.InferenceSession.create(models[path], probeOptions(provider));
  try {
    return await works(runtime, session, path === 'interrupted');
  } finally {
    await session.release();
  }
}

/** Creates the first sessions of the process without the lines that the runtime would write about failures. */
async function probe(runtime: typeof OnnxRuntime, provider: Provider, models: ProbeModels): Promise<OutputPath> {
  const { logLevel } = runtime.env;
  // Read once, when the runtime starts.
  runtime.env.logLevel = 'fatal';
  try {
    if (await tryPath(runtime, provider, models, 'plain')) return 'preallocated';
  } catch (cause) {
    if (provider !== 'cpu') throw cause;
    return 'copied'; // what is wrong with the runtime, the session of the graph will tell
  } finally {
    if (logLevel !== undefined) runtime.env.logLevel = logLevel;
  }
  const interrupted = await tryPath(runtime, provider, models, 'interrupted').catch(() => false);
  return interrupted ? 'interrupted' : 'copied';
}

const probed = new Map<Provider, Promise<OutputPath>>();

/**
 * The fastest way of getting results that this installation of the runtime really has; tried once in a thread for each
 * provider. Rejects for a provider other than the processor that does not start.
 *
 * The first session of a process also decides whether denormal numbers count as zero on the thread that makes it, for
 * JavaScript's arithmetic as well: those of this trial leave that as it is, and later ones reach only their own threads.
 */
export function probeOutputPath(
  runtime: typeof OnnxRuntime,
  provider: Provider,
  models: ProbeModels,
): Promise<OutputPath> {
  let path = probed.get(provider);
  if (path === undefined) {
    path = probe(runtime, provider, models);
    probed.set(provider, path);
    path.catch(() => probed.delete(provider));
  }
  return path;
}
