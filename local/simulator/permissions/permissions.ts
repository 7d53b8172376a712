import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageFolder } from "../../toolchain/paths";

/** A permission that an API method requires. */
export interface MethodPermission {
    permission: string;
    /** The resource it is required on, if it is not the method's own: the name of a parameter. */
    on?: string;
    parameter?: string;
    /** Derived from a text that names it only in passing. */
    lowConfidence?: true;
}

/** The contents of the file: see README.md. */
export interface Permissions {
    source: string;
    permissions: string[];
    /** Indexes of permissions by predefined role, such as `roles/pubsub.publisher`. */
    roles: Record<string, number[]>;
    /** By API method, such as `pubsub.projects.topics.create`. */
    methods: Record<string, MethodPermission[]>;
}

export const permissionsFile = join(packageFolder(), "local", "simulator", "permissions", "google-iam-2026-08.json.gz");

let content: Permissions | undefined;

export function allPermissions(): Permissions {
    content ??= JSON.parse(gunzipSync(readFileSync(permissionsFile)).toString()) as Permissions;
    return content;
}

/** Releases memory until the next use. */
export function releasePermissions(): void {
    content = undefined;
    byRole.clear();
}

const byRole = new Map<string, ReadonlySet<string>>();

/** The permissions of a predefined role; undefined if the role is not in the data. */
export function permissionsOf(role: string): ReadonlySet<string> | undefined {
    const { permissions, roles } = allPermissions();
    const indexes = Object.hasOwn(roles, role) ? roles[role] : undefined;
    if (indexes && !byRole.has(role)) {
        byRole.set(role, new Set(indexes.map((index) => permissions[index] as string)));
    }
    return byRole.get(role);
}
