import { bind } from '../../graph/bind.js';
import type { JvpContext, Primitive } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { spread } from '../../transforms/body-rules.js';
import { constant } from '../create.js';
import type { ScanAttributes } from './scan.js';
import { tangentBody } from './tangent-body.js';

/** Forward mode through a loop: tangents of carries are carried beside them, with the memory of one step. */
export function scanJvp(
  scan: Primitive<ScanAttributes>,
  { operands, tangents, attributes }: JvpContext<ScanAttributes>,
): (Tensor | null)[] {
  const { body, carries, sequences } = attributes;
  const parts = <T>(list: readonly T[]): readonly [T[], T[], T[]] => [
    list.slice(0, carries),
    list.slice(carries, carries + sequences),
    list.slice(carries + sequences),
  ];
  const given = tangents.map((tangent) => tangent !== null);
  for (;;) {
    // A carry has a tangent once its first value or any step's result has one.
    const carried = given.slice(0, carries);
    const { graph, made } = tangentBody(body, given, carried);
    const grown = made.findIndex((one, i) => i < carries && one && !carried[i]!);
    if (grown >= 0) {
      made.forEach((one, i) => {
        if (i < carries && one) given[i] = true;
      });
      continue;
    }
    const own = operands.map((x, i) => (given[i] === true ? (tangents[i] ?? constant(0, x.shape, x.dtype)) : null));
    const own3 = parts(own).map((list) => list.filter((x) => x !== null));
    const [c, x, k] = parts(operands);
    const count = body.inputs.length;
    const inner = parts(graph.inputs.slice(0, count));
    const innerTangents = parts(spread(given, graph.inputs.slice(count))).map((list) => list.filter((t) => t !== null));
    const outputs = body.outputs.length;
    const tangentsOut = spread(made, graph.outputs.slice(outputs));
    const some = (list: readonly (Tensor | null)[]): Tensor[] => list.filter((t) => t !== null);
    const together = {
      inputs: inner.flatMap((list, i) => [...list, ...innerTangents[i]!]),
      outputs: [
        ...graph.outputs.slice(0, carries),
        ...some(tangentsOut.slice(0, carries)),
        ...graph.outputs.slice(carries, outputs),
        ...some(tangentsOut.slice(carries)),
      ],
      nodes: graph.nodes,
    };
    const results = bind(scan, [...c, ...own3[0]!, ...x, ...own3[1]!, ...k, ...own3[2]!], {
      ...attributes,
      body: together,
      carries: carries + own3[0]!.length,
      sequences: sequences + own3[1]!.length,
    });
    const carriedTangents = results.slice(carries, carries + own3[0]!.length);
    const stackedTangents = results.slice(carries + own3[0]!.length + outputs - carries);
    return spread(made, [...carriedTangents, ...stackedTangents]);
  }
}
