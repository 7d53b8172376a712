import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { GoogleError } from "../../../local/simulator/cloud/errors";
import { Attempts } from "../../../local/simulator/provider/attempts";
import { DelayedStore } from "../../../local/simulator/provider/delayedStore";
import { Faults } from "../../../local/simulator/provider/faults";
import { PartialFailure } from "../../../local/simulator/provider/partialFailure";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { clusterFolder, nodeCountsFile } from "../../../local/simulator/services/gke/clusterNames";
import { type Made, newFolder, tokenOf, World } from "./world";

const planes = { controlPlane: jest.fn(), removeControlPlane: jest.fn() };
jest.mock("../../../local/simulator/services/gke/clusters", () => ({
    controlPlane: (...args: unknown[]) => planes.controlPlane(...args),
    removeControlPlane: (...args: unknown[]) => planes.removeControlPlane(...args),
}));

const place = { project: "acme-dev", location: "europe-west1", name: "main" };
const inputs = { location: "europe-west1", name: "main", initialNodeCount: 1, deletionProtection: false };
const found = { endpoint: "127.0.0.1:20443", caCertificate: "Y2VydGlmaWNhdGU=" };
const token = tokenOf("Cluster");

function prepared(more: Inputs = {}): { world: World; made: Made } {
    const world = new World();
    world.enable("container");
    return { world, made: world.make("Cluster", { ...inputs, ...more }) };
}

beforeEach(() => {
    planes.controlPlane.mockReset().mockResolvedValue(found);
    planes.removeControlPlane.mockReset().mockResolvedValue(undefined);
});

test("a cluster has no control plane until it is started, and then its address and certificate, also with a DNS endpoint", async () => {
    const { world, made } = prepared();
    expect(made.state).toMatchObject({ endpoint: "", operation: expect.stringMatching(/^operation-/) });
    expect(planes.controlPlane).not.toHaveBeenCalled();

    const report = jest.fn();
    const { state } = await world.provider.started(token, "create", made, report);
    expect(planes.controlPlane).toHaveBeenCalledWith(world.cloud, place, report);
    expect(state).toMatchObject({
        endpoint: "127.0.0.1:20443",
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "127.0.0.1:20443" } },
        masterAuth: { clusterCaCertificate: "Y2VydGlmaWNhdGU=" },
        operation: "",
    });
    const started = { ...made, state };
    expect(world.refreshed(started)?.state).toEqual(state);
    expect(world.changed(started)).toEqual([]);
    const updated = world.update(started, { ...inputs, resourceLabels: { team: "forecast" } });
    expect(updated.state).toMatchObject({ endpoint: state.endpoint, masterAuth: state.masterAuth });
});

test("a control plane that fails to start leaves a cluster, which the next update starts", async () => {
    const { world, made } = prepared();
    planes.controlPlane.mockRejectedValueOnce(new Error("etcd did not answer"));
    const failure = await world.provider.started(token, "create", made).catch((error) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
        id: made.id,
        message: "Error waiting for creating GKE cluster: etcd did not answer",
    });
    expect(world.refreshed(made)).toBeDefined();
    const updated = world.update(made, inputs);
    expect(await world.provider.started(token, "update", updated)).toMatchObject({
        state: { endpoint: found.endpoint },
    });
});

test("a deletion stops the control plane first, and a refused one does not", async () => {
    const { world, made } = prepared();
    planes.removeControlPlane.mockRejectedValueOnce(new Error("it does not end"));
    await expect(world.provider.ended(token, made.id, made.state)).rejects.toThrow(
        "Error waiting for deleting GKE cluster: it does not end",
    );
    expect(world.refreshed(made)).toBeDefined();

    await world.provider.ended(token, made.id, made.state);
    expect(planes.removeControlPlane).toHaveBeenLastCalledWith(world.cloud, place);
    expect(world.refreshed(made)).toBeUndefined();
    await world.provider.ended(token, made.id, made.state);
    expect(planes.removeControlPlane).toHaveBeenCalledTimes(2);

    const kept = prepared({ deletionProtection: true });
    await expect(kept.world.provider.ended(token, kept.made.id, kept.made.state)).rejects.toThrow(
        "Cannot destroy cluster because deletion_protection is set to true.",
    );
    const refused = () => {
        throw new GoogleError(403, "The caller does not have permission");
    };
    await expect(world.provider.ended(token, made.id, made.state, refused)).rejects.toThrow("Error 403");
    expect(planes.removeControlPlane).toHaveBeenCalledTimes(2);
});

test("a cluster waits until its new API has propagated, and exists while its creation is slow", async () => {
    const waited: number[] = [];
    const sleep = async (ms: number) => waited.push(ms) > 0;
    const time = { now: () => 0, sleep, stop: () => undefined };
    const folder = newFolder();
    const late = new DelayedStore(folder, [{ delay: "api", calls: 2 }], time);
    const world = new World(undefined, { folder }, new Cloud(folder, late));
    world.enable("container");
    const faults = new Faults({ faults: [{ verb: "create", type: token, call: 3, answer: "slow", seconds: 600 }] });
    const call = { verb: "create", token, name: "main", urn: "urn", timeoutSeconds: 0 } as const;
    const made = await new Attempts(faults, time, late).run(call, (sent) =>
        world.provider.create(token, world.checked(token, inputs), false, sent),
    );
    expect(waited).toEqual([1000, 2000, 600_000]);
    expect(made.id).toBe("projects/acme-dev/locations/europe-west1/clusters/main");
});

test("types without a control plane do not wait", async () => {
    const { world } = prepared();
    world.enable("pubsub");
    const topic = world.make("Topic", { name: "sales" });
    expect(await world.provider.started(topic.token, "create", topic)).toBe(topic);
    await world.provider.ended(topic.token, topic.id, topic.state);
    expect(world.refreshed(topic)).toBeUndefined();
});

test("a refresh detects the autoscaler's number of nodes, in each zone", () => {
    const { world, made } = prepared({ removeDefaultNodePool: true });
    const pool = { cluster: "main", location: "europe-west1" };
    const autoscaling = { totalMinNodeCount: 1, totalMaxNodeCount: 9 };
    const scaled = world.make("NodePool", { ...pool, name: "scaled", autoscaling });
    const fixed = world.make("NodePool", { ...pool, name: "fixed", nodeCount: 2 });
    const file = nodeCountsFile(clusterFolder(world.cloud, place));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ scaled: 7, fixed: 1 }));

    const [refreshed, same] = [world.refreshed(scaled) as Made, world.refreshed(fixed) as Made];
    expect([refreshed.state.nodeCount, same.state.nodeCount]).toEqual([2, 2]);
    expect([...world.changed(refreshed), ...world.changed(same)]).toEqual([]);
    expect(world.refreshed(made)?.state.nodePools).toMatchObject([
        { name: "fixed", nodeCount: 2 },
        { name: "scaled", nodeCount: 2 },
    ]);
});
