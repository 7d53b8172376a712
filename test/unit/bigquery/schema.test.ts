import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerRegistry } from "slipway";
import { type SchemaProperty as Property, schemaOf } from "../../../local/simulator/schema/schema";
import { everything } from "../everything";
import { answeringFolder } from "../folders";
import { registeredTypes } from "../registered";

const folder = answeringFolder();

/** Types of options that `everything` does not have. */
const missing = [
    "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember",
    "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint",
    "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup",
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:storage/notification:Notification",
];

/** The types whose classes the library imports, each from its own file. */
function typesOfComponents(): string[] {
    const lib = join(__dirname, "..", "..", "..", "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const imports = files.flatMap((file) => [
        ...readFileSync(join(lib, file), "utf8").matchAll(/^import \{([^}]*)\} from "(@pulumi\/gcp\/[^"]+)"/gm),
    ]);
    const tokens = imports.flatMap(([, names = "", module = ""]) =>
        names.split(",").map((name) => require(module)[name.trim().replace(/ as .*$/, "")]?.__pulumiType),
    );
    return [...new Set(tokens)].filter((token) => token?.startsWith("gcp:")).sort();
}

test.each(["development", "production"] as const)(
    "everything that the components register in %s matches the provider's schema",
    async (kind) => {
        const made = (await registeredTypes(() => everything(folder), { kind })).filter(({ type }) =>
            type.startsWith("gcp:"),
        );
        const problems = made.flatMap(({ key, type, inputs }) => {
            const known = schemaOf(type);
            return known ? problemsOf(key, inputs, known.properties) : [`${key}: the provider has no ${type}`];
        });
        expect(problems).toEqual([]);
        const created = new Set(made.map(({ type }) => type));
        expect(typesOfComponents().filter((type) => !created.has(type))).toEqual(missing);
    },
);

test("promoted registries and their grants match the provider's schema", async () => {
    const prod = { project: "acme-prod", number: 333333333333, promotes: "dev" };
    const environments = JSON.stringify({ dev: "acme-dev", prod });
    const program = () => new ContainerRegistry("app", { vulnerabilityScanning: true });
    const problems = [];
    for (const name of ["dev", "prod"]) {
        const config = { "gcp:project": `acme-${name}`, "slipway:environments": environments };
        for (const { key, type, inputs } of await registeredTypes(program, { name, config })) {
            const known = schemaOf(type);
            problems.push(...(known ? problemsOf(key, inputs, known.properties) : []));
        }
    }
    expect(problems).toEqual([]);
});

const propertiesOf = (type: string) => schemaOf(type)?.properties ?? {};

test("conflicting properties are detected", () => {
    const object = { bucket: "a", name: "b" };
    const properties = propertiesOf("gcp:storage/bucketObject:BucketObject");
    expect(problemsOf("o", { ...object, content: "c" }, properties)).toEqual([]);
    expect(problemsOf("o", object, properties)).toEqual([
        "o.content: exactly one is needed of it and source",
        "o.source: exactly one is needed of it and content",
    ]);
    const push = { bigqueryConfig: { table: "a" }, pushConfig: { pushEndpoint: "https://a" }, name: "b", topic: "c" };
    expect(problemsOf("s", push, propertiesOf("gcp:pubsub/subscription:Subscription"))).toEqual([
        "s.bigqueryConfig: cannot be combined with cloud_storage_config,push_config",
        "s.pushConfig: cannot be combined with bigquery_config,cloud_storage_config",
    ]);
});

test("unknown properties are detected at every depth", () => {
    const wrong = {
        name: "predict",
        url: "https://…",
        labels: { team: 7 },
        serviceConfig: { ingressSettings: "ALLOW_SOME", maxInstances: 3, minInstanceCount: 0.5 },
        eventTrigger: [{ retryPolicy: "RETRY_POLICY_RETRY" }],
        buildConfig: { source: { storageSource: "bucket" } },
    };
    expect(problemsOf("Function predict", wrong, propertiesOf("gcp:cloudfunctionsv2/function:Function"))).toEqual([
        "Function predict.url: is only given back",
        "Function predict.labels.team: is no string",
        "Function predict.serviceConfig.ingressSettings: is none of ALLOW_ALL, ALLOW_INTERNAL_ONLY, ALLOW_INTERNAL_AND_GCLB, ",
        "Function predict.serviceConfig.maxInstances: is not known",
        "Function predict.serviceConfig.minInstanceCount: is no integer",
        "Function predict.eventTrigger: is no object",
        "Function predict.buildConfig.source.storageSource: is no object",
        "Function predict.location: is missing",
    ]);
});

function problemsOf(path: string, given: Record<string, unknown>, properties: Record<string, Property>): string[] {
    const unknown = Object.entries(given).flatMap(([key, value]) => {
        const property = properties[key];
        return property ? problemsOfValue(`${path}.${key}`, value, property) : [`${path}.${key}: is not known`];
    });
    const missing = Object.entries(properties).filter(([key, { required }]) => required && given[key] === undefined);
    const clashing = Object.entries(properties).filter(([key, { conflictsWith = [] }]) => {
        return key in given && conflictsWith.some((other) => camelCase(other) in given);
    });
    const undecided = Object.entries(properties).filter(([key, { exactlyOneOf = [] }]) => {
        // A choice between a property of a block and others is checked in the object that has the block.
        const isBelow = exactlyOneOf.some((other) => other.includes(".") && siblingsName(other, false) === key);
        if (isBelow && exactlyOneOf.some((other) => !other.includes("."))) {
            return false;
        }
        // Some properties have another name than in the list, which is the same for all references.
        const named = Object.keys(properties).filter((other) => {
            return exactlyOneOf.length > 1 && String(properties[other]?.exactlyOneOf) === String(exactlyOneOf);
        });
        const choices = new Set([
            key,
            ...named,
            ...exactlyOneOf.map((other) => siblingsName(other, exactlyOneOf.map(camelCase).includes(key))),
        ]);
        return choices.size > 1 && [...choices].filter((choice) => isGiven(choice, given)).length !== 1;
    });
    return [
        ...unknown,
        ...missing.map(([key]) => `${path}.${key}: is missing`),
        ...clashing.map(([key, { conflictsWith }]) => `${path}.${key}: cannot be combined with ${conflictsWith}`),
        ...undecided.map(
            ([key, { exactlyOneOf }]) => `${path}.${key}: exactly one is needed of it and ${exactlyOneOf}`,
        ),
    ];
}

function problemsOfValue(path: string, value: unknown, property: Property): string[] {
    if (property.computed && !property.optional) {
        return [`${path}: is only given back`];
    }
    // Not an object with a property of this name, such as a reference to a secret.
    if (isObject(value) && String(Object.keys(value)) === "secret") {
        return problemsOfValue(path, value.secret, property);
    }
    switch (property.type) {
        case "string":
            return isObject(value) && "file" in value
                ? []
                : expected(path, typeof value === "string", "string", value, property);
        case "boolean":
        case "number":
            return expected(path, typeof value === property.type, property.type, value, property);
        case "integer":
            return expected(path, Number.isInteger(value), "integer", value, property);
        case "map":
            return isObject(value)
                ? Object.entries(value).flatMap(([key, item]) => problemsOfItem(`${path}.${key}`, item, property))
                : [`${path}: is no object`];
        default:
            // A block without fields is an object too.
            return property.maxItems === 1 && !property.elem
                ? problemsOfItem(path, value, { ...property, fields: property.fields ?? {} })
                : property.maxItems === 1 && typeof value === "string"
                  ? // Pulumi has one value in place of a list of one.
                    problemsOfItem(path, value, property)
                  : Array.isArray(value)
                    ? value.flatMap((item, index) => problemsOfItem(`${path}.${index}`, item, property))
                    : [`${path}: is no list`];
    }
}

/** An item of a list or a map: a block, or a value of a type. */
function problemsOfItem(path: string, item: unknown, { fields, elem = "string" }: Property): string[] {
    if (fields) {
        return isObject(item) ? problemsOf(path, item, fields) : [`${path}: is no object`];
    }
    return problemsOfValue(path, item, { type: elem as Property["type"] });
}

function expected(path: string, isRight: boolean, what: string, value: unknown, property: Property): string[] {
    const isAllowed = property.enum === undefined || property.enum.map(String).includes(String(value));
    return isRight
        ? isAllowed
            ? []
            : [`${path}: is none of ${property.enum?.join(", ")}`]
        : [`${path}: is no ${what}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema lists conflicts by Terraform names. */
function camelCase(name: string): string {
    return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Groups of which exactly one is required are in one object, with full paths or paths below it: for a connector,
 * `network` and `subnet.0.name`, and for a URL map `default_service` and `default_route_action.0.weighted_backend_services`.
 */
function siblingsName(path: string, isAtTop: boolean): string {
    const parts = path.split(".").filter((part) => !/^\d+$/.test(part));
    return (isAtTop ? parts : parts.slice(-1)).map(camelCase).join(".");
}

/** Whether there is a value at a path. */
function isGiven(path: string, given: Record<string, unknown>): boolean {
    const values = path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), given);
    return values !== undefined;
}
