import { z } from 'zod';

export const roles = ['operator', 'tenant_admin', 'developer', 'auditor', 'producer'] as const;
export type Role = (typeof roles)[number];
export const roleSchema = z.enum(roles);

export const timestamp = z.iso.datetime({
  offset: true,
  message: 'must be an RFC 3339 time, e.g. 2026-01-31T12:00:00.000Z',
});

/** Half of a character (a lone UTF-16 surrogate) is no Unicode: UTF-8 has no bytes for it, and Postgres refuses it. */
export const wellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value);
const wellFormedMessage = { message: 'must not contain halves of characters (lone surrogates)' };

/** Text of a person: no control characters but tab and line ends, so no NUL, which Postgres can not keep. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min, { message: min === 1 ? 'must not be empty' : `must have at least ${min} characters` })
    .max(max, { message: `must have at most ${max} characters` })
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, { message: 'must not contain control characters' })
    .refine(wellFormed, wellFormedMessage);

/** Text of one line, that goes into headers and back unchanged: no control characters at all, no halves of surrogate pairs. */
export const line = (max: number, min = 0) =>
  z
    .string()
    .min(min, { message: min === 1 ? 'must not be empty' : `must have at least ${min} characters` })
    .max(max, { message: `must have at most ${max} characters` })
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, { message: 'must not contain control characters' })
    .refine((value) => !/\p{Surrogate}/u.test(value), { message: 'must be well-formed Unicode' });

/** A tenant's id: the product's own, or `ten_…` where it was generated. */
export const tenantId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, { message: 'must be 1 to 64 letters, digits, ".", "_", ":" or "-"' });

const publicId = (prefix: string) =>
  z
    .string()
    .max(64)
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`), { message: `must be an id of the form ${prefix}_…` });

export const webhookId = publicId('wh');
export const deliveryId = publicId('dlv');
export const keyId = publicId('key');
export const replayId = publicId('rpl');
export const notificationId = publicId('ntc');

/** Path ids are only bounded: what is not an id of that kind is answered 404, like one that does not exist. */
export const pathId = z.string().max(256);

export const pageLimitMax = 250;
export const page = {
  limit: z.coerce
    .number({ message: 'must be a number' })
    .int()
    .min(1, { message: 'must be at least 1' })
    .max(pageLimitMax, { message: `must be at most ${pageLimitMax}; ask for the next page by the cursor` })
    .default(50),
  cursor: z.string().max(512).optional(),
};

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

export const asOf = z
  .string()
  .max(64)
  .refine((value) => /^\d{1,20}$/.test(value) || !Number.isNaN(Date.parse(value)), {
    message: 'must be an RFC 3339 time or a position',
  })
  .optional();

export const reason = text(500).optional();

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(
      z.object({
        pointer: z.string(),
        code: z.string(),
        message: z.string(),
        limit: z.union([z.string(), z.number(), z.null()]),
      }),
    ),
  })
  .meta({ id: 'Problem' });
