import * as pulumi from "@pulumi/pulumi";
import { type Problem, refusal, worded } from "../internal/refusal";
import { display, isLater } from "../internal/value";
import { type Boundary, currentBoundary, type Foreign } from "./boundary/boundary";
import { looked } from "./boundary/look";
import { note, providedBy, providerOf } from "./boundary/provider";
import { called, wording } from "./boundary/words";
import { crossingsOf } from "./crossing";

type Options = pulumi.CustomResourceOptions;

/** What is done about a property that refers to another environment. */
type Tell = (crossed: Foreign, path: readonly string[], got: string) => void;

/**
 * Refuses a resource that refers to the project of another environment, unless it is allowed to. What the program says is
 * refused at once, and what is known later when it is known, which is before the resource is made.
 */
export const guard: pulumi.ResourceTransformation = (given) => {
    const boundary = currentBoundary();
    // A component is nothing but its children. A reference to a stack reads what that stack gives out.
    return boundary && !("registerOutputs" in given.resource) && given.type !== "pulumi:pulumi:StackReference"
        ? guarded(boundary, given)
        : undefined;
};

function guarded(boundary: Boundary, given: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
    const { resource, type, props, opts } = given;
    const { collect, fail, refuse } = telling(boundary, given);
    const allowed = crossingsOf(resource);
    const look = (tell: Tell, isSecret: boolean) => (text: string, path: readonly string[]) => {
        const crossed = boundary.crossed(text, { type, path }, allowed);
        if (crossed) {
            tell(crossed, path, isSecret ? "a secret" : display(text));
        }
    };
    const looks = { type, now: look(collect, false), later: (isSecret: boolean) => look(fail, isSecret) };
    const result = {
        props: looked(props, [], looks) as pulumi.Inputs,
        opts: { ...opts, ...(looked(identities(opts), [], looks) as Options) },
    };
    const provider = providerOf(type, opts);
    const lookAtProvider = (tell: Tell) => (crossed: Foreign | undefined) => {
        if (crossed && !crossed.stacks.some((stack) => allowed.has(stack))) {
            tell(crossed, ["provider"], called("Provider", Reflect.get(provider as object, "__name")));
        }
    };
    const foreign = providedBy(provider, boundary);
    if (foreign instanceof Promise) {
        result.opts.dependsOn = alsoAfter(opts.dependsOn, foreign.then(lookAtProvider(fail)));
    } else {
        lookAtProvider(collect)(foreign);
    }
    remember(given, boundary);
    refuse();
    return result;
}

/** How problems of a resource are told: those of the program together, and each that comes later when it comes. */
function telling(boundary: Boundary, { type, name, opts }: pulumi.ResourceTransformationArgs) {
    const component = called(type, name);
    const problems: Problem[] = [];
    const problem = (...[crossed, path, got]: Parameters<Tell>): Problem => ({
        path: path.join("."),
        reason: wording(boundary, crossed, got, opts.parent),
    });
    const collect: Tell = (...found) => problems.push(problem(...found));
    const fail: Tell = (...found) => {
        throw new pulumi.RunError(worded(component, [problem(...found)]));
    };
    const refuse = () => {
        if (problems.length > 0) {
            throw refusal(component, problems);
        }
    };
    return { collect, fail, refuse };
}

/** The ids by which a resource is found that is there already. */
function identities(options: Options): Partial<Options> {
    const { id, import: imported } = options;
    return { ...(id === undefined ? {} : { id }), ...(imported === undefined ? {} : { import: imported }) };
}

/** Not among the SDK's types: a resource waits for lists in lists, and for promises of nothing. */
function alsoAfter(dependsOn: Options["dependsOn"], others: Promise<void>): Options["dependsOn"] {
    return [dependsOn ?? [], others] as unknown as Options["dependsOn"];
}

/** Takes in what tells of other resources' properties: where a provider makes its resources, and what buckets there are. */
function remember({ resource, type, name, props, opts }: pulumi.ResourceTransformationArgs, boundary: Boundary): void {
    if (type === "pulumi:providers:gcp") {
        note(resource, props.project, boundary);
    }
    if (type === "gcp:storage/bucket:Bucket" && (opts as Options).id === undefined) {
        const make = (bucket: string | undefined) => boundary.makes(name, bucket);
        isLater(props.name) ? pulumi.output(props.name).apply(make) : make(props.name);
    }
}
