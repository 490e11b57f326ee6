import { readdirSync, readFileSync } from 'node:fs';
import { primitives, type DType, type PrimitiveName, type Shape } from '@tesserajs/tensor';
import type { Value } from './values.js';

/** One application of a primitive to operands for which an independent tool knows the result. */
export interface Case {
  readonly primitive: PrimitiveName;
  readonly title: string;
  readonly operands: readonly Value[];
  readonly attributes: object;
  /** Number of terms of each sum behind an element of the result. */
  readonly length: number;
}

type EncodedValue = readonly [dtype: DType, shape: Shape, values: readonly (number | string)[]];

interface EncodedCase {
  readonly name: string;
  readonly operands: readonly EncodedValue[];
  readonly attributes: object;
  readonly length?: number;
}

function decode([dtype, shape, values]: EncodedValue): Value {
  const wide = dtype === 'int64' || dtype === 'uint64';
  return { dtype, shape, values: values.map((value) => (wide ? BigInt(value) : Number(value))) };
}

/** Fixtures of functions may share a primitive's name; they have arguments instead of attributes. */
function isPrimitiveCase({ attributes }: { readonly attributes?: unknown }): boolean {
  return typeof attributes === 'object';
}

/** All cases in the fixture files of the tensor package. */
export function readCases(): Case[] {
  const folder = new URL('../../tensor/fixtures/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const content = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>;
      return Object.entries(content).flatMap(([name, list]) =>
        name in primitives && Array.isArray(list)
          ? (list as EncodedCase[])
              .filter(isPrimitiveCase)
              .map(({ name: title, operands, attributes, length = 1 }) => ({
                primitive: name as PrimitiveName,
                title,
                operands: operands.map(decode),
                attributes,
                length,
              }))
          : [],
      );
    });
}
