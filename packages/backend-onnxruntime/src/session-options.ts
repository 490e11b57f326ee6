import type { InferenceSession } from 'onnxruntime-node';
import type { SessionPlan, SessionSettings } from './session-plan.js';

/** Only fatal messages: failures come as errors, and the runtime's own lines would only repeat them. */
export const silent = 4 as const;

/** What of a plan decides on options; by default that of a small graph. */
type Traits = Partial<Pick<SessionPlan, 'hasWeights' | 'recomputes'>>;

/** The options of the session of a plan. */
export function sessionOptions(
  { threads, provider }: SessionSettings,
  { hasWeights = false, recomputes = false }: Traits = {},
): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // The plan's block lies beside what the first run took: too much for graphs that are written to need little.
    enableMemPattern: !recomputes,
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
