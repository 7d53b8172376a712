import { projectOf, type Target, targetOf } from "../cloud/access";
import { modifiedGrants } from "../cloud/caller";
import type { Cloud } from "../cloud/cloud";
import { grantName } from "../cloud/grants";
import { accountName } from "../cloud/iam";
import { projectName } from "../cloud/projects";
import { callsOf, methodsOfFunction } from "../permissions/calls";
import { permissionsOfMethod } from "../permissions/methods";
import { refusal } from "../permissions/refusals";
import { lookups, types } from "../rules/catalogue";
import type { Call } from "../rules/rules";
import { type Context, type Inputs, lastPart, type TypeRules } from "../rules/rules";
import type { Verb } from "./faults";
import { target } from "./lookups";
import { nameOf } from "./types";

/** A resource that the provider calls APIs for. */
interface Requested {
    token: string;
    rules: TypeRules;
    inputs: Inputs;
    old?: Inputs;
}

/** Methods that only read, which the provider calls after a creation. */
const reads = /\.(get|list|access|getAccess)$/;

/**
 * Throws the API's error if the caller lacks a permission that a call of the provider needs, such as to act as the service accounts of
 * the resource.
 */
export function authorize(verb: Verb, requested: Requested, context: Context): void {
    recordOthers(verb, requested, context);
    authorizeCalls(verb, requested, context, ({ method }) => verb !== "create" || !reads.test(method));
    if (verb === "create" || verb === "update") {
        authorizeAccounts(requested, context);
    }
}

/**
 * Only the name and the description of an account can be changed, and every role with the permission also has the one to set the account's
 * policy.
 */
const seldom = ["iam.projects.serviceAccounts.patch"];

/** Records what the same resource needs when it is changed and deleted. */
function recordOthers(verb: Verb, { rules, inputs }: Requested, context: Context): void {
    const { caller } = context.cloud;
    if (!caller.isRecorded) {
        return;
    }
    const stays = inputs.deletionPolicy === "ABANDON" || rules.isRetained?.(inputs);
    const others = (["create", "read", "update", "delete"] as const).filter((each) => each !== verb);
    for (const each of others.filter((other) => other !== "delete" || !stays)) {
        for (const { call, target } of requirements(each, { rules, inputs, old: inputs }, context)) {
            if (!seldom.includes(call.method)) {
                caller.record(permissionsOfMethod(call.method), target);
            }
        }
    }
}

/** Throws the API's error if the caller cannot read a new resource, which then exists nevertheless. */
export function authorizeFirstRead(requested: Requested, context: Context): void {
    authorizeCalls("create", requested, context, ({ method }) => reads.test(method));
}

/** A call of the provider, and the resource that it is on. */
interface Requirement {
    call: Call;
    /** The full name of the resource. */
    on: string;
    target: Target;
}

/** The calls that the provider makes for a resource. */
function requirements(verb: Verb, { rules, inputs, old }: Omit<Requested, "token">, context: Context): Requirement[] {
    const { cloud } = context;
    const name = nameOf(rules, inputs);
    if (name.startsWith("//generic/")) {
        return [];
    }
    const policyOf = rules.policy?.name(inputs);
    const own = rules.project?.(inputs, context) ?? inputs.project ?? context.project ?? "";
    return callsOf(verb, { rules, name, policyOf, inputs, old }, context).map((call) => {
        const on = call.on ?? name;
        const target = targetOf(cloud, on === name || on === policyOf ? own : projectOf(cloud, on), on);
        const roles = changesPolicy(call) ? modifiedRoles(cloud, verb, rules, inputs) : undefined;
        const creates = call.method === "cloudresourcemanager.projects.create" ? inputs.projectId : undefined;
        const more = { ...(roles && { attributes: { [modifiedGrants]: roles } }), ...(creates && { creates }) };
        return { call, on, target: { ...target, ...more } };
    });
}

const changesPolicy = ({ method }: Call) => /\.(setIamPolicy|updateAccess)$/.test(method);

function authorizeCalls(verb: Verb, requested: Requested, context: Context, isMade: (call: Call) => boolean): void {
    const { rules, inputs } = requested;
    for (const { call, on, target } of requirements(verb, requested, context)) {
        try {
            if (isMade(call)) {
                requirePermissions(call, context.cloud, on, target);
            }
        } catch (error) {
            throw rules.policy && !changesPolicy(call)
                ? new Error(
                      `Error retrieving IAM policy for ${rules.policy.describe(inputs)}: ${(error as Error).message}`,
                  )
                : error;
        }
    }
}

/** Throws if the caller lacks a permission that a data source needs. */
export function authorizeFunction(token: string, inputs: Inputs, context: Context): void {
    const lookup = lookups[token];
    if (lookup) {
        const { name, project } = target(lookup, inputs, context);
        authorizeMethod(lookup.method, name, project, context.cloud);
        return;
    }
    const project = lastPart(inputs.projectId ?? inputs.project ?? context.project ?? "");
    const bucket = inputs.bucket && `//storage.googleapis.com/buckets/${inputs.bucket}`;
    const on = bucket ? `${bucket}/objects/${inputs.name}` : projectName(project);
    for (const method of methodsOfFunction(token)) {
        authorizeMethod(method, on, bucket ? projectOf(context.cloud, bucket) : project, context.cloud);
    }
}

/** Throws if the caller lacks a permission that a method needs on a resource with this full name. */
export function authorizeMethod(method: string, on: string, project: string, cloud: Cloud): void {
    requirePermissions({ method }, cloud, on, targetOf(cloud, project, on));
}

function requirePermissions({ method }: Call, cloud: Cloud, on: string, target: Target): void {
    if (isMissing(cloud, method, on)) {
        return;
    }
    const permission = cloud.caller.lacks(permissionsOfMethod(method), target);
    if (permission !== undefined) {
        throw refusal({ method, permission, path: on.replace(/^\/\/[^/]+\//, ""), target, cloud });
    }
}

/**
 * Whether a call fails because its resource, or what contains it, does not exist: everyone sees that a bucket does not exist, and an owner
 * that any other resource does not.
 */
function isMissing(cloud: Cloud, method: string, on: string): boolean {
    const [bucket] = /^\/\/storage\.googleapis\.com\/buckets\/[^/]+/.exec(on) ?? [];
    const [container] = /^.*\/(?!projects|locations|regions|zones|apps)[^/]+\/[^/]+(?=\/[^/]+\/[^/]+$)/s.exec(on) ?? [];
    const found = bucket ?? (cloud.caller.isOwner && container?.includes("/projects/") ? container : undefined);
    return found !== undefined && method !== "storage.buckets.insert" && !cloud.store.read(found);
}

/** The roles that a change of a policy grants or revokes. */
function modifiedRoles(cloud: Cloud, verb: Verb, { policy }: TypeRules, inputs: Inputs): string[] | undefined {
    if (!policy || inputs.role !== undefined) {
        return policy && [inputs.role];
    }
    const resource = policy.name(inputs);
    const lists = [cloud.iam.grants(resource), verb === "delete" ? [] : policy.grants(inputs)];
    const [before, after] = lists.map(
        (grants) => new Map(grants.map((grant) => [grantName(resource, grant), grant.role])),
    );
    const all = [...(before ?? []), ...(after ?? [])];
    return [...new Set(all.flatMap(([name, role]) => (before?.has(name) === after?.has(name) ? [] : [role])))];
}

function authorizeAccounts({ token, inputs }: Requested, context: Context): void {
    const { cloud } = context;
    const { actsAs } = types[token] ?? {};
    const accounts = actsAs?.accounts(inputs, context).filter((account) => account !== undefined);
    for (const account of new Set(accounts)) {
        const project = cloud.iam.projectOfAccount(account);
        // The rules of the type refuse accounts that do not exist.
        if (
            project !== undefined &&
            cloud.caller.lacks(["iam.serviceAccounts.actAs"], targetOf(cloud, project, accountName(account))) !==
                undefined
        ) {
            throw actsAs?.refusal(account, inputs);
        }
    }
}
