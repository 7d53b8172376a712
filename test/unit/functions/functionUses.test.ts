import * as pulumi from "@pulumi/pulumi";
import { Network, type ServerlessFunctionArgs } from "slipway";
import type { Capability, SecretFile, SecretVariable } from "slipway/iam";
import { bare, made, predicting } from "../predicting";
import { refused, registered } from "../registered";

const path = (name: string) => `projects/acme-dev/secrets/${name}`;

function reader(secret: pulumi.Input<string>, version = "latest"): Capability<SecretVariable> {
    return { grants: [], attachments: [{ kind: "secret-variable", secret, version }] };
}

function file(at: string, secret: pulumi.Input<string>, version = "latest"): Capability<SecretFile> {
    return { value: at, grants: [], attachments: [{ kind: "secret-file", path: at, secret, version }] };
}

/** A function with additional properties in its service configuration. */
const withConfig = (more: object) => ({
    ...made("predict"),
    "Function predict": { ...bare("predict"), serviceConfig: { ...bare("predict").serviceConfig, ...more } },
});

test("a secret is the value of a variable by reference", async () => {
    const uses = { API_KEY: reader(pulumi.output(path("api-key"))), TOKEN: reader(path("token"), "3") };
    expect(await registered(() => predicting({ uses }))).toEqual(
        withConfig({
            secretEnvironmentVariables: [
                { key: "API_KEY", projectId: "acme-dev", secret: "api-key", version: "latest" },
                { key: "TOKEN", projectId: "acme-dev", secret: "token", version: "3" },
            ],
        }),
    );
});

test("a secret file's path is in the variable, and files of a secret can share a folder", async () => {
    const certificate = pulumi.output(path("certificate"));
    const uses = {
        OLD: file("/etc/secrets/old.pem", certificate, "1"),
        KEY_FILE: file("/secrets/api-key", path("api-key")),
        NEW: file("/etc/secrets/new.pem", certificate, "2"),
    };
    expect(await registered(() => predicting({ uses }))).toEqual(
        withConfig({
            environmentVariables: {
                OLD: "/etc/secrets/old.pem",
                KEY_FILE: "/secrets/api-key",
                NEW: "/etc/secrets/new.pem",
            },
            secretVolumes: [
                {
                    mountPath: "/etc/secrets",
                    projectId: "acme-dev",
                    secret: "certificate",
                    versions: [
                        { path: "old.pem", version: "1" },
                        { path: "new.pem", version: "2" },
                    ],
                },
                {
                    mountPath: "/secrets",
                    projectId: "acme-dev",
                    secret: "api-key",
                    versions: [{ path: "api-key", version: "latest" }],
                },
            ],
        }),
    );
});

test.each([
    ["api-key", "[iam/secret-file-without-folder]"],
    ["/api-key", "[iam/secret-file-without-folder]"],
    ["/secrets/", "[iam/secret-file-without-folder]"],
    ["/secrets/../api-key", "[iam/secret-file-without-folder]"],
    ...["/proc/a", "/dev/shm/a", "/sys/a", "/cloudsql/a", "/var/log/a", "/workspace/a", "/layers/a/b"].map((given) => [
        given,
        "[iam/secret-file-hides-folder]",
    ]),
])("a secret's file at %s is refused", async (at, problem) => {
    expect(await refused(() => predicting({ uses: { KEY_FILE: file(at as string, path("a")) } }))).toBe(
        `ServerlessFunction "predict": uses.KEY_FILE: ${problem}`,
    );
});

test("two files with the same path, and two secrets in a folder, are refused", async () => {
    const uses = {
        ONE: file("/secrets/a", path("a")),
        AGAIN: file("/secrets/a", path("a")),
        SAME: file("/secrets/a", path("a"), "2"),
        BESIDE: file("/secrets/b", path("b")),
        DEVICE: file("/devices/b", path("b")),
    };
    expect((await refused(() => predicting({ uses }))).split("\n")).toEqual([
        'ServerlessFunction "predict": uses.SAME: [iam/secret-file-path-twice]',
        'ServerlessFunction "predict": uses.BESIDE: [iam/secret-file-beside-other-secret]',
    ]);
});

test("a variable that is both plain and a secret is refused", async () => {
    const args = { uses: { API_KEY: reader(path("api-key")) }, env: { API_KEY: pulumi.output("canary") } };
    expect(await refused(() => predicting(args))).toBe(
        'ServerlessFunction "predict": env.API_KEY: [iam/env-also-in-uses]',
    );
});

const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps";
const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";

const networks: [ServerlessFunctionArgs["network"], object, string][] = [
    [
        { subnet: subnetwork },
        { directVpcNetworkInterfaces: [{ subnetwork }], directVpcEgress: "VPC_EGRESS_PRIVATE_RANGES_ONLY" },
        "compute",
    ],
    [
        {
            subnet: pulumi.output(subnetwork),
            network: "projects/acme-dev/global/networks/apps",
            tags: ["predict", pulumi.output("apps")],
            egress: "all-traffic",
        },
        {
            directVpcNetworkInterfaces: [
                { subnetwork, network: "projects/acme-dev/global/networks/apps", tags: ["predict", "apps"] },
            ],
            directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC",
        },
        "compute",
    ],
    [{ connector }, { vpcConnector: connector, vpcConnectorEgressSettings: "PRIVATE_RANGES_ONLY" }, "vpcaccess"],
    [
        { connector: "apps", egress: "all-traffic" },
        { vpcConnector: "apps", vpcConnectorEgressSettings: "ALL_TRAFFIC" },
        "vpcaccess",
    ],
];

test.each(networks)("a function connects to a network by %j", async (network, config, api) => {
    expect(await registered(() => predicting({ network }))).toEqual(withConfig(config));
    const bareOnes = await registered(() => predicting(), { environment: true });
    const all = await registered(() => predicting({ network }), { environment: true });
    expect(Object.keys(all).filter((key) => !(key in bareOnes))).toEqual([`Service ${api}`]);
});

test("only a subnet of another project grants its use to Cloud Run's service agent", async () => {
    const shared = "projects/acme-net/regions/europe-west1/subnetworks/apps";
    const all = await registered(() => predicting({ network: { subnet: shared } }), { environment: true });
    expect(all["SubnetworkIAMMember run-agent-acme-net-apps-network-user"]).toEqual({
        project: "acme-net",
        region: "europe-west1",
        subnetwork: "apps",
        role: "roles/compute.networkUser",
        member: "serviceAccount:service-123@gcp-sa-run.iam.gserviceaccount.com",
    });
});

test("a network of another project grants the use of its subnet, too", async () => {
    const subnets = { apps: { existing: "apps" } };
    const all = await registered(
        () => predicting({ network: Network.existing("shared", { project: "acme-net", subnets }) }),
        { environment: true },
    );
    expect(all["SubnetworkIAMMember run-agent-acme-net-shared-europe-west1-network-user"]).toMatchObject({
        role: "roles/compute.networkUser",
        member: "serviceAccount:service-123@gcp-sa-run.iam.gserviceaccount.com",
    });
});

test.each([
    [{ egress: "all-traffic" }, "network: [iam/network-empty]"],
    [{ network: "apps" }, "network: [iam/network-empty]"],
    ["apps", 'network: must be an object with network, subnet, tags, egress (got "apps").'],
    [
        { subnet: "apps", connector: "apps" },
        'network.subnet: unknown option "subnet"; the options are connector, egress.',
    ],
    [
        { subnet: "https://www.googleapis.com/compute/v1/projects/a" },
        'network.subnet: must be a subnet\'s name or ID such as projects/acme-dev/regions/europe-west1/subnetworks/apps (got "https://www.googleapis.com/compute/v1/projects/a").',
    ],
    [
        { connector: "Apps" },
        'network.connector: must be a connector\'s name or ID, such as projects/acme-dev/locations/europe-west1/connectors/apps (got "Apps").',
    ],
    [
        { subnet: "apps", network: "apps/default" },
        'network.network: must be a Network, or a network\'s name or ID such as projects/acme-dev/global/networks/apps (got "apps/default").',
    ],
    [
        { subnet: "apps", tags: ["Apps"] },
        'network.tags.0: must be a network tag: up to 63 lower-case letters, digits and hyphens, starting with a letter (got "Apps").',
    ],
    [{ subnet: "apps", tags: "apps" }, 'network.tags: must be a list (got "apps").'],
    [{ subnet: "apps", egress: "all" }, 'network.egress: must be one of private-ranges-only, all-traffic (got "all").'],
    [{ connector: "apps", tags: [] }, 'network.tags: unknown option "tags"; the options are connector, egress.'],
    [{ subnet: subnetwork.replace("europe-west1", "us-east1") }, "network.subnet: [place/other-region]"],
    [{ connector: connector.replace("europe-west1", "us-east1") }, "network.connector: [place/other-region]"],
])("an invalid network is refused: %j", async (network, problem) => {
    const args = { network } as unknown as Partial<ServerlessFunctionArgs>;
    expect(await refused(() => predicting(args))).toBe(`ServerlessFunction "predict": ${problem}`);
});
