import { count, eventType, flag, id, oneOf, optional, person, record, text, timestamp } from './define';

const subject = record('What it belongs to.', {
  kind: oneOf('What that is.', 'property', 'unit', 'lease', 'work_order', 'inspection', 'claim', 'resident'),
  id: id('Its id.'),
});

export const documents = [
  eventType(
    'documents.document.uploaded',
    'Document uploaded',
    'A document, or a new version of one, was stored.',
    {
      documentId: id('The document.'),
      version: count('From 1 on.', 1),
      name: text('The file name.', 255),
      contentType: text('Its media type.', 100),
      sizeBytes: count('Its size.'),
      sha256: optional(text('Lower-case hex of its SHA-256.', 64)),
      subject,
      uploadedBy: person('Who stored it.'),
      uploadedAt: timestamp('When.'),
    },
    {
      documentId: 'doc_99120',
      version: 1,
      name: 'lease_2071_signed.pdf',
      contentType: 'application/pdf',
      sizeBytes: 482_113,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      subject: { kind: 'lease', id: 'lease_2071' },
      uploadedBy: { id: 'staff_9', name: 'Noor Haddad' },
      uploadedAt: '2026-03-09T10:12:40.000Z',
    },
  ),
  eventType(
    'documents.document.access_logged',
    'Document access logged',
    'Somebody viewed, downloaded, shared or printed a document, or tried to.',
    {
      documentId: id('The document.'),
      version: optional(count('Which version.', 1)),
      action: oneOf('What was done.', 'viewed', 'downloaded', 'shared', 'printed'),
      allowed: flag('False: the access was refused.'),
      accessedBy: person('Who.'),
      sourceIp: optional(text('From where.', 45)),
      accessedAt: timestamp('When.'),
    },
    {
      documentId: 'doc_99120',
      version: 1,
      action: 'downloaded',
      allowed: true,
      accessedBy: { id: 'res_1190', name: 'Dana Whitfield', role: 'resident' },
      sourceIp: '203.0.113.24',
      accessedAt: '2026-03-10T07:55:18.000Z',
    },
  ),
];
