import { CloudRunService, CloudSqlInstance, ComposerEnvironment, Network, VirtualMachine } from "slipway";
import { GkeCluster } from "slipway/gke";
import { isNetwork } from "../../../../lib/internal/network/networkOf";
import { refused, registered } from "../../registered";
import { image } from "../../serving";

const subnets = { near: { region: "europe-west1", range: "10.1.0.0/20" } };
const apps = () => new Network("apps", { subnets });
const names = { network: "apps", subnet: "near" };
const subnetId = "projects/acme-dev/regions/europe-west1/subnetworks/near";

/** Components that accept the same network argument, with what they register of it. */
const users: [string, (network: never) => unknown, string, object][] = [
    [
        "a service",
        (network) => new CloudRunService("web", { image, network }),
        "Service web",
        { template: { vpcAccess: { networkInterfaces: [{ network: "apps", subnetwork: "near" }] } } },
    ],
    [
        "a cluster",
        (network) => new GkeCluster("main", { network }),
        "Cluster main",
        { network: "apps", subnetwork: "near" },
    ],
    [
        "a machine",
        (network) => new VirtualMachine("one", { network }),
        "Instance one",
        { networkInterfaces: [{ subnetwork: subnetId }] },
    ],
    [
        "an environment",
        (network) => new ComposerEnvironment("airflow", { network }),
        "Environment airflow",
        { config: { nodeConfig: { network: "projects/acme-dev/global/networks/apps", subnetwork: subnetId } } },
    ],
    [
        "an instance",
        (network) => new CloudSqlInstance("sales", { network }),
        "DatabaseInstance sales",
        { settings: { ipConfiguration: { privateNetwork: "projects/acme-dev/global/networks/apps" } } },
    ],
];

test.each(users)("%s has a network and a subnet by name", async (_, use, key, expected) => {
    expect((await registered(() => use(names as never)))[key]).toMatchObject(expected);
});

test.each(users)("%s accepts a Network with and without settings", async (_, use, key) => {
    // Without the random parts of names and passwords.
    const made = async (network: () => unknown) =>
        JSON.stringify((await registered(() => use(network() as never)))[key], (name, value) =>
            name === "name" || name === "secret" ? undefined : value,
        );
    const plain = await made(apps);
    expect(plain).toContain("apps");
    expect(await made(() => ({ network: apps() }))).toBe(plain);
});

test("a subnet that is given is used in place of the first one of a Network", async () => {
    const made = await registered(
        () => new CloudRunService("web", { image, network: { network: apps(), subnet: "own" } }),
    );
    expect(made["Service web"]).toMatchObject({
        template: {
            vpcAccess: { networkInterfaces: [{ network: expect.stringMatching(/apps$/), subnetwork: "own" }] },
        },
    });
});

test.each(users)("%s refuses nothing as its network", async (_, use) => {
    expect(await refused(() => use(null as never))).toContain("(got null)");
});

test.each(users)("%s refuses the names of other versions", async (_, use) => {
    const wrong = { network: "apps", subnetwork: "near" };
    expect(await refused(() => use(wrong as never))).toContain('unknown option "subnetwork"; did you mean "subnet"?');
});

test.each([null, undefined, "apps", {}, names])("%j is not a Network", (value) => {
    expect(isNetwork(value)).toBe(false);
});
