import { CloudSqlInstance, Network, type NetworkArgs } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type { KubeObject } from "../../../local/runtime/kubernetes/api/api";
import { mutated } from "../../../local/runtime/kubernetes/autopilot/mutation";
import { violations } from "../../../local/runtime/kubernetes/autopilot/resources";
import { unreachedApis } from "../../../local/runtime/kubernetes/dataplane/googleApis";
import { allowsEgress } from "../../../local/runtime/kubernetes/dataplane/networkPolicies";
import { pullError } from "../../../local/runtime/kubernetes/kubelet/pull";
import { image } from "../deploying";
import { World } from "../local/world";
import { registered } from "../registered";

/** All pods that the library creates: a deployment with a proxy, the metrics adapter and a schedule controller. */
const program = (network?: NetworkArgs) => () => {
    const vpc = new Network("apps", network);
    const cluster = new GkeCluster("main", { network: vpc });
    const sales = new CloudSqlInstance("sales", { network: vpc });
    new AutoscaledDeployment("echo", {
        cluster,
        image,
        port: 8080,
        uses: { SALES: sales.client },
        scaling: {
            min: 2,
            max: 5,
            backlog: { subscription: "projects/acme-dev/subscriptions/sales", perReplica: 100 },
            schedules: { mornings: { cron: "0 6 * * MON-FRI", duration: "4 hours", min: 4 } },
        },
    });
};

interface Cluster {
    pods: KubeObject[];
    policies: KubeObject[];
    cloud: World["cloud"];
}

/** The pods of a program with this network, their network policies, and what the local cloud has of the network. */
async function deployed(network?: NetworkArgs): Promise<Cluster> {
    const made = await registered(program(network));
    const of = (kind: string) =>
        Object.entries(made).flatMap(([key, object]) => (key.startsWith(`${kind} `) ? [object as KubeObject] : []));
    const pods = of("Deployment").map(({ metadata, spec }) => ({
        ...spec.template,
        metadata: { ...metadata, ...spec.template.metadata },
    }));
    const world = new World();
    world.enable("compute", "container", "dns");
    world.make("Network", { name: "apps", autoCreateSubnetworks: false });
    for (const zone of of("ManagedZone")) {
        world.make("ManagedZone", zone);
    }
    for (const record of of("RecordSet")) {
        world.make("RecordSet", record);
    }
    const name = `//container.googleapis.com/projects/${cluster.project}/locations/${cluster.location}/clusters/${cluster.name}`;
    world.cloud.store.create({ name, project: cluster.project, id: name, state: { network: "apps" } });
    return { pods, policies: of("NetworkPolicy"), cloud: world.cloud };
}

const cluster = { project: "acme-dev", location: "europe-west1", name: "main" };

/** The containers of all pods that cannot call Google APIs. */
const unreached = ({ pods, policies, cloud }: Cluster) =>
    pods.flatMap((pod) =>
        [...unreachedApis(cloud, cluster, pod, policies)].map(([name, { message }]) => [name, message]),
    );

test("pods reach Google APIs at public addresses", async () => {
    expect(unreached(await deployed())).toEqual([]);
});

test.each([
    [true, "10.255.255.254"],
    [{ address: "10.9.9.9" }, "10.9.9.9"],
])("pods reach Google APIs at an endpoint (%j), and nothing else at private addresses", async (googleApis, address) => {
    const all = await deployed({ privateServiceConnect: { googleApis } });
    expect(unreached(all)).toEqual([]);
    const echo = all.pods.find(({ metadata }) => metadata.name === "echo") as KubeObject;
    const allowed = (to: string, port = 443) => allowsEgress(all.policies, echo, { address: to, port });
    expect(["10.255.255.254", "10.9.9.9", "10.0.0.2"].filter((each) => allowed(each))).toEqual([address]);
    expect(allowed(address, 80)).toBe(false);
    // private.googleapis.com and restricted.googleapis.com
    expect([allowed("199.36.153.8"), allowed("199.36.153.4")]).toEqual([true, true]);
});

test("Autopilot leaves all requests, limits and security contexts as they are", async () => {
    const { pods } = await deployed();
    expect(pods.map(({ metadata }) => metadata.name).sort()).toEqual([
        "custom-metrics-stackdriver-adapter",
        "echo",
        "echo-schedule",
    ]);
    for (const pod of pods) {
        const { object, warnings } = mutated({ ...pod, kind: "Pod" });
        const { tolerations: _, ...spec } = object.spec;
        expect([spec, warnings]).toEqual([pod.spec, []]);
        expect(violations(pod.spec, "all")).toEqual([]);
    }
});

test("all images are in registries that keep them", async () => {
    const { pods, cloud } = await deployed();
    const images = pods.flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
    expect(images.map(({ name }) => name).sort()).toEqual(["adapter", "cloud-sql-proxy", "echo", "schedule"]);
    for (const each of images) {
        expect(await pullError(cloud, cluster.project, each.image)).toBeUndefined();
    }
});
