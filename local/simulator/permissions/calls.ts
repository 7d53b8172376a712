import type { Verb } from "../provider/faults";
import { functionMethods, methods } from "../rules/catalogue";
import type { Call, CallsOf, Context, Inputs, PolicyMethods, TypeRules } from "../rules/rules";

/** The method that reads the operation of a method of a collection; none if it responds with the result. */
function operationOf(collection: string, name: string): string[] {
    const [, api = "", path = ""] = /^([^.]+)\.(.*)$/.exec(collection) ?? [];
    const operations = Object.entries(methods[api]?.operations ?? {});
    const found = operations.find(([start]) => path.startsWith(start))?.[1];
    const scope = name.includes("/regions/") ? "region" : name.includes("/zones/") ? "zone" : "global";
    return found ? [`${api}.${found.replace("global", scope)}`] : [];
}

/** The methods' collection of a resource: `pubsub.projects.topics` of `//pubsub.googleapis.com/projects/p/topics/t`. */
function collectionOf(name: string): string {
    const [, host = "", path = ""] = /^\/\/([^/]+)\.googleapis\.com\/(.*)$/s.exec(name) ?? [];
    const service = host === "cloudsql" ? "sqladmin" : host;
    const parts = path.split("/");
    return methods[service]?.isFlat
        ? `${service}.${parts.at(-2)}`
        : [service, ...parts.filter((_, index) => index % 2 === 0)].join(".");
}

/** The usual calls: one method per verb, its operation, and a read after changes. */
function usual(verb: Verb, collection: string, name: string): string[] {
    const { create = "create", update = "patch" } = methods[collection.split(".")[0] as string] ?? {};
    const get = `${collection}.get`;
    const operation = operationOf(collection, name);
    switch (verb) {
        case "create":
            return [`${collection}.${create}`, ...operation, get];
        case "read":
            return [get];
        case "update":
            return [`${collection}.${update}`, ...operation, get];
        case "delete":
            return [`${collection}.delete`, ...operation];
    }
}

/** The provider reads a policy before each change of it. */
function policyCalls(verb: Verb, resource: string, methods: PolicyMethods = usualPolicy(resource)): Call[] {
    const { get, set } = methods;
    return (verb === "read" ? [get] : [get, set]).map((method) => ({ method, on: resource }));
}

function usualPolicy(resource: string): PolicyMethods {
    const collection = collectionOf(resource);
    return { get: `${collection}.getIamPolicy`, set: `${collection}.setIamPolicy` };
}

/** A resource of a call of the provider. */
export interface Called {
    rules: TypeRules;
    /** Its full name. */
    name: string;
    /** For types of policies, the full name of the resource with the policy. */
    policyOf?: string;
    inputs: Inputs;
    old?: Inputs;
}

/** The API calls that Google's provider makes for a resource. */
export function callsOf(verb: Verb, { rules, name, policyOf, inputs, old }: Called, context: Context): Call[] {
    if (policyOf !== undefined) {
        return policyCalls(verb, policyOf, rules.policy?.methods);
    }
    const of = rules.calls ?? {};
    const list = (each: CallsOf = []) => (typeof each === "function" ? each(inputs, context, old) : each);
    const all = of[verb]
        ? list(of[verb])
        : [...usual(verb, of.collection ?? collectionOf(name), name), ...list(of.also?.[verb])];
    return all.map((call) => ({ on: name, ...(typeof call === "string" ? { method: call } : call) }));
}

/** The API methods that a data source calls. */
export function methodsOfFunction(token: string): string[] {
    const found = functionMethods[token];
    if (!found) {
        throw new Error(`the API methods of ${token} are not known: add them to functionMethods of its service`);
    }
    return found;
}
