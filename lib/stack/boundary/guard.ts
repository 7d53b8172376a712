import * as pulumi from "@pulumi/pulumi";
import { argumentsError, deferredError, type Problem, programPlace } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { display, isDeferred } from "../../internal/arguments/value";
import { componentOf } from "../../internal/engine/componentOf";
import { nameOf, valueIfKnown } from "../../internal/engine/pulumiSdk";
import { crossingsOf } from "../crossing";
import { type Boundary, currentBoundary, type Foreign } from "./boundary";
import { isFreeText } from "./property";

type Options = pulumi.CustomResourceOptions;

/** Reports a property that references another environment. */
type Report = (crossed: Foreign, path: readonly string[], got: string) => void;

/**
 * Refuses a resource that references the project of another environment without permission. Plain values are refused immediately,
 * outputs when they resolve, which is before the resource is created.
 */
export const guard: pulumi.ResourceTransformation = (args) => {
    const boundary = currentBoundary();
    // A component has only children. A stack reference reads the outputs of another stack.
    return boundary && !("registerOutputs" in args.resource) && args.type !== "pulumi:pulumi:StackReference"
        ? guardResource(boundary, args)
        : undefined;
};

function guardResource(
    boundary: Boundary,
    args: pulumi.ResourceTransformationArgs,
): pulumi.ResourceTransformationResult {
    const { resource, type, props, opts } = args;
    const { collect, fail, refuse } = problemReporter(boundary, args);
    const allowed = crossingsOf(resource);
    const look = (report: Report, isSecret: boolean) => (text: string, path: readonly string[]) => {
        const crossed = boundary.crossed(text, { type, path }, allowed);
        if (crossed) {
            report(crossed, path, isSecret ? "a secret" : display(text));
        }
    };
    const looks = { type, now: look(collect, false), later: (isSecret: boolean) => look(fail, isSecret) };
    const result = {
        props: inspect(props, [], looks) as pulumi.Inputs,
        opts: { ...opts, ...(inspect(existingIds(opts), [], looks) as Options) },
    };
    const provider = providerOf(type, opts);
    const lookAtProvider = (report: Report) => (crossed: Foreign | undefined) => {
        if (crossed && !crossed.stacks.some((stack) => allowed.has(stack))) {
            report(crossed, ["provider"], resourceLabel("Provider", nameOf(provider as object)));
        }
    };
    const foreign = environmentOfProvider(provider, boundary);
    if (foreign instanceof Promise) {
        result.opts.dependsOn = withDependency(opts.dependsOn, foreign.then(lookAtProvider(fail)));
    } else {
        lookAtProvider(collect)(foreign);
    }
    recordResource(args, boundary);
    refuse();
    return result;
}

/** Collects the problems of plain values, and fails on problems of resolved outputs. */
function problemReporter(boundary: Boundary, { type, name, opts }: pulumi.ResourceTransformationArgs) {
    const component = resourceLabel(type, name);
    const place = programPlace();
    const problems: Problem[] = [];
    const problem = (...[{ project: other, stacks }, path, got]: Parameters<Report>): Problem =>
        check.problem(
            path.join("."),
            "stack/reference-crosses-environments",
            `refers to ${other}, the project of ${stacks.join(" and ")}, but this stack is ${placeOf(boundary)} (got ${got}). Use a resource of this stack, or ${allowHint(stacks[0] as string, opts.parent)}.`,
        );
    const collect: Report = (...found) => problems.push(problem(...found));
    const fail: Report = (...found) => {
        throw deferredError(component, [problem(...found)], place);
    };
    const refuse = () => {
        if (problems.length > 0) {
            throw argumentsError(component, problems);
        }
    };
    return { collect, fail, refuse };
}

/** The IDs of existing resources to read or import. */
function existingIds(options: Options): Partial<Options> {
    const { id, import: imported } = options;
    return { ...(id === undefined ? {} : { id }), ...(imported === undefined ? {} : { import: imported }) };
}

/** The SDK accepts promises of nothing here, which its types do not show. Later transformations look for grants in the list. */
function withDependency(dependsOn: Options["dependsOn"], others: Promise<void>): Options["dependsOn"] {
    return [dependsOn ?? [], others].flat() as Options["dependsOn"];
}

/** Records what later checks need: the projects of providers, and the names of buckets. */
function recordResource(
    { resource, type, name, props, opts }: pulumi.ResourceTransformationArgs,
    boundary: Boundary,
): void {
    if (type === "pulumi:providers:gcp") {
        recordProvider(resource, props.project, boundary);
    }
    if (type === "gcp:storage/bucket:Bucket" && (opts as Options).id === undefined) {
        const make = (bucket: string | undefined) => boundary.makes(name, bucket);
        isDeferred(props.name) ? pulumi.output(props.name).apply(make) : make(props.name);
    }
}

/** Inspects one string of a resource. */
type Inspector = (text: string, path: readonly string[]) => void;

/** Inspectors of a resource's strings: of plain values, and of resolved outputs. */
interface Inspectors {
    readonly type: string;
    readonly now: Inspector;
    readonly later: (isSecret: boolean) => Inspector;
}

/**
 * Inspects all strings of a value. An output stays an output, with the same secretness, and fails if its inspector throws.
 */
function inspect(value: unknown, path: readonly string[], looks: Inspectors): unknown {
    if (isFreeText({ type: looks.type, path })) {
        return value;
    }
    if (typeof value === "string") {
        inspectString(value, path, looks);
        return value;
    }
    if (pulumi.Output.isInstance(value)) {
        // The second parameter, which the SDK's types do not show, also runs the callback for partially known values.
        const apply = value.apply as (look: (known: unknown) => unknown, withUnknowns: boolean) => unknown;
        return apply.call(
            value,
            async (known) =>
                inspectResolved(known, path, looks, await pulumi.isSecret(value as pulumi.Output<unknown>)),
            true,
        );
    }
    if (isDeferred(value)) {
        return (value as Promise<unknown>).then((known) => inspectResolved(known, path, looks, false));
    }
    return isTree(value) ? inspectParts(value, path, looks) : value;
}

function inspectResolved(known: unknown, path: readonly string[], looks: Inspectors, isSecret: boolean): unknown {
    return inspect(known, path, { ...looks, now: looks.later(isSecret) });
}

/** Inspects a string; the strings within JSON are inspected with their own paths. */
function inspectString(text: string, path: readonly string[], looks: Inspectors): void {
    const tree = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
    if (tree === undefined) {
        looks.now(text, path);
    } else {
        inspect(tree, path, looks);
    }
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Whether a value is a list or plain object. Assets are not read, and resources are inspected by themselves. */
function isTree(value: unknown): value is object {
    const isWhole =
        pulumi.Resource.isInstance(value) ||
        pulumi.asset.Asset.isInstance(value) ||
        pulumi.asset.Archive.isInstance(value) ||
        pulumi.isUnknown(value);
    return typeof value === "object" && value !== null && !isWhole;
}

/** Inspects the parts; a value without outputs stays the same object. */
function inspectParts(value: object, path: readonly string[], looks: Inspectors): unknown {
    const items = Object.entries(value).map(
        ([key, item]) => [key, item, inspect(item, [...path, key], looks)] as const,
    );
    if (items.every(([, before, after]) => before === after)) {
        return value;
    }
    return Array.isArray(value)
        ? items.map(([, , after]) => after)
        : Object.fromEntries(items.map(([key, , after]) => [key, after]));
}

type Found = Foreign | undefined;

/** The other environments in which providers create resources, as far as known. */
const foreign = new WeakMap<object, Found | Promise<Found>>();

const none: ReadonlySet<string> = new Set();

/** Records the project of a provider. */
function recordProvider(provider: pulumi.Resource, project: unknown, boundary: Boundary): Found | Promise<Found> {
    const found = resolveProject(project, (known) => {
        const property = { type: "pulumi:providers:gcp", path: ["project"] };
        return typeof known === "string" ? boundary.crossed(known, property, none) : undefined;
    });
    foreign.set(provider, found);
    return found;
}

function resolveProject(project: unknown, find: (known: unknown) => Found): Found | Promise<Found> {
    if (!isDeferred(project)) {
        return find(project);
    }
    const promised = project instanceof Promise ? project : valueIfKnown(project as pulumi.Output<unknown>);
    // The provider reports its own errors.
    return promised.then(find, () => undefined);
}

/** The other environment in which a provider creates resources; undefined for the stack's own. */
function environmentOfProvider(
    provider: pulumi.ProviderResource | undefined,
    boundary: Boundary,
): Found | Promise<Found> {
    if (provider === undefined || foreign.has(provider)) {
        return provider && foreign.get(provider);
    }
    // It was created before the guard was registered.
    return recordProvider(provider, Reflect.get(provider, "project"), boundary);
}

/** The explicit provider of a Google Cloud resource. */
function providerOf(type: string, { provider, parent }: pulumi.CustomResourceOptions) {
    return type.startsWith("gcp:") ? (provider ?? parent?.getProvider(type)) : undefined;
}

/** The name of a resource in errors. */
function resourceLabel(type: string, name: string): string {
    return `${type.startsWith("pulumi:providers:") ? "Provider" : type.split(":").at(-1)} "${name}"`;
}

const placeOf = ({ stack, project }: Boundary) => (project === undefined ? stack : `${stack} in ${project}`);

/** The hint that describes how to allow the reference. */
function allowHint(stack: string, parent: pulumi.Resource | undefined): string {
    const { type, name } = componentOf(parent) ?? {};
    // These components have no argument crossProject.
    if (type === undefined || type === "EnvironmentProject" || type === "Deployer") {
        const whom = type === undefined ? "it" : `${type} "${name}"`;
        return `give ${whom} the option transformations: [crossing("${stack}")], with crossing from slipway`;
    }
    // Shared resources of the environment are created for a component.
    return type === "Environment"
        ? `set crossProject: "${stack}" on the component that needs it`
        : `give ${type} "${name}" the argument crossProject: "${stack}"`;
}
