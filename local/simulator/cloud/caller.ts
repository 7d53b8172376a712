import { appendFileSync } from "node:fs";
import { type AccessControl, missingPermission, type Principal, type Target } from "./access";
import { projectName } from "./projects";
import type { CloudSettings } from "./settings";

/** A permission that a call needed. */
export interface UsedPermission {
    permission: string;
    project: string;
    /** The resource, as in conditions. */
    resource: string;
    type: string;
    /** The roles that a change of a policy granted or revoked. */
    roles?: string[];
    /** The ID of a project that the call created, which then belongs to the caller. */
    creates?: string;
}

/** The email of the user who runs commands by default, and owns all projects. */
export const ownerEmail = "you@example.com";

const owner = `user:${ownerEmail}`;

/** Who calls the APIs: the identity that runs a command. */
export class Caller {
    /** Called with permissions that the caller lacks on a resource with this full name. */
    onLack?: (permission: string, name: string) => void;
    private readonly who: Principal;
    private readonly recorded = new Set<string>();

    constructor(
        private readonly cloud: AccessControl,
        readonly settings: CloudSettings,
    ) {
        const { as } = settings;
        this.who = as ? { member: as.includes(":") ? as : `serviceAccount:${as}` } : { member: owner, isOwner: true };
    }

    /** As in policies. */
    get member(): string {
        return this.who.member;
    }

    /** Its email, or its name in a pool. */
    get email(): string {
        return this.member.replace(/^(user|serviceAccount):/, "");
    }

    get isOwner(): boolean {
        return this.who.isOwner === true;
    }

    /** Throws if the identity does not exist. */
    requireExistence(): void {
        const [, email] = /^serviceAccount:(.*)$/s.exec(this.who.member) ?? [];
        if (email !== undefined && !this.cloud.isLenient && !this.cloud.iam.hasAccount(email)) {
            throw new Error(
                `--as: the local Google Cloud has no service account ${email}\nDeploy the program that creates it first, or name another.`,
            );
        }
    }

    /** The first permission that the caller lacks on a resource. */
    lacks(permissions: string[], target: Target): string | undefined {
        this.record(permissions, target);
        const lacked = this.missing(permissions, target);
        if (lacked !== undefined) {
            this.onLack?.(lacked, target.policies.at(-1) ?? projectName(target.project));
        }
        return lacked;
    }

    /** Whether the caller has a permission that it can do without, which is not recorded. */
    may(permission: string, target: Target): boolean {
        return this.missing([permission], target) === undefined;
    }

    private missing(permissions: string[], target: Target): string | undefined {
        return this.cloud.isLenient ? undefined : missingPermission(this.cloud, this.who, permissions, target);
    }

    /** Whether permissions are recorded. */
    get isRecorded(): boolean {
        return this.settings.record !== undefined;
    }

    /** Records permissions that a call needs. */
    record(permissions: string[], { project, name, type, attributes, creates }: Target): void {
        const { record } = this.settings;
        const roles = attributes?.[modifiedGrants];
        for (const permission of record === undefined ? [] : permissions) {
            const more = { ...(roles && { roles }), ...(creates && { creates }) };
            const used: UsedPermission = { permission, project, resource: name, type, ...more };
            const line = `${JSON.stringify(used)}\n`;
            if (record !== undefined && !this.recorded.has(line)) {
                this.recorded.add(line);
                appendFileSync(record, line);
            }
        }
    }
}

/**
 * The roles that a request grants or revokes.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference#modified-grants
 */
export const modifiedGrants = "iam.googleapis.com/modifiedGrantsByRole";
