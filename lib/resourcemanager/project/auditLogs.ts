import { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig";
import type * as pulumi from "@pulumi/pulumi";
import { type Member, member, principalOf } from "../../internal/access/member";
import * as check from "../../internal/arguments/check";
import { isPlainObject } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";
import type { AuditLogType } from "../../stack/settings/defaults";

/** A type of audit logs that some principals are exempt from. */
export interface ExemptAuditLog {
    /** The type: `"ADMIN_READ"`, `"DATA_READ"` or `"DATA_WRITE"`. */
    type: AuditLogType;
    /**
     * The {@link https://cloud.google.com/logging/docs/audit/configure-data-access principals} whose accesses are not logged, such as
     * `["serviceAccount:reader@acme-dev.iam.gserviceaccount.com"]`.
     */
    exemptedMembers: readonly Member[];
}

/** Audit log types by API, such as `"storage.googleapis.com"`, and of `"allServices"`. The types of an API apply in addition to the types of all services. */
export type AuditLogs = Readonly<Record<string, readonly (AuditLogType | ExemptAuditLog)[]>>;

const type = check.oneOf("ADMIN_READ", "DATA_READ", "DATA_WRITE");
const types = check.list(type, "must be a list of ADMIN_READ, …");

const entry = check.either(
    isPlainObject,
    check.options<ExemptAuditLog>(
        {
            type,
            exemptedMembers: check.pipe(
                check.list(member),
                check.refine((all) => all.length > 0, "must have a principal"),
            ),
        },
        "type",
        "exemptedMembers",
    ),
    type,
);

const service = check.matching(
    /^(allServices|[a-z0-9.-]+\.googleapis\.com)$/,
    "must be allServices, or an API such as storage.googleapis.com",
);

const typeOf = (entry: AuditLogType | ExemptAuditLog): AuditLogType => (typeof entry === "string" ? entry : entry.type);

/** Checks the `auditLogs` of a project. */
export const auditLogs = check.either(
    isPlainObject,
    check.record(
        service,
        check.pipe(
            check.list(entry),
            check.refine((all) => new Set(all.map(typeOf)).size === all.length, "must have each type once"),
        ),
    ),
    types,
);

/** Completes the audit logs with the types of all services. */
export function resolveAuditLogs(
    given: readonly AuditLogType[] | AuditLogs | undefined,
    defaults: readonly AuditLogType[],
): AuditLogs {
    return isPlainObject(given)
        ? { allServices: defaults, ...(given as AuditLogs) }
        : { allServices: [...new Set((given as readonly AuditLogType[] | undefined) ?? defaults)] };
}

/** Creates the audit configurations by API. */
export function createAuditConfigs(
    name: string,
    project: pulumi.Output<string>,
    logs: AuditLogs,
    child: Child,
): Record<string, IAMAuditConfig> {
    const configs = Object.entries(logs)
        .filter(([, entries]) => entries.length > 0)
        .map(([service, entries]) => {
            const auditLogConfigs = entries.map((entry) =>
                typeof entry === "string"
                    ? { logType: entry }
                    : { logType: entry.type, exemptedMembers: entry.exemptedMembers.map(principalOf) },
            );
            const part = service === "allServices" ? name : `${name}-${service}`;
            return [
                service,
                new IAMAuditConfig(...child("auditConfig", part, { project, service, auditLogConfigs })),
            ] as const;
        });
    return Object.fromEntries(configs);
}
