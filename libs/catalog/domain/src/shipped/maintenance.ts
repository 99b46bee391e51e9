import { count, date, eventType, id, money, oneOf, optional, person, text, timestamp } from './define';

const workOrder = {
  workOrderId: id('The work order.'),
  propertyId: id('The property that it is for.'),
  unitId: optional(id('The unit; absent for common areas.')),
};
const priority = oneOf('How urgent it is.', 'emergency', 'high', 'normal', 'low');
const status = (description: string) =>
  oneOf(description, 'new', 'assigned', 'in_progress', 'on_hold', 'completed', 'cancelled');

const order = { workOrderId: 'wo_48213', propertyId: 'prop_riverside', unitId: 'unit_4b' };

export const maintenance = [
  eventType(
    'maintenance.work_order.created',
    'Work order created',
    'A work order was opened, by a resident, by staff or by a schedule.',
    {
      ...workOrder,
      title: text('What is wrong, in short.'),
      description: optional(text('What is wrong, at length.', 4_000)),
      category: text('E.g. plumbing, electrical, hvac.', 100),
      priority,
      source: oneOf('Who opened it.', 'resident', 'staff', 'schedule', 'inspection'),
      requestedBy: person('Who asked for it.'),
      createdAt: timestamp('When it was opened.'),
      dueAt: optional(timestamp('When the service level ends.')),
    },
    {
      ...order,
      title: 'Water under the kitchen sink',
      description: 'It drips at the joint when the tap runs.',
      category: 'plumbing',
      priority: 'high',
      source: 'resident',
      requestedBy: { id: 'res_1190', name: 'Dana Whitfield', role: 'resident' },
      createdAt: '2026-03-02T08:14:05.000Z',
      dueAt: '2026-03-03T08:14:05.000Z',
    },
  ),
  eventType(
    'maintenance.work_order.assigned',
    'Work order assigned',
    'A work order was given to a technician or a vendor, for the first time or anew.',
    {
      ...workOrder,
      assignee: person('Who is to do it.'),
      previousAssigneeId: optional(id('Who had it before.')),
      assignedBy: person('Who assigned it.'),
      assignedAt: timestamp('When it was assigned.'),
      scheduledFor: optional(date('The day that is planned for it.')),
    },
    {
      ...order,
      assignee: { id: 'tech_17', name: 'Marco Ilić', role: 'plumber' },
      assignedBy: { id: 'staff_3', name: 'Priya Nair', role: 'maintenance_coordinator' },
      assignedAt: '2026-03-02T08:31:40.000Z',
      scheduledFor: '2026-03-02',
    },
  ),
  eventType(
    'maintenance.work_order.status_changed',
    'Work order status changed',
    'A work order went from one status to another.',
    {
      ...workOrder,
      previousStatus: status('Before.'),
      status: status('Now.'),
      changedBy: person('Who changed it.'),
      changedAt: timestamp('When it changed.'),
      note: optional(text('What was said about it.', 2_000)),
    },
    {
      ...order,
      previousStatus: 'assigned',
      status: 'in_progress',
      changedBy: { id: 'tech_17', name: 'Marco Ilić' },
      changedAt: '2026-03-02T10:02:11.000Z',
      note: 'On site.',
    },
  ),
  eventType(
    'maintenance.work_order.completed',
    'Work order completed',
    'The work is done.',
    {
      ...workOrder,
      completedBy: person('Who did it.'),
      completedAt: timestamp('When it was done.'),
      resolution: text('What was done.', 4_000),
      laborMinutes: optional(count('Minutes of work.')),
      cost: optional(money('What it cost.')),
    },
    {
      ...order,
      completedBy: { id: 'tech_17', name: 'Marco Ilić' },
      completedAt: '2026-03-02T11:20:00.000Z',
      resolution: 'Replaced the trap and tightened the joint.',
      laborMinutes: 65,
      cost: { amountMinor: 8_450, currency: 'USD' },
    },
  ),
  eventType(
    'maintenance.work_order.sla_breached',
    'Work order past its service level',
    'A work order was not answered or not completed in the time that was promised.',
    {
      ...workOrder,
      priority,
      status: status('Its status at the breach.'),
      target: oneOf('What was promised.', 'response', 'resolution'),
      dueAt: timestamp('When it was promised for.'),
      breachedAt: timestamp('When the breach was noticed.'),
      assigneeId: optional(id('Who has it.')),
    },
    {
      ...order,
      priority: 'high',
      status: 'assigned',
      target: 'resolution',
      dueAt: '2026-03-03T08:14:05.000Z',
      breachedAt: '2026-03-03T08:15:00.000Z',
      assigneeId: 'tech_17',
    },
  ),
];
