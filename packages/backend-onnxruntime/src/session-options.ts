import type { InferenceSession } from 'onnxruntime-node';
import type { SessionSettings } from './session-plan.js';

/** Only fatal messages: failures come as errors, and the runtime's own lines would only repeat them. */
export const silent = 4 as const;

/** The options of a session; `hasWeights`: constants of its model are weights. */
export function sessionOptions(
  { threads, provider }: SessionSettings,
  hasWeights: boolean,
): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The graph is optimized before it gets here: higher levels gain nothing when it runs, except that weights which are
    // part of it are laid out for the kernels, and convolutions then take the blocked ones.
    graphOptimizationLevel: hasWeights ? 'all' : 'basic',
    logSeverityLevel: silent,
    extra: {
      session: {
        // Denormal numbers are four times slower and carry no information in training.
        set_denormal_as_zero: '1',
        // Threads of several sessions that spin for long take each other's cores.
        intra_op: { spin_duration_us: '50' },
      },
    },
  };
}
