/**
 * Writes Tessera graphs as ONNX models.
 * @packageDocumentation
 */
export type { AttachableGraph, Attribute, Attributes } from './attributes.js';
export type { ConstantElement } from './constants.js';
export type { Dimension } from './dimensions.js';
export { elementTypeCode, elementTypeOf, elementTypes, type ElementArray, type ElementType } from './elements.js';
export { ModelBuildError, ModelFormatError, ModelTooLargeError, OnnxError } from './errors.js';
export type { ExternalDataFile, ExternalDataOptions } from './external-data.js';
export type { GraphProto, ModelProto, NodeProto, TensorProto } from './generated/onnx_pb.js';
export { GraphBuilder, type ForeignNodeOptions, type NodeOptions } from './graph-builder.js';
export { hasLowering, lowerGraph, referenceReason, type LowerGraphOptions } from './lower-graph.js';
export type { LoweringTarget, ReferenceReason } from './lowering/context.js';
export { ModelBuilder, type ModelOptions } from './model-builder.js';
export type { StandardOperator } from './operators.js';
export { parseModel, type ParseModelOptions } from './parse-model.js';
export { printModel } from './print-model.js';
export { tensorValue } from './tensor-data.js';
export type { TensorValue } from './tensor-proto.js';
export { toOnnx, type ApplicableModel, type SplitModels, type SplitOptions, type ToOnnxOptions } from './to-onnx.js';
