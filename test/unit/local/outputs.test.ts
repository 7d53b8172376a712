import { unknown } from "../../../local/machine/marks";
import { changes } from "../../../local/simulator/provider/diff";
import { suppressionsOf } from "../../../local/simulator/provider/plan";
import { types } from "../../../local/simulator/rules/catalogue";
import { places, withoutIndexes } from "../../../local/simulator/rules/paths";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { everyProperty, flagsOf } from "../../../local/simulator/schema/flags";
import { type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";
import { examples, prepared } from "./examples";
import type { Made, World } from "./world";

/** Computed properties that the real API omits too, unless they are configured. */
const absent: Record<string, Record<string, string>> = {
    "gcp:cloudrunv2/job:Job": { "template.template.containers.startupProbe": "jobs have no probe by default" },
    "gcp:cloudrunv2/service:Service": { "template.containers.ports": "only one of several containers has a port" },
    "gcp:appengine/standardAppVersion:StandardAppVersion": {
        automaticScaling: "a version with basic or manual scaling has none",
    },
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": {
        "deployment.container": "the provider reads nothing of a deployment",
    },
    "gcp:compute/backendBucket:BackendBucket": {
        cdnPolicy: "only one with Cloud CDN has it",
    },
    "gcp:compute/backendService:BackendService": {
        cdnPolicy: "only one with Cloud CDN has it",
        logConfig: "a service without logs has none",
    },
    "gcp:compute/regionBackendService:RegionBackendService": {
        cdnPolicy: "only one with Cloud CDN has it",
        logConfig: "a service without logs has none",
    },
    "gcp:compute/securityPolicy:SecurityPolicy": {
        advancedOptionsConfig: "only one with such options has them",
    },
    "gcp:compute/subnetwork:Subnetwork": {
        fingerprint: "the provider does not set it any more",
    },
    "gcp:compute/uRLMap:URLMap": {
        "pathMatchers.pathRules.routeAction.maxStreamDuration": "the server sets none in path rules",
    },
    "gcp:logging/projectSink:ProjectSink": {
        bigqueryOptions: "only one to BigQuery has them",
    },
    "gcp:pubsub/topic:Topic": {
        messageStoragePolicy: "only an organisation's policy sets one",
    },
    "gcp:dns/managedZone:ManagedZone": {
        dnssecConfig: "only a zone that was once told of DNSSEC has one",
    },
    "gcp:kms/cryptoKey:CryptoKey": {
        keyAccessJustificationsPolicy: "only keys of Assured Workloads have one",
    },
    "gcp:storage/bucketObject:BucketObject": {
        content: "an object of a file has none: the provider would compare it instead of the file",
    },
    "gcp:storage/bucket:Bucket": {
        versioning: "the provider sends and reads none",
        website: "the provider sends and reads none",
    },
    "gcp:cloudfunctionsv2/function:Function": {
        "buildConfig.automaticUpdatePolicy": "a function updated on deployment has no automatic updates",
    },
};

/** Types whose server omits whole blocks by default, although it could set many. */
const sparse = [
    "gcp:composer/environment:Environment",
    "gcp:container/cluster:Cluster",
    "gcp:container/nodePool:NodePool",
];

/** Assets and archives, which are strings in the schema. */
const isAsset = (value: unknown) => typeof value === "object" && value !== null && "hash" in value;

const propertiesOf = (token: string): SchemaProperties => schemaOf(token)?.properties ?? {};

/** All unknown or invalid properties in a state. */
function strangers(state: Inputs, schema: SchemaProperties, above = ""): string[] {
    return Object.entries(state).flatMap(([name, value]) => {
        const property = schema[name];
        const path = `${above}${name}`;
        if (value === undefined) {
            return [];
        }
        if (!property) {
            return [`${path} is not in the schema`];
        }
        const { type, fields, maxItems, elem } = property;
        const isList = type === "list" || type === "set";
        // Pulumi has one value in place of a list of one.
        const right =
            isList && maxItems === 1 && elem === "string"
                ? typeof value === "string"
                : isList && maxItems !== 1
                  ? Array.isArray(value)
                  : isList || type === "map"
                    ? typeof value === "object" && !Array.isArray(value)
                    : typeof value === (type === "integer" ? "number" : type) || isAsset(value);
        if (!right) {
            return [`${path} is no ${type}: ${JSON.stringify(value)}`];
        }
        return fields ? [value].flat().flatMap((each) => strangers(each, fields, `${path}.`)) : [];
    });
}

/** All properties that the server should have set and did not. */
function gaps(token: string, state: Inputs): string[] {
    const computed = everyProperty(propertiesOf(token)).filter(
        ([path, { computed, fields }]) => computed && path !== "id" && !(fields && sparse.includes(token)),
    );
    return computed
        .flatMap(([path]) => places(state, path))
        .filter(({ holder, key }) => holder[key] === undefined)
        .map(({ path }) => path);
}

/** Blocks that the real server adds too, although the schema does not list them as computed. */
const added: Record<string, string[]> = {
    "gcp:cloudfunctionsv2/function:Function": ["serviceConfig"],
    "gcp:container/cluster:Cluster": ["networkPolicy"],
};

test("every type with rules has an example", () => {
    expect(Object.keys(types).filter((token) => !examples[token])).toEqual([]);
});

const cases = Object.entries(examples).flatMap(([token, inputs]) =>
    inputs.map((each, index) => [`${token} (${index + 1})`, token, each] as const),
);

interface Deployed {
    world: World;
    preview: Inputs;
    made: Made;
}

const deployments = new Map<string, Deployed>();

/** A previewed and created example, shared by all tests; the last one deletes it. */
function deployed(example: string, token: string, news: Inputs): Deployed {
    let deployment = deployments.get(example);
    if (!deployment) {
        const world = prepared(token);
        const inputs = world.checked(token, news);
        const preview = world.provider.create(token, inputs, true).state;
        deployment = { world, preview, made: { token, inputs, ...world.provider.create(token, inputs, false) } };
        deployments.set(example, deployment);
    }
    return deployment;
}

test.each(cases)("%s has all the real outputs, and no others", (example, token, news) => {
    const { state } = deployed(example, token, news).made;
    expect(strangers(state, propertiesOf(token))).toEqual([]);
    expect(gaps(token, state).filter((path) => !absent[token]?.[withoutIndexes(path)])).toEqual([]);
});

test.each(cases)("%s has correct outputs at preview, except for those that the server sets", (example, token, news) => {
    const { preview, made } = deployed(example, token, news);
    const computed = everyProperty(propertiesOf(token)).filter(([, property]) => property.computed);
    const open = computed
        .flatMap(([path]) => places(preview, path))
        .filter(({ holder, key }) => holder[key] === unknown)
        .map(({ path }) => path);
    const { sets } = flagsOf(token, () => true);
    const comparison = { ...types[token], sets, suppress: suppressionsOf(token) };
    const different = changes(preview, {}, made.state, comparison);
    expect([...different.keys()].sort()).toEqual(open.sort());
    const more = (added[token] ?? []).filter((block) => news[block] === undefined);
    expect(Object.keys(made.state).filter((key) => !(key in preview))).toEqual(more);
});

test.each(cases)("%s is unchanged after a refresh, and a second deployment changes nothing", (example, token, news) => {
    const { world, made } = deployed(example, token, news);
    expect(world.changed(made, news)).toEqual([]);
    const refreshed = world.refreshed(made);
    expect(refreshed).toEqual({ ...made, inputs: expect.anything() });
    expect(world.changed({ ...made, ...refreshed }, news)).toEqual([]);
});

test.each(cases)("%s is gone after it is deleted, and deleting it again is no error", (example, token, news) => {
    const { world, made } = deployed(example, token, news);
    world.remove(made);
    world.remove(made);
    // APIs remain enabled; a deleted binding has no members, and a deleted policy no bindings.
    const { members, policyData, service } = world.refreshed(made)?.state ?? {};
    expect({ members, policyData, service }).toEqual({
        members: news.members && [],
        policyData: news.policyData && '{"bindings":[]}',
        service: token === "gcp:projects/service:Service" && !news.disableOnDestroy ? news.service : undefined,
    });
});
