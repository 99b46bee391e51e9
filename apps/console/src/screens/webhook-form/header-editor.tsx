import { isSecretHeaderName, maskedValue } from '@arkan/kernel';
import { CircleAlert, Plus, Trash2 } from 'lucide-react';
import { Controller, useFieldArray, useFormContext, useWatch } from 'react-hook-form';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { filledRows, headerFaults, limits, type HeaderRow, type Values } from './values';

/** Says while one types what can't be sent, in the kernel's own words: the server would say the same. */
export function HeaderEditor() {
  const { control, formState } = useFormContext<Values>();
  const { fields, append, remove } = useFieldArray({ control, name: 'headers' });
  const rows = useWatch<Values, 'headers'>({ name: 'headers' });
  const faults = headerFaults(rows);
  const isFull = filledRows(rows).length >= limits.customHeadersMax;
  const message = faults.every((fault) => fault === null) ? formState.errors.headers?.message : undefined;
  return (
    <div className="stack tight" role="group" aria-label="Custom headers">
      <div className="ui-label">
        Custom headers <span className="ui-optional">optional</span>
      </div>
      <p className="ui-hint">
        Sent with every delivery. What looks like a credential (authorization, cookie, key, token, secret) is never
        shown again.
      </p>
      {fields.map((field, index) => (
        <Row
          key={field.id}
          index={index}
          row={rows[index] ?? field}
          fault={faults[index] ?? null}
          onRemove={() => remove(index)}
        />
      ))}
      <div>
        <Button
          size="s"
          icon={<Plus size={15} aria-hidden />}
          denied={isFull ? `A webhook has at most ${limits.customHeadersMax} headers.` : null}
          onPress={() => append({ name: '', value: '' })}
        >
          Add header
        </Button>
      </div>
      {message ? (
        <p className="ui-error" role="alert">
          <CircleAlert size={14} aria-hidden /> <span>Custom headers {message}</span>
        </p>
      ) : null}
    </div>
  );
}

function Row({
  index,
  row,
  fault,
  onRemove,
}: {
  index: number;
  row: HeaderRow;
  fault: string | null;
  onRemove(): void;
}) {
  const { control } = useFormContext<Values>();
  const isSecret = row.name !== '' && isSecretHeaderName(row.name);
  const isKept = isSecret && row.value === maskedValue;
  return (
    <div className="webhook-form-header">
      <Controller
        control={control}
        name={`headers.${index}.name`}
        render={({ field }) => (
          <Field
            label={`Name of header ${index + 1}`}
            className="unlabelled"
            mono
            placeholder="X-Team"
            value={field.value}
            onChange={field.onChange}
            error={fault === null ? undefined : `${row.name || 'This header'} ${fault}`}
            hint={
              isKept ? 'Kept as it is. Type a value to replace it.' : isSecret ? 'Hidden once it is saved.' : undefined
            }
            autoComplete="off"
            spellCheck="false"
          />
        )}
      />
      <Controller
        control={control}
        name={`headers.${index}.value`}
        render={({ field }) => (
          <Field
            label={`Value of header ${index + 1}`}
            className="unlabelled"
            mono
            placeholder="north"
            value={field.value}
            onChange={field.onChange}
            autoComplete="off"
            spellCheck="false"
          />
        )}
      />
      <Button
        look="quiet"
        label={`Remove header ${row.name || index + 1}`}
        icon={<Trash2 size={16} aria-hidden />}
        onPress={onRemove}
      />
    </div>
  );
}
