import type { FieldError, JsonObject } from '@arkan/kernel';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { patternTextMax } from './pattern-cost';
import { schemaFaults } from './schema-rules';

/** Errors of one value that are told. */
const errorsMax = 20;

/** The faults of a value, with pointers that start with `at`; empty where it is valid. */
export type Validate = (value: unknown, at: string) => FieldError[];

/** Those of ajv-formats whose checks are linear. Others are annotations only. */
const formats = [
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
  'json-pointer',
] as const;

/** A regular expression that looks at texts of a bounded length only; with `patternCost` that bounds its time. */
function boundedRegExp(pattern: string, flags: string) {
  const expression = new RegExp(pattern, flags);
  return {
    test: (text: string) => text.length <= patternTextMax && expression.test(text),
    toString: () => expression.toString(),
  };
}
boundedRegExp.code = 'boundedRegExp';

const settings = { strict: false, allErrors: true, logger: false, code: { regExp: boundedRegExp } } as const;

/** Knows the meta-schema; made when first needed, since it costs some 20 ms. */
let dialect: Ajv2020 | null = null;

/** The faults of a schema, with pointers into it: our own rules first, then the JSON Schema 2020-12 meta-schema. */
export function checkSchema(schema: JsonObject): FieldError[] {
  const faults = schemaFaults(schema);
  if (faults.length > 0) return faults;
  dialect ??= new Ajv2020(settings);
  if (!dialect.validateSchema(schema)) return (dialect.errors ?? []).slice(0, errorsMax).map(toFieldError(''));
  try {
    compile(schema);
    return [];
  } catch (error) {
    return [
      {
        pointer: '',
        code: 'invalid_schema',
        message: `can not be used as a schema: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown fault'}`,
        limit: null,
      },
    ];
  }
}

/**
 * Makes the check of a schema that `checkSchema` found no fault with; costs some ms. Every schema gets an Ajv of its own, so that
 * nothing of one is left for another. The value is never changed: no defaults, no coercion.
 */
export function createValidator(schema: JsonObject): Validate {
  const validate = compile(schema);
  return (value, at) => {
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).slice(0, errorsMax).map(toFieldError(at));
    validate.errors = null;
    return errors;
  };
}

function compile(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({ ...settings, meta: false, validateSchema: false });
  addFormats.default(ajv, [...formats]);
  return ajv.compile(schema);
}

const escape = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** A missing or superfluous field is named itself, not the object that it is about. Values are never repeated: they may be secret. */
const toFieldError =
  (at: string) =>
  ({ instancePath, keyword, params, message }: ErrorObject): FieldError => {
    const pointer = `${at}${instancePath}`;
    switch (keyword) {
      case 'required':
        return {
          pointer: `${pointer}/${escape(String(params.missingProperty))}`,
          code: 'missing',
          message: 'is missing',
          limit: null,
        };
      case 'additionalProperties':
      case 'unevaluatedProperties': {
        const name = String(params.additionalProperty ?? params.unevaluatedProperty);
        return {
          pointer: `${pointer}/${escape(name)}`,
          code: 'unknown_field',
          message: 'is not a field here; leave it out',
          limit: null,
        };
      }
      case 'enum':
        return {
          pointer,
          code: keyword,
          message: 'must be one of the allowed values',
          limit: allowed(params.allowedValues),
        };
      default: {
        const limit = typeof params.limit === 'number' || typeof params.limit === 'string' ? params.limit : null;
        return { pointer, code: keyword, message: message ?? 'is not valid', limit };
      }
    }
  };

const allowed = (values: unknown) =>
  Array.isArray(values)
    ? values
        .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
        .join(', ')
        .slice(0, 500)
    : null;
