import { isStandardDomain } from './domains.js';
import { ModelFormatError } from './errors.js';
import { Version, type GraphProto, type ModelProto, type NodeProto } from './generated/onnx_pb.js';
import { checkTensor } from './tensor-data.js';

/**
 * Throws ModelFormatError unless a decoded model is consistent: versions known, tensors as large as they say,
 * every value made once and before it is used, every operator's domain imported.
 */
export function checkModel(model: ModelProto): void {
  const version = Number(model.irVersion);
  const newest: number = Version.IR_VERSION;
  if (version < 1 || version > newest) {
    throw new ModelFormatError(`parseModel: IR version ${version} is unknown; known are 1 to ${newest}`);
  }
  if (model.graph === undefined) throw new ModelFormatError('parseModel: the model has no graph');
  const domains = new Set<string>();
  for (const { domain, version: opset } of model.opsetImport) {
    if (opset < 1n) throw new ModelFormatError(`parseModel: operator domain '${domain}' has version ${opset}`);
    domains.add(isStandardDomain(domain) ? '' : domain);
  }
  if (version < 3) domains.add('');
  if (domains.size === 0) throw new ModelFormatError('parseModel: the model imports no operators');
  checkGraph(model.graph, domains, null);
}

interface Scope {
  readonly values: Set<string>;
  readonly outer: Scope | null;
}

function checkGraph(graph: GraphProto, domains: ReadonlySet<string>, outer: Scope | null): void {
  const scope: Scope = { values: new Set(), outer };
  for (const { name } of graph.input) define(graph, scope, name, 'input');
  for (const tensor of graph.initializer) {
    checkTensor(tensor);
    // An initializer of an input's name is that input's default value.
    scope.values.add(tensor.name);
  }
  for (const { values } of graph.sparseInitializer) if (values !== undefined) scope.values.add(values.name);
  for (const node of graph.node) checkNode(graph, node, domains, scope);
  for (const { name } of graph.output) requireVisible(graph, scope, name, 'output');
}

function checkNode(graph: GraphProto, node: NodeProto, domains: ReadonlySet<string>, scope: Scope): void {
  if (node.opType === '') throw new ModelFormatError(`parseModel: graph ${graph.name}: a node has no operator`);
  if (!domains.has(isStandardDomain(node.domain) ? '' : node.domain)) {
    throw new ModelFormatError(
      `parseModel: ${node.opType} is of domain '${node.domain}', which the model does not import`,
    );
  }
  for (const input of node.input) if (input !== '') requireVisible(graph, scope, input, node.opType);
  for (const attribute of node.attribute) {
    if (attribute.t !== undefined) checkTensor(attribute.t);
    attribute.tensors.forEach(checkTensor);
    const graphs = attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
    for (const inner of graphs) checkGraph(inner, domains, scope);
  }
  for (const output of node.output) if (output !== '') define(graph, scope, output, node.opType);
}

function define(graph: GraphProto, scope: Scope, name: string, by: string): void {
  if (scope.values.has(name)) {
    throw new ModelFormatError(`parseModel: graph ${graph.name}: ${by} makes '${name}', which exists already`);
  }
  scope.values.add(name);
}

function requireVisible(graph: GraphProto, scope: Scope, name: string, by: string): void {
  for (let place: Scope | null = scope; place !== null; place = place.outer) if (place.values.has(name)) return;
  throw new ModelFormatError(`parseModel: graph ${graph.name}: ${by} uses '${name}', which nothing before it makes`);
}
