import { ambient } from '../ambient.js';
import type { HostArray } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import type { Kernel } from '../graph/primitive.js';
import { inlineComposites } from '../passes/inline-composites.js';
import type { Executable } from './backend.js';
import { inspectingBackend } from './inspecting-backend.js';
import { referenceBackend } from './reference.js';

/** Prepares a closed graph that a reference kernel runs: the body of a loop, a branch, a composite. */
export function compileBody(graph: Graph): Executable {
  const donate = graph.inputs.map(() => false);
  if (ambient.debug.nonFinite === null) return referenceBackend.compile(graph, { donate }) as Executable;
  return inspectingBackend.compile(
    inlineComposites(graph, () => false),
    { donate },
  ) as Executable;
}

/** Runs a closed graph as a kernel. */
export function bodyKernel(graph: Graph): Kernel {
  const executable = compileBody(graph);
  return (inputs, outputs) => {
    const made = executable.run(inputs) as readonly HostArray[];
    outputs.forEach((output, i) => {
      output.set(made[i] as never);
    });
  };
}
