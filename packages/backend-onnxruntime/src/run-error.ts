import { memory, OutOfMemoryError, TesseraError, type IndexAttributes, type Node } from '@tesserajs/tensor';

/** Status lines begin with the place in the runtime's sources and a C++ signature, which say nothing to its users. */
const place = /^\/\S+:\d+ .*?\)(?: \[with [^\]]*\])? /s;

/** What errors call a node: the operation that the user called, or its primitive. ONNX nodes have such names too. */
export function operationOf({ primitive, attributes }: Node): string {
  return (attributes as IndexAttributes).operation ?? primitive.name;
}

/** Operations whose negative numbers the lowering moves out of the range in which the runtime takes them. */
const refuseNegative: ReadonlySet<string> = new Set(['bincount', 'segmentSum']);

/** What the runtime's operators say of an index out of range, in the words of the reference kernels. */
function describeIndex(operation: string, message: string): string | null {
  const [, index, low, high] = /idx=(-?\d+) must be within the inclusive range \[(-?\d+),(-?\d+)\]/.exec(message) ?? [];
  if (index !== undefined) {
    if (!refuseNegative.has(operation))
      return `index ${index} is out of range; use whole numbers from ${low} to ${high}`;
    const given = Number(index) < 0 ? Number(index) + Number(high) + 1 : Number(index);
    return `index ${given} is out of range; use whole numbers from 0 to ${high}`;
  }
  const [, other] = /invalid indice found, indice = (-?\d+)/.exec(message) ?? [];
  if (other !== undefined) return `index ${other} is out of range`;
  return message.includes('Out of range value in index tensor') ? 'an index is out of range' : null;
}

/** What a failed run says, with the operation that failed in front; other errors stay as they are. */
export function describeRunError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const status = /running (\w+) node\. Name:'([a-zA-Z]*)[^']*' Status Message: (.*)/s.exec(text);
  if (status === null) return text.trim();
  const [, operator = '', name = '', message = ''] = status;
  // Operators of ONNX begin with a capital letter, operations do not.
  const operation = /^[a-z]/.test(name) ? name : operator;
  return `${operation}: ${describeIndex(operation, message) ?? message.replace(place, '').trim()}`;
}

const noMemory = /^no memory for|failed to allocate memory|bad[_ ]alloc|array buffer allocation failed/i;

/** The error of a run, or of the making of a session, as its readers get it. */
export function runError(cause: unknown): Error {
  if (cause instanceof TesseraError) return cause;
  const text = describeRunError(cause);
  if (!noMemory.test(text)) return new Error(text, { cause });
  const { liveTensors, liveBytes } = memory();
  return new OutOfMemoryError(`onnxruntime: ${text}; ${liveTensors} live tensors hold ${liveBytes} bytes`);
}
