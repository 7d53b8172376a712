import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { signature, unknown } from "../../../local/machine/marks";
import { types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { type RegisteredInputs, registeredInputs } from "../registeredInputs";
import { root, World } from "./world";

interface Recorded {
    type: string;
    inputs: Inputs;
    /** The errors of Pulumi's provider. */
    refused: string[];
}

// Recorded by judges/provider/plans.mjs.
const recorded: Recorded[] = JSON.parse(readFileSync(join(root, "judges", "provider", "plans.json"), "utf8"));

/** The error of a previewed creation. */
function refusal({ type, inputs }: Recorded): string | undefined {
    const world = new World();
    try {
        world.provider.create(type, world.checked(type, inputs), true);
        return undefined;
    } catch (error) {
        return (error as Error).message.replace(/^\w*: /, "");
    }
}

test.each(recorded.map((row) => [row.type, JSON.stringify(row.inputs), row] as const))(
    "%s %s is planned or refused as by Pulumi's provider",
    (_type, _inputs, row) => {
        expect(refusal(row)).toBe(row.refused[0]);
    },
);

test("each rule that refuses the plan of a new resource has a recording in which it does", () => {
    // These refuse changes of a deployed resource only.
    const changes = [
        "appEngineApplicationLocationIDCustomizeDiff",
        'customdiff.IfValueChange("instance_type", isReplicaPromoteRequested, checkPromoteConfigurationsAndUpdateDiff)',
        'customdiff.ValidateChange("config.0.software_config.0.image_version", imageVersionChangeValidationFunc)',
        "validateSubnetworkProject",
    ];
    const unrecorded = Object.entries(types).flatMap(([type, { plan = {} }]) =>
        Object.entries(plan)
            .filter(([name, { refuse }]) => refuse && !changes.includes(name))
            .filter(([, { refuse }]) =>
                recorded.every((row) => {
                    const isUnknown = (property: string) => row.inputs[property] === unknown;
                    return (
                        row.type !== type || !row.refused.includes(String(refuse?.(row.inputs, undefined, isUnknown)))
                    );
                }),
            )
            .map(([name]) => `${type} ${name}`),
    );
    expect(unrecorded).toEqual([]);
});

/**
 * Places that the provider's code reads as empty if they are unknown, so that it refuses what it accepts when they are known:
 * {@link https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0/google-beta/services}
 */
const refusedIfUnknown = {
    "gcp:composer/environment:Environment config.softwareConfig": "should only be used in Composer 3",
    "gcp:composer/environment:Environment config.softwareConfig.imageVersion": "should only be used in Composer 3",
    "gcp:compute/firewall:Firewall direction": "one of source_tags, source_ranges, or source_service_accounts",
    "gcp:compute/regionBackendService:RegionBackendService backends[].capacityScaler": "at least one non-zero",
    "gcp:compute/regionBackendService:RegionBackendService loadBalancingScheme": "at least one non-zero",
    // What an unknown block contains is not there (`ResourceConfig.Get` of Terraform's SDK).
    "gcp:compute/uRLMap:URLMap defaultRouteAction": "one of `default_route_action.0.weighted_backend_services,",
    "gcp:sql/databaseInstance:DatabaseInstance databaseVersion": "point_in_time_recovery_enabled is only available",
    "gcp:vpcaccess/connector:Connector subnet": "one of `network,subnet.0.name` must be specified",
};
/** This is only refused of a new one. */
const refusedNewIfUnknown = { "gcp:logging/projectSink:ProjectSink uniqueWriterIdentity": "must be true when" };

/** Each place of the inputs: properties, blocks, items of lists and values of maps, with a copy of the inputs in which it is unknown. */
function* withUnknownPlaces(inputs: Inputs, node = inputs, path = ""): Generator<[place: string, copy: Inputs]> {
    for (const [key, value] of Object.entries(node).filter(([, each]) => each !== unknown)) {
        const place = Array.isArray(node) ? `${path}[]` : path ? `${path}.${key}` : key;
        node[key] = unknown;
        yield [place, inputs];
        node[key] = value;
        if (typeof value === "object" && value !== null && !(signature in value)) {
            yield* withUnknownPlaces(inputs, value, place);
        }
    }
}

/** The state that a deployed resource has at least: what its preview knew, and the project of a subnet. */
function deployed(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(deployed);
    }
    if (typeof value !== "object" || value === null || signature in value) {
        return value;
    }
    const all = Object.entries(value).map(([key, item]) => [
        key,
        key === "subnetworkProject" ? "acme-dev" : deployed(item),
    ]);
    return Object.fromEntries(all.filter(([, item]) => item !== unknown));
}

/** What is refused if a place of accepted inputs is unknown, of a new resource and of a deployed one, by type and place. */
function refusedPlaces(all: RegisteredInputs[]) {
    const { provider } = new World(undefined, { generic: true });
    const example = { name: "example", seed: Buffer.alloc(32) };
    const checked = (type: string, news: Inputs, olds: Inputs) => {
        const { inputs, failures } = provider.check(type, example, news, olds);
        if (failures.length > 0) {
            throw new Error(failures.map(({ reason }) => reason).join());
        }
        return inputs;
    };
    const tried = new Set<string>();
    const found: { created: Record<string, string>; updated: Record<string, string> } = { created: {}, updated: {} };
    const note = (into: Record<string, string>, place: string, plan: () => void) => {
        try {
            plan();
        } catch (error) {
            into[place] = (error as Error).message;
        }
    };
    for (const { type, inputs } of all) {
        // One sample of each place in inputs with these properties.
        const shape = Object.entries(inputs).map(([key, value]) => `${key}${Array.isArray(value) ? value.length : ""}`);
        const old = checked(type, inputs, {});
        const state = deployed(provider.create(type, old, true).state) as Inputs;
        provider.diff(type, old, old, state);
        for (const [path, news] of withUnknownPlaces(structuredClone(inputs))) {
            const place = `${type} ${path}`;
            const sample = `${place} of ${shape.sort()}`;
            if (!tried.has(sample)) {
                tried.add(sample);
                note(found.created, place, () => provider.create(type, checked(type, news, {}), true));
                note(found.updated, place, () => {
                    const wanted = checked(type, news, old);
                    provider.update(type, wanted, state, true, undefined, provider.diff(type, wanted, old, state));
                });
            }
        }
    }
    return { ...found, tried };
}

test("each place of what components register can be unknown at preview, except where the provider's code reads it as empty", async () => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    jest.spyOn(pulumi.log, "info").mockResolvedValue();
    const { created, updated, tried } = refusedPlaces(await registeredInputs());
    const expected = (rows: Record<string, string>) =>
        Object.fromEntries(Object.entries(rows).map(([place, text]) => [place, expect.stringContaining(text)]));
    expect(tried.size).toBeGreaterThan(2500);
    expect(created).toEqual(expected({ ...refusedIfUnknown, ...refusedNewIfUnknown }));
    expect(updated).toEqual(expected(refusedIfUnknown));
}, 600_000);
