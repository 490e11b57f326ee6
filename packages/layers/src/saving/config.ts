import { ArgumentError, FormatError, random } from '@tesserajs/tensor';
import { Layer, type AnyLayer } from '../layers/layer.js';
import { Functional } from '../models/functional.js';
import type { AnyModel } from '../models/model.js';
import { Sequential, sequential } from '../models/sequential.js';
import { classNameOf } from '../inspection/summary.js';
import type { AnyModule } from '../module/module.js';
import {
  explained,
  misfit,
  readBoolean,
  readField,
  readList,
  readObject,
  readRule,
  readSizes,
  readText,
  readWhole,
  writeField,
  type JsonObject,
} from './fields.js';
import { functionalFields, readFunctional, writeGraph } from './functional-config.js';
import { addRuns, noteRuns } from './runs.js';
import { layerClasses } from './layer-classes.js';

const format = 'tessera-layers';
const version = 1;
/** Models within models, and the JSON around them. */
const deepest = 64;
const longestText = 16 * 2 ** 20;

/** The configuration of a model as JSON. Throws an ArgumentError for parts that files cannot hold. */
export function writeConfig(model: AnyModel): string {
  return `${JSON.stringify({ format, version, model: writeLayer('model', model, new Map()) }, null, 2)}\n`;
}

/** The layers of a file that were written or read before, by what identifies them. */
type Known<K, V> = Map<K, V>;

/** A layer as JSON; one that was written before, as the place where it is. */
function writeLayer(path: string, module: AnyModule, known: Known<AnyModule, string>): object {
  const place = known.get(module);
  if (place !== undefined) return { shared: place };
  known.set(module, path);
  if (!(module instanceof Layer)) throw unsavable(path, module);
  const className = classNameOf(module);
  const own = {
    name: module.name,
    trainable: module.trainable,
    ...(module.inputShape === null ? {} : { inputShape: module.inputShape }),
    ...writeRules(module),
  };
  if (module instanceof Sequential || module instanceof Functional) {
    const inside: readonly AnyModule[] = module.layers;
    const layers = inside.map((layer, i) => writeLayer(`${path}.config.layers[${i}]`, layer, known));
    const graph = module instanceof Functional ? writeGraph(module.graph) : {};
    const { seed } = module as AnyModel;
    return { className, config: { ...own, seed, layers, ...graph } };
  }
  const layerClass = layerClasses.get(className);
  if (layerClass === undefined || !(module instanceof layerClass)) throw unsavable(path, module);
  const fields = Object.entries(layerClass.fields).map(([field, kind]) => {
    const value: unknown = Object.getOwnPropertyDescriptor(module, field)?.value;
    const at = `${path}.config.${field}`;
    return [
      field,
      kind === 'layer' ? writeLayer(at, value as AnyModule, known) : writeField(shownPath(at), kind, value),
    ];
  });
  return { className, config: { ...own, ...(Object.fromEntries(fields) as object) } };
}

/** The place of a layer in a model, from its place in the file. */
function shownPath(path: string): string {
  return path.replaceAll('.config.', '.');
}

type Rules = Pick<Layer, 'activityRegularizer' | 'regularizers' | 'constraints'>;

/** The regularizers and constraints of a layer, under the names of its options. */
function writeRules({ activityRegularizer, regularizers, constraints }: Rules): object {
  const rules = [
    ...(activityRegularizer === null ? [] : [['activityRegularizer', activityRegularizer] as const]),
    ...Object.entries(regularizers).map(([weight, rule]) => [`${weight}Regularizer`, rule] as const),
    ...Object.entries(constraints).map(([weight, rule]) => [`${weight}Constraint`, rule] as const),
  ];
  return Object.fromEntries(rules.map(([field, { name, config }]) => [field, { name, config }]));
}

function unsavable(path: string, module: AnyModule): ArgumentError {
  return new ArgumentError(
    `saveModel: ${shownPath(path)} is a ${module.constructor.name}, which files cannot hold; save the weights alone with ` +
      'saveTensors(model) from @tesserajs/tensor',
  );
}

/**
 * A model of a configuration, with zeros for weights that take no memory. Throws a FormatError naming the field that
 * is wrong.
 */
export function readConfig(text: string): AnyModel {
  if (text.length > longestText) {
    throw new FormatError(
      `loadModel: config: ${text.length} characters are more than a configuration has (${longestText})`,
    );
  }
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`loadModel: config is no JSON: ${(cause as Error).message}`);
  }
  const root = readObject('the file', value, ['format', 'version', 'model']);
  if (root['format'] !== format) throw misfit('format', JSON.stringify(format), root['format']);
  if (root['version'] !== version)
    throw misfit('version', `${version}, the one that this package reads`, root['version']);
  const model = readLayer('model', root['model'], new Map());
  if (model instanceof Functional) return model as AnyModel;
  if (!(model instanceof Sequential))
    throw misfit('model.className', "'Sequential' or 'Functional'", classNameOf(model));
  const { inputShape } = model;
  if (inputShape === null) throw misfit('model.config.inputShape', 'the shape of one example', undefined);
  model.build([null, ...inputShape], { key: random.key(0), empty: true });
  return model;
}

/** Counts brackets, so that a text of nothing but brackets reaches no recursion. */
function checkDepth(text: string): void {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inText) {
      if (character === '\\') i++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '[' || character === '{') {
      if (++depth > deepest) throw new FormatError(`loadModel: config is nested deeper than ${deepest} levels`);
    } else if (character === ']' || character === '}') depth--;
  }
}

function readLayer(path: string, value: unknown, known: Known<string, AnyLayer>): AnyLayer {
  const object = readObject(path, value, ['className', 'config', 'shared']);
  if (object['shared'] !== undefined) {
    const layer = known.get(readText(`${path}.shared`, object['shared']));
    if (layer === undefined) throw misfit(`${path}.shared`, 'the place of a layer before', object['shared']);
    return layer;
  }
  const layer = readOwn(path, readText(`${path}.className`, object['className']), object['config'], known);
  known.set(path, layer);
  return layer;
}

function readOwn(path: string, className: string, value: unknown, known: Known<string, AnyLayer>): AnyLayer {
  const at = `${path}.config`;
  if (className === Sequential.className) return readModel(at, value, known, []);
  if (className === Functional.className) return readModel(at, value, known, functionalFields);
  const layerClass = layerClasses.get(className);
  if (layerClass === undefined) {
    throw misfit(`${path}.className`, 'the Keras name of a layer that this package has', className);
  }
  const rules = Object.keys(layerClass.weightOptions ?? {}).flatMap((weight) => [
    `${weight}Regularizer`,
    `${weight}Constraint`,
  ]);
  const config = readObject(at, value, [...commonFields, ...Object.keys(layerClass.fields), ...rules]);
  const options: Record<string, unknown> = readCommon(at, config);
  let runs = 1;
  for (const [field, kind] of Object.entries(layerClass.fields)) {
    const own = config[field];
    if (own === undefined || own === null) continue;
    if (kind === 'layer') {
      const inner = readLayer(`${at}.${field}`, own, known);
      runs = addRuns(at, runs, inner);
      options[field] = inner;
    } else options[field] = readField(`${at}.${field}`, kind, own);
  }
  for (const rule of rules) {
    if (config[rule] !== undefined) options[rule] = readRule(`${at}.${rule}`, rule, config[rule]);
  }
  const layer = shaped(at, config, () => new layerClass(options as never));
  noteRuns(layer, runs);
  return layer;
}

/** Sets the input shape afterwards: with it at hand, a model would make its weights at once. */
function shaped<L extends AnyLayer>(path: string, { inputShape }: JsonObject, make: () => L): L {
  const layer = explained(path, make);
  if (inputShape !== undefined) layer.inputShape = readSizes(`${path}.inputShape`, inputShape);
  return layer;
}

const commonFields: readonly string[] = ['name', 'trainable', 'inputShape', 'activityRegularizer'];

function readCommon(
  path: string,
  { name, trainable, activityRegularizer: activity }: JsonObject,
): Record<string, unknown> {
  const field = 'activityRegularizer';
  return {
    ...(activity === undefined ? {} : { [field]: readRule(`${path}.${field}`, field, activity) }),
    ...(name === undefined ? {} : { name: readText(`${path}.name`, name) }),
    ...(trainable === undefined ? {} : { trainable: readBoolean(`${path}.trainable`, trainable) }),
  };
}

/** A model of layers: one after the other, or connected by the fields of `graph`. */
function readModel(path: string, value: unknown, known: Known<string, AnyLayer>, graph: readonly string[]): AnyLayer {
  const config = readObject(path, value, [...commonFields, 'seed', 'layers', ...graph]);
  const { seed: given } = config;
  const seed =
    given === undefined ? 0 : readWhole(`${path}.seed`, given, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const layers = readList(`${path}.layers`, config['layers']).map((layer, i) =>
    readLayer(`${path}.layers[${i}]`, layer, known),
  );
  const options = { ...readCommon(path, config), seed };
  if (graph.length > 0) return readFunctional(path, config, layers, options);
  const runs = layers.reduce((sum, layer) => addRuns(path, sum, layer), 1);
  const model = shaped(path, config, () => sequential(layers as readonly AnyLayer[] as readonly Layer[], options));
  noteRuns(model, runs);
  return model;
}
