// Written by "npm run generate". Change libs/contracts instead.
export interface paths {
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the API keys, without the keys themselves
         * @description Roles: operator, tenant_admin, auditor.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key; it is shown this once
         * @description Roles: operator, tenant_admin.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key, effective on the next request
         * @description Roles: operator, tenant_admin.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of the tenant, newest first
         * @description Roles: operator, tenant_admin, auditor.
         */
        get: operations["auditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The present catalog as an AsyncAPI 3 document: what modules emit
         * @description Roles: operator, tenant_admin, developer, auditor, producer.
         */
        get: operations["catalogAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalog/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The present catalog as the webhooks of an OpenAPI 3.1 document: what receivers get
         * @description Roles: operator, tenant_admin, developer, auditor, producer.
         */
        get: operations["catalogOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The delivery log, newest first
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A delivery with its attempts
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send no more of what is pending, retrying or held
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["cancelDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send it again now, with the present configuration
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the event types
         * @description Roles: operator, tenant_admin, developer, auditor, producer.
         */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an event type
         * @description Roles: operator, tenant_admin, developer, auditor, producer.
         */
        get: operations["getEventType"];
        /**
         * Add, change, deprecate or bring back an event type
         * @description Roles: operator.
         */
        put: operations["putEventType"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types/{type}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Each change of an event type, newest first
         * @description Roles: operator, tenant_admin, auditor.
         */
        get: operations["eventTypeHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the events, newest first
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["listEvents"];
        put?: never;
        /**
         * Emit one event or a batch
         * @description Roles: operator, producer, tenant_admin.
         */
        post: operations["publishEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an event
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/integration-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What went well and wrong, newest first; or the recurring causes
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["listIntegrationLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notification-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is mailed
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["getNotificationSettings"];
        /**
         * Choose what is mailed
         * @description Roles: operator, tenant_admin.
         */
        put: operations["putNotificationSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The inbox, newest first
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark as read
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["readNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session of the cookie
         * @description Without a credential.
         */
        get: operations["readSession"];
        put?: never;
        /**
         * Sign in by an API key or a one-time token: the answer sets the cookie
         * @description Without a credential.
         */
        post: operations["createSession"];
        /**
         * Sign out: the cookie is cleared
         * @description Without a credential.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Limits, retries and version of this installation
         * @description Roles: operator, tenant_admin, developer, auditor, producer.
         */
        get: operations["readSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Volume, results and latency over a time
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Results by hours and latency of each webhook, over 24 hours at most
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["webhookStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tenants
         * @description Roles: operator.
         */
        get: operations["listTenants"];
        put?: never;
        /**
         * Add a tenant
         * @description Roles: operator.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the webhooks
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Register a webhook
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook; what is pending is cancelled, the log stays
         * @description Roles: operator, tenant_admin, developer.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description Roles: operator, tenant_admin, developer.
         */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Each change, newest first
         * @description Roles: operator, tenant_admin, developer, auditor.
         */
        get: operations["webhookHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause: what matches is held
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["pauseWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume: what was held is sent
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["resumeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new secret now; the previous one also signs for an overlap
         * @description Roles: operator, tenant_admin.
         */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the secret; the read is kept in the history
         * @description Roles: operator, tenant_admin.
         */
        get: operations["readSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event the real way
         * @description Roles: operator, tenant_admin, developer.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "documents.document.access_logged": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Document access logged
         * @description Somebody viewed, downloaded, shared or printed a document, or tried to.
         */
        post: operations["receiveDocumentsDocumentAccessLogged"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "documents.document.uploaded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Document uploaded
         * @description A document, or a new version of one, was stored.
         */
        post: operations["receiveDocumentsDocumentUploaded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "inspections.inspection.approved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Inspection approved
         * @description The findings were accepted, and the inspection is closed.
         */
        post: operations["receiveInspectionsInspectionApproved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "inspections.inspection.overdue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Inspection overdue
         * @description An inspection was not done when it should have been.
         */
        post: operations["receiveInspectionsInspectionOverdue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "inspections.inspection.scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Inspection scheduled
         * @description An inspection has a date, for the first time or a new one.
         */
        post: operations["receiveInspectionsInspectionScheduled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "inspections.inspection.submitted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Inspection submitted
         * @description An inspector has handed in the findings.
         */
        post: operations["receiveInspectionsInspectionSubmitted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "leasing.lease.activated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease activated
         * @description A lease was signed by all and is in force, or will be on its first day.
         */
        post: operations["receiveLeasingLeaseActivated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "leasing.lease.drafted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease drafted
         * @description A lease was written, and is not signed yet.
         */
        post: operations["receiveLeasingLeaseDrafted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "leasing.lease.expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease expiring
         * @description A lease ends soon, and no renewal is agreed.
         */
        post: operations["receiveLeasingLeaseExpiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "leasing.lease.renewed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease renewed
         * @description A lease goes on for another term.
         */
        post: operations["receiveLeasingLeaseRenewed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "leasing.lease.terminated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease terminated
         * @description A lease ends, at its term or before.
         */
        post: operations["receiveLeasingLeaseTerminated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "maintenance.work_order.assigned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work order assigned
         * @description A work order was given to a technician or a vendor, for the first time or anew.
         */
        post: operations["receiveMaintenanceWorkOrderAssigned"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "maintenance.work_order.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work order completed
         * @description The work is done.
         */
        post: operations["receiveMaintenanceWorkOrderCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "maintenance.work_order.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work order created
         * @description A work order was opened, by a resident, by staff or by a schedule.
         */
        post: operations["receiveMaintenanceWorkOrderCreated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "maintenance.work_order.sla_breached": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work order past its service level
         * @description A work order was not answered or not completed in the time that was promised.
         */
        post: operations["receiveMaintenanceWorkOrderSlaBreached"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "maintenance.work_order.status_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Work order status changed
         * @description A work order went from one status to another.
         */
        post: operations["receiveMaintenanceWorkOrderStatusChanged"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "residents.booking.confirmed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Booking confirmed
         * @description A resident has booked an amenity, and the booking holds.
         */
        post: operations["receiveResidentsBookingConfirmed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "residents.service_request.submitted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Service request submitted
         * @description A resident asked for something, through the portal, by phone or in person.
         */
        post: operations["receiveResidentsServiceRequestSubmitted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "residents.visitor.checked_in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Visitor checked in
         * @description A visitor came in, with a pass or let in by the desk.
         */
        post: operations["receiveResidentsVisitorCheckedIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "residents.visitor_pass.issued": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Visitor pass issued
         * @description A visitor may come in for a time.
         */
        post: operations["receiveResidentsVisitorPassIssued"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "warranty.claim.approved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Warranty claim approved
         * @description The one who gave the warranty will make it good, in whole or in part.
         */
        post: operations["receiveWarrantyClaimApproved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "warranty.claim.resolved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Warranty claim resolved
         * @description The claim is closed.
         */
        post: operations["receiveWarrantyClaimResolved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "warranty.claim.submitted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Warranty claim submitted
         * @description A claim was made to the one who gave the warranty.
         */
        post: operations["receiveWarrantyClaimSubmitted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        AcceptedEvent: {
            id: string;
            duplicate: boolean;
            deliveries: number | null;
        };
        ApiKey: {
            id: string;
            name: string;
            /** @enum {string} */
            role: "operator" | "tenant_admin" | "developer" | "auditor" | "producer";
            tenantId: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            revokedAt: string | null;
        };
        Attempt: {
            id: string;
            number: number;
            /** @enum {string} */
            trigger: "automatic" | "manual" | "replay" | "test";
            /** Format: date-time */
            startedAt: string;
            /** @enum {string} */
            outcome: "success" | "http_error" | "timeout" | "connect_error" | "tls_error" | "blocked_address" | "unknown";
            request: {
                url: string;
                /** @constant */
                method: "POST";
                headers: {
                    [key: string]: string;
                };
                body: string;
            };
            response: {
                status: number;
                headers: {
                    [key: string]: string;
                };
                body: string;
                bodyTruncated: boolean;
            } | null;
            durationMs: number | null;
            timing: {
                dnsMs: number | null;
                connectMs: number | null;
                tlsMs: number | null;
                firstByteMs: number | null;
                totalMs: number | null;
            };
            remoteAddress: string | null;
            error: string | null;
            configRevision: number;
        };
        CloudEvent: {
            /** @constant */
            specversion: "1.0";
            id: string;
            source: string;
            type: string;
            /** Format: date-time */
            time?: string;
            tenantid?: string;
            datacontenttype?: string;
            data: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        CreatedApiKey: {
            id: string;
            name: string;
            /** @enum {string} */
            role: "operator" | "tenant_admin" | "developer" | "auditor" | "producer";
            tenantId: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            revokedAt: string | null;
            key: string;
        };
        CreatedWebhook: {
            id: string;
            tenantId: string;
            name: string;
            description: string;
            url: string;
            eventTypes: string[];
            customHeaders: {
                [key: string]: string;
            };
            retryCount: number;
            timeoutMs: number;
            ownerEmail: string;
            /** @enum {string} */
            status: "active" | "paused" | "failing";
            statusReason: string | null;
            /** Format: date-time */
            statusSince: string;
            revision: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            lastDelivery: {
                deliveryId: string;
                /** Format: date-time */
                at: string;
                /** @enum {string} */
                status: "pending" | "retrying" | "success" | "failed" | "held" | "cancelled";
                httpStatus: number | null;
            } | null;
            maxInFlight: number | null;
            rateLimitPerSecond: number | null;
            ordered: boolean;
            filter: null;
            previousSecretExpiresAt: string | null;
            secret: string;
        };
        Delivery: {
            id: string;
            tenantId: string;
            webhookId: string;
            webhookName: string;
            eventId: string;
            eventType: string;
            /** @enum {string} */
            status: "pending" | "retrying" | "success" | "failed" | "held" | "cancelled";
            httpStatus: number | null;
            durationMs: number | null;
            attemptCount: number;
            nextRetryAt: string | null;
            /** Format: date-time */
            createdAt: string;
            completedAt: string | null;
            configRevision: number;
            isTest: boolean;
        };
        DeliveryWithAttempts: {
            id: string;
            tenantId: string;
            webhookId: string;
            webhookName: string;
            eventId: string;
            eventType: string;
            /** @enum {string} */
            status: "pending" | "retrying" | "success" | "failed" | "held" | "cancelled";
            httpStatus: number | null;
            durationMs: number | null;
            attemptCount: number;
            nextRetryAt: string | null;
            /** Format: date-time */
            createdAt: string;
            completedAt: string | null;
            configRevision: number;
            isTest: boolean;
            attempts: components["schemas"]["Attempt"][];
        };
        Event: {
            id: string;
            tenantId: string;
            type: string;
            source: string;
            /** Format: date-time */
            time: string;
            data: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            acceptedAt: string;
        };
        EventType: {
            type: string;
            module: string;
            title: string;
            description: string;
            schema: {
                [key: string]: unknown;
            };
            example: {
                [key: string]: unknown;
            };
            deprecatedAt: string | null;
            revision: number;
        };
        HistoryEntry: {
            position: string;
            webhookId: string | null;
            revision: number;
            type: string;
            /** Format: date-time */
            at: string;
            actor: {
                id: string;
                /** @enum {string} */
                kind: "api_key" | "user" | "system";
                role: string | null;
            };
            reason: string | null;
            requestId: string | null;
            sourceIp: string | null;
            changes: {
                field: string;
                before: unknown;
                after: unknown;
            }[];
            /** @enum {string} */
            outcome: "applied" | "refused";
            refusal: {
                operation: string;
                code: string;
                detail: string;
                count: number;
            } | null;
        };
        LogEntry: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            level: "success" | "warning" | "error";
            source: string;
            message: string;
            durationMs: number | null;
            webhookId: string | null;
            deliveryId: string | null;
            cause: {
                key: string;
                count: number;
                /** Format: date-time */
                firstSeenAt: string;
                /** Format: date-time */
                lastSeenAt: string;
            };
        };
        Notification: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            kind: "delivery_exhausted" | "webhook_failing" | "webhook_recovered" | "auto_pause_warning" | "webhook_auto_paused";
            webhookId: string;
            deliveryId: string | null;
            message: string;
            emailedTo: string | null;
            readAt: string | null;
        };
        NotificationSettings: {
            emailEnabled: boolean;
            kinds: ("delivery_exhausted" | "webhook_failing" | "webhook_recovered" | "auto_pause_warning" | "webhook_auto_paused")[];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            instance: string;
            errors: {
                pointer: string;
                code: string;
                message: string;
                limit: string | number | null;
            }[];
        };
        Session: {
            principal: {
                id: string;
                /** @enum {string} */
                kind: "api_key" | "user" | "system";
                /** @enum {string} */
                role: "operator" | "tenant_admin" | "developer" | "auditor" | "producer";
            };
            tenantId: string | null;
            csrfToken: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Settings: {
            version: string;
            retry: {
                baseMs: number;
                maxMs: number;
                jitter: number;
            };
            apiKey: {
                perTenantMax: number;
            };
            webhook: {
                perTenantMax: number;
                retryCountDefault: number;
                retryCountMax: number;
                timeoutMinMs: number;
                timeoutMaxMs: number;
                timeoutDefaultMs: number;
                eventTypesMax: number;
                customHeadersMax: number;
                secretMin: number;
                secretMax: number;
                overlapDefaultSeconds: number;
                overlapMaxSeconds: number;
                autoPauseMs: number;
            };
            eventDataMaxBytes: number;
            eventBatchMax: number;
            responseBodyMaxBytes: number;
            pageLimitMax: number;
            logRetentionDays: number;
            noticeWindowMs: number;
            mail: {
                isConfigured: boolean;
            };
        };
        Stats: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            deliveries: {
                [key: string]: number;
            };
            attempts: {
                total: number;
                succeeded: number;
                failed: number;
            };
            durationMs: {
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
            oldestPendingAt: string | null;
            bucketMs: number;
            buckets: {
                /** Format: date-time */
                at: string;
                succeeded: number;
                failed: number;
            }[];
        };
        Tenant: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        Webhook: {
            id: string;
            tenantId: string;
            name: string;
            description: string;
            url: string;
            eventTypes: string[];
            customHeaders: {
                [key: string]: string;
            };
            retryCount: number;
            timeoutMs: number;
            ownerEmail: string;
            /** @enum {string} */
            status: "active" | "paused" | "failing";
            statusReason: string | null;
            /** Format: date-time */
            statusSince: string;
            revision: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            lastDelivery: {
                deliveryId: string;
                /** Format: date-time */
                at: string;
                /** @enum {string} */
                status: "pending" | "retrying" | "success" | "failed" | "held" | "cancelled";
                httpStatus: number | null;
            } | null;
            maxInFlight: number | null;
            rateLimitPerSecond: number | null;
            ordered: boolean;
            filter: null;
            previousSecretExpiresAt: string | null;
        };
        WebhookStats: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            bucketMs: number;
            data: {
                webhookId: string;
                buckets: {
                    /** Format: date-time */
                    at: string;
                    succeeded: number;
                    failed: number;
                }[];
                attempts: {
                    total: number;
                    succeeded: number;
                    failed: number;
                };
                durationMs: {
                    p50: number | null;
                    p95: number | null;
                };
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the API keys, without the keys themselves */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    role: "operator" | "tenant_admin" | "developer" | "auditor" | "producer";
                    tenantId?: string;
                    /** Format: date-time */
                    expiresAt?: string;
                };
            };
        };
        responses: {
            /** @description Make an API key; it is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description api_key_limit */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke an API key, effective on the next request */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auditEvents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                actor?: string;
                webhookId?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changes of the tenant, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["HistoryEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalogAsyncApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The present catalog as an AsyncAPI 3 document: what modules emit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalogOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The present catalog as the webhooks of an OpenAPI 3.1 document: what receivers get */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                webhookId?: string;
                status?: string;
                eventType?: string;
                eventId?: string;
                httpStatus?: string;
                from?: string;
                to?: string;
                text?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery log, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        nextCursor: string | null;
                        lookedBackTo: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A delivery with its attempts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryWithAttempts"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Send no more of what is pending, retrying or held */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wrong_state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Send it again now, with the present configuration */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wrong_state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                module?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the event types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventType"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read an event type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEventType: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
            };
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    description: string;
                    schema: {
                        [key: string]: unknown;
                    };
                    example: {
                        [key: string]: unknown;
                    };
                    /** @default false */
                    deprecated?: boolean;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Add, change, deprecate or bring back an event type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventType"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eventTypeHistory: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each change of an event type, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["HistoryEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                eventType?: string;
                from?: string;
                to?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the events, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
                "application/json": components["schemas"]["CloudEvent"];
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
            };
        };
        responses: {
            /** @description Emit one event or a batch */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedEvent"] | {
                        data: components["schemas"]["AcceptedEvent"][];
                    };
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description data_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read an event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIntegrationLogs: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                level?: "success" | "warning" | "error";
                webhookId?: string;
                from?: string;
                to?: string;
                groupBy?: "cause";
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What went well and wrong, newest first; or the recurring causes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["LogEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNotificationSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is mailed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationSettings"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putNotificationSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    emailEnabled: boolean;
                    kinds: ("delivery_exhausted" | "webhook_failing" | "webhook_recovered" | "auto_pause_warning" | "webhook_auto_paused")[];
                };
            };
        };
        responses: {
            /** @description Choose what is mailed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationSettings"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                unread?: "true" | "false";
                webhookId?: string;
                kind?: "delivery_exhausted" | "webhook_failing" | "webhook_recovered" | "auto_pause_warning" | "webhook_auto_paused";
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The inbox, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Notification"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readNotification: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Mark as read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session of the cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description cross_site_request */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiKey?: string;
                    onceToken?: string;
                };
            };
        };
        responses: {
            /** @description Sign in by an API key or a one-time token: the answer sets the cookie */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description cross_site_request */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_many_requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign out: the cookie is cleared */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description cross_site_request, csrf_token_invalid */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Limits, retries and version of this installation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stats: {
        parameters: {
            query?: {
                webhookId?: string;
                from?: string;
                to?: string;
                buckets?: number;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Volume, results and latency over a time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhookStats: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Results by hours and latency of each webhook, over 24 hours at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookStats"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenants: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the tenants */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Tenant"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id?: string;
                    name: string;
                };
            };
        };
        responses: {
            /** @description Add a tenant */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description tenant_exists */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                asOf?: string;
                status?: "active" | "paused" | "failing";
                text?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the webhooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @default  */
                    description?: string;
                    url: string;
                    eventTypes: string[];
                    secret?: string;
                    /** @default {} */
                    customHeaders?: {
                        [key: string]: string;
                    };
                    /** @default 5 */
                    retryCount?: number;
                    /** @default 10000 */
                    timeoutMs?: number;
                    /** Format: email */
                    ownerEmail: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Register a webhook */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description webhook_limit */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: {
                asOf?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: {
                reason?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a webhook; what is pending is cancelled, the log stays */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    url?: string;
                    eventTypes?: string[];
                    customHeaders?: {
                        [key: string]: string;
                    };
                    retryCount?: number;
                    timeoutMs?: number;
                    /** Format: email */
                    ownerEmail?: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Change a webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhookHistory: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each change, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["HistoryEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Pause: what matches is held */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wrong_state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Resume: what was held is sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wrong_state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The ETag of a read; a change to an older revision gets 412. */
                "If-Match"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    secret?: string;
                    /** @default 86400 */
                    overlapSeconds?: number;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A new secret now; the previous one also signs for an overlap */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                        previousSecretExpiresAt: string | null;
                    };
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description revision_mismatch */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read the secret; the read is kept in the history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                    };
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description For an operator: the tenant that the call is about. */
                "X-Tenant-Id"?: string;
                /** @description The same key and request get the same answer, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    eventType?: string;
                    data?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Send a test event the real way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveryId: string;
                    };
                };
            };
            /** @description malformed_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wrong_state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description data_too_large, body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveDocumentsDocumentAccessLogged: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_documents.document.access_logged_1",
                 *       "type": "documents.document.access_logged",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "documentId": "doc_99120",
                 *         "version": 1,
                 *         "action": "downloaded",
                 *         "allowed": true,
                 *         "accessedBy": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield",
                 *           "role": "resident"
                 *         },
                 *         "sourceIp": "203.0.113.24",
                 *         "accessedAt": "2026-03-10T07:55:18.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "documents.document.access_logged";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Document access logged */
                    data: {
                        /** @description The document. */
                        documentId: string;
                        /** @description Which version. */
                        version?: number;
                        /**
                         * @description What was done.
                         * @enum {string}
                         */
                        action: "viewed" | "downloaded" | "shared" | "printed";
                        /** @description False: the access was refused. */
                        allowed: boolean;
                        /** @description Who. */
                        accessedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description From where. */
                        sourceIp?: string;
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        accessedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveDocumentsDocumentUploaded: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_documents.document.uploaded_1",
                 *       "type": "documents.document.uploaded",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "documentId": "doc_99120",
                 *         "version": 1,
                 *         "name": "lease_2071_signed.pdf",
                 *         "contentType": "application/pdf",
                 *         "sizeBytes": 482113,
                 *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *         "subject": {
                 *           "kind": "lease",
                 *           "id": "lease_2071"
                 *         },
                 *         "uploadedBy": {
                 *           "id": "staff_9",
                 *           "name": "Noor Haddad"
                 *         },
                 *         "uploadedAt": "2026-03-09T10:12:40.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "documents.document.uploaded";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Document uploaded */
                    data: {
                        /** @description The document. */
                        documentId: string;
                        /** @description From 1 on. */
                        version: number;
                        /** @description The file name. */
                        name: string;
                        /** @description Its media type. */
                        contentType: string;
                        /** @description Its size. */
                        sizeBytes: number;
                        /** @description Lower-case hex of its SHA-256. */
                        sha256?: string;
                        /** @description What it belongs to. */
                        subject: {
                            /**
                             * @description What that is.
                             * @enum {string}
                             */
                            kind: "property" | "unit" | "lease" | "work_order" | "inspection" | "claim" | "resident";
                            /** @description Its id. */
                            id: string;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description Who stored it. */
                        uploadedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        uploadedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveInspectionsInspectionApproved: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_inspections.inspection.approved_1",
                 *       "type": "inspections.inspection.approved",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "inspectionId": "insp_6120",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "kind": "annual",
                 *         "result": "pass_with_findings",
                 *         "approvedBy": {
                 *           "id": "staff_1",
                 *           "name": "Helen Mori",
                 *           "role": "property_manager"
                 *         },
                 *         "approvedAt": "2026-04-23T08:02:50.000Z",
                 *         "workOrderIds": [
                 *           "wo_48377"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "inspections.inspection.approved";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Inspection approved */
                    data: {
                        /** @description The inspection. */
                        inspectionId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description What it is for.
                         * @enum {string}
                         */
                        kind: "move_in" | "move_out" | "routine" | "safety" | "annual";
                        /**
                         * @description What it came to.
                         * @enum {string}
                         */
                        result: "pass" | "pass_with_findings" | "fail";
                        /** @description Who accepted them. */
                        approvedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        approvedAt: string;
                        /** @description Work orders that were opened from it. */
                        workOrderIds?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveInspectionsInspectionOverdue: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_inspections.inspection.overdue_1",
                 *       "type": "inspections.inspection.overdue",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "inspectionId": "insp_6120",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "kind": "annual",
                 *         "inspector": {
                 *           "id": "insp_user_4",
                 *           "name": "Ivo Brandt",
                 *           "role": "inspector"
                 *         },
                 *         "scheduledFor": "2026-04-20T09:30:00.000Z",
                 *         "daysOverdue": 2
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "inspections.inspection.overdue";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Inspection overdue */
                    data: {
                        /** @description The inspection. */
                        inspectionId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description What it is for.
                         * @enum {string}
                         */
                        kind: "move_in" | "move_out" | "routine" | "safety" | "annual";
                        /** @description Who inspects. */
                        inspector?: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it should have been.
                         */
                        scheduledFor: string;
                        /** @description Whole days since. */
                        daysOverdue: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveInspectionsInspectionScheduled: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_inspections.inspection.scheduled_1",
                 *       "type": "inspections.inspection.scheduled",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "inspectionId": "insp_6120",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "kind": "annual",
                 *         "inspector": {
                 *           "id": "insp_user_4",
                 *           "name": "Ivo Brandt",
                 *           "role": "inspector"
                 *         },
                 *         "scheduledFor": "2026-04-20T09:30:00.000Z",
                 *         "scheduledBy": {
                 *           "id": "staff_3",
                 *           "name": "Priya Nair"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "inspections.inspection.scheduled";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Inspection scheduled */
                    data: {
                        /** @description The inspection. */
                        inspectionId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description What it is for.
                         * @enum {string}
                         */
                        kind: "move_in" | "move_out" | "routine" | "safety" | "annual";
                        /** @description Who inspects. */
                        inspector?: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it is to be.
                         */
                        scheduledFor: string;
                        /**
                         * Format: date-time
                         * @description When it was to be before.
                         */
                        previousScheduledFor?: string;
                        /** @description Who planned it. */
                        scheduledBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveInspectionsInspectionSubmitted: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_inspections.inspection.submitted_1",
                 *       "type": "inspections.inspection.submitted",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "inspectionId": "insp_6120",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "kind": "annual",
                 *         "inspector": {
                 *           "id": "insp_user_4",
                 *           "name": "Ivo Brandt",
                 *           "role": "inspector"
                 *         },
                 *         "submittedAt": "2026-04-22T11:15:00.000Z",
                 *         "result": "pass_with_findings",
                 *         "findings": [
                 *           {
                 *             "area": "Bathroom",
                 *             "severity": "minor",
                 *             "note": "The fan is noisy."
                 *           }
                 *         ],
                 *         "photoCount": 14
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "inspections.inspection.submitted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Inspection submitted */
                    data: {
                        /** @description The inspection. */
                        inspectionId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description What it is for.
                         * @enum {string}
                         */
                        kind: "move_in" | "move_out" | "routine" | "safety" | "annual";
                        /** @description Who inspects. */
                        inspector: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was handed in.
                         */
                        submittedAt: string;
                        /**
                         * @description What it came to.
                         * @enum {string}
                         */
                        result: "pass" | "pass_with_findings" | "fail";
                        /** @description What was found. */
                        findings: ({
                            /** @description Where. */
                            area: string;
                            /**
                             * @description How bad.
                             * @enum {string}
                             */
                            severity: "info" | "minor" | "major" | "critical";
                            /** @description What. */
                            note: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description How many photos are with it. */
                        photoCount?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveLeasingLeaseActivated: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_leasing.lease.activated_1",
                 *       "type": "leasing.lease.activated",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "leaseId": "lease_2071",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "residents": [
                 *           {
                 *             "id": "res_1190",
                 *             "name": "Dana Whitfield"
                 *           }
                 *         ],
                 *         "startsOn": "2026-04-01",
                 *         "endsOn": "2027-03-31",
                 *         "rent": {
                 *           "amountMinor": 185000,
                 *           "currency": "USD"
                 *         },
                 *         "signedAt": "2026-03-09T10:12:33.000Z",
                 *         "activatedAt": "2026-03-09T10:12:34.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "leasing.lease.activated";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Lease activated */
                    data: {
                        /** @description The lease. */
                        leaseId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit that is let. */
                        unitId: string;
                        /** @description Who is on the lease. */
                        residents: {
                            id: string;
                            name: string;
                            role?: string;
                        }[];
                        /**
                         * Format: date
                         * @description The first day.
                         */
                        startsOn: string;
                        /**
                         * Format: date
                         * @description The last day.
                         */
                        endsOn: string;
                        /** @description The rent for a month. */
                        rent: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /**
                         * Format: date-time
                         * @description When the last one signed.
                         */
                        signedAt: string;
                        /**
                         * Format: date-time
                         * @description When it became active.
                         */
                        activatedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveLeasingLeaseDrafted: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_leasing.lease.drafted_1",
                 *       "type": "leasing.lease.drafted",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "leaseId": "lease_2071",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "residents": [
                 *           {
                 *             "id": "res_1190",
                 *             "name": "Dana Whitfield"
                 *           }
                 *         ],
                 *         "startsOn": "2026-04-01",
                 *         "endsOn": "2027-03-31",
                 *         "rent": {
                 *           "amountMinor": 185000,
                 *           "currency": "USD"
                 *         },
                 *         "deposit": {
                 *           "amountMinor": 185000,
                 *           "currency": "USD"
                 *         },
                 *         "draftedBy": {
                 *           "id": "staff_9",
                 *           "name": "Noor Haddad",
                 *           "role": "leasing_agent"
                 *         },
                 *         "draftedAt": "2026-03-05T15:40:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "leasing.lease.drafted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Lease drafted */
                    data: {
                        /** @description The lease. */
                        leaseId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit that is let. */
                        unitId: string;
                        /** @description Who is on the lease. */
                        residents: {
                            id: string;
                            name: string;
                            role?: string;
                        }[];
                        /**
                         * Format: date
                         * @description The first day.
                         */
                        startsOn: string;
                        /**
                         * Format: date
                         * @description The last day.
                         */
                        endsOn: string;
                        /** @description The rent for a month. */
                        rent: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description The deposit. */
                        deposit?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description Who wrote it. */
                        draftedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was written.
                         */
                        draftedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveLeasingLeaseExpiring: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_leasing.lease.expiring_1",
                 *       "type": "leasing.lease.expiring",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "leaseId": "lease_2071",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "residents": [
                 *           {
                 *             "id": "res_1190",
                 *             "name": "Dana Whitfield"
                 *           }
                 *         ],
                 *         "endsOn": "2027-03-31",
                 *         "daysLeft": 60,
                 *         "renewalOffered": "offered"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "leasing.lease.expiring";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Lease expiring */
                    data: {
                        /** @description The lease. */
                        leaseId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit that is let. */
                        unitId: string;
                        /** @description Who is on the lease. */
                        residents: {
                            id: string;
                            name: string;
                            role?: string;
                        }[];
                        /**
                         * Format: date
                         * @description The last day.
                         */
                        endsOn: string;
                        /** @description Whole days until the last one. */
                        daysLeft: number;
                        /**
                         * @description Where a renewal stands.
                         * @enum {string}
                         */
                        renewalOffered?: "none" | "offered" | "declined";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveLeasingLeaseRenewed: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_leasing.lease.renewed_1",
                 *       "type": "leasing.lease.renewed",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "leaseId": "lease_2071",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "previousEndsOn": "2027-03-31",
                 *         "endsOn": "2028-03-31",
                 *         "previousRent": {
                 *           "amountMinor": 185000,
                 *           "currency": "USD"
                 *         },
                 *         "rent": {
                 *           "amountMinor": 191000,
                 *           "currency": "USD"
                 *         },
                 *         "renewedAt": "2027-01-18T09:00:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "leasing.lease.renewed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Lease renewed */
                    data: {
                        /** @description The lease. */
                        leaseId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit that is let. */
                        unitId: string;
                        /**
                         * Format: date
                         * @description The last day as it was.
                         */
                        previousEndsOn: string;
                        /**
                         * Format: date
                         * @description The last day.
                         */
                        endsOn: string;
                        /** @description The rent as it was. */
                        previousRent?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description The rent for a month. */
                        rent: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was renewed.
                         */
                        renewedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveLeasingLeaseTerminated: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_leasing.lease.terminated_1",
                 *       "type": "leasing.lease.terminated",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "leaseId": "lease_2071",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "reason": "resident_notice",
                 *         "terminatedOn": "2028-03-31",
                 *         "noticeGivenOn": "2028-01-30",
                 *         "moveOutOn": "2028-03-29",
                 *         "depositReturned": {
                 *           "amountMinor": 172500,
                 *           "currency": "USD"
                 *         },
                 *         "terminatedAt": "2028-01-30T16:20:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "leasing.lease.terminated";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Lease terminated */
                    data: {
                        /** @description The lease. */
                        leaseId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit that is let. */
                        unitId: string;
                        /**
                         * @description Why it ends.
                         * @enum {string}
                         */
                        reason: "term_ended" | "resident_notice" | "eviction" | "mutual_agreement" | "other";
                        /**
                         * Format: date
                         * @description The last day.
                         */
                        terminatedOn: string;
                        /**
                         * Format: date
                         * @description The day of the notice.
                         */
                        noticeGivenOn?: string;
                        /**
                         * Format: date
                         * @description The day of moving out.
                         */
                        moveOutOn?: string;
                        /** @description What is returned of the deposit. */
                        depositReturned?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description What was said about it. */
                        note?: string;
                        /**
                         * Format: date-time
                         * @description When it was recorded.
                         */
                        terminatedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveMaintenanceWorkOrderAssigned: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_maintenance.work_order.assigned_1",
                 *       "type": "maintenance.work_order.assigned",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "workOrderId": "wo_48213",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "assignee": {
                 *           "id": "tech_17",
                 *           "name": "Marco Ilić",
                 *           "role": "plumber"
                 *         },
                 *         "assignedBy": {
                 *           "id": "staff_3",
                 *           "name": "Priya Nair",
                 *           "role": "maintenance_coordinator"
                 *         },
                 *         "assignedAt": "2026-03-02T08:31:40.000Z",
                 *         "scheduledFor": "2026-03-02"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "maintenance.work_order.assigned";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Work order assigned */
                    data: {
                        /** @description The work order. */
                        workOrderId: string;
                        /** @description The property that it is for. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /** @description Who is to do it. */
                        assignee: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description Who had it before. */
                        previousAssigneeId?: string;
                        /** @description Who assigned it. */
                        assignedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was assigned.
                         */
                        assignedAt: string;
                        /**
                         * Format: date
                         * @description The day that is planned for it.
                         */
                        scheduledFor?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveMaintenanceWorkOrderCompleted: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_maintenance.work_order.completed_1",
                 *       "type": "maintenance.work_order.completed",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "workOrderId": "wo_48213",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "completedBy": {
                 *           "id": "tech_17",
                 *           "name": "Marco Ilić"
                 *         },
                 *         "completedAt": "2026-03-02T11:20:00.000Z",
                 *         "resolution": "Replaced the trap and tightened the joint.",
                 *         "laborMinutes": 65,
                 *         "cost": {
                 *           "amountMinor": 8450,
                 *           "currency": "USD"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "maintenance.work_order.completed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Work order completed */
                    data: {
                        /** @description The work order. */
                        workOrderId: string;
                        /** @description The property that it is for. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /** @description Who did it. */
                        completedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was done.
                         */
                        completedAt: string;
                        /** @description What was done. */
                        resolution: string;
                        /** @description Minutes of work. */
                        laborMinutes?: number;
                        /** @description What it cost. */
                        cost?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveMaintenanceWorkOrderCreated: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_maintenance.work_order.created_1",
                 *       "type": "maintenance.work_order.created",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "workOrderId": "wo_48213",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "title": "Water under the kitchen sink",
                 *         "description": "It drips at the joint when the tap runs.",
                 *         "category": "plumbing",
                 *         "priority": "high",
                 *         "source": "resident",
                 *         "requestedBy": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield",
                 *           "role": "resident"
                 *         },
                 *         "createdAt": "2026-03-02T08:14:05.000Z",
                 *         "dueAt": "2026-03-03T08:14:05.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "maintenance.work_order.created";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Work order created */
                    data: {
                        /** @description The work order. */
                        workOrderId: string;
                        /** @description The property that it is for. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /** @description What is wrong, in short. */
                        title: string;
                        /** @description What is wrong, at length. */
                        description?: string;
                        /** @description E.g. plumbing, electrical, hvac. */
                        category: string;
                        /**
                         * @description How urgent it is.
                         * @enum {string}
                         */
                        priority: "emergency" | "high" | "normal" | "low";
                        /**
                         * @description Who opened it.
                         * @enum {string}
                         */
                        source: "resident" | "staff" | "schedule" | "inspection";
                        /** @description Who asked for it. */
                        requestedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was opened.
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @description When the service level ends.
                         */
                        dueAt?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveMaintenanceWorkOrderSlaBreached: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_maintenance.work_order.sla_breached_1",
                 *       "type": "maintenance.work_order.sla_breached",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "workOrderId": "wo_48213",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "priority": "high",
                 *         "status": "assigned",
                 *         "target": "resolution",
                 *         "dueAt": "2026-03-03T08:14:05.000Z",
                 *         "breachedAt": "2026-03-03T08:15:00.000Z",
                 *         "assigneeId": "tech_17"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "maintenance.work_order.sla_breached";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Work order past its service level */
                    data: {
                        /** @description The work order. */
                        workOrderId: string;
                        /** @description The property that it is for. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description How urgent it is.
                         * @enum {string}
                         */
                        priority: "emergency" | "high" | "normal" | "low";
                        /**
                         * @description Its status at the breach.
                         * @enum {string}
                         */
                        status: "new" | "assigned" | "in_progress" | "on_hold" | "completed" | "cancelled";
                        /**
                         * @description What was promised.
                         * @enum {string}
                         */
                        target: "response" | "resolution";
                        /**
                         * Format: date-time
                         * @description When it was promised for.
                         */
                        dueAt: string;
                        /**
                         * Format: date-time
                         * @description When the breach was noticed.
                         */
                        breachedAt: string;
                        /** @description Who has it. */
                        assigneeId?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveMaintenanceWorkOrderStatusChanged: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_maintenance.work_order.status_changed_1",
                 *       "type": "maintenance.work_order.status_changed",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "workOrderId": "wo_48213",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "previousStatus": "assigned",
                 *         "status": "in_progress",
                 *         "changedBy": {
                 *           "id": "tech_17",
                 *           "name": "Marco Ilić"
                 *         },
                 *         "changedAt": "2026-03-02T10:02:11.000Z",
                 *         "note": "On site."
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "maintenance.work_order.status_changed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Work order status changed */
                    data: {
                        /** @description The work order. */
                        workOrderId: string;
                        /** @description The property that it is for. */
                        propertyId: string;
                        /** @description The unit; absent for common areas. */
                        unitId?: string;
                        /**
                         * @description Before.
                         * @enum {string}
                         */
                        previousStatus: "new" | "assigned" | "in_progress" | "on_hold" | "completed" | "cancelled";
                        /**
                         * @description Now.
                         * @enum {string}
                         */
                        status: "new" | "assigned" | "in_progress" | "on_hold" | "completed" | "cancelled";
                        /** @description Who changed it. */
                        changedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it changed.
                         */
                        changedAt: string;
                        /** @description What was said about it. */
                        note?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveResidentsBookingConfirmed: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_residents.booking.confirmed_1",
                 *       "type": "residents.booking.confirmed",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "bookingId": "book_3307",
                 *         "propertyId": "prop_riverside",
                 *         "resident": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield"
                 *         },
                 *         "amenityId": "amen_rooftop",
                 *         "amenityName": "Rooftop terrace",
                 *         "startsAt": "2026-05-02T17:00:00.000Z",
                 *         "endsAt": "2026-05-02T21:00:00.000Z",
                 *         "guests": 12,
                 *         "fee": {
                 *           "amountMinor": 5000,
                 *           "currency": "USD"
                 *         },
                 *         "confirmedAt": "2026-03-20T08:00:41.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "residents.booking.confirmed";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Booking confirmed */
                    data: {
                        /** @description The booking. */
                        bookingId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The resident. */
                        resident: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description What was booked. */
                        amenityId: string;
                        /** @description Its name. */
                        amenityName: string;
                        /**
                         * Format: date-time
                         * @description From when on.
                         */
                        startsAt: string;
                        /**
                         * Format: date-time
                         * @description Until when.
                         */
                        endsAt: string;
                        /** @description How many come along. */
                        guests?: number;
                        /** @description What it costs. */
                        fee?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /**
                         * Format: date-time
                         * @description When it was confirmed.
                         */
                        confirmedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveResidentsServiceRequestSubmitted: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_residents.service_request.submitted_1",
                 *       "type": "residents.service_request.submitted",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "requestId": "sr_90321",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "resident": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield"
                 *         },
                 *         "category": "parking",
                 *         "subject": "Second parking space",
                 *         "description": "Is a second space free from May on?",
                 *         "channel": "app",
                 *         "permissionToEnter": false,
                 *         "submittedAt": "2026-03-11T18:05:12.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "residents.service_request.submitted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Service request submitted */
                    data: {
                        /** @description The request. */
                        requestId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The resident. */
                        resident: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description E.g. maintenance, noise, parking, keys. */
                        category: string;
                        /** @description What it is about. */
                        subject: string;
                        /** @description In the words of the resident. */
                        description?: string;
                        /**
                         * @description How it came in.
                         * @enum {string}
                         */
                        channel: "portal" | "app" | "phone" | "email" | "in_person";
                        /** @description May staff enter while nobody is in? */
                        permissionToEnter?: boolean;
                        /**
                         * Format: date-time
                         * @description When it came in.
                         */
                        submittedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveResidentsVisitorCheckedIn: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_residents.visitor.checked_in_1",
                 *       "type": "residents.visitor.checked_in",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "visitId": "visit_70112",
                 *         "passId": "pass_5518",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "resident": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield"
                 *         },
                 *         "visitorName": "Sam Okafor",
                 *         "entrance": "Main lobby",
                 *         "method": "qr",
                 *         "checkedInAt": "2026-03-14T12:31:09.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "residents.visitor.checked_in";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Visitor checked in */
                    data: {
                        /** @description The visit. */
                        visitId: string;
                        /** @description The pass, where there was one. */
                        passId?: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The resident. */
                        resident: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description The name of the visitor. */
                        visitorName: string;
                        /** @description Where. */
                        entrance: string;
                        /**
                         * @description How.
                         * @enum {string}
                         */
                        method: "pass_code" | "qr" | "front_desk" | "intercom";
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        checkedInAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveResidentsVisitorPassIssued: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_residents.visitor_pass.issued_1",
                 *       "type": "residents.visitor_pass.issued",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "passId": "pass_5518",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "resident": {
                 *           "id": "res_1190",
                 *           "name": "Dana Whitfield"
                 *         },
                 *         "visitorName": "Sam Okafor",
                 *         "visitorEmail": "sam@example.com",
                 *         "validFrom": "2026-03-14T12:00:00.000Z",
                 *         "validUntil": "2026-03-14T23:00:00.000Z",
                 *         "entriesMax": 2,
                 *         "issuedAt": "2026-03-13T20:44:01.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "residents.visitor_pass.issued";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Visitor pass issued */
                    data: {
                        /** @description The pass. */
                        passId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The resident. */
                        resident: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /** @description The name of the visitor. */
                        visitorName: string;
                        /**
                         * Format: email
                         * @description Where the pass was sent.
                         */
                        visitorEmail?: string;
                        /**
                         * Format: date-time
                         * @description From when on.
                         */
                        validFrom: string;
                        /**
                         * Format: date-time
                         * @description Until when.
                         */
                        validUntil: string;
                        /** @description How often it may be used; absent: without limit. */
                        entriesMax?: number;
                        /** @description The plate of a vehicle that may park. */
                        vehiclePlate?: string;
                        /**
                         * Format: date-time
                         * @description When it was issued.
                         */
                        issuedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveWarrantyClaimApproved: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_warranty.claim.approved_1",
                 *       "type": "warranty.claim.approved",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "claimId": "clm_811",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "assetId": "asset_dishwasher_4b",
                 *         "coverage": "partial",
                 *         "approvedAmount": {
                 *           "amountMinor": 18000,
                 *           "currency": "USD"
                 *         },
                 *         "reference": "NW-55-1208",
                 *         "approvedAt": "2026-05-09T09:10:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "warranty.claim.approved";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Warranty claim approved */
                    data: {
                        /** @description The claim. */
                        claimId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The appliance or part that it is about. */
                        assetId: string;
                        /**
                         * @description How far.
                         * @enum {string}
                         */
                        coverage: "full" | "partial";
                        /** @description Up to how much. */
                        approvedAmount?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description Their own number of the claim. */
                        reference?: string;
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        approvedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveWarrantyClaimResolved: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_warranty.claim.resolved_1",
                 *       "type": "warranty.claim.resolved",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "claimId": "clm_811",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "assetId": "asset_dishwasher_4b",
                 *         "outcome": "repaired",
                 *         "paidAmount": {
                 *           "amountMinor": 17640,
                 *           "currency": "USD"
                 *         },
                 *         "resolvedAt": "2026-05-16T15:30:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "warranty.claim.resolved";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Warranty claim resolved */
                    data: {
                        /** @description The claim. */
                        claimId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The appliance or part that it is about. */
                        assetId: string;
                        /**
                         * @description What it came to.
                         * @enum {string}
                         */
                        outcome: "repaired" | "replaced" | "reimbursed" | "denied" | "withdrawn";
                        /** @description What was paid. */
                        paidAmount?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description What was said about it. */
                        note?: string;
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        resolvedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receiveWarrantyClaimSubmitted: {
        parameters: {
            query?: never;
            header: {
                /** @description Lower-case hex of HMAC-SHA256(secret, raw body); the key is the secret as shown, in UTF-8. */
                "X-Signature": string;
                /** @description The same with the previous secret, during the overlap of a rotation. */
                "X-Signature-Previous"?: string;
                /** @description Standard Webhooks 1.0: the id of the delivery, the same on every attempt. Dedupe on it. */
                "webhook-id": string;
                /** @description Standard Webhooks 1.0: when this attempt was signed, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description Standard Webhooks 1.0: "v1," and base64 of HMAC-SHA256 over `id.timestamp.body`, one for each valid secret, separated by spaces. */
                "webhook-signature": string;
                /** @description The event type. */
                "X-Event-Type": string;
                /** @description The event id, as its emitter gave it. */
                "X-Event-Id": string;
                /** @description The delivery, as the delivery log shows it. */
                "X-Delivery-Id": string;
                /** @description Counts from 1. */
                "X-Delivery-Attempt": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "evt_warranty.claim.submitted_1",
                 *       "type": "warranty.claim.submitted",
                 *       "timestamp": "2026-03-02T08:14:05.120Z",
                 *       "tenantId": "acme",
                 *       "data": {
                 *         "claimId": "clm_811",
                 *         "propertyId": "prop_riverside",
                 *         "unitId": "unit_4b",
                 *         "assetId": "asset_dishwasher_4b",
                 *         "warrantyId": "war_2231",
                 *         "provider": "Northwind Appliances",
                 *         "problem": "It does not drain; error E24.",
                 *         "estimatedCost": {
                 *           "amountMinor": 22000,
                 *           "currency": "USD"
                 *         },
                 *         "submittedBy": {
                 *           "id": "staff_3",
                 *           "name": "Priya Nair"
                 *         },
                 *         "submittedAt": "2026-05-06T13:45:00.000Z"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The event id, as its emitter gave it. */
                    id: string;
                    /** @constant */
                    type: "warranty.claim.submitted";
                    /**
                     * Format: date-time
                     * @description When it happened.
                     */
                    timestamp: string;
                    /** @description Whose event it is. */
                    tenantId: string;
                    /** Warranty claim submitted */
                    data: {
                        /** @description The claim. */
                        claimId: string;
                        /** @description The property. */
                        propertyId: string;
                        /** @description The unit. */
                        unitId?: string;
                        /** @description The appliance or part that it is about. */
                        assetId: string;
                        /** @description The warranty. */
                        warrantyId: string;
                        /** @description Who gave it. */
                        provider: string;
                        /** @description What is wrong. */
                        problem: string;
                        /** @description What a repair would cost. */
                        estimatedCost?: {
                            /** @description In the smallest unit of the currency, e.g. cents. */
                            amountMinor: number;
                            /** @description ISO 4217. */
                            currency: string;
                        };
                        /** @description Who made the claim. */
                        submittedBy: {
                            id: string;
                            name: string;
                            role?: string;
                        };
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        submittedAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Gone: the webhook is paused. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else, or no answer within the timeout, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
