import * as pulumi from "@pulumi/pulumi";
import type { NameFormat } from "../facts/names";
import { argumentsError, deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { display, hasOutput, isDeferred } from "../internal/arguments/value";
import { isNotEffective } from "../stack/refusals";
import { projectId } from "../stack/settings/projectId";
import { Environment } from "./environment";

/** A resource that exists already, and which the stack does not manage. Only grants on it are registered. */
export interface Existing {
    /** The component that creates such a resource: `StorageBucket`. @internal */
    readonly existing: string;
    /** The project that contains it, if it is given. @internal */
    readonly inProject?: string;
}

/** What the look-up of an existing resource needs during the preview. */
const neededAtPreview = ["project", "region", "location", "zone", "keyRing", "version", "parent"];

/** Refuses a name or a place of an existing resource that is known only at deployment, or is a text with an output in it. */
export function requireKnown(component: string, name: unknown, args: object = {}): void {
    const all = { name, ...args };
    const deferred = Object.entries(all).filter(
        ([key, value]) => (isDeferred(value) || hasOutput(value)) && (key === "name" || neededAtPreview.includes(key)),
    );
    if (deferred.length > 0) {
        const reason = `must be known at preview, which looks up what exists (got an output). Read an output of another stack by (await stack.getOutputDetails("…")).value, in a program that is an async function: export = async () => { … }. Instead of a name that this program creates, use the component itself.`;
        const problems = deferred.map(([key]) => check.problem(key, "environment/existing-not-known", reason));
        throw argumentsError(`${component}.existing`, problems);
    }
}

/**
 * Checks the name of an existing resource and the arguments for its place, so that all of them are refused together: for what
 * has other arguments than {@link lookUp} checks.
 *
 * @param checks the checks of all arguments
 * @param required the arguments without a default
 * @param together checks combinations of arguments
 */
export function checkExisting<Args extends object>(
    component: string,
    name: string,
    format: check.Check<string>,
    args: Args,
    checks: check.Checks<Args>,
    required: readonly (keyof Args)[] = [],
    together: (args: Args) => (check.Problem | undefined)[] = () => [],
): Args {
    requireKnown(component, name, args);
    const all = check.options<object>({ name: format, ...checks }, ...(["name", ...required] as never[]));
    const given: object = { name, ...args };
    return check.checked(`${component} "${name}"`, given, all, (valid) => together(valid as Args)) as Args;
}

/** Where a resource exists. */
export interface ExistingArgs {
    /**
     * The ID of the project that contains it. Consumers of a resource in another environment's project need `crossProject`.
     * @default the project of the stack's environment
     */
    project?: string;
}

/** Where a regional resource exists. */
export interface ExistingRegionalArgs extends ExistingArgs {
    /**
     * The region, such as `"europe-west1"`.
     * @default the region of the stack's environment
     */
    region?: string;
}

/** Where a resource exists that can be in a multi-region. */
export interface ExistingLocationArgs extends ExistingArgs {
    /**
     * The region or the multi-region, such as `"europe-west1"` or `"europe"`.
     * @default the region of the stack's environment
     */
    location?: string;
}

/**
 * The arguments of an `existing` function whose component creates resources, as the constructor receives them. Programs cannot write them,
 * because a constructor refuses the option `existing`.
 */
export class ExistingOf<Args extends object> {
    constructor(readonly args: Args) {}
}

/** The hint for the option `existing` of a constructor. */
export const existingHint = (component: string) =>
    `For what exists already write ${component}.existing(name, { … }), with its name in Google Cloud.`;

/** The problem of a name that existing resources of a type cannot have. */
export const existingNameProblem = (name: unknown, { pattern, rule }: NameFormat): check.Problem | undefined =>
    pattern.test(String(name))
        ? undefined
        : check.problem("name", "environment/existing-name-invalid", `${rule} (got ${display(name)}).`);

/**
 * Checks the name or the ID of an existing resource.
 *
 * @param path the part of its ID between the project and the name, as a pattern: `regions/[^/]+/subnetworks`
 */
export const nameOrId = (path: string, { pattern }: Pick<NameFormat, "pattern">, example: string) =>
    check.matching(
        new RegExp(`^(projects/[^/]+/${path}/)?${pattern.source.slice(1)}`),
        `must be a name, or an ID such as ${example}`,
    );

/** The ID of an existing resource, by its name or its ID. */
export const idOf = (existing: string, project: string, path: string): string =>
    existing.includes("/") ? existing : `projects/${project}/${path}/${existing}`;

/** The place of an existing resource. */
export interface Place {
    project: string;
    location: string;
}

/** What an error says, as a sentence. */
export const saidBy = ({ message }: Error): string => message.trim().replace(/\.?$/, ".");

/** The problem of a look-up that was refused because its API is not enabled; undefined for other errors. */
export function apiProblem(path: string, error: Error): check.Problem | undefined {
    const reason = `cannot be looked up, because the API is not enabled in its project, or was enabled a few minutes ago: ${saidBy(error)}`;
    return check.when(isNotEffective(error.message), path, "environment/existing-api-disabled", reason);
}

/**
 * Looks up an existing resource; the preview fails if there is none.
 *
 * @param component the component that creates such resources
 * @param name its name, of which `format` are valid ones
 * @param find the data source
 * @param properties the properties that are needed
 * @throws RunError for an invalid name or place
 */
export function lookUp<Found extends object, Key extends keyof Found>(
    component: string,
    name: string,
    format: check.Check<string>,
    args: ExistingRegionalArgs,
    find: (place: Place, options: pulumi.InvokeOptions) => Promise<Found>,
    ...properties: Key[]
): { [Property in Key]: pulumi.Output<Found[Property]> } {
    const environment = Environment.current();
    const label = `${component} "${name}"`;
    const { project = environment.project, region: location = environment.region } = check.checked(
        label,
        { name, ...args },
        check.options<ExistingRegionalArgs & { name: string }>(
            { name: format, project: projectId, region: check.text() },
            "name",
        ),
    );
    const found = find({ project, location }, { provider: environment.provider }).catch((error: Error) => {
        const remedy = `It must exist in ${project}, and the deployer must be allowed to read it.`;
        const reason = `does not exist: ${saidBy(error)} ${remedy}`;
        const missing = check.problem("", "environment/existing-missing", reason);
        throw deferredError(label, [apiProblem("", error) ?? missing]);
    });
    const all = properties.map((property) => [property, pulumi.output(found.then((one) => one[property]))]);
    return Object.fromEntries(all);
}
