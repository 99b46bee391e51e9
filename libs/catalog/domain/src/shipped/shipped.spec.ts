import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@arkan/kernel';
import { checkSchema, createValidator } from '@arkan/json-schema';
import { shippedEventTypes } from './shipped';

/** Section 1 of the product's description. */
const promised = {
  maintenance: ['created', 'assigned', 'status_changed', 'completed', 'sla_breached'].map(
    (what) => `work_order.${what}`,
  ),
  leasing: ['drafted', 'activated', 'renewed', 'terminated', 'expiring'].map((what) => `lease.${what}`),
  residents: ['service_request.submitted', 'visitor_pass.issued', 'visitor.checked_in', 'booking.confirmed'],
  inspections: ['scheduled', 'overdue', 'submitted', 'approved'].map((what) => `inspection.${what}`),
  warranty: ['submitted', 'approved', 'resolved'].map((what) => `claim.${what}`),
  documents: ['document.uploaded', 'document.access_logged'],
};

describe('the shipped catalog', () => {
  test('has exactly the promised types', () => {
    const names = Object.entries(promised).flatMap(([module, types]) => types.map((type) => `${module}.${type}`));
    expect(shippedEventTypes.map(({ type }) => type)).toEqual(names);
  });

  describe.each(shippedEventTypes.map((type) => [type.type, type] as const))(
    '%s',
    (_, { schema, example, ...words }) => {
      const required = schema.required as string[];

      test('says what it is', () => {
        expect(words.title).not.toBe('');
        expect(words.description).toMatch(/\.$/);
      });

      test('has a schema without faults that takes its example, and fields that modules add later', () => {
        expect(checkSchema(schema)).toEqual([]);
        expect(createValidator(schema)({ ...example, addedLater: true }, '')).toEqual([]);
      });

      test('names each required field that is missing', () => {
        expect(required.length).toBeGreaterThan(0);
        const validate = createValidator(schema);
        for (const field of required) {
          const { [field]: _gone, ...rest } = example as JsonObject;
          expect(validate(rest, '/data')).toEqual([
            { pointer: `/data/${field}`, code: 'missing', message: 'is missing', limit: null },
          ]);
        }
      });
    },
  );
});
