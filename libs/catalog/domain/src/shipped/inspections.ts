import { count, eventType, id, list, oneOf, optional, person, record, text, timestamp } from './define';

const inspection = {
  inspectionId: id('The inspection.'),
  propertyId: id('The property.'),
  unitId: optional(id('The unit; absent for common areas.')),
  kind: oneOf('What it is for.', 'move_in', 'move_out', 'routine', 'safety', 'annual'),
};
const inspector = person('Who inspects.');

const example = { inspectionId: 'insp_6120', propertyId: 'prop_riverside', unitId: 'unit_4b', kind: 'annual' };
const ivo = { id: 'insp_user_4', name: 'Ivo Brandt', role: 'inspector' };

export const inspections = [
  eventType(
    'inspections.inspection.scheduled',
    'Inspection scheduled',
    'An inspection has a date, for the first time or a new one.',
    {
      ...inspection,
      inspector: optional(inspector),
      scheduledFor: timestamp('When it is to be.'),
      previousScheduledFor: optional(timestamp('When it was to be before.')),
      scheduledBy: person('Who planned it.'),
    },
    {
      ...example,
      inspector: ivo,
      scheduledFor: '2026-04-20T09:30:00.000Z',
      scheduledBy: { id: 'staff_3', name: 'Priya Nair' },
    },
  ),
  eventType(
    'inspections.inspection.overdue',
    'Inspection overdue',
    'An inspection was not done when it should have been.',
    {
      ...inspection,
      inspector: optional(inspector),
      scheduledFor: timestamp('When it should have been.'),
      daysOverdue: count('Whole days since.', 1),
    },
    { ...example, inspector: ivo, scheduledFor: '2026-04-20T09:30:00.000Z', daysOverdue: 2 },
  ),
  eventType(
    'inspections.inspection.submitted',
    'Inspection submitted',
    'An inspector has handed in the findings.',
    {
      ...inspection,
      inspector,
      submittedAt: timestamp('When it was handed in.'),
      result: oneOf('What it came to.', 'pass', 'pass_with_findings', 'fail'),
      findings: list(
        'What was found.',
        record('A finding.', {
          area: text('Where.', 100),
          severity: oneOf('How bad.', 'info', 'minor', 'major', 'critical'),
          note: text('What.', 2_000),
        }),
      ),
      photoCount: optional(count('How many photos are with it.')),
    },
    {
      ...example,
      inspector: ivo,
      submittedAt: '2026-04-22T11:15:00.000Z',
      result: 'pass_with_findings',
      findings: [{ area: 'Bathroom', severity: 'minor', note: 'The fan is noisy.' }],
      photoCount: 14,
    },
  ),
  eventType(
    'inspections.inspection.approved',
    'Inspection approved',
    'The findings were accepted, and the inspection is closed.',
    {
      ...inspection,
      result: oneOf('What it came to.', 'pass', 'pass_with_findings', 'fail'),
      approvedBy: person('Who accepted them.'),
      approvedAt: timestamp('When.'),
      workOrderIds: optional(list('Work orders that were opened from it.', id('A work order.'))),
    },
    {
      ...example,
      result: 'pass_with_findings',
      approvedBy: { id: 'staff_1', name: 'Helen Mori', role: 'property_manager' },
      approvedAt: '2026-04-23T08:02:50.000Z',
      workOrderIds: ['wo_48377'],
    },
  ),
];
