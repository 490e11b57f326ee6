import { ArgumentError, FormatError, random } from '@tesserajs/tensor';
import { Layer } from '../layers/layer.js';
import type { AnyModel } from '../models/model.js';
import { Sequential, sequential } from '../models/sequential.js';
import { classNameOf } from '../models/summary.js';
import type { AnyModule } from '../module/module.js';
import {
  explained,
  misfit,
  readBoolean,
  readField,
  readList,
  readObject,
  readSizes,
  readText,
  readWhole,
  writeField,
} from './fields.js';
import { layerClasses } from './layer-classes.js';

const format = 'tessera-layers';
const version = 1;
/** Models within models, and the JSON around them. */
const deepest = 64;
const longestText = 16 * 2 ** 20;

/** The configuration of a model as JSON. Throws an ArgumentError for parts that files cannot hold. */
export function writeConfig(model: AnyModel): string {
  return `${JSON.stringify({ format, version, model: writeLayer('model', model) }, null, 2)}\n`;
}

function writeLayer(path: string, module: AnyModule): object {
  if (!(module instanceof Layer)) throw unsavable(path, module);
  const className = classNameOf(module);
  const own = {
    name: module.name,
    trainable: module.trainable,
    ...(module.inputShape === null ? {} : { inputShape: module.inputShape }),
  };
  if (module instanceof Sequential) {
    const layers = module.layers.map((layer, i) => writeLayer(`${path}.layers[${i}]`, layer));
    return { className, config: { ...own, seed: module.seed, layers } };
  }
  const known = layerClasses.get(className);
  if (known === undefined || !(module instanceof known)) throw unsavable(path, module);
  const fields = Object.entries(known.fields).map(([field, kind]) => [
    field,
    writeField(`${path}.${field}`, kind, Object.getOwnPropertyDescriptor(module, field)?.value),
  ]);
  return { className, config: { ...own, ...(Object.fromEntries(fields) as object) } };
}

function unsavable(path: string, module: AnyModule): ArgumentError {
  return new ArgumentError(
    `saveModel: ${path} is a ${module.constructor.name}, which files cannot hold; save the weights alone with ` +
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
  const model = readLayer('model', root['model']);
  if (!(model instanceof Sequential)) throw misfit('model.className', "'Sequential'", classNameOf(model));
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

function readLayer(path: string, value: unknown): Layer {
  const object = readObject(path, value, ['className', 'config']);
  const className = readText(`${path}.className`, object['className']);
  if (className === Sequential.className) return readSequential(`${path}.config`, object['config']);
  const known = layerClasses.get(className);
  if (known === undefined) {
    throw misfit(`${path}.className`, 'the Keras name of a layer that this package has', className);
  }
  const at = `${path}.config`;
  const config = readObject(at, object['config'], [...commonFields, ...Object.keys(known.fields)]);
  const options: Record<string, unknown> = readCommon(at, config);
  for (const [field, kind] of Object.entries(known.fields)) {
    if (config[field] !== undefined && config[field] !== null)
      options[field] = readField(`${at}.${field}`, kind, config[field]);
  }
  return shaped(at, config, () => new known(options as never));
}

/** Sets the input shape afterwards: with it at hand, a model would make its weights at once. */
function shaped<L extends Layer>(path: string, { inputShape }: Readonly<Record<string, unknown>>, make: () => L): L {
  const layer = explained(path, make);
  if (inputShape !== undefined) layer.inputShape = readSizes(`${path}.inputShape`, inputShape);
  return layer;
}

const commonFields: readonly string[] = ['name', 'trainable', 'inputShape'];

function readCommon(path: string, { name, trainable }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    ...(name === undefined ? {} : { name: readText(`${path}.name`, name) }),
    ...(trainable === undefined ? {} : { trainable: readBoolean(`${path}.trainable`, trainable) }),
  };
}

function readSequential(path: string, value: unknown): Sequential {
  const config = readObject(path, value, [...commonFields, 'seed', 'layers']);
  const seed =
    config['seed'] === undefined
      ? 0
      : readWhole(`${path}.seed`, config['seed'], Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const layers = readList(`${path}.layers`, config['layers']).map((layer, i) =>
    readLayer(`${path}.layers[${i}]`, layer),
  );
  return shaped(path, config, () => sequential(layers, { ...readCommon(path, config), seed }));
}
